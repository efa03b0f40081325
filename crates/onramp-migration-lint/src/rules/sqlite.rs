use onramp_database::catalog::{Catalog, Kind};

use super::{Found, shown, table_id};
use crate::lint::Step;
use crate::rule::{PRAGMA_INSIDE, REBUILD_CASCADES};
use crate::sql::{Parsed, Path};
use crate::world::{World, same};
use crate::{Revision, Transaction};

/// What SQLite does with foreign keys when a table is dropped.
pub(crate) fn sqlite(steps: &[Step<'_>], revision: &Revision<'_>) -> Vec<Found> {
    let mut found = Vec::new();
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
                    let children = children(revision.before, origin, &world);
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
fn children(before: &Catalog, parent: &[String], world: &World<'_>) -> Vec<(String, &'static str)> {
    let mut children = Vec::new();
    for (id, object) in before.objects.iter().filter(|(id, _)| id.kind == Kind::ForeignKey) {
        let is_there = world.today(id.whole()).is_some() && !same(before.dialect, id.whole(), parent);
        let Some(definition) = object.get("definition").filter(|_| is_there) else { continue };
        let Some((_, target)) = definition.split_once(" REFERENCES ") else { continue };
        let target = target.trim_start();
        let name = match target.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => target.split(|letter: char| letter == '(' || letter.is_whitespace()).next(),
        };
        let name = Path(vec![name.unwrap_or_default().to_owned()]);
        if !same(before.dialect, &name.0, parent) {
            continue;
        }
        let what = if definition.contains("ON DELETE CASCADE") {
            "their rows are deleted"
        } else if definition.contains("ON DELETE SET NULL") {
            "their column is emptied"
        } else if definition.contains("ON DELETE SET DEFAULT") {
            "their column gets its default"
        } else {
            "the drop fails where they have rows"
        };
        let child = id.whole().join(".");
        if !children.iter().any(|(known, _)| *known == child) {
            children.push((child, what));
        }
    }
    children
}
