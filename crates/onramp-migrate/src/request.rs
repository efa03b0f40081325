use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::Failure;

/// What a new revision is asked to be.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its message.
    pub message: String,
    /// The revision of the project whose models tell what was apart before. `None`: nothing can be told apart.
    pub base: Option<Base>,
    /// What becomes of operations that the base asks for as well.
    pub drift: DriftPolicy,
    /// Whether the tables have rows in them while the revision is proved.
    pub rows: RowsPolicy,
    /// Whether a revision that cannot be reverted will do.
    pub downgrade: DowngradePolicy,
    /// Tables (`flow`) and columns (`flow.owner`) that may be dropped although the change of the models does not
    /// explain it.
    pub may_drop: Vec<String>,
}

/// A revision of the project in its version control.
#[derive(Clone)]
pub struct Base {
    /// Its name in messages.
    pub name: String,
    /// What identifies its content.
    pub content: String,
    /// The root of the repository's work tree, all links followed.
    pub repository: PathBuf,
    /// The way from there to the root of the project.
    pub below: PathBuf,
    /// Writes the content into an empty folder, with whatever belongs to no revision and is needed all the same, such
    /// as an environment.
    pub export: Export,
}

/// Writes files into an empty folder.
pub type Export = Arc<dyn Fn(&Path) -> Result<(), Failure> + Send + Sync>;

/// What becomes of operations that lead from the history to the models of the base already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftPolicy {
    /// They are told, and stay out of the revision.
    LeaveOut,
    /// They become part of it.
    Adopt,
}

/// Whether a proof watches rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsPolicy {
    /// Every table gets some, and what survives is compared.
    Seed,
    /// The tables stay empty.
    Leave,
}

/// Whether a revision must lead back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DowngradePolicy {
    /// It must, and the proof reverts it.
    Required,
    /// It need not; what is wrong with its way back is told.
    Waived,
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base")
            .field("name", &self.name)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A revision with that message, proved with rows, compared with nothing.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            base: None,
            drift: DriftPolicy::LeaveOut,
            rows: RowsPolicy::Seed,
            downgrade: DowngradePolicy::Required,
            may_drop: Vec::new(),
        }
    }

    /// The command that asks for the same with one more option.
    pub(crate) fn again_with(&self, option: &str) -> String {
        format!("onramp migrate --all-dialects -m {:?} {option}", self.message)
    }
}
