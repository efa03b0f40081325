use onramp_core::Failure;

use super::schema::{ForeignKey, Table};
use super::value::Value;

/// A row for a table: one value per column, in order.
pub(super) type Row = Vec<Value>;

/// What a database does for seeding. All of it happens in one transaction.
pub(super) trait Ground {
    /// Inserts rows, all or none, and returns them as they are now: the referenced columns only, the others NULL.
    fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<Vec<Row>, Refusal>;

    /// Rows that the table has, at most so many, in the form of [`Ground::insert`].
    fn existing(&mut self, table: &Table, limit: usize) -> Result<Vec<Row>, Failure>;

    /// Gives the foreign key's columns these values in one row that has NULL in all of them; false where that is
    /// refused, or there is no such row.
    fn link(&mut self, table: &Table, key: &ForeignKey, values: &[Value]) -> Result<bool, Failure>;

    /// The next value of a column that is filled from a sequence.
    fn reserve(&mut self, table: &Table, column: usize) -> Result<Value, Failure>;

    /// From here on, and until [`Ground::close_circle`], rows may refer to rows that are still to come.
    fn open_circle(&mut self, tables: &[&Table]) -> Result<(), Failure>;

    /// Checks what was put off. What does not hold is undone, together with all that was inserted since the
    /// circle was opened, and told.
    fn close_circle(&mut self, tables: &[&Table], outcome: Circle) -> Result<Option<String>, Failure>;
}

/// What became of the tables of a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Circle {
    /// All of them have rows.
    Complete,
    /// Some have none, so that the rows of the others refer to nothing.
    Broken,
}

/// Why rows were not inserted.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The database refused them. Nothing of them is left.
    Refused {
        /// The columns that it is due to, as far as the database tells; none where it does not.
        blamed: Option<Vec<usize>>,
        /// In the database's words.
        message: String,
    },
    /// The database itself failed.
    Broken(Failure),
}

impl Table {
    /// The columns of a constraint that a message names.
    pub(super) fn constraint(&self, name: &str) -> Option<Vec<usize>> {
        self.constraints.iter().find(|constraint| constraint.name == name).map(|found| found.columns.clone())
    }

    /// The columns whose names occur in a message.
    pub(super) fn mentioned(&self, message: &str) -> Option<Vec<usize>> {
        let words: Vec<&str> = message.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mentioned = |column: &usize| words.contains(&self.columns[*column].name.as_str());
        let columns: Vec<usize> = (0..self.columns.len()).filter(mentioned).collect();
        (!columns.is_empty()).then_some(columns)
    }
}
