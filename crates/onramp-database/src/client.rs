use onramp_core::{Dialect, Failure};
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

/// What the server says, as a failure of the task. A statement's parameters are in none of its messages.
pub(crate) fn postgresql_failure(error: &postgres::Error) -> Failure {
    let Some(error) = error.as_db_error() else { return Failure::task(format!("PostgreSQL: {error}")) };
    let detail = error.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let message = format!("{}{detail}", error.message());
    if *error.code() == SqlState::DISK_FULL {
        return Failure::environment(format!("PostgreSQL: no space is left for its data: {message}"))
            .hint("df --human-readable /dev/shm /tmp");
    }
    Failure::task(format!("PostgreSQL: {message}"))
}
