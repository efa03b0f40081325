//! What became of rows that were in the tables, where somebody has compared them.

mod block;
mod code;
mod intent;
mod made;
mod views;

use onramp_database::catalog::{Kind, ObjectId};
use onramp_database::rows::{Missing, MissingRows, MissingValues};

use self::code::{Code, Doer};
use self::intent::{Intent, Reach};
use super::{Found, attribution, part_id, table_id};
use crate::lint::Step;
use crate::rule::{CONDITION_OF_ALL, DROP_COLUMN, RENAME_AS_DROP, ROWS_LOST, VALUES_LOST};
use crate::sql::{self, Parsed};
use crate::world::{World, same, table_called};

/// What is missing in tables and columns that are still there, `world` being that at the end of the revision. Nothing is
/// said of what a statement says itself, nor of what another rule has found.
pub(crate) fn rows(missing: &Missing, steps: &[Step<'_>], world: &World<'_>, known: &[Found]) -> Vec<Found> {
    let intent = Intent::of(steps, world);
    let code = Code::of(steps, world);
    let mut look = Look { steps, world, known, intent, code, found: Vec::new() };
    for rows in &missing.tables {
        let Some(table) = Table::of(rows, world).filter(|table| !world.emptied.contains(&table.origin))
        else {
            continue;
        };
        look.rows(&table, rows);
        for column in &rows.columns {
            look.values(&table, rows.rows_before, column);
        }
    }
    look.found
}

/// A table that is there before and after.
struct Table {
    /// Its path from before.
    origin: Vec<String>,
    /// Its path at the end.
    today: Vec<String>,
    /// For people, under both names where it has two.
    name: String,
}

impl Table {
    /// The table that was compared, if the later one is what has become of it.
    fn of(missing: &MissingRows, world: &World<'_>) -> Option<Self> {
        let origin = &table_called(world.before, &missing.table)?.path;
        let today = &table_called(world.after, &missing.today)?.path;
        // Another table may have its name now.
        let is_it = || world.end_of(origin).is_some_and(|end| same(world.before.dialect, end, today));
        (missing.is_certain || is_it()).then(|| Self {
            origin: origin.clone(),
            today: today.clone(),
            name: now(&missing.table, &missing.today),
        })
    }

    /// Both names without their schemas.
    fn names(&self) -> [&str; 2] {
        [bare(&self.origin), bare(&self.today)]
    }
}

struct Look<'a> {
    steps: &'a [Step<'a>],
    world: &'a World<'a>,
    /// What the catalogs and the statements have told.
    known: &'a [Found],
    intent: Intent,
    code: Code,
    found: Vec<Found>,
}

