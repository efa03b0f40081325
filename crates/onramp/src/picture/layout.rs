use onramp_pictures::layered::{self, Layered, Room, heights, parts, reduce_crossings};

/// The height of a task's box.
pub(super) const BOX: f64 = 26.0;

/// The space that a task takes from top to bottom.
const ROW: f64 = 33.0;

/// The space that passing edges take.
const PASSING: f64 = 12.0;

/// The space between layers.
const GAP: f64 = 50.0;

/// The space between parts that are not connected.
const APART: f64 = 26.0;

/// How much wider than high the picture should be.
const SHAPE: f64 = 1.7;

/// A name is much wider than high.
const ROOM: Room = Room { least: 10, per_layer: 3.5 };

/// The space between the frame of a cluster and what is in it, and above that for its name.
const INSIDE: f64 = 12.0;
const HEAD: f64 = 26.0;

/// Tasks that are placed together, with a frame around them.
pub(super) struct Cluster {
    /// Its tasks, ascending.
    pub(super) tasks: Vec<usize>,
    /// The width that its name takes.
    pub(super) least: f64,
}

/// Where everything lies, in pixels from the top left corner.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// For each task the left end and the middle of its box.
    pub(super) boxes: Vec<(f64, f64)>,
    /// One for each need of each task.
    pub(super) edges: Vec<Edge>,
    /// The frames of the clusters, in their order.
    pub(super) frames: Vec<Frame>,
}

/// A frame around a cluster.
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// An edge from the box of a need to that of a task.
pub(super) struct Edge {
    pub(super) need: usize,
    pub(super) task: usize,
    /// Where it passes. Between the first two points it is level, between the next two it bends, and so on.
    pub(super) line: Vec<(f64, f64)>,
    /// Whether it leads from one cluster to another, in any direction.
    pub(super) is_between: bool,
}

impl Edge {
    fn moved(mut self, x: f64, y: f64) -> Self {
        self.line.iter_mut().for_each(|point| *point = (x + point.0, y + point.1));
        self
    }
}

/// Places tasks whose boxes have these widths. `needs[i]` are the tasks that task `i` needs, all before `i`. Where
/// there are clusters, each task is in one of them, and only edges within a cluster lead to the right.
pub(super) fn layout(widths: &[f64], needs: &[Vec<usize>], clusters: &[Cluster]) -> Layout {
    if clusters.is_empty() {
        return pack(blocks(widths, needs), needs.len());
    }
    let mut home = vec![0; needs.len()];
    for (place, cluster) in clusters.iter().enumerate() {
        cluster.tasks.iter().for_each(|task| home[*task] = place);
    }
    let framed = clusters.iter().map(|cluster| framed(cluster, widths, needs)).collect();
    let mut layout = pack(framed, needs.len());
    for (task, needs) in needs.iter().enumerate() {
        for need in needs.iter().copied().filter(|need| home[*need] != home[task]) {
            let (left, middle) = layout.boxes[need];
            let (from, to) = ((left + widths[need], middle), layout.boxes[task]);
            layout.edges.push(Edge { need, task, line: vec![from, from, to, to], is_between: true });
        }
    }
    layout
}

/// The connected parts, placed by themselves.
fn blocks(widths: &[f64], needs: &[Vec<usize>]) -> Vec<Block> {
    let (alone, mut parts): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
        parts(needs).into_iter().partition(|part| part.len() == 1);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut blocks: Vec<Block> = parts.into_iter().map(|part| block(part, widths, needs)).collect();
    let alone: Vec<usize> = alone.into_iter().flatten().collect();
    if !alone.is_empty() {
        blocks.push(grid(alone, widths));
    }
    blocks
}

/// A cluster with its frame: what would be drawn of it alone.
fn framed(cluster: &Cluster, widths: &[f64], needs: &[Vec<usize>]) -> Block {
    let tasks = &cluster.tasks;
    let own = |task: &usize| needs[*task].iter().filter_map(|need| tasks.binary_search(need).ok()).collect();
    let own: Vec<Vec<usize>> = tasks.iter().map(own).collect();
    let own_widths: Vec<f64> = tasks.iter().map(|task| widths[*task]).collect();
    let inner = pack(blocks(&own_widths, &own), own.len());
    let (x, y) = (INSIDE, HEAD);
    let boxes = tasks.iter().zip(&inner.boxes).map(|(task, (left, middle))| (*task, x + left, y + middle));
    let edges = inner.edges.into_iter().map(|edge| Edge {
        need: tasks[edge.need],
        task: tasks[edge.task],
        ..edge.moved(x, y)
    });
    Block {
        width: inner.width.max(cluster.least) + 2.0 * INSIDE,
        height: inner.height + HEAD + INSIDE,
        boxes: boxes.collect(),
        edges: edges.collect(),
        is_framed: true,
    }
}

