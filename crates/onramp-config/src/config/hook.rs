use std::fmt;

use onramp_core::TaskId;

use super::Section;

/// What runs at a git hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The hook.
    pub stage: Stage,
    /// What runs, at least one.
    pub selections: Vec<Selection>,
}

/// A part of the task graph that a hook names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All tasks of a section, of which there may be none.
    Section(Section),
    /// One task.
    Task(TaskId),
}

/// A git hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Before a commit is made.
    PreCommit,
    /// Before a merge is committed.
    PreMergeCommit,
    /// Before the message of a commit is edited.
    PrepareCommitMsg,
    /// After the message of a commit was written.
    CommitMsg,
    /// After a commit was made.
    PostCommit,
    /// After a branch was checked out.
    PostCheckout,
    /// After a merge.
    PostMerge,
    /// After commits were rewritten by an amend or a rebase.
    PostRewrite,
    /// Before a rebase.
    PreRebase,
    /// Before a push.
    PrePush,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 10] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PostCommit,
        Self::PostCheckout,
        Self::PostMerge,
        Self::PostRewrite,
        Self::PreRebase,
        Self::PrePush,
    ];

    /// The name that git has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PostCommit => "post-commit",
            Self::PostCheckout => "post-checkout",
            Self::PostMerge => "post-merge",
            Self::PostRewrite => "post-rewrite",
            Self::PreRebase => "pre-rebase",
            Self::PrePush => "pre-push",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
