//! Databases of both dialects on real servers. Where there are no server programs, a test that needs them says so.

#![expect(clippy::print_stderr, reason = "a skipped test says why")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod databases;
mod postgresql;
mod templates;

use std::fs;
use std::path::PathBuf;

use onramp_core::{Cancel, Dialect, Failure, Secrets};
use onramp_database::postgresql::Binaries;
use onramp_database::{Client, Database, Databases, DatabasesSpec, Keep, Place, ServerSpec, Source};
use onramp_exec::{Environment, Launcher};

/// A worktree, and the ways to databases in it.
struct Worktree {
    root: PathBuf,
    launcher: Launcher,
    _folder: Option<tempfile::TempDir>,
}

impl Worktree {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { _folder: Some(folder), ..Self::at(PathBuf::new()) }.rooted()
    }

    /// One that somebody else removes.
    fn at(root: PathBuf) -> Self {
        Self { root, launcher: Launcher::new(Cancel::new(), Secrets::new()), _folder: None }
    }

    fn rooted(mut self) -> Self {
        self.root = self._folder.as_ref().map(|folder| folder.path().to_path_buf()).unwrap_or_default();
        self
    }

    fn place(&self) -> Place {
        Place {
            state: self.root.join(".onramp"),
            workspace: self.root.clone(),
            temporary: PathBuf::from("/tmp"),
        }
    }

    fn open(&self, dialect: Dialect) -> Result<Databases, Failure> {
        let spec = DatabasesSpec {
            place: self.place(),
            environment: environment(),
            server: ServerSpec { source: Source::Local, ..ServerSpec::default() },
            keep: Keep::default(),
            log: None,
        };
        Databases::open(&self.launcher, dialect, &spec, &|_| {})
    }

    fn leases(&self) -> usize {
        fs::read_dir(self.place().leases()).map_or(0, Iterator::count)
    }
}

fn environment() -> Environment {
    Environment::new([("PATH".into(), "/usr/bin:/bin".into())])
}

/// The server's programs; `None`, and said so, where there are none.
fn binaries(launcher: &Launcher) -> Option<Binaries> {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let in_ci = std::env::var_os("CI").is_some();
    match Binaries::find(launcher, &environment(), &[]) {
        Ok(binaries) => Some(binaries),
        Err(failure) => {
            assert!(!in_ci, "CI must have what this test needs: {failure}");
            eprintln!("skipped: {failure}");
            None
        }
    }
}

/// The dialects that can be tested here.
fn dialects() -> Vec<Dialect> {
    let has_server = binaries(&Launcher::new(Cancel::new(), Secrets::new())).is_some();
    Dialect::ALL.into_iter().filter(|dialect| *dialect == Dialect::Sqlite || has_server).collect()
}

/// Runs statements in a database, and leaves it.
fn execute(database: &Database, statements: &str) -> Result<(), Failure> {
    database.client()?.execute(statements)
}

/// How many rows a table has.
fn rows(database: &Database, table: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {table}");
    match database.client().unwrap() {
        Client::Sqlite(connection) => connection.query_row(&statement, [], |row| row.get(0)).unwrap(),
        Client::Postgresql(mut client) => client.query_one(&statement, &[]).unwrap().get(0),
    }
}
