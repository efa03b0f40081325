use super::layers::{Layered, Point};

/// How often each layer is moved towards its neighbours.
const ROUNDS: usize = 16;

/// The height of the middle of each point of a part, in the order of its layers, so that edges are as level as the order
/// allows. `sizes` are the heights that points take, with the space around them. `fall` tells of two points that are
/// connected, the left one first, how much lower the middle of the right one is where their edge is level. The top of the
/// highest is 0.
pub fn heights(layered: &Layered, sizes: &[f64], fall: &dyn Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut heights = vec![0.0; layered.points.len()];
    for layer in &layered.layers {
        let mut below = 0.0;
        for point in layer {
            heights[*point] = below + sizes[*point] / 2.0;
            below += sizes[*point];
        }
    }
    let count = layered.layers.len();
    for round in 0..ROUNDS {
        let forward = round % 2 == 0;
        for step in 0..count {
            let layer = &layered.layers[if forward { step } else { count - 1 - step }];
            settle(layered, layer, sizes, fall, &mut heights);
        }
    }
    let top = heights.iter().zip(sizes).map(|(height, size)| height - size / 2.0).fold(f64::MAX, f64::min);
    heights.iter_mut().for_each(|height| *height -= top);
    heights
}

/// Moves the points of a layer as near to the mean of their neighbours as can be while none overlaps another:
/// least squares under an order, by pooling those that violate it (Ayer and others, 1955).
fn settle(
    layered: &Layered,
    layer: &[usize],
    sizes: &[f64],
    fall: &dyn Fn(usize, usize) -> f64,
    heights: &mut [f64],
) {
    // Heights are counted without what lies above in the layer, so that "no overlap" becomes "not decreasing".
    let mut pools: Vec<Pool> = Vec::with_capacity(layer.len());
    let mut above = 0.0;
    for (place, point) in layer.iter().enumerate() {
        let Point { left, right, .. } = &layered.points[*point];
        let of_left = left.iter().map(|other| heights[*other] + fall(*other, *point));
        let wishes = of_left.chain(right.iter().map(|other| heights[*other] - fall(*point, *other)));
        let wish = match left.len() + right.len() {
            0 => heights[*point],
            count => wishes.sum::<f64>() / count as f64,
        };
        // A point that edges pass should not bend them, so its wish weighs more.
        let weight = if layered.points[*point].task.is_some() { 1.0 } else { 4.0 };
        let mut pool = Pool { first: place, weight, sum: (wish - above - sizes[*point] / 2.0) * weight };
        while let Some(last) = pools.pop_if(|last| last.mean() > pool.mean()) {
            pool = Pool { first: last.first, weight: last.weight + pool.weight, sum: last.sum + pool.sum };
        }
        pools.push(pool);
        above += sizes[*point];
    }
    let mut above = 0.0;
    let mut pools = pools.into_iter().peekable();
    let mut mean = 0.0;
    for (place, point) in layer.iter().enumerate() {
        if let Some(pool) = pools.next_if(|pool| pool.first == place) {
            mean = pool.mean();
        }
        heights[*point] = mean + above + sizes[*point] / 2.0;
        above += sizes[*point];
    }
}

/// Points of a layer that lie directly on one another.
struct Pool {
    first: usize,
    weight: f64,
    sum: f64,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

#[cfg(test)]
mod tests {
    use super::super::Room;
    use super::*;

    const ROOM: Room = Room { least: 10, per_layer: 3.5 };

    #[test]
    fn nothing_overlaps_and_the_order_stays() {
        let needs: Vec<Vec<usize>> =
            (0..60_usize).map(|task| (0..task.min(40)).step_by(task % 7 + 3).collect()).collect();
        let layered = Layered::new(&needs, ROOM);
        let sizes: Vec<f64> =
            layered.points.iter().map(|point| if point.task.is_some() { 30.0 } else { 10.0 }).collect();
        let heights = heights(&layered, &sizes, &|_, _| 0.0);
        for layer in &layered.layers {
            for pair in layer.windows(2) {
                let least = (sizes[pair[0]] + sizes[pair[1]]) / 2.0;
                assert!(heights[pair[1]] - heights[pair[0]] >= least - 1e-6);
            }
        }
    }

    #[test]
    fn a_chain_is_level_and_a_need_stands_in_the_middle() {
        let layered = Layered::new(&[vec![], vec![0], vec![0], vec![0], vec![2]], ROOM);
        let heights = heights(&layered, &[30.0; 5], &|_, _| 0.0);
        assert!(
            (heights[0] - heights[2]).abs() < 0.5 && (heights[2] - heights[4]).abs() < 0.5,
            "{heights:?}"
        );
    }
}
