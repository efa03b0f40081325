use super::routes::{self, Line, Port, Side};
use super::size::{Size, middle, size};
use super::{Diagram, Entity, Mark, Relation};
use crate::layered::{Layered, Room, heights, pack, parts, reduce_crossings};
use crate::width_in_letters;

/// The space between boxes of a layer, and between blocks.
const APART: f64 = 26.0;
const BLOCKS: f64 = 44.0;

/// How much wider than high a picture should be.
const SHAPE: f64 = 1.6;

/// A box with its columns is about as wide as high, and a layer has the space for lines beside it.
const ROOM: Room = Room { least: 6, per_layer: 0.9 };

/// The space between the frame of a schema and what is in it, and above that for its name.
const INSIDE: f64 = 18.0;
const TITLE: f64 = 36.0;

/// Where everything lies, in pixels from the top left corner.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) sizes: Vec<Size>,
    /// The top left corner of each entity's box.
    pub(super) boxes: Vec<(f64, f64)>,
    /// One for each relation, in their order.
    pub(super) lines: Vec<Line>,
    pub(super) frames: Vec<Frame>,
}

/// A frame around the entities of a schema.
pub(super) struct Frame {
    pub(super) name: String,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A part of the picture, placed by itself.
struct Block {
    width: f64,
    height: f64,
    boxes: Vec<(usize, f64, f64)>,
    lines: Vec<Line>,
}

/// Places the entities, and the lines between them.
pub(super) fn layout(diagram: &Diagram) -> Layout {
    let schemas = schemas(diagram);
    let has_frames = schemas.len() > 1;
    let has_signs = diagram.entities.iter().any(|entity| entity.mark != Mark::Same);
    let sizes: Vec<Size> =
        diagram.entities.iter().map(|entity| size(entity, has_frames, has_signs)).collect();
    let ports = routes::ports(diagram, &sizes);
    let placing = Placing { diagram, sizes: &sizes, ports: &ports };
    let blocks: Vec<Block> = schemas.iter().map(|(_, members)| placing.of_schema(members)).collect();
    let framed = |block: &Block, name: &str| {
        let least = width_in_letters(name) as f64 * 8.0 + 2.0 * INSIDE;
        (block.width.max(least) + 2.0 * INSIDE, block.height + TITLE + INSIDE)
    };
    let places: Vec<(f64, f64)> = blocks
        .iter()
        .zip(&schemas)
        .map(|(block, (name, _))| if has_frames { framed(block, name) } else { (block.width, block.height) })
        .collect();
    let packed = pack(&places, BLOCKS, SHAPE);
    let mut layout = Layout {
        width: packed.width,
        height: packed.height,
        boxes: vec![(0.0, 0.0); sizes.len()],
        lines: Vec::new(),
        frames: Vec::new(),
        sizes: Vec::new(),
    };
    let (x, y) = if has_frames { (INSIDE, TITLE) } else { (0.0, 0.0) };
    for ((block, (left, top)), ((name, _), (width, height))) in
        blocks.into_iter().zip(packed.corners).zip(schemas.iter().zip(&places))
    {
        for (entity, own_left, own_top) in block.boxes {
            layout.boxes[entity] = (left + x + own_left, top + y + own_top);
        }
        layout.lines.extend(block.lines.into_iter().map(|line| line.moved(left + x, top + y)));
        if has_frames {
            layout.frames.push(Frame { name: name.clone(), left, top, width: *width, height: *height });
        }
    }
    for (at, relation) in diagram.relations.iter().enumerate() {
        if diagram.entities[relation.child].schema() != diagram.entities[relation.parent].schema() {
            layout.lines.push(routes::between(at, relation, &layout.boxes, &sizes, &ports[at]));
        }
    }
    layout.lines.sort_by_key(|line| line.relation);
    let right = layout.lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(0.0, f64::max);
    layout.width = layout.width.max(right);
    layout.sizes = sizes;
    layout
}

/// The entities of each schema, the default one first.
fn schemas(diagram: &Diagram) -> Vec<(String, Vec<usize>)> {
    let mut schemas: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for (place, entity) in diagram.entities.iter().enumerate() {
        match schemas.iter_mut().find(|(schema, _)| *schema == entity.schema()) {
            Some((_, members)) => members.push(place),
            None => schemas.push((entity.schema(), vec![place])),
        }
    }
    schemas.sort_by_key(|(schema, _)| *schema);
    let name = |schema: Option<&str>| schema.unwrap_or(onramp_database::catalog::DEFAULT_SCHEMA).to_owned();
    schemas.into_iter().map(|(schema, members)| (name(schema), members)).collect()
}

/// What is needed to place things.
struct Placing<'a> {
    diagram: &'a Diagram,
    sizes: &'a [Size],
    /// Where the lines of each relation begin and end.
    ports: &'a [[Port; 2]],
}

