mod child;
#[cfg(target_os = "linux")]
mod spawner;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use onramp_core::{Cancel, CancelLevel, Secrets, Stream};
use process_wrap::std::{CommandWrap, ProcessSession};

use crate::crew;
use crate::leader::{Leader, Reach, without_orphans};
use crate::lease::LeaseFile;
use crate::lines::each_line;
use crate::log::Log;
use crate::running::{Ending, Message};
use crate::tail::Tail;
pub(crate) use child::Child;

use crate::{LineSink, ProcessError, ProcessFailure, ProcessSpec, Running, Stdin};

/// How long a process that was asked to end may take for it.
const GRACE: Duration = Duration::from_secs(10);

/// How a process ended of which nobody knows it: not well.
const UNKNOWN_STATUS: i32 = 255 << 8;

/// Starts processes. Clones share the request to cancel, the secrets and the lease.
#[derive(Clone)]
pub struct Launcher {
    cancel: Cancel,
    secrets: Secrets,
    grace: Duration,
    lease: Option<Arc<LeaseFile>>,
}

/// What a process printed, secrets masked.
#[derive(Clone, Debug)]
pub struct Captured {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output, lines joined by `\n`.
    pub stdout: String,
    /// Its standard error, lines joined by `\n`.
    pub stderr: String,
}

impl Launcher {
    /// A launcher whose processes end when `cancel` asks for it and whose output has `secrets` masked.
    pub fn new(cancel: Cancel, secrets: Secrets) -> Self {
        Self { cancel, secrets, grace: GRACE, lease: None }
    }

    /// The same launcher with another time between TERM and KILL; ten seconds without this.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// The same launcher, which notes each process that it starts in a file of `directory`, for the case that
    /// this Onramp is killed: [`reap_leftovers`](crate::reap_leftovers) ends what it has left behind then.
    /// The folder and the file, `run-PID-N.processes` with mode 0600, are made before the first process is;
    /// the file goes with the last clone of the launcher and the last of its processes. Where it cannot be
    /// written, or the folder that `directory` lies in does not exist, processes run without it.
    #[must_use]
    pub fn with_leases(mut self, directory: PathBuf) -> Self {
        self.lease = Some(Arc::new(LeaseFile::new(directory)));
        self
    }

    /// The same launcher without the file of [`with_leases`](Self::with_leases), for a process that is meant to outlive
    /// this Onramp: see [`Running::release`].
    #[must_use]
    pub fn without_leases(mut self) -> Self {
        self.lease = None;
        self
    }

    /// The request that ends this launcher's processes.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The values that are masked in all output.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Runs a process to its end and hands its lines to `sink`. Any status but success is an error.
    pub fn run(&self, spec: &ProcessSpec, sink: Arc<dyn LineSink>) -> Result<(), ProcessError> {
        let mut running = self.start(spec, sink)?;
        let status = self.finish(spec, &mut running)?;
        if status.success() {
            Ok(())
        } else {
            Err(ProcessError::Failed(self.failure(spec, &running, status)))
        }
    }

