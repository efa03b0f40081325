//! The development databases of a worktree, whose data stay, and the servers that it has running.

mod homes;
mod server;
mod servers;
mod shell;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_exec::Launcher;

use crate::keeper::{Kept, Role, join, while_down};
use crate::postgresql::{Connection, Home};
use crate::{Client, DatabasesSpec, Place, Source, expand, reap_leftovers, sqlite};
use server::Server;

pub use homes::{HomeStatus, homes};
pub(crate) use servers::given_admin;
pub use servers::{
    Force, ServerStatus, Stopped, TemplateStatus, clear_given, servers, stop_servers, templates,
};
pub use shell::Input;

/// What SQLite puts beside a file.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A worktree's own database of one dialect, which stays until it is reset.
pub struct Development(Kind);

enum Kind {
    Sqlite(PathBuf),
    Postgresql {
        connection: Connection,
        source: Source,
        origin: String,
        /// Its container and the engine that has it.
        container: Option<(String, String)>,
        /// Keeps the server while it lives.
        kept: Option<Box<Kept>>,
    },
}

impl Development {
    /// The database, with a server that runs until it is told to stop. It is empty if it was not there.
    pub fn up(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &DatabasesSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        match dialect {
            Dialect::Sqlite => {
                let path = file(&spec.place);
                crate::place::make_private(&spec.place.databases())
                    .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
                Ok(Self(Kind::Sqlite(path)))
            }
            Dialect::Postgresql => {
                let server = Server::up(launcher, spec, step)?;
                server.make(&spec.place)?;
                server.development(&spec.place)
            }
        }
    }

    /// The database, if it is there and its server answers. Nothing is started for it.
    pub fn find(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &DatabasesSpec,
    ) -> Result<Option<Self>, Failure> {
        match dialect {
            Dialect::Sqlite => {
                let path = file(&spec.place);
                Ok(path.is_file().then_some(Self(Kind::Sqlite(path))))
            }
            Dialect::Postgresql => {
                let Some(server) = Server::find(launcher, spec)? else { return Ok(None) };
                server.has(&spec.place)?.then(|| server.development(&spec.place)).transpose()
            }
        }
    }

    /// The same for somebody who stays there: the server goes on as long as this value, or a program that takes the
    /// place of this process, lives.
    pub fn enter(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &DatabasesSpec,
    ) -> Result<Option<Self>, Failure> {
        let mut found = Self::find(launcher, dialect, spec)?;
        if let Some(Self(Kind::Postgresql { source, kept, .. })) = &mut found
            && *source != Source::Url
        {
            let Some(joined) = join(launcher, spec, Role::Development)? else { return Ok(None) };
            joined.pass_on()?;
            *kept = Some(Box::new(joined));
        }
        Ok(found)
    }

    /// Throws the database away that [`up`](Self::up) would bring up, data and all. What somebody else has made is
    /// refused.
    pub fn remove(launcher: &Launcher, dialect: Dialect, spec: &DatabasesSpec) -> Result<(), Failure> {
        match dialect {
            Dialect::Sqlite => remove_file(&file(&spec.place)),
            Dialect::Postgresql => match Server::find(launcher, spec)? {
                Some(server) => server.remove(&spec.place),
                None => remove_homes(launcher, spec, |home| match spec.server.source {
                    Source::Auto => home.source.unwrap_or_default(),
                    source => source,
                }),
            },
        }
    }

