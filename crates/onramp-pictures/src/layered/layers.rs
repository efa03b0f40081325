/// How many points edges may pass by, for each task and beyond that. What has no room left is drawn straight.
const PASSING_EACH: usize = 8;
const PASSING_MORE: usize = 20_000;

/// How many boxes a layer holds.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// How many always have room.
    pub least: usize,
    /// How many for each layer of a part: about as much as a box is wider than high, so that a part in which all need
    /// the same gets no higher than wide.
    pub per_layer: f64,
}

/// A connected part of the graph in layers: every task to the right of those it needs.
#[derive(Clone, Debug)]
pub struct Layered {
    /// What stands in each layer, from top to bottom, as positions in `points`.
    pub layers: Vec<Vec<usize>>,
    /// Tasks first, in the order in which they were handed in, then the points by which edges pass a layer.
    pub points: Vec<Point>,
}

/// A task, or a place where edges pass through a layer.
#[derive(Clone, Debug)]
pub struct Point {
    /// The task; `None` for a place that edges pass.
    pub task: Option<usize>,
    /// The task that the edges come from which pass here; of a task itself that task.
    origin: usize,
    /// Its layer, counted from the left.
    pub layer: usize,
    /// What it is connected with in the layer before, as positions in [`Layered::points`].
    pub left: Vec<usize>,
    /// What it is connected with in the layer behind.
    pub right: Vec<usize>,
}

impl Layered {
    /// Puts tasks in layers. `needs[i]` are the tasks that task `i` needs, all of them before `i`.
    ///
    /// All edges that leave a task share their way through the layers.
    pub fn new(needs: &[Vec<usize>], room: Room) -> Self {
        let layer = layers(needs, room);
        let count = layer.iter().max().map_or(0, |last| last + 1);
        let point = |(task, layer): (usize, &usize)| Point {
            task: Some(task),
            origin: task,
            layer: *layer,
            left: Vec::new(),
            right: Vec::new(),
        };
        let mut points: Vec<Point> = layer.iter().enumerate().map(point).collect();
        // The way of each task's edges so far: its own point, then one in each layer behind it.
        let mut ways: Vec<Vec<usize>> = (0..needs.len()).map(|task| vec![task]).collect();
        let most = PASSING_MORE + needs.len() * (PASSING_EACH + 1);
        for (task, needs) in needs.iter().enumerate() {
            for need in needs {
                if points.len() + layer[task] - layer[*need] > most {
                    continue;
                }
                let way = &mut ways[*need];
                while way.len() < layer[task] - layer[*need] {
                    let before = way[way.len() - 1];
                    let passing = points.len();
                    let layer = points[before].layer + 1;
                    points.push(Point {
                        task: None,
                        origin: *need,
                        layer,
                        left: vec![before],
                        right: Vec::new(),
                    });
                    points[before].right.push(passing);
                    way.push(passing);
                }
                let last = way[layer[task] - layer[*need] - 1];
                points[last].right.push(task);
                points[task].left.push(last);
            }
        }
        let mut layers = vec![Vec::new(); count];
        for (position, point) in points.iter().enumerate() {
            layers[point.layer].push(position);
        }
        // Edges that pass begin in the middle, so that what they lead to can stand above and below them.
        for layer in &mut layers {
            let passing = layer.iter().filter(|point| points[**point].task.is_none()).count();
            let tasks = layer.len() - passing;
            layer[tasks / 2..].rotate_right(passing);
        }
        Self { layers, points }
    }

    /// The way of the edge from a need to a task, both included.
    pub fn way(&self, need: usize, task: usize) -> Vec<usize> {
        let mut way = vec![task];
        let mut last = self.points[task].left.iter().find(|left| self.points[**left].origin == need);
        while let Some(point) = last.filter(|point| **point != need) {
            way.push(*point);
            last = self.points[*point].left.first();
        }
        way.push(need);
        way.reverse();
        way
    }
}

/// The layer of each task: as far left as its needs and the room in the layers allow, but near to what needs it
/// where more tasks need it than it needs. The room is limited as Coffman and Graham did ("Optimal scheduling for
/// two-processor systems", 1972): what finds a layer full goes to the next one.
fn layers(needs: &[Vec<usize>], room: Room) -> Vec<usize> {
    let room = room.least.max((needs.len() as f64 * room.per_layer).sqrt() as usize);
    let mut taken = vec![0; needs.len()];
    let mut layer = vec![0; needs.len()];
    let mut dependents = vec![Vec::new(); needs.len()];
    for (task, needs) in needs.iter().enumerate() {
        let first = needs.iter().map(|need| layer[*need] + 1).max().unwrap_or(0);
        // There are as many layers as tasks, so one of them has room.
        layer[task] = (first..taken.len()).find(|layer| taken[*layer] < room).unwrap_or(first);
        taken[layer[task]] += 1;
        needs.iter().for_each(|need| dependents[*need].push(task));
    }
    for task in (0..needs.len()).rev() {
        let nearest = dependents[task].iter().map(|dependent| layer[*dependent] - 1).min();
        if let Some(nearest) = nearest.filter(|_| dependents[task].len() > needs[task].len()) {
            let now = layer[task];
            let free = (now + 1..=nearest).rev().find(|layer| taken[*layer] < room).unwrap_or(now);
            taken[now] -= 1;
            taken[free] += 1;
            layer[task] = free;
        }
    }
    // A layer that has been left altogether is no layer.
    let mut numbers = vec![0; taken.len()];
    for layer in 1..taken.len() {
        numbers[layer] = numbers[layer - 1] + usize::from(taken[layer - 1] > 0);
    }
    layer.iter().map(|layer| numbers[*layer]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { least: 10, per_layer: 3.5 };

    #[test]
    fn a_task_stands_behind_its_needs_and_near_to_what_needs_it() {
        // 0 <- 1 <- 2, and 3 is needed by 2 alone.
        assert_eq!(layers(&[vec![], vec![0], vec![], vec![1, 2]], ROOM), [0, 1, 1, 2]);
    }

    #[test]
    fn a_layer_that_is_full_has_the_next_one_take_what_is_left() {
        let mut needs = vec![Vec::new()];
        needs.extend(vec![vec![0]; 25]);
        needs.push((1..26).collect());
        let layer = layers(&needs, ROOM);
        let sizes: Vec<usize> = (0..5).map(|at| layer.iter().filter(|layer| **layer == at).count()).collect();
        assert_eq!(sizes, [1, 10, 10, 5, 1]);
    }

    #[test]
    fn edges_of_one_task_share_their_way() {
        let layered = Layered::new(&[vec![], vec![0], vec![1], vec![2, 0], vec![2, 0]], ROOM);
        let passing: Vec<usize> =
            layered.points.iter().filter(|p| p.task.is_none()).map(|p| p.layer).collect();
        assert_eq!(passing, [1, 2]);
        assert_eq!(layered.way(0, 3), [0, 5, 6, 3]);
        assert_eq!(layered.way(0, 4), [0, 5, 6, 4]);
        assert_eq!(layered.way(2, 4), [2, 4]);
    }
}
