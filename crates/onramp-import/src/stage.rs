use std::fmt;

/// When something runs: a hook of git, or only by hand.
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
    /// After commits were rewritten.
    PostRewrite,
    /// Before a rebase.
    PreRebase,
    /// Before a push.
    PrePush,
    /// No hook: whoever wants it asks for it.
    Manual,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 11] = [
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
        Self::Manual,
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
            Self::Manual => "manual",
        }
    }

    /// The stage of a name, the names of before pre-commit 3.2 included.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "commit" => Some(Self::PreCommit),
            "push" => Some(Self::PrePush),
            "merge-commit" => Some(Self::PreMergeCommit),
            _ => Self::ALL.into_iter().find(|stage| stage.name() == name),
        }
    }

    /// Whether what runs then is about files.
    pub(crate) fn has_files(self) -> bool {
        matches!(self, Self::PreCommit | Self::PreMergeCommit | Self::PrePush | Self::Manual)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