impl Placing<'_> {
    fn of_schema(&self, members: &[usize]) -> Block {
        let mut local = vec![None; self.sizes.len()];
        members.iter().enumerate().for_each(|(at, entity)| local[*entity] = Some(at));
        let own: Vec<(usize, &Relation)> = self
            .diagram
            .relations
            .iter()
            .enumerate()
            .filter(|(_, relation)| local[relation.child].is_some() && local[relation.parent].is_some())
            .collect();
        let mut neighbours = vec![Vec::new(); members.len()];
        for (_, relation) in &own {
            if let (Some(child), Some(parent)) = (local[relation.child], local[relation.parent]) {
                neighbours[child].push(parent);
            }
        }
        let has_line = |part: &Vec<usize>| part.len() > 1 || !neighbours[part[0]].is_empty();
        let (mut parts, alone): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
            parts(&neighbours).into_iter().partition(has_line);
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        let mut blocks: Vec<Block> = Vec::with_capacity(parts.len() + 1);
        for part in parts {
            let part: Vec<usize> = part.into_iter().map(|at| members[at]).collect();
            let own: Vec<(usize, &Relation)> = own
                .iter()
                .filter(|(_, relation)| part.binary_search(&relation.child).is_ok())
                .copied()
                .collect();
            blocks.push(self.in_layers(&part, &own));
        }
        let alone: Vec<usize> = alone.into_iter().flatten().map(|at| members[at]).collect();
        if !alone.is_empty() {
            blocks.push(self.in_columns(alone));
        }
        let places: Vec<(f64, f64)> = blocks.iter().map(|block| (block.width, block.height)).collect();
        let packed = pack(&places, BLOCKS, SHAPE);
        let mut whole =
            Block { width: packed.width, height: packed.height, boxes: Vec::new(), lines: Vec::new() };
        for (block, (x, y)) in blocks.into_iter().zip(packed.corners) {
            whole.boxes.extend(block.boxes.into_iter().map(|(at, left, top)| (at, x + left, y + top)));
            whole.lines.extend(block.lines.into_iter().map(|line| line.moved(x, y)));
        }
        whole
    }

    /// A connected part: what is referred to stands to the left of what refers to it.
    fn in_layers(&self, part: &[usize], relations: &[(usize, &Relation)]) -> Block {
        let local = |entity: usize| part.binary_search(&entity).expect("both ends lie in the part");
        let own: Vec<Relation> = relations
            .iter()
            .map(|(_, relation)| Relation {
                child: local(relation.child),
                parent: local(relation.parent),
                ..(*relation).clone()
            })
            .collect();
        let places = super::order::order(part.len(), &own);
        let mut sorted = vec![0; part.len()];
        places.iter().enumerate().for_each(|(at, place)| sorted[*place] = part[at]);
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); part.len()];
        let mut links: Vec<routes::Link> = Vec::new();
        let mut loops: Vec<usize> = Vec::new();
        for ((at, _), relation) in relations.iter().zip(&own) {
            let (child, parent) = (places[relation.child], places[relation.parent]);
            if child == parent {
                loops.push(*at);
                continue;
            }
            let (left, right) = (child.min(parent), child.max(parent));
            if !needs[right].contains(&left) {
                needs[right].push(left);
            }
            links.push(routes::Link { relation: *at, left, right, child_is_left: child < parent });
        }
        let mut layered = Layered::new(&needs, ROOM);
        reduce_crossings(&mut layered);
        let ways = routes::Ways::new(&layered, links, self.ports);
        let sizes: Vec<f64> = (0..layered.points.len())
            .map(|point| match layered.points[point].task {
                Some(task) => self.sizes[sorted[task]].height + APART,
                None => ways.width_of_passing(point),
            })
            .collect();
        let heights = heights(&layered, &sizes, &|left, right| ways.fall(left, right));
        let loops_of =
            |entity: usize| loops.iter().filter(|at| self.diagram.relations[**at].child == entity).count();
        let widths: Vec<f64> = sorted
            .iter()
            .map(|entity| self.sizes[*entity].width + routes::width_of_loops(loops_of(*entity)))
            .collect();
        let gaps = ways.gaps(&layered, &heights, self.ports);
        let mut columns: Vec<(f64, f64)> = Vec::with_capacity(layered.layers.len());
        let mut x = 0.0;
        for (at, layer) in layered.layers.iter().enumerate() {
            let tasks = layer.iter().filter_map(|point| layered.points[*point].task);
            let width = tasks.map(|task| widths[task]).fold(0.0, f64::max);
            columns.push((x, x + width));
            x += width + gaps.width(at);
        }
        let top = |place: usize| heights[place] - self.sizes[sorted[place]].height / 2.0;
        let boxes: Vec<(usize, f64, f64)> = sorted
            .iter()
            .enumerate()
            .map(|(place, entity)| (*entity, columns[layered.points[place].layer].0, top(place)))
            .collect();
        let width_of = |place: usize| self.sizes[sorted[place]].width;
        let mut lines = ways.lines(&layered, &heights, &columns, &gaps, &width_of, self.ports);
        for (entity, left, top) in &boxes {
            let own = loops.iter().filter(|at| self.diagram.relations[**at].child == *entity);
            let right = left + self.sizes[*entity].width;
            lines.extend(own.enumerate().map(|(lane, at)| {
                routes::own_loop(*at, &self.ports[*at], right, top + self.sizes[*entity].height / 2.0, lane)
            }));
        }
        let bottom = heights.iter().zip(&sizes).map(|(height, size)| height + size / 2.0).fold(0.0, f64::max);
        let right = columns.last().map_or(0.0, |(_, right)| *right);
        Block { width: right, height: bottom - APART, boxes, lines }.raised(APART / 2.0)
    }

    /// What has no relations, one below the other in columns: tables, then views, then enumerations.
    fn in_columns(&self, mut entities: Vec<usize>) -> Block {
        let entity = |at: &usize| -> &Entity { &self.diagram.entities[*at] };
        entities.sort_by(|one, two| {
            (entity(one).kind, &entity(one).path).cmp(&(entity(two).kind, &entity(two).path))
        });
        let area: f64 = entities
            .iter()
            .map(|at| (self.sizes[*at].width + APART) * (self.sizes[*at].height + APART))
            .sum();
        let highest = entities.iter().map(|at| self.sizes[*at].height).fold(0.0, f64::max);
        let limit = (area / SHAPE).sqrt().max(highest);
        let mut block = Block { width: 0.0, height: 0.0, boxes: Vec::new(), lines: Vec::new() };
        let (mut x, mut y, mut widest) = (0.0, 0.0, 0.0_f64);
        for at in entities {
            let Size { width, height, .. } = self.sizes[at];
            if y > 0.0 && y + height > limit {
                (x, y, widest) = (x + widest + APART, 0.0, 0.0);
            }
            block.boxes.push((at, x, y));
            widest = widest.max(width);
            block.width = block.width.max(x + width);
            block.height = block.height.max(y + height);
            y += height + APART;
        }
        block
    }
}

impl Block {
    /// The same, higher by so much.
    fn raised(mut self, by: f64) -> Self {
        self.boxes.iter_mut().for_each(|(_, _, top)| *top -= by);
        self.lines = self.lines.into_iter().map(|line| line.moved(0.0, -by)).collect();
        self
    }
}

/// The middle of the row that a relation begins or ends at, from the middle of its box.
pub(super) fn row_from_middle(size: &Size, row: Option<usize>) -> f64 {
    middle(row) - size.height / 2.0
}

/// The side of a box that a line leaves.
pub(super) fn outwards(side: Side) -> f64 {
    match side {
        Side::Left => -1.0,
        Side::Right => 1.0,
    }
}
