use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use onramp_core::{Cancel, Dialect, Secrets};
use onramp_database::postgresql::{Binaries, Connection, LocalServer, LocalSpec};
use onramp_database::{Client, Listen, Place};
use onramp_exec::{Environment, Launcher};

/// An empty database. Its server stops with the last of them.
pub(crate) struct Scratch {
    pub(crate) client: Client,
    connection: Option<Connection>,
    _machine: Option<Arc<Machine>>,
}

impl Scratch {
    /// One more connection to the same database, where it is a server's.
    pub(crate) fn another(&self) -> Option<Client> {
        self.connection.as_ref().map(|connection| connection.client().unwrap())
    }
}

struct Machine {
    // Dropped before the folder that it lives in.
    server: Mutex<LocalServer>,
    _workspace: tempfile::TempDir,
}

/// The server in use: one for all tests that run at the same time.
static SERVER: Mutex<Weak<Machine>> = Mutex::new(Weak::new());
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// An empty database, if the machine can have one.
pub(crate) fn scratch(dialect: Dialect) -> Option<Scratch> {
    match dialect {
        Dialect::Sqlite => {
            let client = Client::Sqlite(rusqlite::Connection::open_in_memory().unwrap());
            Some(Scratch { client, connection: None, _machine: None })
        }
        Dialect::Postgresql => {
            let machine = machine()?;
            let name = format!("lint_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
            let server = machine.server.lock().unwrap().connection().clone();
            server.client().unwrap().execute(&format!("CREATE DATABASE {name}")).unwrap();
            let connection = Connection { database: name, ..server };
            let client = connection.client().unwrap();
            Some(Scratch { client, connection: Some(connection), _machine: Some(machine) })
        }
    }
}

fn machine() -> Option<Arc<Machine>> {
    let mut server = SERVER.lock().unwrap();
    if let Some(machine) = server.upgrade() {
        return Some(machine);
    }
    let launcher = Launcher::new(Cancel::new(), Secrets::new());
    let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    let binaries = match Binaries::find(&launcher, &environment, &[]) {
        Ok(binaries) => binaries,
        Err(failure) => {
            assert!(std::env::var_os("CI").is_none(), "{failure}");
            eprintln!("skipped: {failure}");
            return None;
        }
    };
    let workspace = tempfile::tempdir().unwrap();
    let root = workspace.path().to_path_buf();
    let place = Place { state: root.join(".onramp"), workspace: root, temporary: PathBuf::from("/tmp") };
    let spec = LocalSpec { listen: Listen::Socket, place, log: None };
    let started = LocalServer::start(&launcher, &binaries, &spec, &|_| {}).unwrap();
    let machine = Arc::new(Machine { server: Mutex::new(started), _workspace: workspace });
    *server = Arc::downgrade(&machine);
    Some(machine)
}
