use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Failure, FailureKind};
use onramp_exec::{Launcher, Running, StopSignal};
use rustix::process::{Pid, Signal, kill_process};

use super::account::server_user;
use super::clusters::Clusters;
use super::connection::Readiness;
use super::home::Home;
use super::start::{Cluster, Start};
use super::{Binaries, Connection, USER, new_password};
use crate::{Listen, Place, ScratchFolder, blame_storage, reap_leftovers};

/// How long a server may take until it answers a query.
pub(super) const START_LIMIT: Duration = Duration::from_secs(60);

/// How often a process that starts is looked at.
pub(super) const POLL: Duration = Duration::from_millis(3);

/// How long a server that was told to quit may take before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// The same where its data stay.
const ORDERLY_STOP_LIMIT: Duration = Duration::from_secs(20);

/// A server of this machine's programs to start.
#[derive(Clone, Debug)]
pub struct LocalSpec {
    /// What it listens on.
    pub listen: Listen,
    /// Where its folder and its lease lie.
    pub place: Place,
    /// The file that its output is appended to.
    pub log: Option<PathBuf>,
}

/// A running server with no database of interest yet. It stops, and its folder goes, when it is dropped.
pub struct LocalServer {
    pub(super) process: Postmaster,
    // Dropped after the process, which lives in it.
    pub(super) folder: ScratchFolder,
    pub(super) launcher: Launcher,
    pub(super) connection: Connection,
}

impl LocalServer {
    /// Clears what a killed Onramp left in this workspace, makes a cluster and starts a server on it; returns
    /// once it answers a query. `step` is told what is under way. Durability is switched off: the data does
    /// not outlive the server. Fails with an environment failure that ends in the server's last lines, or as
    /// interrupted.
    pub fn start(
        launcher: &Launcher,
        binaries: &Binaries,
        spec: &LocalSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        Self::start_with(launcher, binaries, spec, None, step)
    }

    /// The same, with the data in a home that outlives the server.
    pub(crate) fn start_with(
        launcher: &Launcher,
        binaries: &Binaries,
        spec: &LocalSpec,
        home: Option<&Home>,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        reap_leftovers(&spec.place.state);
        let user = server_user()?;
        let start = |cluster| {
            let folder = ScratchFolder::create(&spec.place, "postgresql")?;
            let path = folder.path().to_path_buf();
            let start = Start { launcher, binaries, spec, user, folder: &path, cluster };
            start.run(folder, step).map_err(|failure| blame_storage(failure, &start.places()))
        };
        if let Some(home) = home {
            launcher.secrets().add(&home.password);
            return start(Cluster::AtHome(home));
        }
        let clusters = Clusters::new(&spec.place.state, binaries, user);
        let is_kept = clusters.has_one();
        match start(Cluster::Scratch(&clusters)) {
            // A kept cluster may be of no use, for a reason that nobody has thought of.
            Err(failure) if is_kept && failure.kind == FailureKind::Environment => {
                clusters.throw_away();
                start(Cluster::Scratch(&clusters))
            }
            other => other,
        }
    }

    /// How clients reach the database `postgres`.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.process.running.pid()
    }

    /// The folder that the server lives in, which has its socket in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the server at once, waits until none of its processes lives, and removes its folder and lease.
    pub fn stop(self) {
        drop(self);
    }

    /// Fails if the server has ended, with its last lines.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        if self.process.running.is_running() { Ok(()) } else { Err(self.failure("the server has ended")) }
    }

    /// Waits until the server answers. Its death ends the wait at once.
    pub(super) fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let socket = socket_path(self.folder.path(), self.connection.port);
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if self.launcher.cancel().is_requested() {
                return Err(Failure::interrupted());
            }
            if !self.process.running.is_running() {
                return Err(self.failure("the server ended while it was starting"));
            }
            if socket.exists() {
                match self.connection.probe()? {
                    Readiness::Ready => return Ok(()),
                    Readiness::NotYet => {}
                }
            }
            if Instant::now() >= deadline {
                let seconds = START_LIMIT.as_secs();
                return Err(self.failure(&format!("the server gave no answer within {seconds} s")));
            }
            thread::sleep(POLL);
        }
    }

    /// Gives the superuser a password that nobody has written down.
    pub(super) fn renew_password(&mut self) -> Result<(), Failure> {
        let password = new_password()?;
        self.launcher.secrets().add(&password);
        // Letters and digits need no quoting.
        let statement = format!("ALTER ROLE {USER} PASSWORD '{password}'");
        self.connection.client()?.execute(&statement)?;
        self.connection.password = password;
        Ok(())
    }

    fn failure(&self, message: &str) -> Failure {
        // The last lines arrive through a thread of their own, a little after the exit.
        thread::sleep(POLL);
        let running = &self.process.running;
        let ended = running.ended().map(|ended| format!(": it {ended}")).unwrap_or_default();
        Failure { tail: running.tail(), ..Failure::environment(format!("PostgreSQL: {message}{ended}")) }
    }
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At once: nobody needs its data.
    AtOnce,
    /// In order: the data are whole when it has ended.
    InOrder,
}

/// The server's first process. Dropping it stops the server.
pub(super) struct Postmaster {
    pub(super) running: Running,
    pub(super) stop: Stop,
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        if !self.running.is_running() {
            return;
        }
        match self.stop {
            // QUIT is the immediate shutdown. The INT that follows, for a fast one, does not weaken it.
            Stop::AtOnce => {
                if let Some(pid) = i32::try_from(self.running.pid()).ok().and_then(Pid::from_raw) {
                    let _ = kill_process(pid, Signal::QUIT);
                }
                self.running.stop(StopSignal::InterruptLeader, STOP_LIMIT);
            }
            Stop::InOrder => self.running.stop(StopSignal::InterruptLeader, ORDERLY_STOP_LIMIT),
        }
    }
}

/// The file that a server with its sockets in `folder` makes for `port`.
pub(super) fn socket_path(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

pub(super) fn is_port_taken(failure: &Failure) -> bool {
    failure.tail.iter().any(|line| line.contains("could not bind") || line.contains("Address already in use"))
}

pub(super) fn io_failure(what: &str) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::environment(format!("PostgreSQL: {what}: {error}"))
}
