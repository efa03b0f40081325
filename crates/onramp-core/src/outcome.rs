use crate::{Failure, TaskId};

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran and succeeded.
    Passed,
    /// It did not need to run: a result of the same inputs lies in the tree.
    UpToDate,
    /// It did not need to run: what an earlier run made of the same inputs was put back into the tree.
    Restored,
    /// It ran, or tried to, and failed.
    Failed(Failure),
    /// It never started, because the task it names, which it needs, did not succeed.
    Skipped {
        /// The need that did not succeed.
        because: TaskId,
    },
    /// It never started, because the run was ended before its turn.
    NotStarted,
    /// It was never going to start: there was nothing for it to do, or somebody did not want it.
    LeftOut {
        /// Why, as a lower-case fragment.
        reason: String,
    },
}

impl Outcome {
    /// Whether nothing went wrong, so that tasks that need this one may run.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Passed | Self::UpToDate | Self::Restored | Self::LeftOut { .. })
    }

    /// The word that reports use: `passed`, `up-to-date`, `restored`, `failed`, `interrupted`, `skipped`,
    /// `not-started`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::UpToDate => "up-to-date",
            Self::Restored => "restored",
            Self::Failed(failure) if failure.kind == crate::FailureKind::Interrupted => "interrupted",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } | Self::LeftOut { .. } => "skipped",
            Self::NotStarted => "not-started",
        }
    }
}
