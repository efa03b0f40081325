use std::collections::{BTreeMap, BTreeSet};

use super::layout::row_from_middle;
use super::size::Size;
use super::{Diagram, Mark, Relation};
use crate::layered::Layered;

/// How far a line goes on before it turns, so that there is room for the signs at its end.
pub(super) const STUB: f64 = 26.0;

/// The space between lines that lie beside one another.
const LANE: f64 = 9.0;
const SLOT: f64 = 7.0;

/// How far a box is moved for the sake of a level line. Keys stand above what refers to them, so a long chain would get
/// steep.
const MOST_FALL: f64 = 24.0;

/// The line of a relation, level and upright by turns.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) relation: usize,
    /// From the child to the parent.
    pub(super) points: Vec<(f64, f64)>,
    /// The sides of the boxes that it leaves: that of the child, that of the parent.
    pub(super) sides: [Side; 2],
    /// Whether it leads to another schema.
    pub(super) is_between: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Line {
    pub(super) fn moved(mut self, x: f64, y: f64) -> Self {
        self.points.iter_mut().for_each(|point| *point = (point.0 + x, point.1 + y));
        self
    }
}

/// Where a line meets its box, from the middle of the box.
pub(super) type Port = f64;

/// A row of an entity; the head where the row is not shown.
type RowOf = (usize, Option<usize>);

/// For each relation, where its line meets the child and the parent. Lines that mean different things do not end at one
/// spot: a target that one relation needs and another does not has two, and what is new is told from what was there.
pub(super) fn ports(diagram: &Diagram, sizes: &[Size]) -> Vec<[Port; 2]> {
    let first = |relation: &Relation| relation.columns.first().copied().unwrap_or_default();
    let mut of_children: BTreeMap<RowOf, Vec<usize>> = BTreeMap::new();
    let mut of_parents: BTreeMap<RowOf, BTreeSet<(bool, Mark)>> = BTreeMap::new();
    for (at, relation) in diagram.relations.iter().enumerate() {
        let (child, parent) = first(relation);
        of_children.entry((relation.child, child)).or_default().push(at);
        of_parents.entry((relation.parent, parent)).or_default().insert((relation.optional, relation.mark));
    }
    let ports = diagram.relations.iter().enumerate().map(|(at, relation)| {
        let (child, parent) = first(relation);
        let together = &of_children[&(relation.child, child)];
        let place = together.iter().position(|other| *other == at).unwrap_or(0);
        let beside = spread(place, together.len());
        let kinds = &of_parents[&(relation.parent, parent)];
        let kind = kinds.iter().position(|kind| *kind == (relation.optional, relation.mark)).unwrap_or(0);
        let apart = spread(kind, kinds.len());
        [
            row_from_middle(&sizes[relation.child], child) + beside,
            row_from_middle(&sizes[relation.parent], parent) + apart,
        ]
    });
    ports.collect()
}

/// How far from the middle of its row one of several lines ends, so that all of them end within the row.
fn spread(place: usize, count: usize) -> f64 {
    let step = (14.0 / count as f64).min(8.0);
    (place as f64 - (count - 1) as f64 / 2.0) * step
}

/// A relation between two boxes of a part.
pub(super) struct Link {
    pub(super) relation: usize,
    /// The places of the left and the right box.
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) child_is_left: bool,
}

impl Link {
    /// Where the line meets the left and the right box.
    fn ports(&self, ports: &[[Port; 2]]) -> (Port, Port) {
        let [child, parent] = ports[self.relation];
        if self.child_is_left { (child, parent) } else { (parent, child) }
    }
}

/// The ways of all links through the layers. Lines that begin at one spot stay together for as long as they can.
pub(super) struct Ways {
    links: Vec<(Link, Vec<usize>)>,
    /// The lines that pass a point beside one another, by where they begin.
    slots: BTreeMap<usize, Vec<Origin>>,
    /// How much lower the middle of the right one of two points should be, and for how many lines.
    falls: BTreeMap<(usize, usize), (f64, f64)>,
}

/// A spot where lines begin: the box, and how far below its middle, in tenths of a pixel.
type Origin = (usize, i64);

