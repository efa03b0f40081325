use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use onramp_database::postgresql::{Binaries, Connection, LocalServer, LocalSpec};
use onramp_database::{Client, Listen, Place};

use crate::guard::Guard;
use crate::programs::{installed_programs, known, launcher, server_programs};

/// The server of this test program.
pub(crate) struct Server {
    pub(crate) major: u32,
    connection: Connection,
    databases: AtomicU32,
    /// Names of templates by the statements in them.
    templates: Mutex<HashMap<String, String>>,
    roles: Mutex<BTreeSet<String>>,
    // Never dropped, being in a static: the guard ends it.
    _local: Mutex<LocalServer>,
    _guard: Guard,
}

impl Server {
    /// The server, started by the first who asks; `None`, and said so, where there are no programs for one.
    ///
    /// # Panics
    /// If it does not start.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        // Whoever comes later says so too.
        server_programs()?;
        SERVER.get_or_init(|| Some(Self::start(&server_programs()?))).as_ref()
    }

    /// The server that the machine has installed, beside the shared one where that is another.
    ///
    /// # Panics
    /// If it does not start.
    pub(crate) fn installed() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        let (shared, installed) = (server_programs()?, installed_programs()?);
        if shared.folder() == installed.folder() {
            return Self::shared();
        }
        SERVER.get_or_init(|| Some(Self::start(&installed))).as_ref()
    }

    fn start(binaries: &Binaries) -> Self {
        // The guard removes it.
        let workspace = tempfile::Builder::new().prefix("onramp-testing-").tempdir();
        let root = workspace.expect("a temporary folder").keep();
        let place =
            Place { state: root.join(".onramp"), workspace: root.clone(), temporary: PathBuf::from("/tmp") };
        let spec = LocalSpec { listen: Listen::Socket, place, log: None };
        let local = LocalServer::start(&launcher(), binaries, &spec, &|_| {})
            .unwrap_or_else(|failure| panic!("{failure}: {:#?}", failure.tail));
        let connection = local.connection().clone();
        let socket = connection.socket.join(format!(".s.PGSQL.{}", connection.port));
        let guard = Guard::over(local.pid(), &socket, [&root, local.folder()]);
        Self {
            major: binaries.major(),
            connection,
            databases: AtomicU32::new(0),
            templates: Mutex::default(),
            roles: Mutex::default(),
            _local: Mutex::new(local),
            _guard: guard,
        }
    }

    /// A new database with these statements in it. Those with the same statements are copies.
    #[track_caller]
    pub(crate) fn database(&self, statements: &str) -> Connection {
        if statements.is_empty() {
            return self.create("scratch", None);
        }
        let template = {
            let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
            match templates.get(statements) {
                Some(template) => template.clone(),
                None => {
                    let template = self.create("template", None);
                    execute(&mut connect(&template), &known(statements, self.major));
                    templates.insert(statements.to_owned(), template.database.clone());
                    template.database
                }
            }
        };
        self.create("scratch", Some(&template))
    }

    /// Removes a database, whoever is connected to it.
    pub(crate) fn remove(&self, database: &str) {
        // A test that fails tells more than what this may say.
        let _ = self
            .connection
            .client()
            .and_then(|mut client| client.execute(&format!("DROP DATABASE {database} WITH (FORCE)")));
    }

    /// Sees to it that there are roles of these names, which may do nothing.
    #[track_caller]
    pub(crate) fn roles(&self, names: &[&str]) {
        let mut roles = self.roles.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            if roles.insert((*name).to_owned()) {
                execute(&mut connect(&self.connection), &format!("CREATE ROLE {name}"));
            }
        }
    }

    #[track_caller]
    fn create(&self, label: &str, template: Option<&str>) -> Connection {
        let database = format!("{label}_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
        execute(&mut connect(&self.connection), &format!("CREATE DATABASE {database}{template}"));
        Connection { database, ..self.connection.clone() }
    }
}

#[track_caller]
pub(crate) fn connect(connection: &Connection) -> Client {
    connection.client().unwrap_or_else(|failure| panic!("{failure}"))
}

#[track_caller]
pub(crate) fn execute(client: &mut Client, statements: &str) {
    client.execute(statements).unwrap_or_else(|failure| panic!("{failure}\n{statements}"));
}