/// A part of the picture, placed by itself.
struct Block {
    width: f64,
    height: f64,
    boxes: Vec<(usize, f64, f64)>,
    edges: Vec<Edge>,
    is_framed: bool,
}

/// A connected part in layers.
fn block(part: Vec<usize>, widths: &[f64], needs: &[Vec<usize>]) -> Block {
    let local = |task: &usize| part.binary_search(task).expect("a need lies in the part of its task");
    let own: Vec<Vec<usize>> = part.iter().map(|task| needs[*task].iter().map(local).collect()).collect();
    let mut layered = Layered::new(&own, ROOM);
    reduce_crossings(&mut layered);
    let sizes: Vec<f64> =
        layered.points.iter().map(|point| if point.task.is_some() { ROW } else { PASSING }).collect();
    let heights = heights(&layered, &sizes, &|_, _| 0.0);
    let mut columns = Vec::with_capacity(layered.layers.len());
    let mut x = 0.0;
    for layer in &layered.layers {
        let tasks = layer.iter().filter_map(|point| layered.points[*point].task);
        let width = tasks.map(|task| widths[part[task]]).fold(0.0, f64::max);
        columns.push((x, x + width));
        x += width + GAP;
    }
    let boxes =
        part.iter().enumerate().map(|(at, task)| (*task, columns[layered.points[at].layer].0, heights[at]));
    let mut edges = Vec::new();
    for (at, needs) in own.iter().enumerate() {
        for need in needs {
            let mut line = Vec::new();
            for point in layered.way(*need, at) {
                let (left, right) = columns[layered.points[point].layer];
                if point != *need {
                    line.push((left, heights[point]));
                }
                if point == *need {
                    line.push((left + widths[part[*need]], heights[point]));
                }
                if point != at {
                    line.push((right, heights[point]));
                }
            }
            edges.push(Edge { need: part[*need], task: part[at], line, is_between: false });
        }
    }
    let bottom = heights.iter().zip(&sizes).map(|(height, size)| height + size / 2.0).fold(0.0, f64::max);
    Block { width: x - GAP, height: bottom, boxes: boxes.collect(), edges, is_framed: false }
}

/// Tasks that neither need others nor are needed, in columns.
fn grid(tasks: Vec<usize>, widths: &[f64]) -> Block {
    let widest = tasks.iter().map(|task| widths[*task]).fold(0.0, f64::max);
    let columns = (tasks.len() as f64 * ROW * SHAPE / (widest + 16.0)).sqrt().ceil().max(1.0) as usize;
    let rows = tasks.len().div_ceil(columns);
    let place = |(at, task): (usize, usize)| {
        (task, (at / rows) as f64 * (widest + 16.0), (at % rows) as f64 * ROW + ROW / 2.0)
    };
    Block {
        width: columns.min(tasks.len()) as f64 * (widest + 16.0) - 16.0,
        height: rows as f64 * ROW,
        boxes: tasks.into_iter().enumerate().map(place).collect(),
        edges: Vec::new(),
        is_framed: false,
    }
}