impl Ways {
    pub(super) fn new(layered: &Layered, links: Vec<Link>, ports: &[[Port; 2]]) -> Self {
        let mut slots: BTreeMap<usize, Vec<Origin>> = BTreeMap::new();
        let mut falls: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
        let mut found = Vec::with_capacity(links.len());
        for link in links {
            let way = layered.way(link.left, link.right);
            let (left, right) = link.ports(ports);
            let origin = (link.left, (left * 10.0).round() as i64);
            for point in &way[1..way.len() - 1] {
                let slots = slots.entry(*point).or_default();
                if !slots.contains(&origin) {
                    slots.push(origin);
                    slots.sort_unstable();
                }
            }
            for (place, pair) in way.windows(2).enumerate() {
                let from = if place == 0 { left } else { 0.0 };
                let to = if place + 2 == way.len() { right } else { 0.0 };
                let (sum, count) = falls.entry((pair[0], pair[1])).or_default();
                *sum += from - to;
                *count += 1.0;
            }
            found.push((link, way));
        }
        Self { links: found, slots, falls }
    }

    pub(super) fn width_of_passing(&self, point: usize) -> f64 {
        12.0 + SLOT * self.slots.get(&point).map_or(0, Vec::len) as f64
    }

    pub(super) fn fall(&self, left: usize, right: usize) -> f64 {
        self.falls.get(&(left, right)).map_or(0.0, |(sum, count)| (sum / count).clamp(-MOST_FALL, MOST_FALL))
    }

    /// The height at which a link passes each point of its way.
    fn levels(&self, (link, way): &(Link, Vec<usize>), heights: &[f64], ports: &[[Port; 2]]) -> Vec<f64> {
        let (left, right) = link.ports(ports);
        let origin = (link.left, (left * 10.0).round() as i64);
        let last = way.len() - 1;
        let level = |(place, point): (usize, &usize)| {
            if place == 0 {
                return heights[*point] + left;
            }
            if place == last {
                return heights[*point] + right;
            }
            let slots = &self.slots[point];
            let slot = slots.iter().position(|slot| *slot == origin).unwrap_or(0) as f64;
            heights[*point] + (slot - (slots.len() - 1) as f64 / 2.0) * SLOT
        };
        way.iter().enumerate().map(level).collect()
    }

    /// The lanes between the layers.
    pub(super) fn gaps(&self, layered: &Layered, heights: &[f64], ports: &[[Port; 2]]) -> Gaps {
        let mut bundles: Vec<BTreeMap<(usize, i64), Bundle>> = vec![BTreeMap::new(); layered.layers.len()];
        for linked in &self.links {
            let levels = self.levels(linked, heights, ports);
            for (pair, level) in linked.1.windows(2).zip(levels.windows(2)) {
                let gap = layered.points[pair[0]].layer;
                let bundle = bundles[gap].entry((pair[0], key(level[0]))).or_insert(Bundle {
                    start: level[0],
                    top: level[0],
                    bottom: level[0],
                });
                bundle.top = bundle.top.min(level[1]);
                bundle.bottom = bundle.bottom.max(level[1]);
            }
        }
        Gaps { lanes: bundles.into_iter().map(lanes).collect() }
    }

    /// The lines. `columns` are the left and right ends of the layers.
    pub(super) fn lines(
        &self,
        layered: &Layered,
        heights: &[f64],
        columns: &[(f64, f64)],
        gaps: &Gaps,
        width_of: &dyn Fn(usize) -> f64,
        ports: &[[Port; 2]],
    ) -> Vec<Line> {
        let line = |linked: &(Link, Vec<usize>)| {
            let (link, way) = linked;
            let levels = self.levels(linked, heights, ports);
            let left = columns[layered.points[link.left].layer].0 + width_of(link.left);
            let mut points = vec![(left, levels[0])];
            for (pair, level) in way.windows(2).zip(levels.windows(2)) {
                let gap = layered.points[pair[0]].layer;
                if (level[0] - level[1]).abs() > 0.01 {
                    let x = columns[gap].1 + STUB + gaps.lane(gap, pair[0], level[0]) as f64 * LANE;
                    points.push((x, level[0]));
                    points.push((x, level[1]));
                }
            }
            points.push((columns[layered.points[link.right].layer].0, levels[levels.len() - 1]));
            let mut sides = [Side::Right, Side::Left];
            if !link.child_is_left {
                points.reverse();
                sides.reverse();
            }
            Line { relation: link.relation, points, sides, is_between: false }
        };
        self.links.iter().map(line).collect()
    }
}

