use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use onramp_core::{Cancel, Dialect, FailureKind, Secrets};
use onramp_database::{Databases, DatabasesSpec, Keep, keep_server, reap_leftovers};
use onramp_exec::{Launcher, ProcessId, is_alive};

use super::{Worktree, dialects, execute, processes_in, rows, wait_until};

/// Set for the process that keeps a server.
const KEEPER: &str = "ONRAMP_TEST_KEEPER";

/// Not a test of its own: what keeps the servers of the other tests.
#[test]
fn keeper_process() {
    #[expect(clippy::disallowed_methods, reason = "only the process that is meant has the variable")]
    let is_meant = std::env::var_os(KEEPER).is_some();
    if is_meant {
        let request = io::read_to_string(io::stdin()).unwrap();
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        let environment = super::environment();
        #[expect(clippy::print_stdout, reason = "whoever has started it listens")]
        // The line that the test runner has begun is none of ours.
        let tell = |line: &str| println!("\n{line}");
        drop(keep_server(&launcher, &environment, &request, &tell));
    }
}

fn warm(worktree: &Worktree, idle: Duration) -> DatabasesSpec {
    let mut spec = worktree.spec();
    let program = std::env::current_exe().unwrap().into_os_string();
    let arguments = ["--exact", "keeper::keeper_process", "--nocapture", "--test-threads=1"];
    let keeper = std::iter::once(program).chain(arguments.map(Into::into));
    spec.keep = Keep { keeper: keeper.collect(), idle };
    spec.environment.set(KEEPER, "1");
    spec
}

const LONG: Duration = Duration::from_secs(600);

fn open(worktree: &Worktree, spec: &DatabasesSpec) -> (Databases, Vec<String>) {
    let steps = Mutex::new(Vec::new());
    let step = |step: &str| steps.lock().unwrap().push(step.to_owned());
    let databases = Databases::open(&worktree.launcher, Dialect::Postgresql, spec, &step).unwrap();
    (databases, steps.into_inner().unwrap())
}

/// A value of the record of the only server.
fn recorded(worktree: &Worktree, name: &str) -> String {
    let [record] = records(worktree).try_into().unwrap();
    let text = fs::read_to_string(record).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap().to_owned()
}

fn records(worktree: &Worktree) -> Vec<PathBuf> {
    let folder = worktree.place().state.join("servers");
    let records = worktree.entries("servers").into_iter().filter(|name| name.ends_with(".server"));
    records.map(|name| folder.join(name)).collect()
}

fn keeper(worktree: &Worktree) -> ProcessId {
    let keeper = recorded(worktree, "keeper");
    let (pid, started) = keeper.split_once(' ').unwrap();
    ProcessId { pid: pid.parse().unwrap(), started: started.to_owned() }
}

/// Ends the keeper with no chance to put anything in order.
fn kill(keeper: &ProcessId) {
    let pid = keeper.pid.to_string();
    let spec = onramp_exec::ProcessSpec::new(["kill", "-KILL", &pid], "/", super::environment());
    Launcher::new(Cancel::new(), Secrets::new()).capture(&spec).unwrap();
    wait_until(|| !is_alive(keeper));
}

/// Ends what a test has kept, and expects that nothing is left.
fn clear(worktree: &Worktree) {
    if !records(worktree).is_empty() {
        let (keeper, folder) = (keeper(worktree), PathBuf::from(recorded(worktree, "socket")));
        kill(&keeper);
        reap_leftovers(&worktree.place().state);
        assert!(!folder.exists());
        assert_eq!(processes_in(&folder), 0);
    }
    assert_eq!(worktree.entries("servers"), [""; 0]);
    assert_eq!(worktree.leases(), 0);
}

fn has_no_server() -> bool {
    !dialects().contains(&Dialect::Postgresql)
}

#[test]
fn one_server_serves_one_command_after_the_other_and_its_templates_stay() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    let spec = warm(&worktree, LONG);
    let (databases, steps) = open(&worktree, &spec);
    assert!(steps.contains(&"start server".to_owned()), "{steps:?}");
    databases.build_template("head", &mut |database| execute(database, "CREATE TABLE flow ()")).unwrap();
    drop(databases);
    let first = keeper(&worktree);
    let (databases, steps) = open(&worktree, &spec);
    assert!(!steps.contains(&"start server".to_owned()), "{steps:?}");
    let template = databases.find_template("head").unwrap().unwrap();
    assert_eq!(rows(&databases.copy(&template).unwrap(), "flow"), 0);
    assert_eq!(keeper(&worktree), first);
    drop((template, databases));
    clear(&worktree);
}

#[test]
fn two_commands_at_once_share_one_server_and_two_worktrees_do_not() {
    if has_no_server() {
        return;
    }
    let (worktree, other) = (Worktree::new(), Worktree::new());
    let spec = warm(&worktree, LONG);
    std::thread::scope(|scope| {
        let commands: Vec<_> = (0..3).map(|_| scope.spawn(|| open(&worktree, &spec))).collect();
        let elsewhere = scope.spawn(|| open(&other, &warm(&other, LONG)));
        let opened: Vec<_> = commands.into_iter().map(|command| command.join().unwrap()).collect();
        let starts = opened.iter().filter(|(_, steps)| steps.contains(&"start server".to_owned())).count();
        assert_eq!(starts, 1);
        let (_elsewhere, steps) = elsewhere.join().unwrap();
        assert!(steps.contains(&"start server".to_owned()));
        assert_ne!(keeper(&other), keeper(&worktree));
    });
    clear(&worktree);
    clear(&other);
}

