//! Rows for a proof: puts some into every table, takes pictures of all rows, and tells what became of them.
//!
//! # Theory of operation
//!
//! A migration that loses rows looks right as long as nobody has any. So before a revision is applied and reverted,
//! every table gets a few rows ([`seed`]), and pictures before and after ([`Snapshot`]) tell what is gone
//! ([`Snapshot::losses`]).
//!
//! What a row must look like is read from the database's own catalogue: keys, types, references, checks. For each
//! column there is a list of likely values; the text of a check adds the constants that it names, lengths,
//! patterns, an order among columns. None of this has to be right, because the database judges: what it refuses,
//! it names, and the next row is the one that differs least from the preferred one and repeats no refused
//! combination. A table that no row was found for stays bare, and is told.
//!
//! There is no chance and no clock in it: the same schema gets the same rows. Whole numbers of a
//! primary key, and of whatever else is unique, begin far from where people and sequences count, so that rows which a
//! migration inserts do not collide; other columns with a sequence are left to it. Triggers fire as ever.
//!
//! Architecture Invariant: what is known of a schema comes from the database alone, never from models, and not
//! from the catalogs that are compared elsewhere.

mod candidates;
mod clues;
mod ground;
mod losses;
mod order;
mod postgresql;
mod schema;
mod search;
mod seeder;
mod slots;
mod snapshot;
mod sqlite;
mod tokens;
mod value;

use onramp_core::Failure;

pub use losses::{
    ChangedColumn, Losses, LostColumn, LostTable, Missing, MissingRows, MissingValues, Renamed, TableLosses,
};
pub use snapshot::{Identity, Snapshot, TableRows};

use crate::Client;

/// What was put into the tables of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seeding {
    /// The tables with rows, by schema and name.
    pub tables: Vec<SeededTable>,
    /// The tables without any, by schema and name.
    pub bare: Vec<BareTable>,
}

/// A table with rows in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeededTable {
    /// The name, with its schema where that is not the connection's default one.
    pub name: String,
    /// How many rows were put in: none where no more could be found but there were some already.
    pub rows: usize,
    /// The columns that are NULL in all rows that were put in.
    pub empty_columns: Vec<String>,
}

/// A table for which no row was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BareTable {
    /// The name, with its schema where that is not the connection's default one.
    pub name: String,
    /// Why the last row that was tried was refused, in the database's words.
    pub reason: String,
}

/// Which tables get rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// All of them, those that have some already too.
    All,
    /// Those that have none.
    Empty,
}

/// Puts up to three rows into every ordinary table of the user's schemas, or of the SQLite file, but those that
/// `leave_out` names. All of it is one transaction, so there must be none under way. A table for which no row was
/// found is no failure.
pub fn seed(client: &mut Client, leave_out: &[&str]) -> Result<Seeding, Failure> {
    put(client, Which::All, leave_out)
}

/// The same, for the tables that have no row yet.
pub fn seed_empty(client: &mut Client, leave_out: &[&str]) -> Result<Seeding, Failure> {
    put(client, Which::Empty, leave_out)
}

fn put(client: &mut Client, which: Which, leave_out: &[&str]) -> Result<Seeding, Failure> {
    match client {
        Client::Sqlite(connection) => sqlite::seed(connection, which, leave_out),
        Client::Postgresql(client) => postgresql::seed(client, which, leave_out),
    }
}
