use std::fmt;
use std::path::PathBuf;

use onramp_config::Diagnostic;
use onramp_core::{Failure, FilePlace};

use crate::ExitStatus;

/// Why a command could not do its work. This is the edge: engines have their own errors, and all of them
/// end up as a message, a hint and an exit status here.
#[derive(Debug)]
pub enum Error {
    /// The configuration has errors, each with its place.
    Configuration(Vec<Diagnostic>),
    /// Anything else.
    Other {
        /// A lower-case fragment without a final dot, causes joined by `: `.
        message: String,
        /// A command to paste, or what to change.
        hint: Option<String>,
        /// What the shell is told.
        status: ExitStatus,
        /// Where it has to be mended, if it is due to a file that a person has written.
        at: Option<Box<FilePlace>>,
    },
    /// Already reported, as events or in the answer itself; only the exit status is left to tell.
    Reported(ExitStatus),
}

impl Error {
    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Other { message: message.into(), hint: None, status: ExitStatus::Usage, at: None }
    }

    /// There is no usable configuration, and no line of it to point at.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::Other { message: message.into(), hint: None, status: ExitStatus::Configuration, at: None }
    }

    /// The machine lacks something.
    pub fn environment(message: impl Into<String>) -> Self {
        Self::Other { message: message.into(), hint: None, status: ExitStatus::Environment, at: None }
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Other { message, status, at, .. } => {
                Self::Other { message, hint: Some(text.into()), status, at }
            }
            other => other,
        }
    }

    /// The same error, due to a file.
    #[must_use]
    pub(crate) fn due_to(self, file: impl Into<PathBuf>, line: Option<u32>) -> Self {
        match self {
            Self::Other { message, hint, status, .. } => Self::Other {
                message,
                hint,
                status,
                at: Some(Box::new(FilePlace { file: file.into(), line })),
            },
            other => other,
        }
    }

    /// What the shell is told.
    pub fn status(&self) -> ExitStatus {
        match self {
            Self::Configuration(_) => ExitStatus::Configuration,
            Self::Other { status, .. } | Self::Reported(status) => *status,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(diagnostics) => {
                write!(f, "the configuration has {}", crate::words::count(diagnostics.len(), "error"))
            }
            Self::Other { message, .. } => f.write_str(message),
            Self::Reported(_) => f.write_str("see above"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Vec<Diagnostic>> for Error {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Configuration(diagnostics)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let status = ExitStatus::of_failure(failure.kind);
        let mut message = failure.message;
        for line in &failure.tail {
            message.push_str("\n    ");
            message.push_str(line);
        }
        if let Some(log) = failure.log {
            message.push_str(&format!("\n    full output: {}", log.display()));
        }
        Self::Other { message, hint: failure.hint, status, at: failure.at }
    }
}
