use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::{Cancel, Dialect, Failure, FailureKind};
use onramp_exec::{Environment, Launcher};

use crate::keeper::{Role, acquire};
use crate::postgresql::{InUse, OwnedSpec, Purpose, ServerDatabases, Whereabouts, given};
use crate::sqlite::FileTemplates;
use crate::storage::says_no_room;
use crate::template::{self, Content, Shelf, Store};
use crate::{Database, Keep, Place, ServerSpec, Source, Template, blame_storage, reap_leftovers, sqlite};

/// What the databases of a dialect need.
#[derive(Clone, Debug)]
pub struct DatabasesSpec {
    /// Where they lie.
    pub place: Place,
    /// The environment of the project's commands: its `PATH` leads to the server's programs.
    pub environment: Environment,
    /// The server that they live on.
    pub server: ServerSpec,
    /// How long a server lives that is started for them.
    pub keep: Keep,
    /// The file that the output of a server is appended to which ends with this command.
    pub log: Option<PathBuf>,
}

/// The databases of one dialect in this worktree. For PostgreSQL it keeps a server in use, as does every
/// [`Database`] that comes of it.
pub struct Databases {
    store: Kind,
    shelf: Shelf,
    worktree: String,
    cancel: Cancel,
    version: String,
}

/// The work of copying a template, which is yet to be done.
#[must_use = "there is no database before this has run"]
pub struct Copying<'a> {
    databases: &'a Databases,
    name: Option<String>,
    /// Not thrown away while it is copied.
    template: Template,
}

impl Copying<'_> {
    /// Makes the copy.
    pub fn run(self) -> Result<(), Failure> {
        match &self.name {
            Some(name) => self.databases.make_copy(name, &self.template),
            None => Ok(()),
        }
    }
}

enum Kind {
    Sqlite(FileTemplates),
    Postgresql(Arc<ServerDatabases>),
}

impl Databases {
    /// Clears what a killed Onramp left in this workspace, and sees to it that there is a server where the
    /// dialect needs one. `step` is told the name of each part that takes time. Fails with an environment
    /// failure where there is no server to be had.
    pub fn open(
        launcher: &Launcher,
        dialect: Dialect,
        spec: &DatabasesSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        reap_leftovers(&spec.place.state);
        let shelf = Shelf::of(&spec.place.state, dialect);
        let cancel = launcher.cancel().clone();
        Ok(match dialect {
            Dialect::Sqlite => Self {
                store: Kind::Sqlite(FileTemplates { place: spec.place.clone(), shelf: shelf.clone() }),
                shelf,
                worktree: spec.place.worktree()?,
                cancel,
                version: rusqlite::version().to_owned(),
            },
            Dialect::Postgresql => {
                let server = server(launcher, spec, step)?;
                let places = match server.whereabouts() {
                    Whereabouts::Below(folder) => vec![folder.to_path_buf()],
                    Whereabouts::Container | Whereabouts::Elsewhere => Vec::new(),
                };
                let databases = ServerDatabases::open(server, &spec.place, &spec.server, step)
                    .map_err(|failure| blame_storage(failure, &places))?;
                Self {
                    worktree: databases.worktree().to_owned(),
                    version: databases.version().to_owned(),
                    store: Kind::Postgresql(Arc::new(databases)),
                    shelf,
                    cancel,
                }
            }
        })
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match &self.store {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgresql(_) => Dialect::Postgresql,
        }
    }

    /// The version of the server, as it states it; for SQLite that of the library in Onramp, which is not the
    /// project's own.
    pub fn server_version(&self) -> &str {
        &self.version
    }

    /// Fails if the server is not there any more. Whatever was under way on it has failed in its own words then, and few
    /// of them say so.
    pub fn check(&self) -> Result<(), Failure> {
        match &self.store {
            Kind::Sqlite(_) => Ok(()),
            Kind::Postgresql(databases) => databases.check_server(),
        }
    }

    /// `failure` of work on one of them, or on none yet; or, where their place is full, that.
    #[must_use]
    pub fn blame_storage(&self, failure: Failure, database: Option<&Database>) -> Failure {
        let folder = database.and_then(|database| database.folder().parent());
        let mut places: Vec<PathBuf> = folder.map(Into::into).into_iter().collect();
        let Kind::Postgresql(databases) = &self.store else { return blame_storage(failure, &places) };
        let is_in_container = databases.at_server(|place| {
            if let Whereabouts::Below(folder) = place {
                places.push(folder.to_path_buf());
            }
            matches!(place, Whereabouts::Container)
        });
        if is_in_container && says_no_room(&failure) {
            let failure = Failure { kind: FailureKind::Environment, ..failure };
            return failure.context("no space is left in the server's container").hint("free --human");
        }
        blame_storage(failure, &places)
    }

    /// An empty database.
    pub fn create(&self) -> Result<Database, Failure> {
        match &self.store {
            Kind::Sqlite(store) => Ok(Database::of_file(sqlite::File::create(&store.place)?)),
            Kind::Postgresql(databases) => databases.create(Purpose::Scratch, None).map(Database::of_server),
        }
    }