impl Look<'_> {
    fn rows(&mut self, table: &Table, missing: &MissingRows) {
        let MissingRows { rows_before, rows, rows_added, .. } = *missing;
        let (id, name) = (table_id(&table.today), table.name.as_str());
        let is_all = rows == rows_before;
        if rows == 0 || self.intent.deletes_below(&table.origin) {
            return;
        }
        match self.intent.delete(&table.origin) {
            Some((_, Reach::All)) => return,
            Some((place, Reach::Some)) => {
                // Of one row there is nothing to choose.
                if is_all && rows_before > 1 {
                    let has_none =
                        matches!(self.steps[place].parsed, Parsed::Delete { reach: sql::Reach::All, .. });
                    let why = if has_none { "through a view" } else { "its condition is true of each" };
                    let message = format!("deletes all {rows_before} rows of {name}: {why}");
                    self.found.push(Found::at(&self.steps[place], &CONDITION_OF_ALL, Some(id), message));
                }
                return;
            }
            None => {}
        }
        // What a block of code deletes it may well choose, and rows may have got other keys on purpose.
        let is_chosen =
            !is_all && table.names().iter().any(|name| self.intent.block_speaks_of("delete", &[name]));
        let is_rewritten = self.intent.updates(&table.origin) || self.has_other_types(table);
        if is_chosen || rows_added >= rows && is_rewritten {
            return;
        }
        let doer = self.doer(&["delete", "truncate"], table, &[]);
        let place = self.intent.copy(&table.origin);
        let message = format!("loses {rows} of {rows_before} rows of {name}");
        self.lost(&ROWS_LOST, id, message, place, doer, &[bare(&table.origin)]);
    }

    fn values(&mut self, table: &Table, rows_before: usize, missing: &MissingValues) {
        let (column, today) = (missing.column.as_str(), missing.today.as_str());
        let objects = (
            self.world.before.objects.get(&part_id(Kind::Column, &table.origin, column)),
            self.world.after.objects.get(&part_id(Kind::Column, &table.today, today)),
        );
        let (Some(before), Some(after)) = objects else { return };
        let name = format!("{}.{}", table.name, now(column, today));
        let id = part_id(Kind::Column, &table.today, today);
        let is_told = |found: &Found| {
            let object = found.object.as_ref().filter(|object| object.kind == id.kind);
            let is_it = |object: &ObjectId| {
                let ids = [&id.path, &part_id(Kind::Column, &table.today, column).path];
                ids.iter().any(|path| same(self.world.before.dialect, &object.path, path))
            };
            (found.rule == &DROP_COLUMN || found.rule == &RENAME_AS_DROP) && object.is_some_and(is_it)
        };
        if self.known.iter().any(is_told) {
            return;
        }
        let counted = |count: usize| format!("{count} value{}", if count == 1 { "" } else { "s" });
        if let Some(place) = self.intent.drop_of(&table.origin, column).filter(|_| column == today) {
            let message =
                format!("drops {name} and adds it anew, without {} of it", counted(missing.changed));
            self.add(&VALUES_LOST, id, message, Some(place), &[]);
            return;
        }
        // It is another column, whose values it has.
        let is_it = || {
            let end = self.world.column_today(&table.origin, column);
            let other = self.world.other_name(&table.origin, today);
            self.intent.is_same(end, today) && other.is_none_or(|other| self.intent.is_same(other, column))
        };
        if !missing.is_certain && !is_it() {
            return;
        }
        let is_rebuilt = self.world.filled.iter().any(|(other, _)| *other == table.origin);
        let is_filled = |(other, name): &(Vec<String>, String)| {
            *other == table.origin && self.intent.is_same(name, today)
        };
        let is_left_out = is_rebuilt && !self.world.filled.iter().any(is_filled);
        if is_left_out {
            let message = format!(
                "makes {} anew without {} of {}",
                table.name,
                counted(missing.changed),
                now(column, today)
            );
            let place = self.intent.copy(&table.origin);
            self.add(&VALUES_LOST, id, message, place, &[bare(&table.origin)]);
            return;
        }
        if missing.gone == 0 {
            return;
        }
        let doer = [column, today].iter().find_map(|name| self.doer(&["update", "merge"], table, &[name]));
        // One that meets fewer rows leaves the rest to what else has been run.
        let sets = self.intent.sets(&table.origin, &[column, today]);
        let sets = sets.is_some_and(|most| most >= missing.gone || doer.is_none());
        // Of one row there is nothing to choose.
        let is_all = missing.gone == rows_before && rows_before > 1;
        let constant = [column, today].iter().find_map(|name| self.intent.constant_of(&table.origin, name));
        let is_meant = constant.is_none() && before.get("type") != after.get("type")
            || after.contains_key("generated")
            || sets
            || self.intent.updates(&table.origin) && self.intent.has_trigger(&table.origin)
            || self.intent.deletes_below(&table.origin)
            || !is_all && self.block_chooses(table, [column, today]);
        if is_meant {
            return;
        }
        if let Some(place) = constant {
            let message = format!(
                "gives {name} another type by an expression without a column, and loses {} of it",
                counted(missing.gone)
            );
            self.add(&VALUES_LOST, id, message, Some(place), &[]);
        } else {
            let place = self.intent.copy(&table.origin);
            let message = format!("loses {} of {name}", counted(missing.gone));
            self.lost(&VALUES_LOST, id, message, place, doer, &[bare(&table.origin), column]);
        }
    }

    /// Whether a block of code gives values to a column of some rows, and to those alone.
    fn block_chooses(&self, table: &Table, [column, today]: [&str; 2]) -> bool {
        let names = table.names();
        let mut pairs = names.iter().flat_map(|name| [(*name, column), (*name, today)]);
        pairs.clone().any(|(name, column)| self.intent.block_speaks_of("update", &[name, column]))
            && !pairs.any(|(name, column)| self.intent.block_updates_all(name, column))
    }

    /// Who has done something to a table, or to one whose rows take others with them.
    fn doer(&self, words: &[&str], table: &Table, columns: &[&str]) -> Option<Doer> {
        let of = |name: &str| self.code.doer(words, &[&[name], columns].concat());
        let of_above = || {
            let above = self.intent.above(&table.origin);
            above.iter().find_map(|path| {
                let name = bare(path);
                self.code.doer(&["delete", "truncate"], &[name]).or_else(|| self.code.replacer(name))
            })
        };
        table.names().into_iter().find_map(of).or_else(of_above)
    }

    /// Something that is gone, and who has done it.
    fn lost(
        &mut self,
        rule: &'static crate::Rule,
        object: ObjectId,
        message: String,
        place: Option<usize>,
        doer: Option<Doer>,
        names: &[&str],
    ) {
        match doer.filter(|_| place.is_none()) {
            Some(Doer { place, unit: Some(unit) }) => {
                let message = format!("{message} through {unit}");
                self.add(rule, object, message, Some(place), names);
            }
            Some(Doer { place, unit: None }) => {
                self.add(rule, object, format!("{message} in a block of code"), Some(place), names);
            }
            None => {
                let message = format!("{message}, and no statement says that they go");
                self.add(rule, object, message, place, names);
            }
        }
    }

    /// Whether columns of a table have other types than before: what is the same is written otherwise then.
    fn has_other_types(&self, table: &Table) -> bool {
        let columns = self.world.before.objects.iter();
        let mut columns = columns.filter(|(id, _)| id.kind == Kind::Column && id.whole() == table.origin);
        columns.any(|(id, before)| {
            let today = self.world.column_today(&table.origin, id.name());
            let after = self.world.after.objects.get(&part_id(Kind::Column, &table.today, today));
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

/// A name from before with that of today, where it is another one.
fn now(before: &str, today: &str) -> String {
    if before == today { before.to_owned() } else { format!("{before} (now {today})") }
}

/// The name of a table without its schema.
fn bare(table: &[String]) -> &str {
    table.last().map_or("", String::as_str)
}
