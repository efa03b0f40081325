use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use onramp_core::FailureKind;
use onramp_database::Listen;
use onramp_database::postgresql::{Binaries, Connection, LocalServer, LocalSpec};
use onramp_exec::Launcher;
use onramp_testing::server_programs;

use super::Worktree;

struct Machine {
    worktree: Worktree,
    launcher: Launcher,
    binaries: Binaries,
}

impl Machine {
    fn new() -> Option<Self> {
        let worktree = Worktree::new();
        let launcher = worktree.launcher.clone();
        Some(Self { binaries: server_programs()?, launcher, worktree })
    }

    fn spec(&self, listen: Listen) -> LocalSpec {
        let log = Some(self.worktree.root.join("server.log"));
        LocalSpec { listen, place: self.worktree.place(), log }
    }

    fn leases(&self) -> usize {
        self.worktree.leases()
    }

    fn start(&self, listen: Listen) -> LocalServer {
        LocalServer::start(&self.launcher, &self.binaries, &self.spec(listen), &|_| {}).unwrap()
    }

    /// The same, with what is told meanwhile.
    fn start_and_tell(&self) -> (LocalServer, Vec<String>) {
        let steps = Mutex::new(Vec::new());
        let spec = self.spec(Listen::Socket);
        let tell = |step: &str| steps.lock().unwrap().push(step.to_owned());
        let server = LocalServer::start(&self.launcher, &self.binaries, &spec, &tell).unwrap();
        (server, steps.into_inner().unwrap())
    }
}

/// What a query in a new database answers that is reached by `host`.
fn query(server: &LocalServer, host: &str, query: &str) -> Vec<String> {
    let place = server.connection();
    place.client().unwrap().execute("CREATE DATABASE probe").unwrap();
    let connection = Connection { host: host.to_owned(), database: "probe".to_owned(), ..place.clone() };
    connection.client().unwrap().texts(query).unwrap()
}

fn command_lines() -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes.filter_map(|process| fs::read_to_string(process.path().join("cmdline")).ok()).collect()
}

fn contains_secret(folder: &Path, secret: &str) -> bool {
    fs::read_dir(folder).unwrap().filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            contains_secret(&path, secret)
        } else {
            fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(secret))
        }
    })
}

#[test]
fn a_server_answers_keeps_its_password_and_leaves_nothing() {
    let Some(machine) = Machine::new() else { return };
    let begin = Instant::now();
    let server = machine.start(Listen::SocketAndLoopback);
    eprintln!("started in {:?}", begin.elapsed());
    let password = server.connection().password.clone();
    let folder = server.connection().socket.clone();
    assert_eq!(machine.leases(), 1);
    assert!(command_lines().iter().all(|line| !line.contains(&password)));
    assert!(!contains_secret(&folder, &password));
    assert_eq!(query(&server, "127.0.0.1", "SELECT current_database()::text"), ["probe"]);
    let pid = server.pid();
    let begin = Instant::now();
    server.stop();
    eprintln!("stopped in {:?}", begin.elapsed());
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
    assert!(!folder.exists());
    assert_eq!(machine.leases(), 0);
    assert!(!contains_secret(&machine.worktree.root, &password));
}

#[test]
fn a_socket_only_server_opens_no_port() {
    let Some(machine) = Machine::new() else { return };
    let server = machine.start(Listen::Socket);
    let host = server.connection().host.clone();
    assert_eq!(query(&server, &host, "SHOW listen_addresses"), [""]);
    let url = server.connection().expand("postgresql://{user}@/{database}?host={socket}");
    assert_eq!(url, format!("postgresql://onramp@/postgres?host={host}"));
}

#[test]
fn a_wrong_password_is_refused() {
    let Some(machine) = Machine::new() else { return };
    let server = machine.start(Listen::Socket);
    let wrong = Connection { password: "wrong".to_owned(), ..server.connection().clone() };
    let failure = wrong.client().err().unwrap();
    assert!(failure.message.contains("password authentication failed"), "{failure}");
}

#[test]
fn cancelling_a_start_leaves_nothing() {
    for delay in [1, 100, 300, 500, 700, 900] {
        let Some(machine) = Machine::new() else { return };
        let cancel = machine.launcher.cancel().clone();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(delay));
            cancel.escalate();
        });
        let started =
            LocalServer::start(&machine.launcher, &machine.binaries, &machine.spec(Listen::Socket), &|_| {});
        canceller.join().unwrap();
        match started {
            Ok(server) => server.stop(),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Interrupted, "{failure}"),
        }
        assert_eq!(machine.leases(), 0);
    }
}

/// The one archive of a cluster that a worktree has.
fn archive(machine: &Machine) -> PathBuf {
    let folder = machine.worktree.root.join(".onramp/databases/clusters");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let archives: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "tar")).collect();
    let [archive] = archives.try_into().unwrap();
    archive
}

#[test]
fn the_next_server_gets_the_same_cluster_with_nothing_in_it_and_another_password() {
    let Some(machine) = Machine::new() else { return };
    let (first, steps) = machine.start_and_tell();
    assert_eq!(steps, ["create cluster", "start server"]);
    let kept = fs::read(archive(&machine)).unwrap();
    assert_eq!(fs::metadata(archive(&machine)).unwrap().mode() & 0o777, 0o600);
    let host = first.connection().host.clone();
    assert_eq!(query(&first, &host, "CREATE TABLE t (a int)"), [""; 0]);
    let (second, steps) = machine.start_and_tell();
    assert_eq!(steps, ["unpack cluster", "start server"]);
    let text = String::from_utf8_lossy(&kept);
    let passwords = [&first, &second].map(|server| server.connection().password.clone());
    assert_ne!(passwords[0], passwords[1]);
    assert!(passwords.iter().all(|password| !text.contains(password)));
    let mut of_the_first = second.connection().clone();
    of_the_first.password.clone_from(&passwords[0]);
    assert!(of_the_first.client().is_err());
    let host = second.connection().host.clone();
    assert_eq!(query(&second, &host, "SELECT (to_regclass('t') IS NULL)::text"), ["true"]);
    drop((first, second));
    assert_eq!(fs::read(archive(&machine)).unwrap(), kept);
}

#[test]
fn a_kept_cluster_that_is_damaged_is_made_anew() {
    let Some(machine) = Machine::new() else { return };
    machine.start(Listen::Socket).stop();
    let whole = fs::read(archive(&machine)).unwrap();
    let name = b"data/global/pg_control\0";
    let header = whole.windows(name.len()).position(|window| window == name).unwrap();
    let mut without_control = whole.clone();
    without_control[header + 512..header + 1024].fill(0);
    let damaged = [
        (&without_control[..], &["unpack cluster", "start server", "create cluster", "start server"][..]),
        (&whole[..header + 700], &["unpack cluster", "create cluster", "start server"]),
        (&whole[..512], &["unpack cluster", "create cluster", "start server"]),
        (&[], &["unpack cluster", "create cluster", "start server"]),
    ];
    for (bytes, expected) in damaged {
        fs::write(archive(&machine), bytes).unwrap();
        let (server, steps) = machine.start_and_tell();
        assert_eq!(steps, expected);
        server.stop();
        let (server, steps) = machine.start_and_tell();
        assert_eq!(steps, ["unpack cluster", "start server"]);
        server.stop();
        assert_eq!(machine.leases(), 0);
    }
}
