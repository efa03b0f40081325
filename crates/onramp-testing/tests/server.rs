//! One server for a test program, which ends with it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Dialect, Secrets, Stream};
use onramp_exec::{Launcher, ProcessSpec, Signal};
use onramp_testing::{BOTH, Scratch, environment, say};
use std::sync::Mutex;

/// What the tests of another test program are told to do: this one, started once more.
const ROLE: &str = "ONRAMP_TEST_ROLE";

#[test]
fn databases_with_the_same_statements_are_copies_that_know_nothing_of_one_another() {
    for dialect in BOTH {
        let scratch = || Scratch::with(dialect, "CREATE TABLE a (x integer); INSERT INTO a VALUES (1)");
        let (Some(mut one), Some(mut other)) = (scratch(), scratch()) else { return };
        one.execute("DROP TABLE a");
        assert_eq!(other.client.texts("SELECT CAST(x AS text) FROM a").unwrap(), ["1"]);
    }
}

#[test]
fn roles_are_there_for_whoever_asks() {
    for _ in 0..2 {
        let Some(()) = Scratch::roles(&["asked", "again"]) else { return };
    }
    let mut scratch = Scratch::postgresql("CREATE TABLE a (x int); GRANT SELECT ON a TO asked").unwrap();
    scratch.execute("GRANT ALL ON a TO again");
}

#[test]
fn a_database_goes_with_its_test() {
    let Some(scratch) = Scratch::new(Dialect::Postgresql) else { return };
    let database = scratch.connection().database.clone();
    let mut other = Scratch::new(Dialect::Postgresql).unwrap();
    let query = format!("SELECT datname::text FROM pg_database WHERE datname = '{database}'");
    assert_eq!(other.client.texts(&query).unwrap(), [database]);
    drop(scratch);
    assert_eq!(other.client.texts(&query).unwrap(), [""; 0]);
}

/// The other test program: has a server, tells where it lives, and ends as it is told.
#[test]
fn role() {
    #[expect(clippy::disallowed_methods, reason = "the test that started this one says what it is for")]
    let Ok(role) = std::env::var(ROLE) else { return };
    let Some(scratch) = Scratch::postgresql("CREATE TABLE a (x integer)") else { return };
    say(&format!("server {}", scratch.connection().socket.display()));
    match role.as_str() {
        "panic" => panic!("as told"),
        "wait" => std::thread::sleep(Duration::from_secs(60)),
        _ => {}
    }
}

/// The folder of the server of another test program, and that program's output, once it has ended.
fn run(role: &str) -> Option<String> {
    let program = std::env::current_exe().unwrap();
    let mut environment = environment();
    environment.set(ROLE, role);
    for variable in [onramp_testing::POSTGRESQL, "CI"] {
        #[expect(clippy::disallowed_methods, reason = "the other program has to choose the same server")]
        if let Some(value) = std::env::var_os(variable) {
            environment.set(variable, value);
        }
    }
    let argv = [program.to_str().unwrap(), "--exact", "role", "--nocapture"];
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let sink = move |_: Stream, line: &str| kept.lock().unwrap().push(line.to_owned());
    let launcher = Launcher::new(Cancel::new(), Secrets::new());
    let mut running = launcher.start(&ProcessSpec::new(argv, "/", environment), Arc::new(sink)).unwrap();
    let told = || {
        let lines = lines.lock().unwrap();
        lines.iter().find_map(|line| line.split_once("server ").map(|(_, folder)| folder.to_owned()))
    };
    if role == "wait" {
        wait_until(|| told().is_some());
        running.signal(Signal::KILL);
    }
    wait_until(|| !running.is_running());
    wait_until(|| told().is_some() || lines.lock().unwrap().iter().any(|line| line.contains("test result")));
    told()
}

#[test]
fn a_server_ends_with_its_test_program_however_that_ends() {
    if onramp_testing::server_programs().is_none() {
        return;
    }
    for role in ["succeed", "panic", "wait"] {
        let folder = run(role).unwrap();
        wait_until(|| !Path::new(&folder).exists());
        wait_until(|| processes_in(&folder) == 0);
    }
}

/// The processes whose working directory lies in a folder, wherever the system tells.
fn processes_in(folder: &str) -> usize {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let folders = processes.filter_map(|process| fs::read_link(process.path().join("cwd")).ok());
    folders.filter(|directory| directory.to_string_lossy().starts_with(folder)).count()
}

#[track_caller]
fn wait_until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        std::thread::sleep(Duration::from_millis(5));
    }
}
