use super::layers::Layered;

/// How often the layers are gone through in each direction.
const SWEEPS: usize = 12;

/// Orders each layer so that few edges cross: by the mean place of its neighbours in the layer before, then in
/// the layer behind, and so on. The best order that was seen is kept, so it never gets worse.
pub fn reduce_crossings(layered: &mut Layered) {
    let mut best = layered.layers.clone();
    let mut fewest = crossings(layered);
    let mut places = places(layered);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let count = layered.layers.len();
        if sweep % 2 == 0 {
            (1..count).for_each(|layer| order(layered, &mut places, layer, Side::Left));
        } else {
            let layers = (0..count.saturating_sub(1)).rev();
            layers.for_each(|layer| order(layered, &mut places, layer, Side::Right));
        }
        let crossings = crossings(layered);
        if crossings < fewest {
            fewest = crossings;
            best.clone_from(&layered.layers);
        }
    }
    layered.layers = best;
}

/// How many pairs of edges cross.
pub(super) fn crossings(layered: &Layered) -> usize {
    let places = places(layered);
    let mut crossings = 0;
    for layer in &layered.layers[..layered.layers.len().saturating_sub(1)] {
        let mut ends = Vec::new();
        for point in layer {
            let mut of_point: Vec<usize> =
                layered.points[*point].right.iter().map(|right| places[*right]).collect();
            of_point.sort_unstable();
            ends.extend(of_point);
        }
        crossings += inversions(&ends);
    }
    crossings
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// Orders one layer, and its points in `places`.
fn order(layered: &mut Layered, places: &mut [usize], layer: usize, side: Side) {
    let mut keyed: Vec<(f64, usize)> = Vec::with_capacity(layered.layers[layer].len());
    for (place, point) in layered.layers[layer].iter().enumerate() {
        let neighbours = match side {
            Side::Left => &layered.points[*point].left,
            Side::Right => &layered.points[*point].right,
        };
        let sum: usize = neighbours.iter().map(|neighbour| places[*neighbour]).sum();
        // What has no neighbours there stays where it is.
        let key = if neighbours.is_empty() { place as f64 } else { sum as f64 / neighbours.len() as f64 };
        keyed.push((key, *point));
    }
    keyed.sort_by(|one, two| one.0.total_cmp(&two.0));
    for (place, (_, point)) in keyed.iter().enumerate() {
        places[*point] = place;
    }
    layered.layers[layer] = keyed.into_iter().map(|(_, point)| point).collect();
}

fn places(layered: &Layered) -> Vec<usize> {
    let mut places = vec![0; layered.points.len()];
    for layer in &layered.layers {
        for (place, point) in layer.iter().enumerate() {
            places[*point] = place;
        }
    }
    places
}

/// How many pairs stand in the wrong order, counted in a tree of sums (Fenwick, 1994).
fn inversions(values: &[usize]) -> usize {
    let size = values.iter().max().map_or(0, |most| most + 1);
    let mut tree = vec![0_usize; size + 1];
    let mut inversions = 0;
    for (seen, value) in values.iter().enumerate() {
        let mut not_greater = 0;
        let mut at = value + 1;
        while at > 0 {
            not_greater += tree[at];
            at &= at - 1;
        }
        inversions += seen - not_greater;
        let mut at = value + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    inversions
}

#[cfg(test)]
mod tests {
    use super::super::Room;
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[0, 1, 1, 2]), 0);
        assert_eq!(inversions(&[3, 2, 1, 0]), 6);
        assert_eq!(inversions(&[1, 0, 1, 0]), 3);
    }

    #[test]
    fn what_can_be_disentangled_is() {
        // Ten separate pairs whose second halves stand in the opposite order.
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); 10];
        needs.extend((0..10).rev().map(|need| vec![need]));
        let mut layered = Layered::new(&needs, Room { least: 30, per_layer: 1.0 });
        assert_eq!(crossings(&layered), 45);
        reduce_crossings(&mut layered);
        assert_eq!(crossings(&layered), 0);
    }
}
