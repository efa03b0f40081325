mod keys;
mod required;
mod unique;

use std::collections::BTreeMap;

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind, Object, ObjectId};
use onramp_database::structure::{ForeignKey, Structure};

use super::renames::{plain_name, renamed};
use super::{Found, attribution, part_id, table_id};
use crate::change_of_type::type_change_narrows;
use crate::lint::Step;
use crate::nulls::takes_no_null;
use crate::rule::{
    DROP_COLUMN, DROP_FOREIGN_KEY, DROP_OBJECT, DROP_SCHEMA, DROP_TABLE, NARROW_TYPE, RENAME_AS_DROP,
    RENAME_COLUMN, RENAME_TABLE, Rule, SET_NOT_NULL,
};
use crate::sql::{Action, Parsed};
use crate::world::{World, same};

/// What the difference of the catalogs tells, `world` being that at the end of the revision.
pub(crate) fn data(steps: &[Step<'_>], world: &World<'_>) -> Vec<Found> {
    let structures = (Structure::of(world.before), Structure::of(world.after));
    let mut look = Look { steps, world, structures, found: Vec::new() };
    // Where nothing has become of the statements, nothing has the names that they give.
    let is_as_before = world.before.objects == world.after.objects;
    if !is_as_before {
        look.schemas();
    }
    let tables = world.before.objects.keys().filter(|id| id.kind == Kind::Table);
    for id in tables {
        let today = if is_as_before { Some(&id.path) } else { world.end_of(&id.path) };
        match today.and_then(|today| find(world.after, today)) {
            Some(today) => look.surviving(&id.path, &today.path),
            None => look.gone(id),
        }
    }
    look.required_columns();
    if !is_as_before {
        look.others();
    }
    look.found
}

struct Look<'a> {
    steps: &'a [Step<'a>],
    world: &'a World<'a>,
    /// What was there before, and what is there behind it.
    structures: (Structure, Structure),
    found: Vec<Found>,
}

