use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Failure};
use onramp_exec::{Forked, ProcessError, Running, StopSignal};

use crate::alembic::{Alembic, Command};
use crate::diagnosis::{diagnose, shorten};
use crate::fork_server::ForkServer;

/// How often a waiting session looks for a cancelled run or an ended process.
const LOOK: Duration = Duration::from_millis(5);

/// How long a process that failed may take to say why.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Where the database stands before anything has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is empty.
    Nothing,
    /// It is a copy of one that was brought to the head.
    Head,
}

/// Why a session did not do what it was told.
pub(crate) enum SessionError {
    /// The database refused a statement, which it would do to any process.
    Refused(Box<Failure>),
    /// The process ended well, and never spoke to us, or a later command ended it. A process per command may still work, and if it does not, its
    /// failure is the one to report.
    Ended,
    /// The process failed on its way to the head, and nobody knows what it has left in the database. Only a process on
    /// another database can tell why.
    Broken,
    /// The run was cancelled.
    Cancelled,
    /// The process could not be started.
    NotStarted(ProcessError),
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Refused(failure) => *failure,
            SessionError::Ended => Self::task("the project's Alembic ended between two commands"),
            SessionError::Broken => Self::task("the project's Alembic failed on its way to the head"),
            SessionError::Cancelled => Self::interrupted(),
            SessionError::NotStarted(error) => error.into(),
        }
    }
}

/// The project's Alembic, kept running after its first `upgrade`, so that its imports are paid for once. It
/// is killed when dropped: all that it works on is scratch.
pub(crate) struct Session {
    process: Process,
    stream: UnixStream,
    cancel: Cancel,
}

/// What a session runs in.
enum Process {
    /// A process of ours.
    Started(Running),
    /// One that a fork server has made.
    Forked(Forked),
}

impl Process {
    fn is_running(&mut self) -> bool {
        match self {
            Self::Started(running) => running.is_running(),
            Self::Forked(forked) => forked.is_running(),
        }
    }

    fn kill(&mut self) {
        match self {
            Self::Started(running) => running.stop(StopSignal::Kill, Duration::ZERO),
            Self::Forked(forked) => forked.kill(),
        }
    }

    fn tail(&self) -> Vec<String> {
        match self {
            Self::Started(running) => running.tail(),
            Self::Forked(forked) => forked.tail(),
        }
    }

    /// Whether it is known to have ended well. Of a forked one nobody knows.
    fn has_succeeded(&self) -> bool {
        matches!(self, Self::Started(running) if running.exit_code() == Some(0))
    }

    /// Why it has ended before it was ready.
    fn failure(&mut self) -> SessionError {
        self.kill();
        refused(self.tail(), |_| true).unwrap_or(SessionError::Broken)
    }
}

impl Session {
    /// Starts Alembic's way to the head, and returns when the database is there and the process waits for more.
    /// `socket` is where the two meet, and needs a short path.
    pub(crate) fn start(
        alembic: &Alembic<'_>,
        fork_server: Option<&ForkServer>,
        standing: Standing,
        socket: &Path,
    ) -> Result<Self, SessionError> {
        let cancel = alembic.cx.launcher.cancel().clone();
        let listener = UnixListener::bind(socket).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        let listener = listener.map_err(|_| SessionError::Ended)?;
        let mut spec = alembic.process(Command::Upgrade("head"));
        spec.environment.set("ONRAMP_ALEMBIC_CHANNEL", socket);
        if standing == Standing::Head {
            spec.environment.set("ONRAMP_ALEMBIC_AT_HEAD", "1");
        }
        let (launcher, output) = (alembic.cx.launcher, &alembic.cx.output);
        let forked = fork_server.and_then(|server| server.fork(launcher, &spec, output.clone()));
        let mut process = match forked {
            Some(forked) => Process::Forked(forked),
            None => {
                let started = launcher.start(&spec, output.clone());
                Process::Started(started.map_err(SessionError::NotStarted)?)
            }
        };
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    let ready =
                        stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(LOOK)));
                    ready.map_err(|_| SessionError::Ended)?;
                    return Ok(Self { process, stream, cancel });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK),
                Err(_) => return Err(SessionError::Ended),
            }
            if let Err(error) = look(&cancel, &mut process) {
                return Err(match error {
                    SessionError::Ended if !process.has_succeeded() => process.failure(),
                    other => other,
                });
            }
        }
    }

    /// Whether the process has not ended.
    pub(crate) fn lives(&mut self) -> bool {
        self.process.is_running()
    }

    /// Has one more command run to its end.
    pub(crate) fn run(&mut self, command: Command<'_>) -> Result<(), SessionError> {
        let request = match command {
            Command::Upgrade(revision) => ["upgrade", revision],
            Command::Downgrade(revision) => ["downgrade", revision],
            Command::Revision(message) => ["revision", message],
            Command::Current => return Err(SessionError::Ended),
        };
        let request = serde_json::to_string(&request).map_err(|_| SessionError::Ended)?;
        self.stream.write_all(format!("{request}\n").as_bytes()).map_err(|_| SessionError::Ended)?;
        let mut byte = [0];
        loop {
            match self.stream.read(&mut byte) {
                Ok(1) if byte == *b"\n" => return Ok(()),
                Ok(1) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    look(&self.cancel, &mut self.process)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => return Err(self.ending()),
            }
        }
    }

    /// What the process, which has closed the channel, says about its end.
    fn ending(&mut self) -> SessionError {
        let deadline = Instant::now() + LAST_WORDS;
        while self.process.is_running() && Instant::now() < deadline {
            thread::sleep(LOOK);
        }
        self.process.kill();
        // A lock may be one that an earlier command in the same process has left.
        let counts = |message: &str| !message.contains("lock");
        refused(self.process.tail(), counts).unwrap_or(SessionError::Ended)
    }
}

/// What the last lines of a process say, where it ended by a statement that the database refused.
fn refused(tail: Vec<String>, counts: impl Fn(&str) -> bool) -> Option<SessionError> {
    let message = diagnose(&tail).filter(|message| message.contains("[SQL: ") && counts(message))?;
    Some(SessionError::Refused(Box::new(Failure { tail: shorten(tail), ..Failure::task(message) })))
}

fn look(cancel: &Cancel, process: &mut Process) -> Result<(), SessionError> {
    if cancel.is_requested() {
        return Err(SessionError::Cancelled);
    }
    if process.is_running() { Ok(()) } else { Err(SessionError::Ended) }
}
