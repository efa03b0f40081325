/// How many points edges may pass by, for each task and beyond that. What has no room left is drawn straight.
const PASSING_EACH: usize = 8;
const PASSING_MORE: usize = 20_000;

/// A connected part of the graph in layers: every task to the right of those it needs.
pub(super) struct Layered {
    /// What stands in each layer, from top to bottom, as positions in `points`.
    pub(super) layers: Vec<Vec<usize>>,
    /// Tasks first, in the order in which they were handed in, then the points by which edges pass a layer.
    pub(super) points: Vec<Point>,
}

/// A task, or a place where edges pass through a layer.
pub(super) struct Point {
    /// The task; `None` for a place that edges pass.
    pub(super) task: Option<usize>,
    /// The task that the edges come from which pass here; of a task itself that task.
    origin: usize,
    /// Its layer, counted from the left.
    pub(super) layer: usize,
    /// What it is connected with in the layer before, as positions in [`Layered::points`].
    pub(super) left: Vec<usize>,
    /// What it is connected with in the layer behind.
    pub(super) right: Vec<usize>,
}

impl Layered {
    /// Puts tasks in layers. `needs[i]` are the tasks that task `i` needs, all of them before `i`.
    ///
    /// All edges that leave a task share their way through the layers.
    pub(super) fn new(needs: &[Vec<usize>]) -> Self {
        let layer = layers(needs);
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
        Self { layers, points }
    }

    /// The way of the edge from a need to a task, both included.
    pub(super) fn way(&self, need: usize, task: usize) -> Vec<usize> {
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

/// The layer of each task: as far left as its needs allow, but near to what needs it where more tasks need it
/// than it needs.
fn layers(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut layer = vec![0; needs.len()];
    let mut dependents = vec![Vec::new(); needs.len()];
    for (task, needs) in needs.iter().enumerate() {
        layer[task] = needs.iter().map(|need| layer[*need] + 1).max().unwrap_or(0);
        needs.iter().for_each(|need| dependents[*need].push(task));
    }
    for task in (0..needs.len()).rev() {
        let nearest = dependents[task].iter().map(|dependent| layer[*dependent] - 1).min();
        if let Some(nearest) = nearest.filter(|_| dependents[task].len() > needs[task].len()) {
            layer[task] = nearest;
        }
    }
    let first = layer.iter().min().copied().unwrap_or(0);
    layer.iter().map(|layer| layer - first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_stands_behind_its_needs_and_near_to_what_needs_it() {
        // 0 <- 1 <- 2, and 3 is needed by 2 alone.
        assert_eq!(layers(&[vec![], vec![0], vec![], vec![1, 2]]), [0, 1, 1, 2]);
    }

    #[test]
    fn edges_of_one_task_share_their_way() {
        let layered = Layered::new(&[vec![], vec![0], vec![1], vec![2, 0], vec![2, 0]]);
        let passing: Vec<usize> =
            layered.points.iter().filter(|p| p.task.is_none()).map(|p| p.layer).collect();
        assert_eq!(passing, [1, 2]);
        assert_eq!(layered.way(0, 3), [0, 5, 6, 3]);
        assert_eq!(layered.way(0, 4), [0, 5, 6, 4]);
        assert_eq!(layered.way(2, 4), [2, 4]);
    }
}
