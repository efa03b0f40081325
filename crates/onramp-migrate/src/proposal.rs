use std::sync::Arc;
use std::time::Duration;

use onramp_core::Dialect;
use onramp_database::catalog::Catalog;

use crate::{Evidence, Facts, Schemas};

/// What the work for one dialect came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// The models ask for nothing that the dialect's history does not have.
    NoChange {
        /// The dialect.
        dialect: Dialect,
        /// What came to light all the same.
        evidence: Evidence,
        /// The schema.
        catalog: Arc<Catalog>,
        /// How long each step took.
        steps: Vec<StepTime>,
    },
    /// A revision that was proved.
    Revision(ProposedRevision),
}

impl Proposal {
    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::NoChange { dialect, .. } => *dialect,
            Self::Revision(revision) => revision.dialect,
        }
    }

    /// What the proof came to know.
    pub fn evidence(&self) -> &Evidence {
        match self {
            Self::NoChange { evidence, .. } => evidence,
            Self::Revision(revision) => &revision.evidence,
        }
    }

    /// What becomes of the schema, where it was proved.
    pub fn schemas(&self) -> Option<Schemas> {
        match self {
            Self::NoChange { catalog, .. } => Some(Schemas::unchanged(Arc::clone(catalog))),
            Self::Revision(revision) => revision.facts.as_ref().map(|facts| facts.schemas.clone()),
        }
    }

    /// How long each step took, in the order in which they ran.
    pub fn steps(&self) -> &[StepTime] {
        match self {
            Self::NoChange { steps, .. } => steps,
            Self::Revision(revision) => &revision.steps,
        }
    }
}

/// A proved revision that is not in the tree yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedRevision {
    /// The dialect.
    pub dialect: Dialect,
    /// The revision's id.
    pub id: String,
    /// The revision that it follows, the head of the history; `None` if it is the first one.
    pub follows: Option<String>,
    /// Its files, at least one.
    pub files: Vec<ProposedFile>,
    /// What the proof came to know.
    pub evidence: Evidence,
    /// What it did when it was applied for the first time; `None` for a draft.
    pub facts: Option<Facts>,
    /// How long each step took, in the order in which they ran.
    pub steps: Vec<StepTime>,
}

/// A file of a proposed revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedFile {
    /// Its name in the versions folder.
    pub name: String,
    /// Its content, as formatted by the project's own tools.
    pub content: Vec<u8>,
}

/// How long a step took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTime {
    /// The step's name: `apply head`.
    pub step: String,
    /// Wall time.
    pub elapsed: Duration,
}