    /// Throws away all that [`up`](Self::up) has ever made in this worktree, from whatever source, and tells what is out
    /// of reach. The server has been told to stop.
    pub fn remove_all(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &DatabasesSpec,
    ) -> Result<Vec<HomeStatus>, Failure> {
        if dialect == Dialect::Sqlite {
            return remove_file(&file(&spec.place)).map(|()| Vec::new());
        }
        // One that cannot be removed keeps nobody from removing the other.
        let own = remove_homes(launcher, spec, |_| Source::Auto);
        let mut reachable = spec.clone();
        if homes(spec).iter().any(|home| home.source == Source::Url) {
            // It was made before the configuration asked for something else.
            reachable.server.source = Source::Auto;
        }
        let given = Server::given(launcher, &reachable);
        given.and_then(|server| server.map_or(Ok(()), |server| server.remove(&spec.place))).and(own)?;
        Ok(homes(spec))
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgresql { .. } => Dialect::Postgresql,
        }
    }

    /// The source of its server; `None` where it needs none.
    pub fn source(&self) -> Option<Source> {
        match &self.0 {
            Kind::Sqlite(_) => None,
            Kind::Postgresql { source, .. } => Some(*source),
        }
    }

    /// Where its server comes from, as people are told of it; `None` where it needs none.
    pub fn origin(&self) -> Option<&str> {
        match &self.0 {
            Kind::Sqlite(_) => None,
            Kind::Postgresql { origin, .. } => Some(origin),
        }
    }

    /// Connects.
    pub fn client(&self) -> Result<Client, Failure> {
        match &self.0 {
            Kind::Sqlite(path) => sqlite::connect(path),
            Kind::Postgresql { connection, .. } => connection.client(),
        }
    }

    /// `template` with the dialect's placeholders replaced, as [`Database::expand`](crate::Database::expand) does it.
    pub fn expand(&self, template: &str) -> String {
        match &self.0 {
            Kind::Sqlite(path) => {
                expand::expand(template, |name| (name == "path").then(|| path.to_string_lossy().into_owned()))
            }
            Kind::Postgresql { connection, .. } => connection.expand(template),
        }
    }
}

/// Throws away what lies in the home, of the source that is chosen.
fn remove_homes(
    launcher: &Launcher,
    spec: &DatabasesSpec,
    which: impl Fn(&Home) -> Source,
) -> Result<(), Failure> {
    // The server may be there and not answer, or be about to start.
    while_down(launcher, spec, Role::Development, || {
        reap_leftovers(&spec.place.state);
        match Home::read(&spec.place) {
            Some(mut home) => home.clear(which(&home)),
            None => Ok(()),
        }
    })
}

fn file(place: &Place) -> PathBuf {
    place.databases().join("development.db")
}

fn remove_file(path: &Path) -> Result<(), Failure> {
    let beside = COMPANIONS.map(|ending| PathBuf::from(format!("{}{ending}", path.display())));
    for file in beside.iter().map(PathBuf::as_path).chain([path]) {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::environment(format!("{}: {error}", file.display())));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keeper::ServerFiles;
    use crate::keeper::test_tools::{silent, sleeper};
    use crate::{Keep, ServerSpec};
    use onramp_core::{Cancel, Secrets};
    use onramp_exec::Environment;

    #[test]
    fn data_are_not_thrown_away_under_a_server_that_does_not_answer() {
        let root = tempfile::tempdir().unwrap();
        let place = Place {
            state: root.path().join(".onramp"),
            workspace: root.path().to_path_buf(),
            temporary: "/tmp".into(),
        };
        let home = Home::open(&place, None, None).unwrap();
        fs::create_dir(&home.data).unwrap();
        let mut keeper = sleeper();
        let files = ServerFiles::new(&place.state, "postgresql-development");
        crate::place::make_private(&place.state.join("servers")).unwrap();
        let mut record = silent(Role::Development, &keeper, root.path());
        let spec = DatabasesSpec {
            place,
            environment: Environment::default(),
            server: ServerSpec::default(),
            keep: Keep::default(),
            log: None,
        };
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        let remove = || Development::remove(&launcher, Dialect::Postgresql, &spec);
        let realm = record.keeper.realm.clone();
        record.keeper.realm.namespace = "pid:[1]".to_owned();
        record.write(&files.record()).unwrap();
        assert!(remove().is_err(), "another container's");
        assert!(home.data.exists());
        record.keeper.realm = realm;
        record.write(&files.record()).unwrap();
        remove().unwrap();
        assert!(!keeper.is_running());
        assert!(!home.data.exists());
    }
}