impl Look<'_> {
    fn add(&mut self, rule: &'static Rule, object: ObjectId, message: String, names: &[&str]) {
        let mut found = Found { rule, object: Some(object), message, statement: None, line: None };
        attribution::put(&mut found, self.steps, names);
        self.found.push(found);
    }

    fn schemas(&mut self) {
        let schemas = self.world.before.objects.keys().filter(|id| id.kind == Kind::Schema);
        let today = |id: &ObjectId| ObjectId::new(Kind::Schema, [self.world.schema_today(id.name())]);
        for id in schemas.filter(|id| !self.world.after.objects.contains_key(&today(id))) {
            self.add(&DROP_SCHEMA, id.clone(), format!("drops the schema {}", id.name()), &[id.name()]);
        }
    }

    /// What is no table and no part of one that engines see.
    fn others(&mut self) {
        let kinds = [
            Kind::Extension,
            Kind::Enum,
            Kind::Domain,
            Kind::Composite,
            Kind::Range,
            Kind::Sequence,
            Kind::View,
            Kind::MaterializedView,
            Kind::Trigger,
            Kind::Policy,
            Kind::Function,
            Kind::Procedure,
            Kind::Aggregate,
        ];
        for (id, object) in self.world.before.objects.iter().filter(|(id, _)| kinds.contains(&id.kind)) {
            let mut today = id.clone();
            if matches!(id.kind, Kind::Trigger | Kind::Policy) {
                // What goes with its table is a matter of the table.
                let Some(table) = self.world.today(id.whole()) else { continue };
                today.path = table.iter().cloned().chain([id.name().to_owned()]).collect();
            }
            let is_owned = object.get("owned-by").is_some_and(|owner| !owner.is_empty());
            // A type that goes with its columns is told with them.
            let is_type = matches!(id.kind, Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range);
            if is_type && self.has_columns(id) {
                continue;
            }
            if is_owned || self.is_kept(&today) {
                continue;
            }
            // A function is called by its name alone.
            let name = plain_name(id).to_owned();
            self.add(&DROP_OBJECT, id.clone(), format!("drops {id}"), &[&name]);
        }
    }

    /// Whether columns had a type.
    fn has_columns(&self, id: &ObjectId) -> bool {
        self.world.before.objects.iter().filter(|(other, _)| other.kind == Kind::Column).any(|(_, column)| {
            let type_ = column.get("type").map_or("", String::as_str).trim_end_matches("[]").replace('"', "");
            type_ == id.path.join(".")
        })
    }

    /// Whether an object is there behind the revision, be it under another name. What a function takes may be called
    /// otherwise then.
    fn is_kept(&self, id: &ObjectId) -> bool {
        let after = &self.world.after.objects;
        let today = renamed(id, self.steps);
        let is_it = |other: &ObjectId| {
            let above = today.path.len() - 1;
            other.kind == today.kind
                && other.path.len() == today.path.len()
                && other.path[..above] == today.path[..above]
                && plain_name(other) == plain_name(&today)
        };
        after.contains_key(&today) || today != *id && after.keys().any(is_it)
    }

    /// A table that is not there any more.
    fn gone(&mut self, id: &ObjectId) {
        let (before, after) = (self.world.before, self.world.after);
        let old = columns(before, &id.path);
        let is_new = |other: &&ObjectId| {
            other.kind == Kind::Table && find(before, &other.path).is_none() && !self.is_a_rename(&other.path)
        };
        let alike = after
            .objects
            .keys()
            .filter(is_new)
            .find(|other| !old.is_empty() && types(&columns(after, &other.path)) == types(&old));
        let name = id.path.join(".");
        match alike {
            Some(other) => {
                let message = format!("drops {name} and adds {} with the same columns", other.path.join("."));
                self.add(&RENAME_AS_DROP, id.clone(), message, &[id.name()]);
            }
            None => self.add(&DROP_TABLE, id.clone(), format!("drops the table {name}"), &[id.name()]),
        }
    }

    fn is_a_rename(&self, today: &[String]) -> bool {
        self.world.origin(&crate::sql::Path(today.to_vec())).is_some_and(|origin| origin != today)
    }

    /// A table that is still there, under this name or another one.
    fn surviving(&mut self, origin: &[String], today: &[String]) {
        let dialect = self.world.before.dialect;
        let (name, table) = (today.join("."), origin.last().cloned().unwrap_or_default());
        if !same(dialect, origin, today) {
            let new = today.last().map_or("", String::as_str);
            let schema = origin.first().filter(|schema| origin.len() > 1 && today.first() != Some(*schema));
            let schema = schema.map(|schema| (schema.as_str(), self.world.schema_today(schema)));
            let names = match schema.filter(|(old, today)| old != today) {
                Some((old, today)) => [old, today],
                None => [table.as_str(), new],
            };
            let message = format!("renames {} to {name}", origin.join("."));
            self.add(&RENAME_TABLE, table_id(today), message, &names);
        }
        if self.world.emptied.contains(origin) {
            let message = format!("drops {name} and makes it anew without its rows");
            self.add(&DROP_TABLE, table_id(today), message, &[&table]);
        }
        let (old, new) = (columns(self.world.before, origin), columns(self.world.after, today));
        let find = |columns: &BTreeMap<&str, &Object>, name: &str| {
            let is_it = |other: &&&str| match dialect {
                Dialect::Postgresql => **other == name,
                Dialect::Sqlite => other.eq_ignore_ascii_case(name),
            };
            columns.keys().find(is_it).map(|name| (*name).to_owned())
        };
        for (column, before) in &old {
            let today_name = self.world.column_today(origin, column).to_owned();
            let Some(found) = find(&new, &today_name) else {
                self.gone_column(origin, today, column, before, &new, &old);
                continue;
            };
            if found != *column && !found.eq_ignore_ascii_case(column) {
                let message = format!("renames {name}.{column} to {found}");
                self.add(
                    &RENAME_COLUMN,
                    part_id(Kind::Column, today, &found),
                    message,
                    &[&table, column, &found],
                );
            }
            if self.loses_values(origin, column, new[found.as_str()]) {
                let message = format!("makes {name}.{found} anew without the values of {column}");
                let id = part_id(Kind::Column, today, &found);
                self.add(&DROP_COLUMN, id, message, &[&table, column]);
            }
            self.changed_type(&name, today, &found, (before, new[found.as_str()]));
            self.required(&name, (origin, column), (today, &found));
        }
        self.unique(origin, today, &old);
        self.primary_key(origin, today);
        self.foreign_keys(origin, today, &new);
    }

    fn gone_column(
        &mut self,
        origin: &[String],
        today: &[String],
        column: &str,
        before: &Object,
        new: &BTreeMap<&str, &Object>,
        old: &BTreeMap<&str, &Object>,
    ) {
        let (name, table) = (today.join("."), today.last().map_or("", String::as_str));
        let id = part_id(Kind::Column, today, column);
        let is_copied = |other: &str| {
            self.steps.iter().any(|step| {
                let names = |wanted: &str| step.piece.tokens.iter().any(|token| token.text == wanted);
                let moves = step.piece.tokens.first().is_some_and(|first| {
                    ["update", "insert", "merge", "with"].iter().any(|word| first.is(word))
                });
                moves && names(column) && names(other)
            })
        };
        let alike: Vec<&str> = new
            .iter()
            .filter(|(other, object)| {
                !old.contains_key(*other)
                    && object.get("type") == before.get("type")
                    && self.world.column_today(origin, other) == **other
                    && self.world.column_before(origin, other).is_none()
                    && !is_copied(other)
            })
            .map(|(other, _)| *other)
            .collect();
        if alike.is_empty() {
            self.add(&DROP_COLUMN, id, format!("drops the column {name}.{column}"), &[table, column]);
        } else {
            let message = format!("drops {name}.{column} and adds {} of the same type", alike.join(" or "));
            self.add(&RENAME_AS_DROP, id, message, &[table, column]);
        }
    }

    /// Whether a column that is there has lost what it had, and no statement that changes rows names it.
    fn loses_values(&self, origin: &[String], column: &str, after: &Object) -> bool {
        let writes = |step: &Step<'_>| {
            let first = step.piece.tokens.first();
            first.is_some_and(|first| ["update", "merge", "with"].iter().any(|word| first.is(word)))
                && step.piece.tokens.iter().any(|token| token.text.eq_ignore_ascii_case(column))
        };
        self.world.lost.contains(&(origin.to_vec(), column.to_owned()))
            && !self.world.emptied.contains(origin)
            && !after.contains_key("generated")
            && !self.steps.iter().any(writes)
    }

    fn changed_type(
        &mut self,
        name: &str,
        table: &[String],
        column: &str,
        (before, after): (&Object, &Object),
    ) {
        let names = [table.last().map_or("", String::as_str), column];
        if let (Some(old), Some(new)) = (before.get("type"), after.get("type"))
            && self.world.before.dialect == Dialect::Postgresql
            && self.world.type_today(old) != *new
            && type_change_narrows(old, new)
        {
            let id = part_id(Kind::Column, table, column);
            self.add(&NARROW_TYPE, id, format!("makes {name}.{column} of {old} {new}"), &names);
        }
    }

    /// A column that holds no NULL any more, by its table and its name from before and of today.
    fn required(&mut self, name: &str, before: (&[String], &str), (table, column): (&[String], &str)) {
        let takes_null = (
            !takes_no_null(&self.structures.0, before.0, before.1),
            !takes_no_null(&self.structures.1, table, column),
        );
        // PostgreSQL's own statements tell more.
        if self.world.before.dialect == Dialect::Sqlite && takes_null == (true, false) {
            let names = [table.last().map_or("", String::as_str), column];
            let id = part_id(Kind::Column, table, column);
            self.add(&SET_NOT_NULL, id, format!("requires a value in {name}.{column}"), &names);
        }
    }

    /// Whether a statement drops a constraint of that name.
    fn drops_constraint(&self, name: &str) -> bool {
        let drops =
            |action: &Action| matches!(action, Action::DropConstraint { constraint } if constraint == name);
        self.steps.iter().any(|step| match &step.parsed {
            Parsed::AlterTable { actions, .. } => actions.iter().any(drops),
            _ => false,
        })
    }

    fn foreign_keys(&mut self, origin: &[String], today: &[String], new: &BTreeMap<&str, &Object>) {
        let of_table = |structure: &Structure, table: &[String]| -> Vec<ForeignKey> {
            structure.tables.get(table).map(|table| table.foreign_keys.clone()).unwrap_or_default()
        };
        let after = of_table(&self.structures.1, today);
        for key in of_table(&self.structures.0, origin) {
            let columns: Vec<String> =
                key.columns.iter().map(|column| self.world.column_today(origin, column).to_owned()).collect();
            let stays = after.iter().any(|other| other.columns == columns);
            let has_columns = columns.iter().all(|name| new.contains_key(name.as_str()));
            let has_target = self.world.today(&key.target).is_some();
            let own = key.id.name().to_owned();
            // Whoever drops it by its name, and then what it refers to, has thought of it.
            if stays || !has_columns || !has_target && self.drops_constraint(&own) {
                continue;
            }
            let mut message =
                format!("drops the foreign key of {} ({})", today.join("."), columns.join(", "));
            let table = today.last().map_or("", String::as_str);
            if has_target {
                self.add(&DROP_FOREIGN_KEY, key.id, message, &[table, &own]);
            } else {
                message += &format!(", which refers to {}", key.target.join("."));
                // It may have had another name by then.
                let gone = self.world.gone.iter().find(|(_, origin)| **origin == key.target);
                let target = gone.map_or(&key.target, |(name, _)| name).last().map_or("", String::as_str);
                self.add(&DROP_FOREIGN_KEY, key.id, message, &[target]);
            }
        }
    }
}

fn find<'a>(catalog: &'a Catalog, path: &[String]) -> Option<&'a ObjectId> {
    let id = table_id(path);
    catalog.objects.get_key_value(&id).map(|(id, _)| id).or_else(|| {
        catalog.objects.keys().find(|id| id.kind == Kind::Table && same(catalog.dialect, &id.path, path))
    })
}

fn columns<'a>(catalog: &'a Catalog, table: &[String]) -> BTreeMap<&'a str, &'a Object> {
    let of_table = catalog.objects.iter().filter(|(id, _)| id.kind == Kind::Column && id.whole() == table);
    of_table.map(|(id, object)| (id.name(), object)).collect()
}

fn types<'a>(columns: &BTreeMap<&'a str, &'a Object>) -> Vec<(&'a str, Option<&'a String>)> {
    columns.iter().map(|(name, object)| (*name, object.get("type"))).collect()
}
