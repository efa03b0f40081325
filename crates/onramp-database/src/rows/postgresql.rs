//! Seeding and reading a database of PostgreSQL.

mod catalog;
mod ground;
mod queries;
mod refusal;
mod snapshot;
mod types;

use onramp_core::Failure;
use postgres::{Client, SimpleQueryMessage};

pub(super) use snapshot::read;

use self::ground::Database;
use super::seeder::Seeder;
use super::tokens::Brackets;
use super::{Seeding, Which};
use crate::client::postgresql_failure;

/// What every transaction here begins with, so that values have the same text form wherever they are read. The
/// server would compile queries on the catalogue, which without statistics look large to it, for longer than they
/// run.
const SETTINGS: &str = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; \
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; \
    SET LOCAL standard_conforming_strings = on; SET LOCAL client_min_messages = error; SET LOCAL jit = off;";

/// Seeds a database.
pub(super) fn seed(client: &mut Client, which: Which, leave_out: &[&str]) -> Result<Seeding, Failure> {
    batch(client, &format!("BEGIN; {SETTINGS}"))?;
    let seeding = seed_within(client, which, leave_out);
    if seeding.is_err() {
        // A lost connection has rolled back already.
        let _ = client.batch_execute("ROLLBACK");
    }
    seeding
}

fn seed_within(client: &mut Client, which: Which, leave_out: &[&str]) -> Result<Seeding, Failure> {
    let tables = catalog::read(client, leave_out)?;
    // What may be put off is checked at once, so that it is known which row it was.
    batch(client, "SET CONSTRAINTS ALL IMMEDIATE")?;
    let mut database = Database::new(client);
    let seeding = Seeder::new(&mut database, &tables, Brackets::Subscript, which).run()?;
    database.commit().map(|()| seeding)
}

/// The rows of one statement, as text.
type Rows = Vec<Vec<Option<String>>>;

/// Runs statements and returns the rows of those that have some, in order.
fn query(client: &mut Client, statements: &str) -> Result<Vec<Rows>, postgres::Error> {
    let mut sets: Vec<Rows> = Vec::new();
    for message in client.simple_query(statements)? {
        match message {
            SimpleQueryMessage::RowDescription(_) => sets.push(Vec::new()),
            SimpleQueryMessage::Row(row) => {
                let values = (0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect();
                sets.last_mut().expect("the server describes rows before it sends them").push(values);
            }
            _ => {}
        }
    }
    Ok(sets)
}

fn batch(client: &mut Client, statements: &str) -> Result<(), Failure> {
    client.batch_execute(statements).map_err(|error| postgresql_failure(&error))
}
