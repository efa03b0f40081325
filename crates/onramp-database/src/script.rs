//! SQL that nobody has vouched for: the scripts of a history that somebody looks at for the first time.
//!
//! A script is run by a [`Guest`], who may do with one database what a migration does, and nothing beyond it: it starts no
//! program, and reads and writes no file but the database's own. On a server of ours the user of a connection may do
//! everything, `COPY .. TO PROGRAM` included, so a guest gets a role without any right but those of the owner of that one
//! database, and on a server that gives none nothing is run; in SQLite, what opens another file is refused. What a script
//! leaves behind may be a trap, so the guest looks at it himself.

mod guest;
mod statements;
mod watch;

use std::ops::Range;

use onramp_core::{Dialect, Failure, FailureKind};
use postgres::GenericClient;
use postgres::error::{ErrorPosition, SqlState};

use crate::Client;
use crate::client::{postgresql_failure, sqlite_failure};
pub use guest::Guest;

/// Whether the statements of a script are one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// They are, unless the script says otherwise itself.
    One,
    /// They are, unless the script says otherwise itself or has one that refuses to be one of several.
    IfAllowed,
    /// Each is one of its own.
    Each,
}

/// A script that did not come to its end.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The line of the script at which it stopped, from 1.
    pub line: u32,
    /// Why.
    pub failure: Failure,
}

impl Stopped {
    /// Whether the script is to blame: without a server, or without room, none comes to its end.
    pub fn is_of_the_script(&self) -> bool {
        self.failure.kind == FailureKind::Task
    }
}

/// Runs a script, and ends the transaction that it may leave open.
fn run(client: &mut Client, script: &str, transaction: Transaction) -> Result<(), Stopped> {
    let result = run_open(client, script, transaction);
    let is_open = end_transaction(client).map_err(|failure| stopped(script, 0, failure));
    result?;
    if is_open? {
        let failure = Failure::task("it leaves a transaction open, which ends with its client");
        return Err(stopped(script, script.trim_end().len(), failure));
    }
    Ok(())
}

/// Rolls back the transaction that is open, if there is one, and says whether there was.
fn end_transaction(client: &mut Client) -> Result<bool, Failure> {
    match client {
        Client::Sqlite(connection) => {
            if connection.is_autocommit() {
                return Ok(false);
            }
            connection.execute_batch("ROLLBACK").map_err(sqlite_failure)?;
        }
        Client::Postgresql(client) => {
            // The one statement that is refused only where none is open, but for where it has failed already.
            match client.batch_execute("SAVEPOINT onramp") {
                Err(error) if error.code() == Some(&SqlState::NO_ACTIVE_SQL_TRANSACTION) => return Ok(false),
                Err(error) if error.code().is_none() => return Err(postgresql_failure(&error)),
                _ => {}
            }
            client.batch_execute("ROLLBACK").map_err(|error| postgresql_failure(&error))?;
        }
    }
    Ok(true)
}

fn run_open(client: &mut Client, script: &str, transaction: Transaction) -> Result<(), Stopped> {
    match client {
        // Whether its statements are one transaction makes no difference to a schema, and the pragmas of a script mean
        // something outside of one alone.
        Client::Sqlite(connection) => {
            for range in statements::statements(script, Dialect::Sqlite) {
                let statement = &script[range.clone()];
                connection.execute_batch(statement).map_err(|error| {
                    let within = match &error {
                        rusqlite::Error::SqlInputError { offset, .. } => {
                            usize::try_from(*offset).unwrap_or(0)
                        }
                        _ => 0,
                    };
                    stopped(script, range.start + within.min(statement.len()), sqlite_failure(error))
                })?;
            }
            Ok(())
        }
        Client::Postgresql(client) => {
            let statements = statements::statements(script, Dialect::Postgresql);
            // A script that says itself where its transactions begin and end is not told, and some statements refuse to
            // be one of several.
            let is_told = statements.iter().any(|range| begins_or_ends(&script[range.clone()]));
            let refuses = || statements.iter().any(|range| refuses_company(&script[range.clone()]));
            let is_each = match transaction {
                Transaction::One => false,
                Transaction::IfAllowed => refuses(),
                Transaction::Each => true,
            };
            if is_each || is_told || statements.len() < 2 {
                return statements.into_iter().try_for_each(|range| one(&mut **client, script, range));
            }
            let mut whole =
                client.transaction().map_err(|error| stopped(script, 0, postgresql_failure(&error)))?;
            statements.into_iter().try_for_each(|range| one(&mut whole, script, range))?;
            whole.commit().map_err(|error| stopped(script, script.len(), postgresql_failure(&error)))
        }
    }
}

/// Whether a statement is about a transaction.
fn begins_or_ends(statement: &str) -> bool {
    let first = statement.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
}

/// Whether a statement is one that a server runs in no transaction of several.
fn refuses_company(statement: &str) -> bool {
    let words = statement.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let words: Vec<String> =
        words.filter(|word| !word.is_empty()).take(6).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["VACUUM", ..] | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..] | ["ALTER", "SYSTEM", ..] => true,
        ["CREATE" | "DROP" | "REINDEX", ..] => words.contains(&"CONCURRENTLY"),
        _ => false,
    }
}

/// Runs one statement of a script.
fn one(client: &mut impl GenericClient, script: &str, range: Range<usize>) -> Result<(), Stopped> {
    let statement = &script[range.clone()];
    client.batch_execute(statement).map_err(|error| {
        let within = match error.as_db_error().and_then(|said| said.position()) {
            Some(ErrorPosition::Original(letter)) => place_of(statement, *letter),
            _ => 0,
        };
        stopped(script, range.start + within, postgresql_failure(&error))
    })
}

/// Where a letter begins that is counted from 1.
fn place_of(text: &str, letter: u32) -> usize {
    let letter = usize::try_from(letter).unwrap_or(usize::MAX);
    text.char_indices().nth(letter.saturating_sub(1)).map_or(text.len(), |(place, _)| place)
}

fn stopped(script: &str, place: usize, failure: Failure) -> Stopped {
    let before = script.as_bytes().iter().take(place).filter(|byte| **byte == b'\n').count();
    Stopped { line: u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1), failure }
}
