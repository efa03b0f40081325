//! The development databases of a worktree, whose data stay, and the servers that it has running.

mod servers;
mod shell;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_exec::Launcher;

use crate::keeper::{Kept, Role, acquire, join, record_of, while_down};
use crate::owner::Owner;
use crate::postgresql::{Admin, Connection, Home, Mark, Purpose, given, unusable};
use crate::{Client, DatabasesSpec, Place, Source, expand, reap_leftovers, sqlite};

pub use servers::{Force, ServerStatus, Stopped, TemplateStatus, servers, stop_servers, templates};
pub use shell::Input;

/// What the database is called on a server that is ours alone.
const NAME: &str = "onramp_dev";

/// What SQLite puts beside a file.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A worktree's own database of one dialect, which stays until it is reset.
pub struct Development(Kind);

enum Kind {
    Sqlite(PathBuf),
    Postgresql {
        connection: Connection,
        source: Source,
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
                let name = server.name(&spec.place)?;
                server.make(&spec.place, &name)?;
                Ok(server.development(name))
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
                let name = server.name(&spec.place)?;
                Ok(server.has(&spec.place, &name)?.then(|| server.development(name)))
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

    /// Throws the database away, data and all. What somebody else has made is refused.
    pub fn remove(launcher: &Launcher, dialect: Dialect, spec: &DatabasesSpec) -> Result<(), Failure> {
        match dialect {
            Dialect::Sqlite => remove_file(&file(&spec.place)),
            Dialect::Postgresql => {
                if let Some(server) = Server::find(launcher, spec)? {
                    let name = server.name(&spec.place)?;
                    return if server.has(&spec.place, &name)? {
                        server.admin.drop_database(&name)
                    } else {
                        Ok(())
                    };
                }
                // The server may be there and not answer, or be about to start.
                while_down(launcher, spec, Role::Development, || {
                    reap_leftovers(&spec.place.state);
                    match Home::read(&spec.place) {
                        Some(home) => home.clear(&spec.environment),
                        None => Ok(()),
                    }
                })
            }
        }
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgresql { .. } => Dialect::Postgresql,
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

/// The server of the development database of PostgreSQL.
struct Server {
    admin: Admin,
    source: Source,
    container: Option<(String, String)>,
    kept: Option<Box<Kept>>,
}

impl Server {
    fn up(launcher: &Launcher, spec: &DatabasesSpec, step: &dyn Fn(&str)) -> Result<Self, Failure> {
        if let Some(server) = Self::given(launcher, spec)? {
            step(&format!("use the server of {}", spec.server.url_env));
            return Ok(server);
        }
        let kept = acquire(launcher, spec, Role::Development, step)?.ok_or_else(|| {
            Failure::environment(
                "the development server runs in another container that shares this worktree, out of reach from here",
            )
        })?;
        let record = kept.record();
        let server = Self {
            admin: Admin::open(&record.connection)?,
            source: record.source,
            container: record.container.clone(),
            kept: None,
        };
        Ok(Self { kept: Some(Box::new(kept)), ..server })
    }

    fn find(launcher: &Launcher, spec: &DatabasesSpec) -> Result<Option<Self>, Failure> {
        if let Some(server) = Self::given(launcher, spec)? {
            return Ok(Some(server));
        }
        let Some(record) = record_of(spec, Role::Development) else { return Ok(None) };
        launcher.secrets().add(&record.connection.password);
        if record.keeper.is_gone() || !record.connection.answers() {
            return Ok(None);
        }
        let admin = Admin::open(&record.connection)?;
        Ok(Some(Self { admin, source: record.source, container: record.container, kept: None }))
    }

    fn given(launcher: &Launcher, spec: &DatabasesSpec) -> Result<Option<Self>, Failure> {
        if !spec.server.source.allows(Source::Url) {
            return Ok(None);
        }
        let connection = given(&spec.environment, &spec.server, launcher.secrets())?;
        let server = |connection| {
            let admin = Admin::open(&connection).map_err(|failure| unusable(failure, &spec.server))?;
            Ok(Self { admin, source: Source::Url, container: None, kept: None })
        };
        connection.map(server).transpose()
    }

    /// On a server that others use too, the worktree is part of the name.
    fn name(&self, place: &Place) -> Result<String, Failure> {
        if self.source != Source::Url {
            return Ok(NAME.to_owned());
        }
        let worktree = place.worktree()?;
        let word = worktree.split('-').next().unwrap_or_default();
        Ok(format!("{NAME}_{word}"))
    }

    /// Whether the database is there. Fails if it is not this worktree's.
    fn has(&self, place: &Place, name: &str) -> Result<bool, Failure> {
        let listed = self.admin.list()?.into_iter().find(|listed| listed.name == name);
        let Some(listed) = listed else { return Ok(false) };
        let worktree = place.worktree()?;
        let is_ours = |mark: &Mark| mark.purpose == Purpose::Development && mark.worktree == worktree;
        // Where the server is ours, so is whatever was not marked in time.
        let is_ours = listed.mark.map_or(self.source != Source::Url, |mark| is_ours(&mark));
        if is_ours {
            return Ok(true);
        }
        Err(Failure::task(format!("the database `{name}` was not made by this worktree, and is left alone")))
    }

    fn make(&self, place: &Place, name: &str) -> Result<(), Failure> {
        let mark = Mark { worktree: place.worktree()?, purpose: Purpose::Development, owner: Owner::own() };
        match self.has(place, name)? {
            true => self.admin.mark(name, &mark),
            false => self.admin.create(name, None, &mark),
        }
    }

    fn development(self, name: String) -> Development {
        let connection = Connection { database: name, ..self.admin.connection().clone() };
        let Self { source, container, kept, .. } = self;
        Development(Kind::Postgresql { connection, source, container, kept })
    }
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
