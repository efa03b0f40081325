//! What the tasks of a command have found, for reports that other programs read.
//!
//! A report is about a command and not about one of its runs: what the tasks of a hook need runs before them. It is
//! written whatever became of the command, so that nobody takes the report of an earlier one for its own, and nothing
//! fails silently in it: a task whose failure no problem explains is a result itself.

mod recording;
mod rules;
mod sarif;

use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp_core::{Failure, FilePlace, Outcome, Problem, Severity, TaskFiles, TaskId};

pub(crate) use recording::Recording;
pub(crate) use sarif::sarif;

use crate::ExitStatus;

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Results {
    /// The verb as the user typed it, or the git hook.
    pub(crate) verb: String,
    /// The folder that the files of problems are relative to.
    pub(crate) root: PathBuf,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What ended it that belongs to no task.
    pub(crate) error: Option<String>,
    /// Where that has to be mended, if it is due to a file.
    pub(crate) at: Option<FilePlace>,
    /// Its tasks, in the order in which they ended.
    pub(crate) tasks: Vec<TaskResult>,
}

/// What became of a task.
#[derive(Debug)]
pub(crate) struct TaskResult {
    pub(crate) task: TaskId,
    pub(crate) outcome: Outcome,
    pub(crate) elapsed: Duration,
    /// What it had to do with files, where that is known.
    pub(crate) files: Option<TaskFiles>,
    /// What its output tells of, in its order; the files are relative to the root of the repository.
    pub(crate) problems: Vec<Problem>,
}

impl TaskResult {
    /// Why it failed, where none of its problems tells.
    pub(crate) fn unexplained(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Failed(failure) if !self.has_error() => Some(failure),
            _ => None,
        }
    }

    fn has_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}

impl Results {
    /// A file as it is named from the root of the repository; `None` for one outside of it.
    fn relative(&self, file: &Path) -> Option<String> {
        file.strip_prefix(&self.root).ok()?.to_str().map(str::to_owned)
    }
}
