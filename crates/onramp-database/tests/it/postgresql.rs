use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use onramp_core::FailureKind;
use onramp_database::Listen;
use onramp_database::postgresql::{Binaries, LocalServer, LocalSpec};
use onramp_exec::{Captured, Environment, Launcher, ProcessSpec};

use super::{Worktree, binaries};

struct Machine {
    worktree: Worktree,
    launcher: Launcher,
    binaries: Binaries,
}

impl Machine {
    fn new() -> Option<Self> {
        let worktree = Worktree::new();
        let launcher = worktree.launcher.clone();
        Some(Self { binaries: binaries(&launcher)?, launcher, worktree })
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

    fn query(&self, server: &LocalServer, host: &str, statement: &str) -> Captured {
        let mut connection = server.connection().clone();
        connection.client().unwrap().execute("CREATE DATABASE probe").unwrap();
        connection.database = "probe".to_owned();
        let mut environment = Environment::default();
        environment.set("PGPASSWORD", &connection.password);
        let psql = self.binaries.folder().join("psql");
        let port = connection.port.to_string();
        let argv =
            [psql.to_str().unwrap(), "-X", "-At", "-h", host, "-p", &port, "-U", &connection.user, "-d"];
        let argv = argv.into_iter().chain([connection.database.as_str(), "-c", statement]);
        self.launcher.capture(&ProcessSpec::new(argv, "/", environment)).unwrap()
    }
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
    let answer = machine.query(&server, "127.0.0.1", "select current_database()");
    assert_eq!(answer.stdout, "probe");
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
    assert_eq!(machine.query(&server, &host, "show listen_addresses").stdout, "");
    let url = server.connection().expand("postgresql://{user}@/{database}?host={socket}");
    assert_eq!(url, format!("postgresql://onramp@/postgres?host={host}"));
}

#[test]
fn a_wrong_password_is_refused() {
    let Some(machine) = Machine::new() else { return };
    let server = machine.start(Listen::Socket);
    let mut environment = Environment::default();
    environment.set("PGPASSWORD", "wrong");
    let host = &server.connection().host;
    let psql = machine.binaries.folder().join("psql");
    let argv = [psql.to_str().unwrap(), "-X", "-h", host, "-U", "onramp", "-d", "postgres", "-c", "select 1"];
    let answer = machine.launcher.capture(&ProcessSpec::new(argv, "/", environment)).unwrap();
    assert!(answer.stderr.contains("password authentication failed"), "{}", answer.stderr);
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
