use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{CancelLevel, Failure};
use onramp_exec::{Discard, Launcher, ProcessId, ProcessSpec, RunAs, StopSignal};

use super::server::{POLL, Postmaster, io_failure, is_port_taken, socket_path};
use super::{Binaries, Connection, Listen, Server, ServerSpec};
use crate::{ScratchFolder, platform};

/// The superuser.
const USER: &str = "onramp";

/// The longest socket path that every system takes, in bytes: macOS has room for 103, Linux for 107.
const SOCKET_PATH_LIMIT: usize = 100;

/// How long `initdb` may go on after the run was cancelled; it takes half a second in all.
const INITDB_GRACE: Duration = Duration::from_secs(3);

/// How many ports are tried: between finding a free one and the server's taking it, somebody else may.
const PORT_ATTEMPTS: usize = 5;

/// A server that does not run yet.
pub(super) struct Start<'a> {
    pub(super) launcher: &'a Launcher,
    pub(super) binaries: &'a Binaries,
    pub(super) spec: &'a ServerSpec,
    /// The user that it will run as, if not ours.
    pub(super) user: Option<RunAs>,
    /// The scratch folder.
    pub(super) folder: &'a Path,
}

impl Start<'_> {
    /// Gives the folder to the server's user, after a look at the length of its path.
    pub(super) fn prepare_folder(&self) -> Result<(), Failure> {
        let length = socket_path(self.folder, u16::MAX).as_os_str().len();
        if length >= SOCKET_PATH_LIMIT {
            let folder = self.folder.display();
            return Err(Failure::environment(format!("{folder} is too long a path for a unix socket")));
        }
        self.give(self.folder).map_err(io_failure("the server's folder"))
    }

    /// Makes the cluster with the password that `initdb` reads from a file of which nobody else can.
    pub(super) fn initialise(&self, password: &str) -> Result<(), Failure> {
        let file = self.folder.join("password");
        self.write_password(&file, password).map_err(io_failure("the password file"))?;
        let data = self.folder.join("data");
        let argv = [
            self.binaries.program("initdb").into_os_string(),
            "--pgdata".into(),
            data.clone().into_os_string(),
            "--username".into(),
            USER.into(),
            "--pwfile".into(),
            file.clone().into_os_string(),
            "--auth-local=scram-sha-256".into(),
            "--auth-host=scram-sha-256".into(),
            "--encoding=UTF8".into(),
            "--locale=C".into(),
            "--no-sync".into(),
            "--no-instructions".into(),
        ];
        let ended = self.run_initdb(&self.process(argv.into()));
        let removed = fs::remove_file(&file);
        let tail = ended?;
        removed.map_err(io_failure("the password file"))?;
        // On any error initdb removes what it has made.
        if data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        let reason = tail.iter().rfind(|line| line.contains("error")).or(tail.last());
        let reason = reason.map_or("it gave no reason", String::as_str);
        let failure = Failure::environment(format!("PostgreSQL: no cluster could be made: {reason}"));
        Err(Failure { tail, ..failure })
    }

    /// Runs `initdb` and returns its last lines. When the run is cancelled it may finish first: the server
    /// that it runs inside has no signal handlers yet, and would leave its shared memory to the system.
    fn run_initdb(&self, spec: &ProcessSpec) -> Result<Vec<String>, Failure> {
        let mut initdb = self.launcher.start(spec, Arc::new(Discard))?;
        let mut deadline = None;
        while initdb.is_running() {
            match self.launcher.cancel().level() {
                CancelLevel::None => {}
                CancelLevel::Stop => {
                    let deadline = *deadline.get_or_insert(Instant::now() + INITDB_GRACE);
                    if Instant::now() >= deadline {
                        return Err(Failure::interrupted());
                    }
                }
                CancelLevel::Kill => return Err(Failure::interrupted()),
            }
            thread::sleep(POLL);
        }
        if self.launcher.cancel().is_requested() {
            return Err(Failure::interrupted());
        }
        // The pipes have a thread of their own, which may lag a little behind the exit.
        initdb.stop(StopSignal::Kill, Duration::ZERO);
        Ok(initdb.tail())
    }

    /// Starts the server, with another port where somebody else was faster.
    pub(super) fn serve(&self, folder: ScratchFolder, password: &str) -> Result<Server, Failure> {
        let mut folder = folder;
        for attempt in 1.. {
            let connection = self.connection(password)?;
            let process = self.launcher.start(&self.process(self.argv(&connection)), Arc::new(Discard))?;
            let pid = process.pid();
            if let Some(started) = platform::started(pid) {
                folder.note_server(ProcessId { pid, started }).map_err(io_failure("the server's lease"))?;
            }
            let mut server =
                Server { process: Postmaster(process), folder, launcher: self.launcher.clone(), connection };
            match server.wait_until_ready() {
                Ok(()) => return Ok(server),
                Err(failure) if attempt < PORT_ATTEMPTS && is_port_taken(&failure) => {}
                Err(failure) => return Err(failure),
            }
            folder = server.folder;
        }
        unreachable!("the last attempt returns")
    }

    fn connection(&self, password: &str) -> Result<Connection, Failure> {
        let socket = self.folder.to_path_buf();
        let (host, port) = match self.spec.listen {
            Listen::SocketOnly => (socket.to_string_lossy().into_owned(), 5432),
            Listen::SocketAndLoopback => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
                let address = listener.and_then(|listener| listener.local_addr());
                ("127.0.0.1".to_owned(), address.map_err(io_failure("no free port on 127.0.0.1"))?.port())
            }
        };
        let (user, password) = (USER.to_owned(), password.to_owned());
        Ok(Connection { user, password, host, port, database: "postgres".to_owned(), socket })
    }

    fn argv(&self, connection: &Connection) -> Vec<OsString> {
        let addresses = match self.spec.listen {
            Listen::SocketOnly => "listen_addresses=",
            Listen::SocketAndLoopback => "listen_addresses=127.0.0.1",
        };
        let port = format!("port={}", connection.port);
        let mut argv: Vec<OsString> =
            vec![self.binaries.program("postgres").into(), "-D".into(), self.folder.join("data").into()];
        argv.extend(["-k".into(), self.folder.into()]);
        let settings = [
            addresses,
            &port,
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_connections=40",
            "shared_buffers=64MB",
            "autovacuum=off",
            "jit=off",
            // The server has one client at a time, so a lock that is waited for is one that will never be free.
            "lock_timeout=10s",
            "logging_collector=off",
            // In the data folder, where a server that is killed leaves nothing behind that we do not remove.
            "dynamic_shared_memory_type=mmap",
        ];
        argv.extend(settings.iter().flat_map(|setting| ["-c".into(), (*setting).into()]));
        argv
    }

    /// Runs in the scratch folder: by that the next Onramp recognises it if this one is killed.
    fn process(&self, argv: Vec<OsString>) -> ProcessSpec {
        let mut spec = ProcessSpec::new(argv, self.folder, self.binaries.environment().clone());
        spec.user = self.user;
        spec.log = self.spec.log.clone();
        spec
    }

    fn write_password(&self, file: &Path, password: &str) -> io::Result<()> {
        let mut opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        writeln!(opened, "{password}")?;
        self.give(file)
    }

    /// Makes the server's user the owner of `path`.
    fn give(&self, path: &Path) -> io::Result<()> {
        match self.user {
            Some(user) => std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid)),
            None => Ok(()),
        }
    }
}
