use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{CancelLevel, Failure};
use onramp_exec::{Discard, Launcher, ProcessId, ProcessSpec, RunAs, StopSignal};

use super::clusters::{Clusters, DATA};
use super::home::{Home, Port};
use super::local::{POLL, Postmaster, Stop, io_failure, is_port_taken, socket_path};
use super::segments::Segments;
use super::{Binaries, Connection, LocalServer, LocalSpec, SCRATCH_SETTINGS, USER, new_password};
use crate::storage::room;
use crate::{ScratchFolder, platform};

/// The longest socket path that every system takes, in bytes: macOS has room for 103, Linux for 107.
const SOCKET_PATH_LIMIT: usize = 100;

/// How long `initdb` may go on after the run was cancelled; it takes half a second in all.
const INITDB_GRACE: Duration = Duration::from_secs(3);

/// How many ports are tried: between finding a free one and the server's taking it, somebody else may.
const PORT_ATTEMPTS: usize = 5;

/// The room that a cluster needs, in bytes. One of PostgreSQL 15 takes 39 MiB, and a database for each proof comes on top.
const CLUSTER: u64 = 64 << 20;

/// What `initdb` is asked for, whatever the cluster is for.
pub(super) const INITDB_ARGUMENTS: [&str; 8] = [
    "--username",
    USER,
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
];

/// Where PostgreSQL shares memory on systems that show it as files.
const SHARED_MEMORY: &str = "/dev/shm";

/// A server that does not run yet.
pub(super) struct Start<'a> {
    pub(super) launcher: &'a Launcher,
    pub(super) binaries: &'a Binaries,
    pub(super) spec: &'a LocalSpec,
    /// The user that it will run as, if not ours.
    pub(super) user: Option<RunAs>,
    /// The scratch folder, which the socket lies in, and the data too unless they have a home.
    pub(super) folder: &'a Path,
    pub(super) cluster: Cluster<'a>,
}

