use std::collections::BTreeMap;

use onramp_database::catalog::{Catalog, Kind, ObjectId};
use onramp_database::rows::Missing;

/// Other names that somebody has seen tables and columns get, be it by a statement that can be read or in a block of code.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// The path from before, and that of the end.
    tables: BTreeMap<Vec<String>, Vec<String>>,
    /// The table from before and the name at the end, and the name from before.
    columns: BTreeMap<(Vec<String>, String), String>,
}

impl Seen {
    /// What became of names between those catalogs.
    pub(crate) fn of(missing: Option<&Missing>, before: &Catalog, after: &Catalog) -> Self {
        let mut seen = Self::default();
        for renamed in missing.into_iter().flat_map(|missing| &missing.renamed) {
            let paths = (table_called(before, &renamed.table), table_called(after, &renamed.today));
            let (Some(origin), Some(today)) = paths else { continue };
            for (old, new) in &renamed.columns {
                seen.columns.insert((origin.path.clone(), new.clone()), old.clone());
            }
            if origin.path != today.path {
                seen.tables.insert(origin.path.clone(), today.path.clone());
            }
        }
        seen
    }

    pub(crate) fn table_today(&self, origin: &[String]) -> Option<&Vec<String>> {
        self.tables.get(origin)
    }

    pub(crate) fn table_before(&self, today: &[String]) -> Option<&Vec<String>> {
        self.tables.iter().find(|(_, name)| *name == today).map(|(origin, _)| origin)
    }

    pub(crate) fn column_today(&self, origin: &[String], column: &str) -> Option<&str> {
        let is_it = |((table, _), old): &(&(Vec<String>, String), &String)| table == origin && *old == column;
        self.columns.iter().find(is_it).map(|((_, today), _)| today.as_str())
    }

    pub(crate) fn column_before(&self, origin: &[String], today: &str) -> Option<&str> {
        self.columns.get(&(origin.to_vec(), today.to_owned())).map(String::as_str)
    }
}

/// The table that is told to people by that name.
pub(crate) fn table_called<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a ObjectId> {
    catalog.objects.keys().find(|id| id.kind == Kind::Table && id.path.join(".") == name)
}
