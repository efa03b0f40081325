use std::path::PathBuf;
use std::sync::Mutex;

use onramp_core::{Cancel, Secrets};
use onramp_database::catalog::Catalog;
use onramp_database::postgresql::{Binaries, LocalServer, LocalSpec};
use onramp_database::{Client, Listen, Place};
use onramp_exec::{Environment, Launcher};
use onramp_parity::{Finding, Report, Rules, compare};

/// A server for the tests of one function, with one database that is emptied for each case.
pub(crate) struct Machine {
    client: Mutex<Client>,
    _server: LocalServer,
    _workspace: tempfile::TempDir,
}

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
        let client = Mutex::new(server.connection().client().unwrap());
        Some(Self { client, _server: server, _workspace: workspace })
    }

    /// What a database with these statements in it consists of.
    #[track_caller]
    pub(crate) fn postgresql(&self, statements: &str) -> Catalog {
        let mut client = self.client.lock().unwrap();
        let schemas = "DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; \
                       GRANT ALL ON SCHEMA public TO PUBLIC; SET client_min_messages TO error;";
        execute(&mut client, &format!("{schemas} {statements}"));
        Catalog::read(&mut client, &[]).unwrap()
    }
}

/// The same of SQLite.
#[track_caller]
pub(crate) fn sqlite(statements: &str) -> Catalog {
    let mut client = Client::Sqlite(rusqlite::Connection::open_in_memory().unwrap());
    execute(&mut client, statements);
    Catalog::read(&mut client, &[]).unwrap()
}

#[track_caller]
fn execute(client: &mut Client, statements: &str) {
    client.execute(statements).unwrap_or_else(|failure| panic!("{failure}\n{statements}"));
}

/// The findings as lines, SQLite's text first: `column flow.name default: 'a' | none`.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(line).collect()
}

pub(crate) fn line(finding: &Finding) -> String {
    let texts = finding.texts().map(|text| text.unwrap_or("none").to_owned()).join(" | ");
    match finding.attribute() {
        Some(attribute) => format!("{} {attribute}: {texts}", finding.object),
        None => format!("{} only: {texts}", finding.object),
    }
}

/// What the comparison of two such databases finds, with SQLite on the left.
#[track_caller]
pub(crate) fn found(machine: &Machine, sqlite_statements: &str, postgresql_statements: &str) -> Vec<String> {
    let (left, right) = (sqlite(sqlite_statements), machine.postgresql(postgresql_statements));
    lines(&compare(&left, &right, &Rules::default()))
}

/// Says why a test did not run; in CI it must.
fn skip(why: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let in_ci = std::env::var_os("CI").is_some();
    assert!(!in_ci, "CI must have what this test needs: {why}");
    #[expect(clippy::print_stderr, reason = "a skipped test says why")]
    {
        eprintln!("skipped: {why}");
    }
}
