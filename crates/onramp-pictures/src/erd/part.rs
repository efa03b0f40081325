use std::collections::BTreeSet;

use super::{Diagram, EntityKind, Mark, enums};

/// Which part of a diagram is shown.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// These tables; all of them where none is named.
    pub tables: Vec<String>,
    /// Only those that have changed; of the named ones, where some are.
    pub changed: bool,
    /// How many steps along foreign keys others are shown that are connected with those.
    pub depth: usize,
    /// Which of their columns.
    pub columns: Columns,
}

/// Which columns of a table are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// All of them.
    #[default]
    All,
    /// Those that are in a key or in a relation, and those that have changed.
    Keys,
    /// None.
    None,
}

/// No table has that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTable {
    /// The name.
    pub name: String,
}

impl Diagram {
    /// A part of the diagram.
    pub fn part(mut self, part: &Part) -> Result<Self, UnknownTable> {
        if !part.tables.is_empty() || part.changed {
            let kept = self.chosen(part)?;
            self.keep(&kept);
        }
        match part.columns {
            Columns::All => {}
            Columns::Keys => self.hide(|row_is_of_key| row_is_of_key),
            Columns::None => self.hide(|_| false),
        }
        Ok(self)
    }

    /// The chosen entities, with those that are connected with them.
    fn chosen(&self, part: &Part) -> Result<BTreeSet<usize>, UnknownTable> {
        let mut chosen: BTreeSet<usize> = BTreeSet::new();
        for name in &part.tables {
            let own = self.entities.iter().enumerate().filter(|(_, entity)| entity.name() == *name);
            let before = chosen.len();
            chosen.extend(own.map(|(place, _)| place));
            if chosen.len() == before && !self.entities.iter().any(|entity| entity.name() == *name) {
                return Err(UnknownTable { name: name.clone() });
            }
        }
        if part.tables.is_empty() {
            chosen.extend(0..self.entities.len());
        }
        if part.changed {
            let mut touched: BTreeSet<usize> =
                (0..self.entities.len()).filter(|place| self.entities[*place].mark != Mark::Same).collect();
            let relations = self.relations.iter().filter(|relation| relation.mark != Mark::Same);
            touched.extend(relations.flat_map(|relation| [relation.child, relation.parent]));
            chosen.retain(|place| touched.contains(place));
        }
        let mut last = chosen.clone();
        for _ in 0..part.depth {
            let mut next = BTreeSet::new();
            for relation in &self.relations {
                for (one, other) in [(relation.child, relation.parent), (relation.parent, relation.child)] {
                    if last.contains(&one) && !chosen.contains(&other) {
                        next.insert(other);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            chosen.extend(&next);
            last = next;
        }
        // An enumeration says what the columns of its type may hold.
        let types = |place: &usize| self.entities[*place].rows.iter().map(|row| row.type_name.as_str());
        let types: BTreeSet<&str> = chosen.iter().flat_map(types).collect();
        let is_used = |place: &usize| {
            let entity = &self.entities[*place];
            entity.kind == EntityKind::Enum && types.iter().any(|name| enums::is_of(name, &entity.path))
        };
        let used: Vec<usize> = (0..self.entities.len()).filter(is_used).collect();
        chosen.extend(used);
        Ok(chosen)
    }

    fn keep(&mut self, kept: &BTreeSet<usize>) {
        let mut places = vec![None; self.entities.len()];
        kept.iter().enumerate().for_each(|(new, old)| places[*old] = Some(new));
        let mut place = 0..self.entities.len();
        self.entities.retain(|_| place.next().is_some_and(|place| kept.contains(&place)));
        self.relations.retain_mut(|relation| {
            let (Some(child), Some(parent)) = (places[relation.child], places[relation.parent]) else {
                return false;
            };
            (relation.child, relation.parent) = (child, parent);
            true
        });
        for change in self.changes.iter_mut().flatten() {
            change.entity = change.entity.and_then(|entity| places[entity]);
        }
    }

    /// Leaves out columns: those of which `is_shown` says so, told whether they are in a key, in a relation or changed.
    fn hide(&mut self, is_shown: impl Fn(bool) -> bool) {
        let mut in_relations: BTreeSet<(usize, usize)> = BTreeSet::new();
        for relation in &self.relations {
            for (child, parent) in &relation.columns {
                in_relations.extend(child.map(|row| (relation.child, row)));
                in_relations.extend(parent.map(|row| (relation.parent, row)));
            }
        }
        let mut places: Vec<Vec<Option<usize>>> = Vec::with_capacity(self.entities.len());
        for (at, entity) in self.entities.iter_mut().enumerate() {
            let rows = std::mem::take(&mut entity.rows);
            let mut moved = Vec::with_capacity(rows.len());
            for (place, row) in rows.into_iter().enumerate() {
                let keys = row.keys;
                let of_key = keys.primary
                    || keys.foreign
                    || keys.unique
                    || row.mark != Mark::Same
                    || in_relations.contains(&(at, place));
                let stays = is_shown(of_key);
                moved.push(stays.then_some(entity.rows.len()));
                if stays {
                    entity.rows.push(row);
                } else {
                    entity.hidden += 1;
                }
            }
            places.push(moved);
        }
        for relation in &mut self.relations {
            for (child, parent) in &mut relation.columns {
                *child = child.and_then(|row| places[relation.child][row]);
                *parent = parent.and_then(|row| places[relation.parent][row]);
            }
        }
    }
}
