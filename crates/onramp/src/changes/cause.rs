use std::fmt;
use std::path::PathBuf;

use onramp_core::TaskId;
use serde_json::{Value, json};

/// Why a task is affected by what has changed. Paths are relative to the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A file that it declares to read.
    File(PathBuf),
    /// A file that it declares to make.
    Output(PathBuf),
    /// It needs a task that is affected.
    Need(TaskId),
    /// It declares nothing, so any change may matter to it.
    NoInputs,
    /// A file that no task declares, so that it may matter to any.
    Undeclared(PathBuf),
    /// The configuration.
    Configuration(PathBuf),
    /// Its workspace lies where git does not look.
    OutOfSight,
    /// Nobody knows what has changed.
    Unknown,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Configuration(path) => write!(f, "{} changed", path.display()),
            Self::Output(path) => write!(f, "{} changed, which it makes", path.display()),
            Self::Need(task) => write!(f, "it needs {task}"),
            Self::NoInputs => f.write_str("it declares no inputs"),
            Self::Undeclared(path) => write!(f, "{} changed, which no task declares", path.display()),
            Self::OutOfSight => f.write_str("git does not look into its workspace"),
            Self::Unknown => f.write_str("nobody knows what has changed"),
        }
    }
}

impl Cause {
    /// Whether it is a cause of every task alike.
    pub(super) fn is_of_everything(&self) -> bool {
        matches!(self, Self::Undeclared(_) | Self::Configuration(_))
    }

    /// The same for machines.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::File(path) => json!({"kind": "file", "file": path.to_string_lossy()}),
            Self::Output(path) => json!({"kind": "output", "file": path.to_string_lossy()}),
            Self::Need(task) => json!({"kind": "need", "task": task.to_string()}),
            Self::NoInputs => json!({"kind": "no-inputs"}),
            Self::Undeclared(path) => json!({"kind": "undeclared", "file": path.to_string_lossy()}),
            Self::Configuration(path) => json!({"kind": "configuration", "file": path.to_string_lossy()}),
            Self::OutOfSight => json!({"kind": "out-of-sight"}),
            Self::Unknown => json!({"kind": "unknown"}),
        }
    }
}
