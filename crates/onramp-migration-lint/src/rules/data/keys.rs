use std::collections::BTreeMap;

use onramp_database::catalog::Object;
use onramp_database::structure::{Structure, Table};

use super::Look;
use super::unique::Unique;
use crate::nulls::takes_no_null;
use crate::rule::{DROP_PRIMARY_KEY, REPLACE_PRIMARY_KEY, UNIQUE_ON_ROWS};
use crate::world::same;

impl Look<'_> {
    /// What has to be unique now, in columns that have values.
    pub(super) fn unique(&mut self, origin: &[String], today: &[String], old: &BTreeMap<&str, &Object>) {
        let known = self.structures.0.tables.get(origin).map(Unique::all).unwrap_or_default();
        let mut told: Vec<Vec<String>> = Vec::new();
        for unique in self.structures.1.tables.get(today).map(Unique::all).unwrap_or_default() {
            let columns = unique.names();
            let names: Vec<&str> = columns.iter().map(|name| self.old_name(origin, name)).collect();
            let have_values = !names.is_empty()
                && names.iter().all(|name| old.keys().any(|column| column.eq_ignore_ascii_case(name)));
            let is_required = |name: &str| takes_no_null(&self.structures.0, origin, name);
            // Where fewer columns tell all rows apart, more of them do.
            let tells_apart = |known: &Unique| {
                (known.predicate.is_none() || known.predicate == unique.predicate)
                    && known.covers(&unique, &names, &is_required)
            };
            if !have_values || known.iter().any(tells_apart) || told.contains(&columns) {
                continue;
            }
            let message = format!("makes {} unique in {}", columns.join(", "), today.join("."));
            told.push(columns);
            let table = today.last().map_or("", String::as_str);
            let own = unique.id.name().to_owned();
            self.add(&UNIQUE_ON_ROWS, unique.id, message, &[table, &own]);
        }
    }

    /// The name that a column of today had, where it is known under another one.
    fn old_name<'b>(&'b self, origin: &[String], name: &'b str) -> &'b str {
        self.world.other_name(origin, name).unwrap_or(name)
    }

    /// A primary key that is there no more, whatever it was called.
    pub(super) fn primary_key(&mut self, origin: &[String], today: &[String]) {
        let table = |structure: &Structure, path: &[String]| structure.tables.get(path).cloned();
        let tables = (table(&self.structures.0, origin), table(&self.structures.1, today));
        let (Some(before), Some(after)) = tables else { return };
        let Some(key) = &before.primary_key else { return };
        // That of a partition is a matter of the whole table.
        let is_partition = |table: &Table| table.attributes.contains_key("partition-of");
        let columns: Vec<&str> =
            key.columns.iter().map(|name| self.world.column_today(origin, name)).collect();
        let is_there =
            |name: &&str| after.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let is_another_table = self.world.emptied.contains(origin);
        // Where all of it goes with its columns and another one comes, they are told.
        let is_told = after.primary_key.is_some() && !columns.iter().any(is_there);
        if is_partition(&before) && is_partition(&after) || is_another_table || is_told {
            return;
        }
        let is_it = |others: &[String]| {
            others.len() == columns.len()
                && columns.iter().all(|name| others.iter().any(|other| other.eq_ignore_ascii_case(name)))
        };
        if after.primary_key.as_ref().is_some_and(|key| is_it(&key.columns)) {
            return;
        }
        let old = Unique::all(&before).into_iter().find(|unique| unique.id == key.id);
        let is_required = |name: &str| takes_no_null(&self.structures.1, today, name);
        let stays_unique = Unique::all(&after).iter().any(|unique| {
            unique.predicate.is_none()
                && is_it(&unique.names())
                && old.as_ref().is_some_and(|old| unique.covers(old, &columns, &is_required))
        });
        let name = today.join(".");
        let mut message = format!("the primary key of {name} ({})", columns.join(", "));
        let children = self.children(origin);
        if !children.is_empty() {
            message += &format!(", which {} refers to", children.join(" and "));
        }
        let (bare, own) = (origin.last().map_or("", String::as_str), key.id.name());
        match &after.primary_key {
            None => {
                message =
                    format!("drops {message}{}", if stays_unique { "; its columns stay unique" } else { "" });
                self.add(&DROP_PRIMARY_KEY, key.id.clone(), message, &[bare, own]);
            }
            // Whoever finds rows by the old one still does.
            Some(_) if stays_unique => {}
            Some(new) => {
                message = format!("replaces {message}, with ({})", new.columns.join(", "));
                self.add(&REPLACE_PRIMARY_KEY, new.id.clone(), message, &[bare, own]);
            }
        }
    }

    /// The tables that refer to one, and are still there.
    fn children(&self, parent: &[String]) -> Vec<String> {
        let dialect = self.world.before.dialect;
        let refers = |table: &Table| table.foreign_keys.iter().any(|key| same(dialect, &key.target, parent));
        let children = self.structures.0.tables.iter();
        children
            .filter(|(path, table)| refers(table) && self.world.today(path).is_some())
            .map(|(path, _)| path.join("."))
            .collect()
    }
}
