use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_exec::{Environment, Launcher};

use crate::postgresql::{Binaries, Connection, Listen, Server, ServerSpec};
use crate::{Place, reap_leftovers, sqlite};

/// The name of the database that [`ScratchDatabase::start`] makes on a server.
const NAME: &str = "scratch";

/// What a scratch database of any dialect needs.
#[derive(Clone, Debug)]
pub struct ScratchSpec {
    /// Where its folder and its lease lie.
    pub place: Place,
    /// The environment whose `PATH` leads to the server's programs.
    pub environment: Environment,
    /// More folders that may hold the server's programs, searched first.
    pub binaries: Vec<PathBuf>,
    /// The oldest major version of the server that will do.
    pub minimum_version: Option<u32>,
    /// What a server listens on; clients need no more than what their URL names.
    pub listen: Listen,
    /// The file that the server's output is appended to.
    pub log: Option<PathBuf>,
}

/// An empty database of one dialect, gone when dropped.
pub enum ScratchDatabase {
    /// A file.
    Sqlite(sqlite::File),
    /// A database on a server of its own.
    Postgresql {
        /// The server.
        server: Box<Server>,
        /// How clients reach the database.
        connection: Connection,
    },
}

impl ScratchDatabase {
    /// Clears what a killed Onramp left in this workspace, and makes a database. `step` is told the name of
    /// each part that takes time. Fails with an environment failure where the server's programs are missing,
    /// too old or do not start.
    pub fn start(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &ScratchSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        match dialect {
            Dialect::Sqlite => {
                reap_leftovers(&spec.place.lease_dir);
                Ok(Self::Sqlite(sqlite::File::create(&spec.place)?))
            }
            Dialect::Postgresql => {
                let binaries = Binaries::find(launcher, &spec.environment, &spec.binaries)?;
                binaries.require(spec.minimum_version)?;
                let server =
                    ServerSpec { listen: spec.listen, place: spec.place.clone(), log: spec.log.clone() };
                let server = Box::new(Server::start(launcher, &binaries, &server, step)?);
                let connection = server.create_database(NAME)?;
                Ok(Self::Postgresql { server, connection })
            }
        }
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgresql { .. } => Dialect::Postgresql,
        }
    }

    /// A folder that lives as long as the database, with a path short enough for a unix socket.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(file) => file.folder(),
            Self::Postgresql { server, .. } => server.folder(),
        }
    }

    /// `template` with the dialect's placeholders replaced: `{path}`, or those of [`Connection::expand`].
    pub fn expand(&self, template: &str) -> String {
        match self {
            Self::Sqlite(file) => file.expand(template),
            Self::Postgresql { connection, .. } => connection.expand(template),
        }
    }
}