/// Lines that turn together.
#[derive(Clone, Copy)]
struct Bundle {
    start: f64,
    top: f64,
    bottom: f64,
}

/// Where lines turn between the layers.
pub(super) struct Gaps {
    lanes: Vec<BTreeMap<(usize, i64), usize>>,
}

impl Gaps {
    pub(super) fn width(&self, gap: usize) -> f64 {
        let lanes = self.lanes[gap].values().max().map_or(0, |last| *last);
        2.0 * STUB + lanes as f64 * LANE
    }

    fn lane(&self, gap: usize, point: usize, level: f64) -> usize {
        self.lanes[gap].get(&(point, key(level))).copied().unwrap_or(0)
    }
}

fn key(level: f64) -> i64 {
    (level * 10.0).round() as i64
}

/// Gives each bundle a lane, so that none lies on another and few cross: of those that lead down the lowest turns
/// first, of those that lead up the highest.
fn lanes(bundles: BTreeMap<(usize, i64), Bundle>) -> BTreeMap<(usize, i64), usize> {
    let mut sorted: Vec<((usize, i64), Bundle)> =
        bundles.into_iter().filter(|(_, bundle)| bundle.bottom - bundle.top > 0.01).collect();
    let leads_up = |bundle: &Bundle| bundle.start - bundle.top > bundle.bottom - bundle.start;
    sorted.sort_by(|(_, one), (_, two)| {
        leads_up(one).cmp(&leads_up(two)).then_with(|| {
            if leads_up(one) { one.start.total_cmp(&two.start) } else { two.start.total_cmp(&one.start) }
        })
    });
    let mut lanes: BTreeMap<(usize, i64), usize> = BTreeMap::new();
    let mut taken: Vec<(Bundle, usize)> = Vec::new();
    for (key, bundle) in sorted {
        let beside = taken
            .iter()
            .filter(|(other, _)| other.top < bundle.bottom + LANE && bundle.top < other.bottom + LANE);
        let lane = beside.map(|(_, lane)| lane + 1).max().unwrap_or(0);
        taken.push((bundle, lane));
        lanes.insert(key, lane);
    }
    lanes
}

/// The space that lines from a box to itself take beside it.
pub(super) fn width_of_loops(loops: usize) -> f64 {
    if loops == 0 { 0.0 } else { STUB + (loops - 1) as f64 * LANE }
}

/// The line from a box to itself, on its right side.
pub(super) fn own_loop(relation: usize, ports: &[Port; 2], right: f64, middle: f64, lane: usize) -> Line {
    let [child, parent] = *ports;
    let x = right + STUB + lane as f64 * LANE;
    // From a row to itself there is a loop, too.
    let apart = if (child - parent).abs() < 6.0 { 5.0 } else { 0.0 };
    let (from, to) = (middle + child + apart, middle + parent - apart);
    let points = vec![(right, from), (x, from), (x, to), (right, to)];
    Line { relation, points, sides: [Side::Right, Side::Right], is_between: false }
}

/// The line to a table of another schema, whatever lies between.
pub(super) fn between(
    at: usize,
    relation: &Relation,
    boxes: &[(f64, f64)],
    sizes: &[Size],
    ports: &[Port; 2],
) -> Line {
    let ends = [(relation.child, ports[0]), (relation.parent, ports[1])].map(|(entity, port)| {
        let (left, top) = boxes[entity];
        (left, left + sizes[entity].width, top + sizes[entity].height / 2.0 + port)
    });
    let [(left, right, from), (other_left, other_right, to)] = ends;
    let (sides, start, end, turn) = if right + 2.0 * STUB <= other_left {
        ([Side::Right, Side::Left], right, other_left, other_left - STUB)
    } else if other_right + 2.0 * STUB <= left {
        ([Side::Left, Side::Right], left, other_right, left - STUB)
    } else {
        ([Side::Right, Side::Right], right, other_right, right.max(other_right) + STUB)
    };
    let points = vec![(start, from), (turn, from), (turn, to), (end, to)];
    Line { relation: at, points, sides, is_between: true }
}
