use onramp_database::structure::{Action, ForeignKey, Structure};

use super::{Found, shown, table_id};
use crate::lint::Step;
use crate::rule::{PRAGMA_INSIDE, REBUILD_CASCADES};
use crate::sql::Parsed;
use crate::world::{World, same};
use crate::{Revision, Transaction};

/// What SQLite does with foreign keys when a table is dropped.
pub(crate) fn sqlite(steps: &[Step<'_>], revision: &Revision<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let before = Structure::of(revision.before);
    let mut world = World::new(revision.before, revision.after);
    // Programs that care for foreign keys have them on; whether they are, somebody may have seen.
    let mut are_on = true;
    for step in steps {
        if let Some(seen) = step.statement.foreign_keys {
            are_on = seen;
        }
        match &step.parsed {
            Parsed::Pragma { name, value: Some(value) } if name == "foreign_keys" => {
                if step.transaction == Transaction::Inside {
                    let message = format!("sets foreign_keys to {value} in a transaction");
                    found.push(Found::at(step, &PRAGMA_INSIDE, None, message));
                } else {
                    are_on = ["on", "1", "true", "yes"].contains(&value.as_str());
                }
            }
            Parsed::DropTable { tables } if are_on => {
                for table in tables {
                    let Some(origin) = world.origin(table) else { continue };
                    let children = children(&before, origin, &world);
                    if !children.is_empty() {
                        let list: Vec<String> =
                            children.iter().map(|(child, what)| format!("{child} ({what})")).collect();
                        let message = format!(
                            "drops {} while foreign keys are on, and these refer to it: {}",
                            shown(table),
                            list.join(", ")
                        );
                        found.push(Found::at(step, &REBUILD_CASCADES, Some(table_id(origin)), message));
                    }
                }
            }
            _ => {}
        }
        world.apply(&step.parsed);
    }
    found
}

/// The tables that refer to another one and are still there, with what becomes of their rows.
fn children(before: &Structure, parent: &[String], world: &World<'_>) -> Vec<(String, &'static str)> {
    let mut children = Vec::new();
    for (path, table) in &before.tables {
        let leads_there = |key: &&ForeignKey| same(before.dialect, &key.target, parent);
        let key = table.foreign_keys.iter().filter(leads_there).max_by_key(|key| key.on_delete);
        let is_there = world.today(path).is_some() && !same(before.dialect, path, parent);
        if let Some(key) = key.filter(|_| is_there) {
            children.push((path.join("."), fate(key.on_delete)));
        }
    }
    children
}

fn fate(on_delete: Action) -> &'static str {
    match on_delete {
        Action::Cascade => "its rows are deleted",
        Action::SetNull => "its column is emptied",
        Action::SetDefault => "its column gets its default",
        Action::NoAction | Action::Restrict => "the drop fails where it has rows",
    }
}