#[test]
fn a_server_stops_when_nobody_has_used_it_for_a_while_and_not_before() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    let (databases, _) = open(&worktree, &warm(&worktree, Duration::from_millis(1)));
    let (keeper, folder) = (keeper(&worktree), PathBuf::from(recorded(&worktree, "socket")));
    // Some looks of the keeper at a server in use.
    std::thread::sleep(Duration::from_millis(700));
    assert!(is_alive(&keeper));
    drop(databases);
    wait_until(|| !is_alive(&keeper));
    assert!(!folder.exists());
    clear(&worktree);
}

#[test]
fn a_server_goes_with_its_worktree() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    drop(open(&worktree, &warm(&worktree, LONG)));
    let (keeper, folder) = (keeper(&worktree), PathBuf::from(recorded(&worktree, "socket")));
    fs::remove_dir_all(worktree.place().state).unwrap();
    wait_until(|| !is_alive(&keeper));
    assert!(!folder.exists());
    assert!(!worktree.place().state.exists());
}

#[test]
fn what_a_killed_keeper_left_is_cleared_by_the_next_command_which_starts_anew() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    let spec = warm(&worktree, LONG);
    drop(open(&worktree, &spec));
    let (first, folder) = (keeper(&worktree), PathBuf::from(recorded(&worktree, "socket")));
    kill(&first);
    let (databases, steps) = open(&worktree, &spec);
    assert!(steps.contains(&"start server".to_owned()), "{steps:?}");
    drop(databases);
    assert!(!folder.exists());
    assert_ne!(keeper(&worktree), first);
    clear(&worktree);
}

#[test]
fn a_keeper_whose_number_belongs_to_a_stranger_is_never_signalled() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    let spec = warm(&worktree, LONG);
    drop(open(&worktree, &spec));
    let [record] = records(&worktree).try_into().unwrap();
    let written = fs::read_to_string(&record).unwrap();
    let first = keeper(&worktree);
    kill(&first);
    let stranger = onramp_exec::ProcessSpec::new(["sleep", "600"], "/", super::environment());
    let mut stranger = Launcher::new(Cancel::new(), Secrets::new())
        .start(&stranger, std::sync::Arc::new(onramp_exec::Discard))
        .unwrap();
    let before = format!("keeper {} {}", first.pid, first.started);
    fs::write(&record, written.replace(&before, &format!("keeper {} 1", stranger.pid()))).unwrap();
    let (databases, steps) = open(&worktree, &spec);
    assert!(steps.contains(&"start server".to_owned()), "{steps:?}");
    drop(databases);
    assert!(stranger.is_running());
    clear(&worktree);
}

#[test]
fn an_interrupted_start_leaves_no_keeper() {
    if has_no_server() {
        return;
    }
    for moment in ["create cluster", "start server"] {
        let worktree = Worktree::new();
        let spec = warm(&worktree, LONG);
        let step = |step: &str| {
            if step == moment {
                worktree.launcher.cancel().escalate();
            }
        };
        let failure = Databases::open(&worktree.launcher, Dialect::Postgresql, &spec, &step).err().unwrap();
        assert_eq!(failure.kind, FailureKind::Interrupted, "{failure}");
        reap_leftovers(&worktree.place().state);
        assert!(records(&worktree).is_empty());
        wait_until(|| {
            reap_leftovers(&worktree.place().state);
            worktree.leases() == 0
        });
        clear(&worktree);
    }
}

#[test]
fn what_is_written_of_a_server_is_for_its_owner_alone() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    drop(open(&worktree, &warm(&worktree, LONG)));
    let password = recorded(&worktree, "password");
    let mut pending = vec![worktree.root.clone()];
    let mut holders = 0;
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(&password) {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
            holders += 1;
        }
    }
    assert_eq!(holders, 1, "the record has it, and no log");
    let servers = worktree.place().state.join("servers");
    assert_eq!(fs::metadata(servers).unwrap().permissions().mode() & 0o777, 0o700);
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&words).contains(&password));
    }
    clear(&worktree);
}

#[test]
fn a_server_that_has_ended_is_started_again() {
    if has_no_server() {
        return;
    }
    let worktree = Worktree::new();
    let spec = warm(&worktree, LONG);
    drop(open(&worktree, &spec));
    let first = keeper(&worktree);
    let folder = PathBuf::from(recorded(&worktree, "socket"));
    let postmaster = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    let pid: u32 = postmaster.lines().next().unwrap().parse().unwrap();
    kill(&onramp_exec::process(pid).unwrap());
    let (databases, steps) = open(&worktree, &spec);
    assert!(steps.contains(&"start server".to_owned()), "{steps:?}");
    drop(databases);
    assert_ne!(keeper(&worktree), first);
    clear(&worktree);
}
