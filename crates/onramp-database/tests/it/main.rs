//! Databases of both dialects on real servers. Where there are no server programs, a test that needs them says so.

#![expect(clippy::print_stderr, reason = "a skipped test says why")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod containers;
mod databases;
mod given;
mod keeper;
mod postgresql;
mod script;
mod templates;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Dialect, Failure, Secrets};
use onramp_database::{Client, Database, Databases, DatabasesSpec, Keep, Place, ServerSpec, Source};
use onramp_exec::Launcher;
use onramp_testing::{environment, server_programs};

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

    fn spec(&self) -> DatabasesSpec {
        DatabasesSpec {
            place: self.place(),
            environment: environment(),
            server: ServerSpec { source: Source::Local, ..ServerSpec::default() },
            keep: Keep::default(),
            log: None,
        }
    }

    fn open(&self, dialect: Dialect) -> Result<Databases, Failure> {
        Databases::open(&self.launcher, dialect, &self.spec(), &|_| {})
    }

    /// The names in a folder of the state, sorted.
    fn entries(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.place().state.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn leases(&self) -> usize {
        fs::read_dir(self.place().leases()).map_or(0, Iterator::count)
    }
}

/// The dialects that can be tested here.
fn dialects() -> Vec<Dialect> {
    let has_server = server_programs().is_some();
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

/// Waits until something holds that must come about.
#[track_caller]
fn wait_until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The processes whose working directory lies in a folder.
fn processes_in(folder: &Path) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let folders = processes.filter_map(|process| fs::read_link(process.path().join("cwd")).ok());
    folders.filter(|directory| directory.starts_with(folder)).count()
}
