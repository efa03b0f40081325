use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use onramp_core::Failure;
use rustix::process::Signal;

/// A process that ran and did not succeed.
#[derive(Clone, Debug)]
pub struct ProcessFailure {
    /// The command as one would type it, secrets masked.
    pub command: String,
    /// Its working directory.
    pub directory: PathBuf,
    /// How it ended.
    pub status: ExitStatus,
    /// The last lines it printed, oldest first, secrets masked.
    pub tail: Vec<String>,
    /// The file with everything it printed.
    pub log: Option<PathBuf>,
}

/// Why a process did not do what it was started for.
#[derive(Debug)]
pub enum ProcessError {
    /// Its program does not exist.
    ProgramNotFound {
        /// The program as named in the command.
        program: String,
        /// The working directory, which matters where the name has a slash.
        directory: PathBuf,
    },
    /// Its working directory does not exist.
    DirectoryMissing(PathBuf),
    /// A folder was to be put on `PATH` and cannot be.
    FolderNotForPath(PathBuf),
    /// The file that keeps its output cannot be opened, so it was not started.
    LogNotOpened {
        /// The file.
        log: PathBuf,
        /// What failed, and what the system said.
        source: io::Error,
    },
    /// The system refused to start it.
    NotStarted {
        /// The command as one would type it, secrets masked.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ran and failed.
    Failed(ProcessFailure),
    /// It was ended because its time was over.
    TimedOut {
        /// The command and the last lines it printed.
        failure: ProcessFailure,
        /// The time it had.
        limit: Duration,
    },
    /// It was ended because the run was cancelled.
    Cancelled,
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProgramNotFound { program, directory } if program.contains('/') => {
                write!(f, "program `{program}` not found in {}", directory.display())
            }
            Self::ProgramNotFound { program, .. } => write!(f, "program `{program}` not found on PATH"),
            Self::DirectoryMissing(path) => {
                write!(f, "working directory {} does not exist", path.display())
            }
            Self::FolderNotForPath(path) => write!(
                f,
                "folder `{}` cannot be put on PATH: `:` separates the folders there",
                path.display()
            ),
            Self::LogNotOpened { log, source } => {
                write!(f, "log {} could not be opened: {source}", log.display())
            }
            Self::NotStarted { command, source } => write!(f, "`{command}` could not be started: {source}"),
            Self::Failed(failure) => {
                write!(
                    f,
                    "`{}` {} in {}",
                    failure.command,
                    Ended(failure.status),
                    failure.directory.display()
                )
            }
            Self::TimedOut { failure, limit } => write!(
                f,
                "`{}` in {} was still running after {} s and was ended",
                failure.command,
                failure.directory.display(),
                limit.as_secs_f64()
            ),
            Self::Cancelled => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for ProcessError {}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Self {
        let message = error.to_string();
        match error {
            ProcessError::Cancelled => Self::interrupted(),
            ProcessError::ProgramNotFound { .. } => Self::environment(message).hint("onramp doctor"),
            ProcessError::DirectoryMissing(_)
            | ProcessError::FolderNotForPath(_)
            | ProcessError::LogNotOpened { .. }
            | ProcessError::NotStarted { .. } => Self::environment(message),
            ProcessError::Failed(failure) | ProcessError::TimedOut { failure, .. } => {
                Self { tail: failure.tail, log: failure.log, ..Self::task(message) }
            }
        }
    }
}

/// How a process ended, in words: `exited with 2`, `was killed by signal 15 (SIGTERM)`.
#[derive(Clone, Copy, Debug)]
pub struct Ended(pub ExitStatus);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use std::os::unix::process::ExitStatusExt;
        match (self.0.code(), self.0.signal()) {
            (Some(code), _) => write!(f, "exited with {code}"),
            (None, Some(signal)) => match signal_name(signal) {
                Some(name) => write!(f, "was killed by signal {signal} ({name})"),
                None => write!(f, "was killed by signal {signal}"),
            },
            (None, None) => f.write_str("did not end"),
        }
    }
}

/// The name of a signal that ends processes, whose number differs between systems.
fn signal_name(number: i32) -> Option<&'static str> {
    const NAMES: [(Signal, &str); 18] = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::USR1, "SIGUSR1"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::USR2, "SIGUSR2"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XCPU, "SIGXCPU"),
        (Signal::XFSZ, "SIGXFSZ"),
        (Signal::SYS, "SIGSYS"),
    ];
    NAMES.iter().find(|(signal, _)| signal.as_raw() == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn an_end_in_words() {
        let told = |raw: i32| Ended(ExitStatus::from_raw(raw)).to_string();
        assert_eq!(told(2 << 8), "exited with 2");
        assert_eq!(told(9), "was killed by signal 9 (SIGKILL)");
        assert_eq!(told(15 | 0x80), "was killed by signal 15 (SIGTERM)");
        assert_eq!(told(16), "was killed by signal 16");
    }
}
