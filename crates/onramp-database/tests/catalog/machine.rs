use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use onramp_core::{Cancel, Secrets};
use onramp_database::catalog::Catalog;
use onramp_database::postgresql::{Binaries, Connection, LocalServer, LocalSpec};
use onramp_database::{Client, Listen, Place};
use onramp_exec::{Captured, Environment, Launcher, ProcessSpec};

/// A server for the tests of one function.
pub(crate) struct Machine {
    pub(crate) server: LocalServer,
    launcher: Launcher,
    binaries: Binaries,
    _workspace: tempfile::TempDir,
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

impl Machine {
    /// Starts a server, `None` where there are no programs for that.
    pub(crate) fn start() -> Option<Self> {
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
        let binaries = match Binaries::find(&launcher, &environment, &[]) {
            Ok(binaries) => binaries,
            Err(failure) => {
                skip(&failure.to_string());
                return None;
            }
        };
        let workspace = tempfile::tempdir().unwrap();
        let root = workspace.path().to_path_buf();
        let place = Place { state: root.join(".onramp"), workspace: root, temporary: PathBuf::from("/tmp") };
        let spec = LocalSpec { listen: Listen::Socket, place, log: None };
        let server = LocalServer::start(&launcher, &binaries, &spec, &|_| {}).unwrap();
        Some(Self { server, launcher, binaries, _workspace: workspace })
    }

    /// A new database in which the statements were run.
    pub(crate) fn database(&self, statements: &str) -> (Connection, Client) {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let database = format!("case_{number}");
        execute(&mut self.server.connection().client().unwrap(), &format!("CREATE DATABASE {database}"));
        let connection = Connection { database, ..self.server.connection().clone() };
        let mut client = connection.client().unwrap();
        execute(&mut client, statements);
        (connection, client)
    }

    /// Removes a database to which nobody is connected.
    pub(crate) fn drop_database(&self, connection: &Connection) {
        let mut client = self.server.connection().client().unwrap();
        execute(&mut client, &format!("DROP DATABASE {} WITH (FORCE)", connection.database));
    }

    /// What a program of the server prints about a database.
    #[track_caller]
    pub(crate) fn run(&self, program: &str, connection: &Connection, arguments: &[&str]) -> String {
        let mut environment = Environment::default();
        environment.set("PGPASSWORD", &connection.password);
        let program = self.binaries.folder().join(program).display().to_string();
        let (host, port) = (connection.host.as_str(), connection.port.to_string());
        let place = ["-h", host, "-p", &port, "-U", &connection.user, "-d", &connection.database];
        let argv = std::iter::once(program.as_str()).chain(place).chain(arguments.iter().copied());
        let Captured { status, stdout, stderr } =
            self.launcher.capture(&ProcessSpec::new(argv, "/", environment)).unwrap();
        assert!(status.success(), "{program}: {stderr}");
        stdout
    }
}

/// Runs statements that must succeed.
#[track_caller]
pub(crate) fn execute(client: &mut Client, statements: &str) {
    client.execute(statements).unwrap_or_else(|failure| panic!("{failure}\n{statements}"));
}

/// The catalog of a database.
#[track_caller]
pub(crate) fn read(client: &mut Client) -> Catalog {
    Catalog::read(client, &[]).unwrap_or_else(|failure| panic!("{failure}"))
}

/// A SQLite database in memory in which the statements were run.
#[track_caller]
pub(crate) fn sqlite(statements: &str) -> Client {
    let mut client = Client::Sqlite(rusqlite::Connection::open_in_memory().unwrap());
    execute(&mut client, statements);
    client
}

/// Says why a test did not run; in CI it must.
pub(crate) fn skip(why: &str) {
    static SAID: Mutex<bool> = Mutex::new(false);
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let in_ci = std::env::var_os("CI").is_some();
    assert!(!in_ci, "CI must have what this test needs: {why}");
    let mut said = SAID.lock().unwrap();
    if !*said {
        #[expect(clippy::print_stderr, reason = "a skipped test says why")]
        {
            eprintln!("skipped: {why}");
        }
        *said = true;
    }
}
