use super::coordinates::heights;
use super::crossings::reduce_crossings;
use super::layers::Layered;

/// The height of a task's box.
pub(super) const BOX: f64 = 26.0;

/// The space that a task takes from top to bottom.
const ROW: f64 = 36.0;

/// The space that passing edges take.
const PASSING: f64 = 12.0;

/// The space between layers.
const GAP: f64 = 64.0;

/// The space between parts that are not connected.
const APART: f64 = 34.0;

/// How much wider than high the picture should be.
const SHAPE: f64 = 1.7;

/// Where everything lies, in pixels from the top left corner.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// For each task the left end and the middle of its box.
    pub(super) boxes: Vec<(f64, f64)>,
    /// One for each need of each task.
    pub(super) edges: Vec<Edge>,
}

/// An edge from the box of a need to that of a task.
pub(super) struct Edge {
    pub(super) need: usize,
    pub(super) task: usize,
    /// Where it passes. Between the first two points it is level, between the next two it bends, and so on.
    pub(super) line: Vec<(f64, f64)>,
}

/// Places tasks whose boxes have these widths. `needs[i]` are the tasks that task `i` needs, all before `i`.
pub(super) fn layout(widths: &[f64], needs: &[Vec<usize>]) -> Layout {
    let (alone, mut parts): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
        parts(needs).into_iter().partition(|part| part.len() == 1);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let mut blocks: Vec<Block> = parts.into_iter().map(|part| block(part, widths, needs)).collect();
    let alone: Vec<usize> = alone.into_iter().flatten().collect();
    if !alone.is_empty() {
        blocks.push(grid(alone, widths));
    }
    pack(blocks, needs.len())
}

/// A part of the picture, placed by itself.
struct Block {
    width: f64,
    height: f64,
    boxes: Vec<(usize, f64, f64)>,
    edges: Vec<Edge>,
}

/// The connected parts, each with its tasks in their order.
fn parts(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); needs.len()];
    for (task, needs) in needs.iter().enumerate() {
        for need in needs {
            neighbours[task].push(*need);
            neighbours[*need].push(task);
        }
    }
    let mut seen = vec![false; needs.len()];
    let mut parts = Vec::new();
    for start in 0..needs.len() {
        let mut part = Vec::new();
        let mut pending = vec![start];
        while let Some(task) = pending.pop() {
            if !std::mem::replace(&mut seen[task], true) {
                part.push(task);
                pending.extend(&neighbours[task]);
            }
        }
        part.sort_unstable();
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// A connected part in layers.
fn block(part: Vec<usize>, widths: &[f64], needs: &[Vec<usize>]) -> Block {
    let local = |task: &usize| part.binary_search(task).expect("a need lies in the part of its task");
    let own: Vec<Vec<usize>> = part.iter().map(|task| needs[*task].iter().map(local).collect()).collect();
    let mut layered = Layered::new(&own);
    reduce_crossings(&mut layered);
    let sizes: Vec<f64> =
        layered.points.iter().map(|point| if point.task.is_some() { ROW } else { PASSING }).collect();
    let heights = heights(&layered, &sizes);
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
            edges.push(Edge { need: part[*need], task: part[at], line });
        }
    }
    let bottom = heights.iter().zip(&sizes).map(|(height, size)| height + size / 2.0).fold(0.0, f64::max);
    Block { width: x - GAP, height: bottom, boxes: boxes.collect(), edges }
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
    }
}

/// Puts blocks beside one another in rows, in their order.
fn pack(blocks: Vec<Block>, tasks: usize) -> Layout {
    let area: f64 = blocks.iter().map(|block| (block.width + APART) * (block.height + APART)).sum();
    let widest = blocks.iter().map(|block| block.width).fold(0.0, f64::max);
    let limit = widest.max((area * SHAPE).sqrt());
    let mut layout = Layout { width: 0.0, height: 0.0, boxes: vec![(0.0, 0.0); tasks], edges: Vec::new() };
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0_f64);
    for block in blocks {
        if x > 0.0 && x + block.width > limit {
            (x, y, row) = (0.0, y + row + APART, 0.0);
        }
        for (task, left, middle) in block.boxes {
            layout.boxes[task] = (x + left, y + middle);
        }
        for Edge { need, task, line } in block.edges {
            let line = line.into_iter().map(|(left, middle)| (x + left, y + middle)).collect();
            layout.edges.push(Edge { need, task, line });
        }
        layout.width = layout.width.max(x + block.width);
        layout.height = layout.height.max(y + block.height);
        x += block.width + APART;
        row = row.max(block.height);
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needs: &[Vec<usize>]) -> Layout {
        let widths: Vec<f64> = (0..needs.len()).map(|task| 60.0 + (task % 9) as f64 * 20.0).collect();
        let layout = layout(&widths, needs);
        assert_eq!(layout.edges.len(), needs.iter().map(Vec::len).sum::<usize>());
        for Edge { need, task, line } in &layout.edges {
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
        check(&[]);
        check(&[vec![]]);
        check(&[vec![], vec![], vec![0], vec![2], vec![0, 3], vec![]]);
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
        let layout = check(&needs);
        assert!(layout.width < 20_000.0 && layout.height < 20_000.0, "{} {}", layout.width, layout.height);
    }

    #[test]
    fn a_long_chain_is_placed() {
        let needs: Vec<Vec<usize>> =
            (0..100_000_usize).map(|task| task.checked_sub(1).into_iter().collect()).collect();
        let layout = layout(&vec![80.0; needs.len()], &needs);
        assert_eq!(layout.height, ROW);
    }
}
