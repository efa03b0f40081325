use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::Failure;

/// What a revision is asked to be.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its message, where it is a new one.
    pub message: String,
    /// The command that asks for it; hints put an option behind it.
    pub again: String,
    /// The command that writes the same as a draft; `None` where the revisions lie in the tree.
    pub draft: Option<String>,
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
    /// Tables (`flow`) in which the revision may change rows, and columns (`flow.owner`) in which it may change values.
    pub may_change: Vec<String>,
    /// Whether a new revision is proved.
    pub proof: ProofPolicy,
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

/// Whether a new revision is proved before it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofPolicy {
    /// It is.
    Prove,
    /// It is written as it was generated, to be changed by hand and [verified](crate::verify()) then.
    Draft,
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
        let message = message.into();
        Self {
            again: format!("onramp migrate --all-dialects -m {message:?}"),
            draft: Some(format!("onramp migrate --all-dialects -m {message:?} --draft")),
            message,
            base: None,
            drift: DriftPolicy::LeaveOut,
            rows: RowsPolicy::Seed,
            downgrade: DowngradePolicy::Required,
            may_drop: Vec::new(),
            may_change: Vec::new(),
            proof: ProofPolicy::Prove,
        }
    }

    /// The command that asks for the same with one more option.
    pub(crate) fn again_with(&self, option: &str) -> String {
        format!("{} {option}", self.again)
    }
}