/// Puts blocks beside one another in rows, in their order.
fn pack(blocks: Vec<Block>, tasks: usize) -> Layout {
    let sizes: Vec<(f64, f64)> = blocks.iter().map(|block| (block.width, block.height)).collect();
    let packed = layered::pack(&sizes, APART, SHAPE);
    let mut layout = Layout {
        width: packed.width,
        height: packed.height,
        boxes: vec![(0.0, 0.0); tasks],
        edges: Vec::new(),
        frames: Vec::new(),
    };
    for (block, (x, y)) in blocks.into_iter().zip(packed.corners) {
        for (task, left, middle) in block.boxes {
            layout.boxes[task] = (x + left, y + middle);
        }
        layout.edges.extend(block.edges.into_iter().map(|edge| edge.moved(x, y)));
        if block.is_framed {
            layout.frames.push(Frame { left: x, top: y, width: block.width, height: block.height });
        }
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needs: &[Vec<usize>], clusters: &[Cluster]) -> Layout {
        let widths: Vec<f64> = (0..needs.len()).map(|task| 60.0 + (task % 9) as f64 * 20.0).collect();
        let layout = layout(&widths, needs, clusters);
        assert_eq!(layout.edges.len(), needs.iter().map(Vec::len).sum::<usize>());
        for Edge { need, task, line, .. } in layout.edges.iter().filter(|edge| !edge.is_between) {
            assert!(
                layout.boxes[*need].0 + widths[*need] < layout.boxes[*task].0,
                "{need} is left of {task}"
            );
            assert_eq!(line[0], (layout.boxes[*need].0 + widths[*need], layout.boxes[*need].1));
            assert_eq!(line[line.len() - 1], layout.boxes[*task]);
            assert!(line.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{line:?}");
        }
        let mut sorted: Vec<usize> = (0..needs.len()).collect();
        sorted.sort_by(|one, two| layout.boxes[*one].0.total_cmp(&layout.boxes[*two].0));
        for (place, one) in sorted.iter().enumerate() {
            let (left, middle) = layout.boxes[*one];
            assert!(left >= 0.0 && left + widths[*one] <= layout.width + 1e-6);
            assert!(middle - BOX / 2.0 >= 0.0 && middle + BOX / 2.0 <= layout.height + 1e-6);
            for two in &sorted[place + 1..] {
                let (other, height) = layout.boxes[*two];
                let overlaps = other < left + widths[*one] && (height - middle).abs() < BOX;
                assert!(!overlaps, "{one} lies on {two}");
            }
        }
        layout
    }

    #[test]
    fn boxes_never_overlap_and_needs_stand_to_the_left() {
        check(&[], &[]);
        check(&[vec![]], &[]);
        check(&[vec![], vec![], vec![0], vec![2], vec![0, 3], vec![]], &[]);
        let mut random = 7_usize;
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let mut needs: Vec<Vec<usize>> = Vec::new();
        for task in 0..300_usize {
            let mut own: Vec<usize> = (0..next(3).min(task)).map(|_| next(task)).collect();
            own.sort_unstable();
            own.dedup();
            needs.push(own);
        }
        let layout = check(&needs, &[]);
        assert!(layout.width < 20_000.0 && layout.height < 20_000.0, "{} {}", layout.width, layout.height);
    }

    #[test]
    fn what_many_need_is_no_pillar() {
        let mut needs = vec![Vec::new()];
        needs.extend(vec![vec![0]; 160]);
        let layout = check(&needs, &[]);
        let shape = layout.width / layout.height;
        assert!((0.8..3.0).contains(&shape), "{shape}");
    }

    #[test]
    fn clusters_have_frames_of_their_own_whatever_leads_between_them() {
        let needs: Vec<Vec<usize>> = (0..40_usize)
            .map(|task| [task.checked_sub(1), task.checked_sub(9)].into_iter().flatten().collect())
            .collect();
        let cluster =
            |rest: usize| Cluster { tasks: (0..40).filter(|task| task % 3 == rest).collect(), least: 70.0 };
        let clusters = [0, 1, 2].map(cluster);
        let layout = check(&needs, &clusters);
        assert_eq!(layout.frames.len(), 3);
        for (place, frame) in layout.frames.iter().enumerate() {
            for (task, (left, middle)) in layout.boxes.iter().enumerate() {
                let is_inside = (frame.left..frame.left + frame.width).contains(left)
                    && (frame.top..frame.top + frame.height).contains(middle);
                assert_eq!(is_inside, task % 3 == place, "{task}");
            }
        }
        assert!(layout.edges.iter().all(|edge| edge.is_between == ((edge.task - edge.need) % 3 != 0)));
    }

    #[test]
    fn a_long_chain_is_placed() {
        let needs: Vec<Vec<usize>> =
            (0..100_000_usize).map(|task| task.checked_sub(1).into_iter().collect()).collect();
        let layout = layout(&vec![80.0; needs.len()], &needs, &[]);
        assert_eq!(layout.height, ROW);
    }
}
