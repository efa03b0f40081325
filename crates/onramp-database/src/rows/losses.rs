mod compare;
mod lines;
mod missing;
mod pairs;

pub use missing::{Missing, MissingRows, MissingValues, Renamed};

use super::snapshot::Snapshot;

/// What became of the rows between two snapshots. Empty lists where nothing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// The tables that the later snapshot does not have.
    pub lost_tables: Vec<LostTable>,
    /// The tables of both in which something is different, by name.
    pub tables: Vec<TableLosses>,
}

/// A table that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostTable {
    /// Its name.
    pub table: String,
    /// How many rows went with it.
    pub rows: usize,
}

/// What is different in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableLosses {
    /// Its name.
    pub table: String,
    /// How many rows it had.
    pub rows_before: usize,
    /// How many of them it has no more. Rows are matched by the primary key where both snapshots have the same,
    /// otherwise by all common columns.
    pub rows_lost: usize,
    /// How many it has that it did not have.
    pub rows_added: usize,
    /// The columns that the later snapshot does not have.
    pub lost_columns: Vec<LostColumn>,
    /// The columns with other values than before, in rows that are matched by the primary key.
    pub changed_columns: Vec<ChangedColumn>,
}

/// A column that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostColumn {
    /// Its name.
    pub column: String,
    /// How many values, NULL not counted, went with it.
    pub values: usize,
}

/// A column with other values than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedColumn {
    /// Its name.
    pub column: String,
    /// How many values are different; a value that became or was NULL is.
    pub values: usize,
    /// The first of them, before and after; None is NULL.
    pub example: (Option<String>, Option<String>),
}

impl Losses {
    pub(super) fn between(earlier: &Snapshot, later: &Snapshot) -> Self {
        let mut losses = Self::default();
        for (name, before) in &earlier.tables {
            match later.tables.get(name) {
                None => losses.lost_tables.push(LostTable { table: name.clone(), rows: before.count }),
                Some(after) => losses.tables.extend(compare::compare(name, before, after)),
            }
        }
        losses
    }

    /// Whether both snapshots hold the same rows, as far as the tables of the earlier one go.
    pub fn is_empty(&self) -> bool {
        self.lost_tables.is_empty() && self.tables.is_empty()
    }

    /// Whether nothing that was there is gone or different: rows that were added do not count, nor what held
    /// nothing.
    pub fn is_harmless(&self) -> bool {
        self.lost_tables.iter().all(|table| table.rows == 0)
            && self.tables.iter().all(|table| {
                table.rows_lost == 0
                    && table.changed_columns.is_empty()
                    && table.lost_columns.iter().all(|column| column.values == 0)
            })
    }
}