    /// The template of this key, if a finished one is there. A key names everything that decides its content.
    pub fn find_template(&self, key: &str) -> Result<Option<Template>, Failure> {
        template::find(self.store(), &self.shelf, &template::id(&self.worktree, key))
    }

    /// The template of this key, made by `fill` in an empty database if there is none. Whatever goes wrong on the
    /// way, a failure, a request to cancel or a kill, there is no template then. `fill` must leave no connection
    /// open. Who asks for one that somebody else is making waits for it.
    pub fn build_template(
        &self,
        key: &str,
        fill: &mut dyn FnMut(&Database) -> Result<(), Failure>,
    ) -> Result<Template, Failure> {
        let id = template::id(&self.worktree, key);
        template::build(self.store(), &self.shelf, &id, &self.cancel, fill)
    }

    /// Has a copy of `source` as the template of this key, if there is none. No client may be connected to it: the
    /// server refuses to copy it then, and so does this.
    pub fn keep_template(&self, key: &str, source: &Database) -> Result<(), Failure> {
        let id = template::id(&self.worktree, key);
        template::keep(self.store(), &self.shelf, &id, &self.cancel, source)
    }

    /// A database with everything that the template has.
    pub fn copy(&self, template: &Template) -> Result<Database, Failure> {
        let (database, name) = self.place_copy(template)?;
        if let Some(name) = name {
            self.make_copy(&name, template)?;
        }
        Ok(database)
    }

    /// A database whose name and place are known, and what makes it a copy of the template. Until that has run, nobody
    /// can connect to it: so whatever only needs to know where it will be can start beside that.
    pub fn plan_copy(&self, template: Template) -> Result<(Database, Copying<'_>), Failure> {
        let (database, name) = self.place_copy(&template)?;
        Ok((database, Copying { databases: self, name, template }))
    }

    /// A file is a copy at once. The name is that of a database which has yet to be made.
    fn place_copy(&self, template: &Template) -> Result<(Database, Option<String>), Failure> {
        match (&self.store, &template.content) {
            (Kind::Sqlite(store), Content::Sqlite(bytes)) => {
                let file = sqlite::File::create(&store.place)?;
                let mut options = OpenOptions::new();
                let written = options.write(true).create_new(true).mode(0o600).open(file.path());
                written.and_then(|mut copy| copy.write_all(bytes)).map_err(|error| {
                    let message = format!("{} could not be written: {error}", file.path().display());
                    blame_storage(Failure::environment(message), file.folder().parent().as_slice())
                })?;
                Ok((Database::of_file(file), None))
            }
            (Kind::Postgresql(databases), Content::Postgresql(_)) => {
                let database = databases.plan()?;
                let name = database.connection().database.clone();
                Ok((Database::of_server(database), Some(name)))
            }
            _ => Err(Failure::task("the template is one of another dialect")),
        }
    }

    fn make_copy(&self, name: &str, template: &Template) -> Result<(), Failure> {
        match (&self.store, &template.content) {
            (Kind::Postgresql(databases), Content::Postgresql(template)) => {
                databases.make(name, Purpose::Scratch, Some(template))
            }
            _ => Ok(()),
        }
    }

    fn store(&self) -> &dyn Store {
        match &self.store {
            Kind::Sqlite(store) => store,
            Kind::Postgresql(databases) => databases,
        }
    }
}

impl Store for Arc<ServerDatabases> {
    fn find(&self, id: &str) -> Result<Option<Content>, Failure> {
        self.find_template(id)
    }

    fn build(&self, id: &str, fill: &mut dyn FnMut(&Database) -> Result<(), Failure>) -> Result<(), Failure> {
        self.build_template(id, fill)
    }

    fn keep(&self, id: &str, source: &Database) -> Result<(), Failure> {
        self.keep_template(id, source)
    }

    fn clear(&self, id: &str) -> Result<(), Failure> {
        self.clear_template(id)
    }

    fn ids(&self) -> Result<Vec<String>, Failure> {
        self.template_ids()
    }

    fn limit(&self) -> usize {
        self.template_limit()
    }
}

fn server(launcher: &Launcher, spec: &DatabasesSpec, step: &dyn Fn(&str)) -> Result<InUse, Failure> {
    if spec.server.source.allows(Source::Url)
        && let Some(connection) = given(&spec.environment, &spec.server, launcher.secrets())?
    {
        step(&format!("use the server of {}", spec.server.url_env));
        return Ok(InUse::Given { connection, spec: spec.server.clone() });
    }
    if spec.keep.is_warm()
        && let Some(kept) = acquire(launcher, spec, Role::Warm, step)?
    {
        return Ok(InUse::Kept(Box::new(kept)));
    }
    let owned = OwnedSpec {
        launcher,
        place: &spec.place,
        environment: &spec.environment,
        server: &spec.server,
        log: spec.log.clone(),
        home: None,
    };
    owned.start(step).map(InUse::Own)
}
