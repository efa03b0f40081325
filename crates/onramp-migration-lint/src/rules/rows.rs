//! What became of rows that were in the tables, where somebody has compared them.

mod intent;

use onramp_database::catalog::{Kind, ObjectId};
use onramp_database::rows::{Missing, MissingRows, MissingValues};

use self::intent::{Intent, Reach};
use super::{Found, attribution, part_id, table_id};
use crate::lint::Step;
use crate::rule::{CONDITION_OF_ALL, DROP_COLUMN, RENAME_AS_DROP, ROWS_LOST, VALUES_LOST};
use crate::world::{World, same};

/// What is missing in tables and columns that are still there, `world` being that at the end of the revision. Nothing is
/// said of what a statement says itself, nor of what another rule has found.
pub(crate) fn rows(missing: &Missing, steps: &[Step<'_>], world: &World<'_>, known: &[Found]) -> Vec<Found> {
    let intent = Intent::of(steps, world);
    let mut look = Look { steps, world, known, intent, found: Vec::new() };
    for table in &missing.tables {
        let is_it = |id: &&ObjectId| id.kind == Kind::Table && id.path.join(".") == table.table;
        let Some(id) = world.before.objects.keys().find(is_it) else { continue };
        // Another table may have its name now.
        let today = world.today(&id.path).unwrap_or(&id.path);
        if !same(world.before.dialect, today, &id.path) || world.emptied.contains(&id.path) {
            continue;
        }
        look.rows(&id.path, table);
        for column in &table.columns {
            look.values(&id.path, column);
        }
    }
    look.found
}

struct Look<'a> {
    steps: &'a [Step<'a>],
    world: &'a World<'a>,
    /// What the catalogs and the statements have told.
    known: &'a [Found],
    intent: Intent,
    found: Vec<Found>,
}

impl Look<'_> {
    fn rows(&mut self, table: &[String], missing: &MissingRows) {
        let MissingRows { rows_before, rows, rows_added, .. } = *missing;
        let (id, name) = (table_id(table), missing.table.as_str());
        let is_all = rows == rows_before;
        if rows == 0 || self.intent.deletes_below(table) {
            return;
        }
        match self.intent.delete(table) {
            Some((_, Reach::All)) => return,
            Some((place, Reach::Some)) => {
                // Of one row there is nothing to choose.
                if is_all && rows_before > 1 {
                    let message =
                        format!("deletes all {rows_before} rows of {name}: its condition is true of each");
                    self.found.push(Found::at(&self.steps[place], &CONDITION_OF_ALL, Some(id), message));
                }
                return;
            }
            None => {}
        }
        // What a block of code deletes it may well choose, and rows may have got other keys on purpose.
        let is_chosen = !is_all && self.intent.block_speaks_of("delete", &[bare(table)]).is_some();
        let is_rewritten = self.intent.updates(table) || self.has_other_types(table);
        if is_chosen || rows_added >= rows && is_rewritten {
            return;
        }
        let message =
            format!("loses {rows} of {rows_before} rows of {name}, and no statement says that they go");
        let place = self.intent.copy(table).or_else(|| self.intent.block_speaks_of("delete", &[bare(table)]));
        self.add(&ROWS_LOST, id, message, place, &[bare(table)]);
    }

    fn values(&mut self, table: &[String], missing: &MissingValues) {
        let column = missing.column.as_str();
        let (Some(before), Some(after)) =
            (self.world.column_before(table, column), self.world.column_after(table, column))
        else {
            return;
        };
        let name = format!("{}.{column}", table.join("."));
        let id = part_id(Kind::Column, table, column);
        let is_told = |found: &Found| {
            let object = found.object.as_ref().filter(|object| object.kind == id.kind);
            (found.rule == &DROP_COLUMN || found.rule == &RENAME_AS_DROP)
                && object.is_some_and(|object| same(self.world.before.dialect, &object.path, &id.path))
        };
        if self.known.iter().any(is_told) {
            return;
        }
        let counted = |count: usize| format!("{count} value{}", if count == 1 { "" } else { "s" });
        if let Some(place) = self.intent.drop_of(table, column) {
            let message =
                format!("drops {name} and adds it anew, without {} of it", counted(missing.changed));
            self.add(&VALUES_LOST, id, message, Some(place), &[]);
            return;
        }
        // It is another column, whose values it has.
        if self.world.column_today(table, column) != column || self.world.is_renamed(table, column) {
            return;
        }
        let is_rebuilt = self.world.filled.iter().any(|(other, _)| other == table);
        let is_filled =
            |(other, name): &(Vec<String>, String)| other == table && self.intent.is_same(name, column);
        let is_left_out = is_rebuilt && !self.world.filled.iter().any(is_filled);
        if is_left_out {
            let message =
                format!("makes {} anew without {} of {column}", table.join("."), counted(missing.changed));
            self.add(&VALUES_LOST, id, message, self.intent.copy(table), &[bare(table)]);
            return;
        }
        let is_meant = before.get("type") != after.get("type")
            || after.contains_key("generated")
            || self.intent.sets(table, column)
            || self.intent.updates(table) && self.intent.has_trigger(table)
            || self.intent.deletes_below(table)
            || self.intent.block_speaks_of("update", &[bare(table), column]).is_some();
        if missing.gone > 0 && !is_meant {
            let message =
                format!("loses {} of {name}, and no statement says that they go", counted(missing.gone));
            self.add(&VALUES_LOST, id, message, self.intent.copy(table), &[bare(table), column]);
        }
    }

    /// Whether columns of a table have other types than before: what is the same is written otherwise then.
    fn has_other_types(&self, table: &[String]) -> bool {
        let columns = self.world.before.objects.iter();
        let mut columns = columns.filter(|(id, _)| id.kind == Kind::Column && id.whole() == table);
        columns.any(|(id, before)| {
            let after = self.world.column_after(table, id.name());
            after.is_some_and(|after| after.get("type") != before.get("type"))
        })
    }

    /// Something about the statement at that place, or else about the one that speaks of those names.
    fn add(
        &mut self,
        rule: &'static crate::Rule,
        object: ObjectId,
        message: String,
        place: Option<usize>,
        names: &[&str],
    ) {
        let found = match place {
            Some(place) => Found::at(&self.steps[place], rule, Some(object), message),
            None => {
                let mut found = Found { rule, object: Some(object), message, statement: None, line: None };
                attribution::put(&mut found, self.steps, names);
                found
            }
        };
        self.found.push(found);
    }
}

/// The name of a table without its schema.
fn bare(table: &[String]) -> &str {
    table.last().map_or("", String::as_str)
}
