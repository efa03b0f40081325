use std::fmt;
use std::path::PathBuf;

/// What kind of failure it was; the exit code of the run follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// The run was cancelled by the user while the task was under way.
    Interrupted,
    /// A task written in Rust panicked.
    Panic,
    /// The task, or what it checks, failed.
    Task,
    /// The machine lacks something: a tool, a server, a free port, room on the disk.
    Environment,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlace {
    /// The file, absolute.
    pub file: PathBuf,
    /// The line, from 1. `None`: the file as a whole.
    pub line: Option<u32>,
}

/// Why a task did not succeed, complete enough to be the last thing on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it was.
    pub kind: FailureKind,
    /// One sentence: a lower-case fragment without a final dot, causes joined by `: `.
    pub message: String,
    /// The last lines of what the task printed, oldest first.
    pub tail: Vec<String>,
    /// Where the full output lies.
    pub log: Option<PathBuf>,
    /// What to do next, a command to paste where there is one.
    pub hint: Option<String>,
    /// Where it has to be mended, if it is due to a file that a person has written.
    pub at: Option<Box<FilePlace>>,
}

impl Failure {
    /// A failure of the task itself.
    pub fn task(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Task,
            message: message.into(),
            tail: Vec::new(),
            log: None,
            hint: None,
            at: None,
        }
    }

    /// A failure of the machine the task ran on.
    pub fn environment(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Environment, ..Self::task(message) }
    }

    /// The task's own code panicked.
    pub fn panic(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Panic, ..Self::task(message) }
    }

    /// The user cancelled the run.
    pub fn interrupted() -> Self {
        Self { kind: FailureKind::Interrupted, ..Self::task("interrupted") }
    }

    /// The same failure with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure, due to a file.
    #[must_use]
    pub fn at(mut self, file: impl Into<PathBuf>, line: Option<u32>) -> Self {
        self.at = Some(Box::new(FilePlace { file: file.into(), line }));
        self
    }

    /// The same failure with `context: ` before its message.
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// So that a task written in Rust may use `?` on what its own code returns.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::task(error.to_string())
    }
}
