use std::process::ExitCode;

use onramp_core::{FailureKind, Outcome, RunSummary};

/// How a run ends, as the shell sees it. The list is documented in `docs/formats.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything asked for was done.
    Success = 0,
    /// A task or a check failed.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The configuration has errors.
    Configuration = 3,
    /// The machine lacks something: a tool, a server, room on the disk.
    Environment = 4,
    /// A bug in Onramp.
    Bug = 70,
    /// The user interrupted the run.
    Interrupted = 130,
}

impl ExitStatus {
    /// The status of a run: an interruption outweighs a panic, that a failed task, and that a lacking machine.
    pub fn of_run(summary: &RunSummary) -> Self {
        let failures = summary.tasks.iter().filter_map(|ended| match &ended.outcome {
            Outcome::Failed(failure) => Some(failure.kind),
            _ => None,
        });
        match failures.min() {
            Some(kind) => Self::of_failure(kind),
            // Cancelled between two tasks: nothing failed, and not everything was done.
            None if summary.tasks.iter().any(|ended| !ended.outcome.is_success()) => Self::Interrupted,
            None => Self::Success,
        }
    }

    /// The status that a kind of failure stands for.
    pub fn of_failure(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Interrupted => Self::Interrupted,
            FailureKind::Panic => Self::Bug,
            FailureKind::Task => Self::Failed,
            FailureKind::Environment => Self::Environment,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