/// Where the data come from.
#[derive(Clone, Copy)]
pub(super) enum Cluster<'a> {
    /// They are nobody's. Those that are made are kept for the next server, which need not wait for `initdb` then.
    Scratch(&'a Clusters),
    /// They outlive the server.
    AtHome(&'a Home),
}

impl Start<'_> {
    /// Makes the cluster if there is none, and starts the server on it.
    pub(super) fn run(&self, folder: ScratchFolder, step: &dyn Fn(&str)) -> Result<LocalServer, Failure> {
        self.prepare_folder()?;
        match self.cluster {
            Cluster::Scratch(clusters) => {
                let password = self.provide(clusters, step)?;
                step("start server");
                let mut server = self.serve(folder, &password)?;
                // That of a kept cluster is written down, and not for a server that runs.
                server.renew_password()?;
                Ok(server)
            }
            Cluster::AtHome(home) => {
                home.end_leftovers();
                home.prepare(self.user).map_err(io_failure("the data folder"))?;
                home.check_version(self.binaries)?;
                if !home.has_data() {
                    step("create cluster");
                    self.initialise(&home.password)?;
                }
                step("start server");
                self.serve(folder, &home.password)
            }
        }
    }

    /// Has a cluster that nobody has used, and returns its password.
    fn provide(&self, clusters: &Clusters, step: &dyn Fn(&str)) -> Result<String, Failure> {
        if clusters.has_one() {
            step("unpack cluster");
            if let Some(password) = clusters.unpack(self.folder) {
                self.launcher.secrets().add(&password);
                return Ok(password);
            }
        }
        step("create cluster");
        let password = new_password()?;
        self.launcher.secrets().add(&password);
        self.initialise(&password)?;
        clusters.keep(self.folder, &password);
        Ok(password)
    }

    /// The folders that stay when the server goes and that it writes into, the system's memory among them.
    pub(super) fn places(&self) -> Vec<PathBuf> {
        let data = self.data();
        let parent = |path: &Path| path.parent().map(Path::to_path_buf);
        let data = self.home().and_then(|_| parent(&data));
        let memory = Path::new(SHARED_MEMORY).exists().then(|| PathBuf::from(SHARED_MEMORY));
        [parent(self.folder), data, memory, Some(self.spec.place.state.clone())]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Fails where there is no room for a cluster. What `initdb` does without room leaves its shared memory to the system.
    fn require_room(&self) -> Result<(), Failure> {
        let data = self.data();
        let parent = data.parent().unwrap_or(&data);
        match room(parent) {
            Some(room) if room < CLUSTER => {
                let megabytes = CLUSTER >> 20;
                let message = format!("PostgreSQL: a cluster needs {megabytes} MiB: no space is left");
                Err(Failure::environment(message))
            }
            _ => Ok(()),
        }
    }

    /// Gives the folder to the server's user, after a look at the length of its path.
    fn prepare_folder(&self) -> Result<(), Failure> {
        let length = socket_path(self.folder, u16::MAX).as_os_str().len();
        if length >= SOCKET_PATH_LIMIT {
            let folder = self.folder.display();
            return Err(Failure::environment(format!("{folder} is too long a path for a unix socket")));
        }
        self.give(self.folder).map_err(io_failure("the server's folder"))
    }

    /// Makes the cluster with the password that `initdb` reads from a file of which nobody else can.
    fn initialise(&self, password: &str) -> Result<(), Failure> {
        self.require_room()?;
        let file = self.folder.join("password");
        self.write_password(&file, password).map_err(io_failure("the password file"))?;
        let data = self.data();
        let mut argv = vec![self.binaries.program("initdb").into_os_string(), "--pgdata".into()];
        argv.extend([data.clone().into_os_string(), "--pwfile".into(), file.clone().into_os_string()]);
        argv.extend(INITDB_ARGUMENTS.map(OsString::from));
        let segments = Segments::now();
        let ended = self.run_initdb(&self.process(argv));
        let removed = fs::remove_file(&file);
        let tail = ended?;
        removed.map_err(io_failure("the password file"))?;
        // On any error initdb removes what it has made.
        if data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        segments.remove_newer();
        let reason = tail.iter().find_map(|line| line.split_once("FATAL:  ").map(|(_, reason)| reason));
        let reason = reason.or(tail.iter().rfind(|line| line.contains("error")).map(String::as_str));
        let reason = reason.or(tail.last().map(String::as_str)).unwrap_or("it gave no reason");
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
    fn serve(&self, folder: ScratchFolder, password: &str) -> Result<LocalServer, Failure> {
        let mut folder = folder;
        for attempt in 1.. {
            let wanted = self.port().number().filter(|_| attempt == 1);
            let connection = self.connection(password, wanted)?;
            let running = self.launcher.start(&self.process(self.argv(&connection)), Arc::new(Discard))?;
            let pid = running.pid();
            if let Some(started) = platform::started(pid) {
                folder.note_server(ProcessId { pid, started }).map_err(io_failure("the server's lease"))?;
            }
            let mut server = LocalServer {
                process: Postmaster {
                    running,
                    stop: if self.home().is_some() { Stop::InOrder } else { Stop::AtOnce },
                },
                folder,
                launcher: self.launcher.clone(),
                connection,
            };
            match server.wait_until_ready() {
                Ok(()) => return Ok(server),
                Err(failure) if is_port_taken(&failure) => match self.port() {
                    Port::Given(port) => return Err(port_taken(failure, port)),
                    Port::Any | Port::Preferred(_) if attempt < PORT_ATTEMPTS => {}
                    Port::Any | Port::Preferred(_) => {
                        return Err(port_taken(failure, server.connection.port));
                    }
                },
                Err(failure) => return Err(failure),
            }
            folder = server.folder;
        }
        unreachable!("the last attempt returns")
    }

    fn data(&self) -> PathBuf {
        self.home().map_or_else(|| self.folder.join(DATA), |home| home.data.clone())
    }

    fn home(&self) -> Option<&Home> {
        match self.cluster {
            Cluster::Scratch(_) => None,
            Cluster::AtHome(home) => Some(home),
        }
    }

    fn port(&self) -> Port {
        self.home().map_or(Port::Any, |home| home.port)
    }

    fn connection(&self, password: &str, wanted: Option<u16>) -> Result<Connection, Failure> {
        let socket = self.folder.to_path_buf();
        let free = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
            let address = listener.and_then(|listener| listener.local_addr());
            address.map(|address| address.port()).map_err(io_failure("no free port on 127.0.0.1"))
        };
        let (host, port) = if self.spec.listen.wants_port() {
            ("127.0.0.1".to_owned(), wanted.map_or_else(free, Ok)?)
        } else {
            (socket.to_string_lossy().into_owned(), 5432)
        };
        let (user, password) = (USER.to_owned(), password.to_owned());
        Ok(Connection { user, password, host, port, database: "postgres".to_owned(), socket })
    }

    fn argv(&self, connection: &Connection) -> Vec<OsString> {
        let addresses = match self.spec.listen.wants_port() {
            false => "listen_addresses=",
            true => "listen_addresses=127.0.0.1",
        };
        let port = format!("port={}", connection.port);
        let mut argv: Vec<OsString> =
            vec![self.binaries.program("postgres").into(), "-D".into(), self.data().into()];
        argv.extend(["-k".into(), self.folder.into()]);
        let settings = [
            addresses,
            &port,
            "shared_buffers=64MB",
            "jit=off",
            "logging_collector=off",
            // In the data folder, where a server that is killed leaves nothing behind that we do not remove.
            "dynamic_shared_memory_type=mmap",
        ];
        let scratch = SCRATCH_SETTINGS.iter().filter(|_| self.home().is_none());
        argv.extend(settings.iter().chain(scratch).flat_map(|setting| ["-c".into(), (*setting).into()]));
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

fn port_taken(failure: Failure, port: u16) -> Failure {
    let message = format!("PostgreSQL: port {port} of 127.0.0.1 is taken by another process");
    let hint = format!("ss --listening --tcp --processes 'sport = :{port}'");
    Failure { tail: failure.tail, ..Failure::environment(message).hint(hint) }
}
