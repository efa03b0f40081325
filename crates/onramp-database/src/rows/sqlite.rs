//! Seeding and reading a SQLite file.

mod ddl;
mod ground;
mod kinds;
mod schema;
mod snapshot;

use onramp_core::Failure;
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

pub(super) use snapshot::read;

use self::ground::File;
use super::seeder::Seeder;
use super::tokens::Brackets;
use super::value::Value;
use super::{Seeding, Which};
use crate::client::sqlite_failure;

/// Seeds a file. Foreign keys are not enforced meanwhile, because a file may have some that its parent has no key
/// for, and writes to it fail with the enforcement on; the rows hold all the others by the way they are made.
pub(super) fn seed(connection: &Connection, which: Which, leave_out: &[&str]) -> Result<Seeding, Failure> {
    let tables = schema::read(connection, leave_out)?;
    let enforced: bool =
        connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).map_err(sqlite_failure)?;
    let run = |statement: &str| connection.execute_batch(statement).map_err(sqlite_failure);
    run("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")?;
    let result = Seeder::new(&mut File { connection }, &tables, Brackets::QuoteNames, which).run();
    let ended = match &result {
        Ok(_) => run("COMMIT"),
        Err(_) => run("ROLLBACK"),
    };
    run(if enforced { "PRAGMA foreign_keys = ON" } else { "PRAGMA foreign_keys = OFF" })?;
    ended.and(result)
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::Default => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}
