use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::postgresql::Connection;

use crate::programs::known;
use crate::server::{Server, connect, execute};

/// The dialects, for tests of both.
pub const BOTH: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgresql];

/// A database of a test's own, and a connection to it. It goes when this is dropped.
pub struct Scratch {
    /// The connection.
    pub client: Client,
    place: Option<(&'static Server, Connection)>,
}

impl Scratch {
    /// A database with these statements in it, which many tests may want; `None`, and said so, where this machine can
    /// have none of the dialect. What a statement sets for its session does not last.
    ///
    /// # Panics
    /// If a statement fails.
    #[track_caller]
    pub fn with(dialect: Dialect, statements: &str) -> Option<Self> {
        match dialect {
            Dialect::Sqlite => {
                let connection = rusqlite::Connection::open_in_memory().expect("a database in memory");
                let mut client = Client::Sqlite(connection);
                execute(&mut client, statements);
                Some(Self { client, place: None })
            }
            Dialect::Postgresql => Some(Self::on(Server::shared()?, statements)),
        }
    }

    /// An empty database.
    ///
    /// # Panics
    /// If it cannot be made.
    #[track_caller]
    pub fn new(dialect: Dialect) -> Option<Self> {
        Self::with(dialect, "")
    }

    /// A database of PostgreSQL with these statements in it.
    ///
    /// # Panics
    /// If a statement fails.
    #[track_caller]
    pub fn postgresql(statements: &str) -> Option<Self> {
        Self::with(Dialect::Postgresql, statements)
    }

    /// The same on the server that the machine has installed, whichever was chosen: to see two versions side by side.
    ///
    /// # Panics
    /// If a statement fails.
    #[track_caller]
    pub fn of_installed(statements: &str) -> Option<Self> {
        Some(Self::on(Server::installed()?, statements))
    }

    #[track_caller]
    fn on(server: &'static Server, statements: &str) -> Self {
        let connection = server.database(statements);
        Self { client: connect(&connection), place: Some((server, connection)) }
    }

    /// A database of SQLite with these statements in it.
    ///
    /// # Panics
    /// If a statement fails.
    #[track_caller]
    pub fn sqlite(statements: &str) -> Self {
        Self::with(Dialect::Sqlite, statements).expect("there is always one in memory")
    }

    /// Sees to it that the server has roles of these names; `None`, and said so, where there is no server.
    ///
    /// # Panics
    /// If they cannot be made.
    #[track_caller]
    pub fn roles(names: &[&str]) -> Option<()> {
        Server::shared()?.roles(names);
        Some(())
    }

    /// Runs statements, those that the server knows.
    ///
    /// # Panics
    /// If one fails.
    #[track_caller]
    pub fn execute(&mut self, statements: &str) {
        match self.place {
            Some((server, _)) => execute(&mut self.client, &known(statements, server.major)),
            None => execute(&mut self.client, statements),
        }
    }

    /// How the database is reached.
    ///
    /// # Panics
    /// If no server has it.
    #[track_caller]
    pub fn connection(&self) -> &Connection {
        &self.place.as_ref().expect("a database of a server").1
    }

    /// One more connection to it.
    ///
    /// # Panics
    /// If no server has it.
    #[track_caller]
    pub fn another(&self) -> Client {
        connect(self.connection())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some((server, connection)) = &self.place {
            server.remove(&connection.database);
        }
    }
}
