use std::sync::Arc;
use std::time::Duration;

use onramp_core::{Cancel, Failure};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::aside::{Aside, Asides};
use super::watch::{Stop, Watch};
use super::{Seen, Stopped, Transaction, run};
use crate::catalog::Catalog;
use crate::client::{postgresql_failure, sqlite_failure};
use crate::postgresql::{Connection, ServerDatabases};
use crate::rows::{self, Seeding, Snapshot};
use crate::{Client, Database};

/// How long a script may take, and how long a look at what it has led to.
const LIMIT: Duration = Duration::from_mins(5);

/// Somebody who runs scripts in one database.
///
/// What he leaves in the database waits for whoever comes after him: a function with the name of one that the next query
/// calls. So nobody with more rights than his looks into the database any more, and his role goes after the database.
pub struct Guest {
    scripts: Seat,
    /// For catalogs. It was there before any script, so nothing that a script sets for later clients reaches it.
    reader: Seat,
    watch: Watch,
    asides: Asides,
}

/// A connection, and how it is stopped.
struct Seat {
    client: Client,
    stop: Stop,
}

impl Guest {
    /// Somebody who runs scripts in this database, which becomes his, until somebody wants the end. Fails where there is no
    /// connection, with an environment failure where the server gives no role that may do less than everything, and with
    /// what the server says.
    pub fn of(database: &Database, cancel: &Cancel) -> Result<Self, Failure> {
        let watch = Watch { cancel: cancel.clone(), limit: LIMIT };
        let (scripts, reader, roles) = match database.server_database() {
            Some(server) => {
                let connection = server.guest()?;
                let seat = || Seat::of_server(&connection, server.home());
                (seat()?, seat()?, server.role_maker(&connection.user))
            }
            None => (Seat::of_file(database)?, Seat::of_file(database)?, None),
        };
        Ok(Self { scripts, reader, watch, asides: Asides::new(roles) })
    }

    /// With another limit on how long a script may take.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { watch: Watch { limit, ..self.watch }, ..self }
    }

    /// Runs a script. It goes on where an earlier one has ended, with what that has set for the connection, but for a
    /// transaction: one that a script leaves open is rolled back, and the script has not come to its end.
    pub fn run(&mut self, script: &str, transaction: Transaction) -> Result<(), Stopped> {
        self.run_and_look(script, transaction, &mut Vec::new())
    }

    /// The same, and adds what was seen on the way.
    pub fn run_and_look(
        &mut self,
        script: &str,
        transaction: Transaction,
        seen: &mut Vec<Seen>,
    ) -> Result<(), Stopped> {
        let Seat { client, stop } = &mut self.scripts;
        let asides = &mut self.asides;
        let (result, reason) = self.watch.over(stop, || run(client, script, transaction, seen, asides));
        let Some(failure) = reason else { return result };
        let (line, start) = result.map_or_else(|stopped| (stopped.line, stopped.start), |()| (1, 0));
        Err(Stopped { line, start, failure: Box::new(failure) })
    }

    /// What was made for the scripts since somebody has asked last, or left out.
    pub fn take_asides(&mut self) -> Vec<Aside> {
        self.asides.take()
    }

    /// Puts rows into the tables that have none, but those of these names. Triggers fire, and they are the guest's own.
    pub fn seed(&mut self, left_out: &[&str]) -> Result<Seeding, Failure> {
        let Seat { client, stop } = &mut self.reader;
        let (result, reason) = self.watch.over(stop, || rows::seed_empty(client, left_out));
        reason.map_or(result, Err)
    }

    /// All rows that are there now, but those of the tables of these names.
    pub fn rows(&mut self, left_out: &[&str]) -> Result<Snapshot, Failure> {
        let Seat { client, stop } = &mut self.reader;
        let (result, reason) = self.watch.over(stop, || Snapshot::read(client, left_out));
        reason.map_or(result, Err)
    }

    /// What the database consists of now, without the tables of these names. Where the guest is stopped, that is the failure.
    pub fn catalog(&mut self, left_out: &[&str]) -> Result<Catalog, Failure> {
        let Seat { client, stop } = &mut self.reader;
        let (result, reason) = self.watch.over(stop, || Catalog::read(client, left_out));
        reason.map_or(result, Err)
    }
}

impl Seat {
    fn of_file(database: &Database) -> Result<Self, Failure> {
        let mut client = database.client()?;
        let Client::Sqlite(connection) = &mut client else {
            return Err(Failure::task("a database of a server is none of a file"));
        };
        connection.authorizer(Some(allows)).map_err(sqlite_failure)?;
        let stop = Stop::Sqlite(connection.get_interrupt_handle());
        Ok(Self { client, stop })
    }

    fn of_server(connection: &Connection, home: &Arc<ServerDatabases>) -> Result<Self, Failure> {
        let mut client = connection.connected()?;
        let process = client
            .query_one("SELECT pg_catalog.pg_backend_pid()", &[])
            .and_then(|row| row.try_get(0))
            .map_err(|error| postgresql_failure(&error))?;
        Ok(Self {
            client: Client::Postgresql(Box::new(client)),
            stop: Stop::Postgresql(Arc::clone(home), process),
        })
    }
}

/// What opens another file, or loads a library, is refused. `VACUUM` opens one without a name. Of a file whose name is put
/// together SQLite tells no name, which is nothing that the library knows.
fn allows(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Unknown { .. } => Authorization::Deny,
        // Says so to every connection of this process.
        AuthAction::Pragma { pragma_name, .. } if ends_with(pragma_name, "_store_directory") => {
            Authorization::Deny
        }
        AuthAction::Attach { filename } if !filename.is_empty() => Authorization::Deny,
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

fn ends_with(name: &str, end: &str) -> bool {
    name.to_ascii_lowercase().ends_with(end)
}
