use std::collections::BTreeMap;

use onramp_core::Failure;

use super::losses::{Losses, Missing};
use super::{postgresql, sqlite};
use crate::Client;

/// Up to how many rows of a table are kept. Of a larger one only their number is.
pub(super) const KEPT_ROWS: usize = 10_000;

/// All rows of all ordinary tables at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// By name, with the schema where that is not the connection's default one.
    pub tables: BTreeMap<String, TableRows>,
}

/// The rows of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// The columns in order.
    pub columns: Vec<String>,
    /// The columns of the primary key, by name; empty without one.
    pub key: Vec<String>,
    /// One value per column: the server's text form, None for NULL. In no order. Empty where there are more than
    /// 10,000. SQLite's text form does not tell text from numbers that look alike; bytes are `x'..'`.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows there are.
    pub count: usize,
    /// What the server knows the table by; None where the dialect has nothing of the kind.
    pub identity: Option<Identity>,
}

/// What PostgreSQL knows a table by, whatever it is called. A copy of a database has the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The oid of the table.
    pub table: u32,
    /// The number of each column, in order.
    pub columns: Vec<i16>,
}

impl Snapshot {
    /// Reads all tables but those that `leave_out` names, in one transaction, so there must be none under way.
    pub fn read(client: &mut Client, leave_out: &[&str]) -> Result<Self, Failure> {
        match client {
            Client::Sqlite(connection) => sqlite::read(connection, leave_out),
            Client::Postgresql(client) => postgresql::read(client, leave_out),
        }
    }

    /// What `later` does not have any more, or has otherwise, and what it has in addition.
    pub fn losses(&self, later: &Self) -> Losses {
        Losses::between(self, later)
    }

    /// What `later` does not have any more, in tables and columns that both have, be it under other names.
    pub fn missing(&self, later: &Self) -> Missing {
        Missing::between(self, later)
    }

    /// The tables of which only the number of rows was kept.
    pub fn counted(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().filter(|(_, table)| !table.is_kept()).map(|(name, _)| name.as_str())
    }
}

impl TableRows {
    /// Whether the rows themselves are here, and not their number alone.
    pub fn is_kept(&self) -> bool {
        self.rows.len() == self.count
    }
}
