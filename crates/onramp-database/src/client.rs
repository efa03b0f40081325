use std::error::Error;
use std::io;

use onramp_core::{Dialect, Failure, FailureKind};
use postgres::error::SqlState;

/// An open connection to one database.
pub enum Client {
    /// A SQLite file.
    Sqlite(rusqlite::Connection),
    /// A database of a PostgreSQL server.
    Postgresql(Box<postgres::Client>),
}

impl Client {
    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgresql(_) => Dialect::Postgresql,
        }
    }

    /// The first column of all rows that a query returns, each a text.
    pub fn texts(&mut self, query: &str) -> Result<Vec<String>, Failure> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(query).map_err(sqlite_failure)?;
                let rows = statement.query_map([], |row| row.get(0)).map_err(sqlite_failure)?;
                rows.collect::<Result<_, _>>().map_err(sqlite_failure)
            }
            Self::Postgresql(client) => {
                let rows = client.query(query, &[]).map_err(|error| postgresql_failure(&error))?;
                rows.iter()
                    .map(|row| row.try_get(0))
                    .collect::<Result<_, _>>()
                    .map_err(|error| postgresql_failure(&error))
            }
        }
    }

    /// Runs statements, separated by semicolons, for their effect alone.
    pub fn execute(&mut self, statements: &str) -> Result<(), Failure> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(statements).map_err(sqlite_failure),
            Self::Postgresql(client) => {
                client.batch_execute(statements).map_err(|error| postgresql_failure(&error))
            }
        }
    }
}

/// What SQLite says, as a failure of the task.
pub(crate) fn sqlite_failure(error: rusqlite::Error) -> Failure {
    Failure::task(format!("SQLite: {error}"))
}

/// What the server says, as a failure of the task. A statement's parameters are in none of its messages. A server that
/// says nothing any more is one that the machine lacks.
pub(crate) fn postgresql_failure(error: &postgres::Error) -> Failure {
    let Some(said) = error.as_db_error() else {
        let is_gone = error.is_closed() || causes(error).iter().any(|cause| cause.is::<io::Error>());
        let kind = if is_gone { FailureKind::Environment } else { FailureKind::Task };
        return Failure { kind, ..Failure::task(format!("PostgreSQL: {}", chain(error))) };
    };
    let detail = said.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let message = format!("{}{detail}", said.message());
    if *said.code() == SqlState::DISK_FULL {
        return Failure::environment(format!("PostgreSQL: no space is left for its data: {message}"))
            .hint("df --human-readable /dev/shm /tmp");
    }
    let ends = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
    let kind = if ends.contains(said.code()) { FailureKind::Environment } else { FailureKind::Task };
    Failure { kind, ..Failure::task(format!("PostgreSQL: {message}")) }
}

/// Why there is no connection. Whether nobody listens there or nobody is let in, the machine lacks a server.
pub(crate) fn connection_failure(error: &postgres::Error) -> Failure {
    Failure { kind: FailureKind::Environment, ..postgresql_failure(error) }
}

/// An error with all its causes: the outer words alone say little.
fn chain(error: &postgres::Error) -> String {
    let words = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().map_or_else(|| cause.to_string(), system_words)
    };
    let words = causes(error).into_iter().map(words);
    std::iter::once(error.to_string()).chain(words).collect::<Vec<_>>().join(": ")
}

fn causes(error: &postgres::Error) -> Vec<&(dyn Error + 'static)> {
    let (mut causes, mut next) = (Vec::new(), error.source());
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    causes
}

fn system_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::NotFound => "no socket".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
