use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use onramp_core::{Dialect, Failure, FailureKind, Stream};
use onramp_database::{Database, Databases};
use onramp_exec::{ProcessSpec, Signal};

use super::{Worktree, dialects, environment, execute, rows};

fn flow(database: &Database) -> Result<(), Failure> {
    execute(database, "CREATE TABLE flow (id INTEGER); INSERT INTO flow VALUES (1)")
}

fn never(_: &Database) -> Result<(), Failure> {
    Err(Failure::task("a finished template is not built again"))
}

fn template_files(worktree: &Worktree) -> Vec<PathBuf> {
    let entries = fs::read_dir(worktree.place().state.join("databases/templates/sqlite")).unwrap();
    let is_database = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "db");
    entries.map(|entry| entry.unwrap().path()).filter(is_database).collect()
}

#[test]
fn a_template_is_built_once_and_copies_are_apart() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        assert!(databases.find_template("head").unwrap().is_none());
        databases.build_template("head", &mut flow).unwrap();
        let template = databases.build_template("head", &mut never).unwrap();
        let (first, second) = (databases.copy(&template).unwrap(), databases.copy(&template).unwrap());
        execute(&first, "DELETE FROM flow").unwrap();
        assert_eq!((rows(&first, "flow"), rows(&second, "flow")), (0, 1));
        assert!(databases.find_template("head").unwrap().is_some());
        assert!(databases.find_template("another").unwrap().is_none());
    }
}

#[test]
fn what_failed_or_was_cancelled_is_no_template() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let mut fail = |database: &Database| flow(database).and(Err(Failure::task("no")));
        assert_eq!(databases.build_template("head", &mut fail).err().unwrap().message, "no");
        assert!(databases.find_template("head").unwrap().is_none());
        let mut cancel = |database: &Database| {
            worktree.launcher.cancel().escalate();
            flow(database)
        };
        let failure = databases.build_template("head", &mut cancel).err().unwrap();
        assert_eq!(failure.kind, FailureKind::Interrupted);
        assert!(databases.find_template("head").unwrap().is_none());
    }
}

#[test]
fn a_database_that_somebody_is_connected_to_becomes_no_template() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let worktree = Worktree::new();
    let databases = worktree.open(Dialect::Postgresql).unwrap();
    let mut open = None;
    let mut stay = |database: &Database| {
        open = Some(database.client()?);
        Ok(())
    };
    let failure = databases.build_template("head", &mut stay).err().unwrap();
    assert!(failure.message.contains("still connected"), "{failure}");
    assert!(databases.find_template("head").unwrap().is_none());
}

#[test]
fn of_two_builders_at_once_one_builds() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let built = AtomicU32::new(0);
        std::thread::scope(|scope| {
            let jobs = (0..3).map(|_| {
                scope.spawn(|| {
                    let mut fill = |database: &Database| {
                        built.fetch_add(1, Ordering::Relaxed);
                        flow(database)
                    };
                    let template = databases.build_template("head", &mut fill).unwrap();
                    assert_eq!(rows(&databases.copy(&template).unwrap(), "flow"), 1);
                })
            });
            jobs.collect::<Vec<_>>().into_iter().for_each(|job| job.join().unwrap());
        });
        assert_eq!(built.into_inner(), 1);
    }
}

#[test]
fn the_least_recently_used_go_first_and_none_in_use() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let _kept = databases.build_template("0", &mut flow).unwrap();
        for key in 1..=9 {
            databases.build_template(&key.to_string(), &mut flow).unwrap();
        }
        let is_there = |key: u32| databases.find_template(&key.to_string()).unwrap().is_some();
        let there: Vec<u32> = (0..=9).filter(|key| is_there(*key)).collect();
        assert_eq!(there, [0, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}

#[test]
fn a_damaged_file_is_built_again() {
    let worktree = Worktree::new();
    let databases = worktree.open(Dialect::Sqlite).unwrap();
    databases.build_template("head", &mut flow).unwrap();
    for damage in [|file: &Path| fs::write(file, "").unwrap(), damage_last_page] {
        let [file] = template_files(&worktree).try_into().unwrap();
        damage(&file);
        assert!(databases.find_template("head").unwrap().is_none());
        let template = databases.build_template("head", &mut flow).unwrap();
        assert_eq!(rows(&databases.copy(&template).unwrap(), "flow"), 1);
    }
}

fn damage_last_page(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_file_template_outlives_its_command_and_what_the_log_holds_is_in_it() {
    let worktree = Worktree::new();
    let mut logged = |database: &Database| {
        execute(
            database,
            "PRAGMA journal_mode = wal; CREATE TABLE flow (id INTEGER); INSERT INTO flow VALUES (1)",
        )
    };
    worktree.open(Dialect::Sqlite).unwrap().build_template("head", &mut logged).unwrap();
    let databases = worktree.open(Dialect::Sqlite).unwrap();
    let template = databases.find_template("head").unwrap().unwrap();
    assert_eq!(rows(&databases.copy(&template).unwrap(), "flow"), 1);
}

/// Set for the process that is killed, to its worktree; behind it the dialect.
const BUILDER: &str = "ONRAMP_TEST_BUILDER";

/// Not a test of its own: what the next test starts, and kills while the template is filled and not finished.
#[test]
fn builder_that_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "only the process that is meant has the variable")]
    let Ok(wanted) = std::env::var(BUILDER) else { return };
    let (dialect, root) = wanted.split_once(' ').unwrap();
    let databases = Worktree::at(root.into()).open(dialect.parse().unwrap()).unwrap();
    let mut fill = |database: &Database| {
        flow(database)?;
        eprintln!("filled");
        std::thread::sleep(Duration::from_secs(600));
        Ok(())
    };
    drop(databases.build_template("head", &mut fill));
}

fn kill_a_builder(worktree: &Worktree, dialect: Dialect) {
    let mut environment = environment();
    environment.set(BUILDER, format!("{dialect} {}", worktree.root.display()));
    let program = std::env::current_exe().unwrap();
    let argv = [program.as_os_str(), "--exact".as_ref(), "templates::builder_that_is_killed".as_ref()];
    let argv = argv.into_iter().chain(["--nocapture".as_ref()]);
    let (sender, lines) = std::sync::mpsc::channel();
    let sink = move |_: Stream, line: &str| drop(sender.send(line.to_owned()));
    let mut spec = ProcessSpec::new(argv, "/", environment);
    spec.timeout = Some(Duration::from_secs(60));
    let mut builder = worktree.launcher.start(&spec, Arc::new(sink)).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !lines.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap().contains("filled")
    {
    }
    builder.signal(Signal::KILL);
    while builder.is_running() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_template_whose_builder_was_killed_is_never_used() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        kill_a_builder(&worktree, dialect);
        let databases: Databases = worktree.open(dialect).unwrap();
        assert!(databases.find_template("head").unwrap().is_none());
        let template = databases.build_template("head", &mut flow).unwrap();
        assert_eq!(rows(&databases.copy(&template).unwrap(), "flow"), 1);
        drop((template, databases));
        assert_eq!(worktree.leases(), 0);
    }
}
