use onramp_core::Dialect;
use onramp_database::catalog::{Kind, ObjectId};

use super::{Look, columns};
use crate::rule::REQUIRED_COLUMN;
use crate::rules::{Found, part_id};
use crate::sql::{Action, Parsed};

impl Look<'_> {
    /// New columns that old rows have no value for.
    pub(super) fn required_columns(&mut self) {
        let mut world = self.world.anew();
        for step in self.steps {
            if let Parsed::AlterTable { table, actions } = &step.parsed
                && world.origin(table).is_some()
            {
                for action in actions {
                    let Action::AddColumn(column) = action else { continue };
                    let default = column.default.as_ref();
                    let has_value =
                        default.is_some_and(|default| !default.first().is_some_and(|first| first.is("null")));
                    let is_filled = has_value
                        || column.is_identity
                        || column.is_generated
                        || column.type_.contains("serial");
                    if column.is_required && !is_filled {
                        let id = part_id(Kind::Column, &table.0, &column.name);
                        let message = required(&table.0, &column.name);
                        self.found.push(Found::at(step, &REQUIRED_COLUMN, Some(id), message));
                    }
                }
            }
            world.apply(&step.parsed);
        }
        if self.world.before.dialect == Dialect::Sqlite {
            self.required_by_rebuild();
        }
    }

    /// The same where SQLite has made the table anew, and nothing was copied into the column.
    fn required_by_rebuild(&mut self) {
        let altered: Vec<ObjectId> = self.found.iter().filter_map(|found| found.object.clone()).collect();
        let tables: Vec<ObjectId> =
            self.world.before.objects.keys().filter(|id| id.kind == Kind::Table).cloned().collect();
        for id in tables {
            let Some(today) = self.world.today(&id.path).cloned() else { continue };
            let is_rebuilt = self.world.filled.iter().any(|(table, _)| *table == id.path);
            let missing: Vec<String> = columns(self.world.after, &today)
                .into_iter()
                .filter(|(name, object)| {
                    let is_required = object.get("nullable").is_some_and(|nullable| nullable == "false");
                    let has_value = object.contains_key("default") || object.contains_key("generated");
                    is_required
                        && !has_value
                        && self.world.column_before(&id.path, name).is_none()
                        && !self.world.filled.contains(&(id.path.clone(), (*name).to_owned()))
                })
                .map(|(name, _)| name.to_owned())
                .collect();
            for name in missing.into_iter().filter(|_| is_rebuilt) {
                let column = part_id(Kind::Column, &today, &name);
                if !altered.contains(&column) {
                    let table = today.last().map_or("", String::as_str);
                    self.add(&REQUIRED_COLUMN, column, required(&today, &name), &[table, &name]);
                }
            }
        }
    }
}

fn required(table: &[String], column: &str) -> String {
    format!("adds {}.{column}, which takes no null and has no default", table.join("."))
}
