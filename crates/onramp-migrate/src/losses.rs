use std::collections::BTreeSet;

use onramp_core::Failure;
use onramp_database::catalog::{Catalog, Kind, ObjectId};
use onramp_database::rows::Losses;

/// What a revision does to rows on its way there, as far as its own schema change says so: what is dropped is gone,
/// and a column of another type may have other values.
#[derive(Debug, Default)]
pub(crate) struct Explained {
    tables: BTreeSet<String>,
    columns: BTreeSet<(String, String)>,
    /// The same for people, one a line.
    pub(crate) lines: Vec<String>,
}

impl Explained {
    /// Looks at the losses of an upgrade. Rows that are gone from a table which stays, and values that changed in a
    /// column which stays as it is, are explained by nothing: that is a failure.
    pub(crate) fn by_upgrade(losses: &Losses, before: &Catalog, after: &Catalog) -> Result<Self, Failure> {
        let mut explained = Self::default();
        for lost in &losses.lost_tables {
            explained.tables.insert(lost.table.clone());
        }
        for table in &losses.tables {
            for lost in &table.lost_columns {
                explained.columns.insert((table.table.clone(), lost.column.clone()));
            }
            for changed in &table.changed_columns {
                if type_of(before, &table.table, &changed.column)
                    != type_of(after, &table.table, &changed.column)
                {
                    explained.columns.insert((table.table.clone(), changed.column.clone()));
                }
            }
        }
        explained.lines = lines(losses);
        explained.refuse_others(losses, "the revision loses rows")?;
        Ok(explained)
    }

    /// Looks at what is still gone when the revision was reverted.
    pub(crate) fn by_downgrade(&mut self, losses: &Losses) -> Result<(), Failure> {
        self.refuse_others(losses, "reverting the revision loses rows")?;
        for line in lines(losses) {
            if !self.lines.contains(&line) {
                self.lines.push(line);
            }
        }
        Ok(())
    }

    fn refuse_others(&self, losses: &Losses, message: &str) -> Result<(), Failure> {
        let is_unexplained = |table: &str, column: Option<&str>| {
            let named = column.map(|column| (table.to_owned(), column.to_owned()));
            !self.tables.contains(table) && named.is_none_or(|named| !self.columns.contains(&named))
        };
        let mut unexplained = Vec::new();
        for table in &losses.tables {
            let name = table.table.as_str();
            if table.rows_lost > 0 && is_unexplained(name, None) {
                unexplained.push(format!("{name}: {} of {} gone", table.rows_lost, table.rows_before));
            }
            for changed in &table.changed_columns {
                if is_unexplained(name, Some(&changed.column)) {
                    unexplained.push(format!("{name}.{}: {} changed", changed.column, changed.values));
                }
            }
        }
        if unexplained.is_empty() {
            return Ok(());
        }
        let message = format!("{message}: {}", unexplained.join("; "));
        Err(Failure { tail: losses.lines(), ..Failure::task(message) })
    }
}

/// What a line is worth: rows that were added are no loss, nor is what held nothing.
fn lines(losses: &Losses) -> Vec<String> {
    let mut only = losses.clone();
    only.lost_tables.retain(|table| table.rows > 0);
    for table in &mut only.tables {
        table.rows_added = 0;
        table.lost_columns.retain(|column| column.values > 0);
    }
    only.lines()
}

fn type_of<'a>(catalog: &'a Catalog, table: &str, column: &str) -> Option<&'a String> {
    let path = table.split('.').chain([column]);
    catalog.objects.get(&ObjectId::new(Kind::Column, path)).and_then(|object| object.get("type"))
}
