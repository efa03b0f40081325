use std::path::Path;

use onramp_core::{Dialect, Failure};

use crate::postgresql::ServerDatabase;
use crate::{Client, sqlite};

/// A database of one dialect, gone when dropped.
pub struct Database(Kind);

enum Kind {
    Sqlite(sqlite::File),
    Postgresql(ServerDatabase),
}

impl Database {
    pub(crate) fn of_file(file: sqlite::File) -> Self {
        Self(Kind::Sqlite(file))
    }

    pub(crate) fn of_server(database: ServerDatabase) -> Self {
        Self(Kind::Postgresql(database))
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgresql(_) => Dialect::Postgresql,
        }
    }

    /// Connects. SQLite enforces foreign keys on this connection.
    pub fn client(&self) -> Result<Client, Failure> {
        match &self.0 {
            Kind::Sqlite(file) => file.client(),
            Kind::Postgresql(database) => database.client(),
        }
    }

    /// `template` with the dialect's placeholders replaced: `{path}` for SQLite, and those of
    /// [`Connection::expand`](crate::postgresql::Connection::expand) for PostgreSQL.
    pub fn expand(&self, template: &str) -> String {
        match &self.0 {
            Kind::Sqlite(file) => file.expand(template),
            Kind::Postgresql(database) => database.connection().expand(template),
        }
    }

    /// What the server calls it when it is asked from inside: the name of the database, or the path of the file, all
    /// links followed. No two have the same.
    pub fn identity(&self) -> String {
        match &self.0 {
            Kind::Sqlite(file) => {
                // The file itself may not be there yet.
                let folder =
                    std::fs::canonicalize(file.folder()).unwrap_or_else(|_| file.folder().to_path_buf());
                folder.join(file.path().file_name().unwrap_or_default()).to_string_lossy().into_owned()
            }
            Kind::Postgresql(database) => database.connection().database.clone(),
        }
    }

    /// A folder that lives as long as the database, with a path short enough for a unix socket.
    pub fn folder(&self) -> &Path {
        match &self.0 {
            Kind::Sqlite(file) => file.folder(),
            Kind::Postgresql(database) => database.folder(),
        }
    }

    pub(crate) fn file(&self) -> Option<&sqlite::File> {
        match &self.0 {
            Kind::Sqlite(file) => Some(file),
            Kind::Postgresql(_) => None,
        }
    }

    pub(crate) fn server_database(&self) -> Option<&ServerDatabase> {
        match &self.0 {
            Kind::Sqlite(_) => None,
            Kind::Postgresql(database) => Some(database),
        }
    }

    pub(crate) fn server_database_mut(&mut self) -> Option<&mut ServerDatabase> {
        match &mut self.0 {
            Kind::Sqlite(_) => None,
            Kind::Postgresql(database) => Some(database),
        }
    }
}