    /// Runs a process to its end and returns what it printed. Any exit code is fine here; cancellation, a
    /// missing program and the like are errors.
    pub fn capture(&self, spec: &ProcessSpec) -> Result<Captured, ProcessError> {
        let lines = Arc::new(Mutex::new((Vec::new(), Vec::new())));
        let sink = {
            let lines = Arc::clone(&lines);
            move |stream: Stream, line: &str| {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                match stream {
                    Stream::Stdout => lines.0.push(line.to_owned()),
                    Stream::Stderr => lines.1.push(line.to_owned()),
                }
            }
        };
        let mut running = self.start(spec, Arc::new(sink))?;
        let status = self.finish(spec, &mut running)?;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Captured { status, stdout: lines.0.join("\n"), stderr: lines.1.join("\n") })
    }

    /// Starts a process and returns while it runs. The caller ends it with [`Running::stop`], or by dropping
    /// it; cancelling the run does not.
    pub fn start(&self, spec: &ProcessSpec, sink: Arc<dyn LineSink>) -> Result<Running, ProcessError> {
        if !spec.directory.is_dir() {
            return Err(ProcessError::DirectoryMissing(spec.directory.clone()));
        }
        // Whatever may fail comes before the start: an error must not leave a process behind.
        let reader = self.reader(spec, sink)?;
        let (mut child, leader) = self.spawn(spec)?;
        let leader = Arc::new(leader);
        let tail = Arc::clone(&reader.tail);
        let (sender, messages) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            reader.clone().follow(Stream::Stdout, stdout, sender.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            reader.follow(Stream::Stderr, stderr, sender.clone());
        }
        feed(&mut child, &spec.stdin);
        let (exit, known) = (sender.clone(), Arc::clone(&leader));
        crew::spawn(move || {
            // Waiting for one's own child fails only if somebody else has taken its status, or if Onramp was
            // started with CHLD ignored; nothing tells then that it has succeeded.
            let status = child.wait().unwrap_or(ExitStatus::from_raw(UNKNOWN_STATUS));
            drop(known);
            drop(exit.send(Message::Exited(status)));
        });
        Ok(Running {
            leader,
            sender,
            messages,
            tail,
            open_outputs: 2,
            status: None,
            grace: self.grace,
            asked: CancelLevel::None,
            reach: Reach::Session,
            told: BTreeMap::new(),
            refused: BTreeSet::new(),
            orphans: Vec::new(),
            is_released: false,
            _lease: self.lease.clone(),
        })
    }

    /// What takes the lines of a process that is about to start.
    pub(crate) fn reader(&self, spec: &ProcessSpec, sink: Arc<dyn LineSink>) -> Result<Reader, ProcessError> {
        let log = Log::new(spec.log.as_deref()).map_err(|source| ProcessError::LogNotOpened {
            log: spec.log.clone().unwrap_or_default(),
            source,
        })?;
        let log = Arc::new(Mutex::new(log));
        Ok(Reader { secrets: self.secrets.clone(), log, tail: Arc::new(Mutex::new(Tail::default())), sink })
    }

    /// Becomes the process: replaces Onramp by it, with terminal, signals and exit code all its own.
    /// Returns only if that fails.
    pub fn replace(&self, spec: &ProcessSpec) -> ProcessError {
        match self.command(spec) {
            Ok(mut command) => self.not_started(spec, without_orphans(|| command.exec())),
            Err(error) => error,
        }
    }

    fn spawn(&self, spec: &ProcessSpec) -> Result<(Child, Leader), ProcessError> {
        let mut command = self.command(spec)?;
        #[cfg(target_os = "linux")]
        if spec.user.is_none()
            && let Some(prepared) = spec.argv.first().and_then(|arg0| spawner::prepare(&command, arg0))
        {
            let started = self.lead(|| prepared.start(&spec.stdin));
            return started.map_err(|source| self.not_started(spec, source));
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(match spec.stdin {
            Stdin::Null => Stdio::null(),
            Stdin::Bytes(_) => Stdio::piped(),
        });
        let mut command = CommandWrap::from(command);
        command.wrap(ProcessSession);
        // The wrapper's own `wait` would wait for all of the group, which are our children by adoption.
        let spawn = || command.spawn().map(|child| Child::of_wrapper(child.into_inner()));
        self.lead(spawn).map_err(|source| self.not_started(spec, source))
    }

    /// Starts a process that leads a session, and notes it.
    fn lead(&self, spawn: impl FnOnce() -> io::Result<Child>) -> io::Result<(Child, Leader)> {
        if let Some(lease) = &self.lease {
            lease.prepare();
        }
        Leader::start(spawn, |leader| {
            if let Some(lease) = &self.lease {
                lease.note(leader);
            }
        })
    }

    fn command(&self, spec: &ProcessSpec) -> Result<Command, ProcessError> {
        let empty = || io::Error::new(io::ErrorKind::InvalidInput, "the command is empty");
        let (program, arguments) = spec.argv.split_first().ok_or_else(|| self.not_started(spec, empty()))?;
        let path = spec.environment.find_program(program, &spec.directory)?;
        #[expect(clippy::disallowed_methods, reason = "this is the one place that starts processes")]
        let mut command = Command::new(path);
        command.arg0(program).args(arguments).current_dir(&spec.directory);
        command.env_clear().envs(spec.environment.iter());
        // The one that Onramp was started in is not the one that the process runs in.
        match spec.directory.is_absolute() {
            true => command.env("PWD", &spec.directory),
            false => command.env_remove("PWD"),
        };
        if let Some(user) = spec.user {
            command.uid(user.uid).gid(user.gid);
        }
        Ok(command)
    }

    fn finish(&self, spec: &ProcessSpec, running: &mut Running) -> Result<ExitStatus, ProcessError> {
        let ending = running.wait(&self.cancel, spec.timeout);
        let status = running.status.unwrap_or(ExitStatus::from_raw(UNKNOWN_STATUS));
        if ending == Ending::Exited && status.success() {
            running.leader.release(&running.orphans);
        }
        match (ending, spec.timeout) {
            (Ending::Cancelled, _) => Err(ProcessError::Cancelled),
            (Ending::TimedOut, Some(limit)) => {
                Err(ProcessError::TimedOut { failure: self.failure(spec, running, status), limit })
            }
            (Ending::Exited | Ending::TimedOut, _) => Ok(status),
        }
    }

    fn failure(&self, spec: &ProcessSpec, running: &Running, status: ExitStatus) -> ProcessFailure {
        ProcessFailure {
            command: spec.display(&self.secrets),
            directory: spec.directory.clone(),
            status,
            tail: running.tail(),
            log: spec.log.clone().filter(|log| log.exists()),
        }
    }

    pub(crate) fn not_started(&self, spec: &ProcessSpec, source: io::Error) -> ProcessError {
        ProcessError::NotStarted { command: spec.display(&self.secrets), source }
    }
}

/// Where the lines of a process go.
#[derive(Clone)]
pub(crate) struct Reader {
    secrets: Secrets,
    log: Arc<Mutex<Log>>,
    pub(crate) tail: Arc<Mutex<Tail>>,
    sink: Arc<dyn LineSink>,
}

impl Reader {
    pub(crate) fn follow(self, stream: Stream, source: impl Read + Send + 'static, done: Sender<Message>) {
        crew::spawn(move || {
            each_line(source, &self.secrets, |line| {
                self.log.lock().unwrap_or_else(PoisonError::into_inner).write(line);
                self.tail.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                self.sink.line(stream, line);
            });
            drop(done.send(Message::OutputClosed));
        });
    }
}

/// Writes the standard input from a thread of its own: a process that prints before it reads would otherwise
/// wait for us while we wait for it.
fn feed(child: &mut Child, stdin: &Stdin) {
    if let (Stdin::Bytes(bytes), Some(mut pipe)) = (stdin, child.stdin.take()) {
        let bytes = bytes.clone();
        // A process may exit without having read everything, and that is its own affair.
        crew::spawn(move || drop(pipe.write_all(&bytes)));
    }
}

#[cfg(test)]
mod tests;
