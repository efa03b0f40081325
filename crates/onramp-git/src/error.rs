use std::fmt;
use std::path::{Path, PathBuf};

/// Why git has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitError {
    /// There is no program `git` on `PATH`.
    NoGit,
    /// The folder lies in no work tree of a repository.
    NotARepository(PathBuf),
    /// The folder lies in a work tree, but git ignores it, and so all that changes in it.
    Ignored(PathBuf),
    /// There is no commit of this name.
    UnknownRevision {
        /// The name as it was given.
        revision: String,
        /// Whether history ends early here, as in a clone with `--depth`.
        shallow: bool,
    },
    /// The revision and what is checked out have no common ancestor.
    NoCommonAncestor {
        /// The revision as it was given.
        revision: String,
        /// Whether history ends early here, so that there may be one all the same.
        shallow: bool,
    },
    /// Another program holds an index for so long that nobody waits any more.
    Locked {
        /// The file that it holds it by.
        lock: PathBuf,
        /// Who that is, if it is known.
        holder: Option<String>,
    },
    /// Files could not be written, or read.
    Storage {
        /// The folder that they lie in.
        folder: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The run was cancelled while git was at work.
    Cancelled,
    /// Anything else, as git says it.
    Other(String),
}

impl GitError {
    /// What git says when it could not write into a folder.
    pub(crate) fn about(self, folder: &Path) -> Self {
        match self {
            Self::Other(reason) => Self::Storage { folder: folder.to_path_buf(), reason },
            error => error,
        }
    }
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit => f.write_str("program `git` not found on PATH"),
            Self::NotARepository(folder) => write!(f, "{} lies in no git repository", folder.display()),
            Self::Ignored(folder) => {
                write!(f, "{} is ignored by the git repository around it", folder.display())
            }
            Self::UnknownRevision { revision, shallow: false } => {
                write!(f, "git knows no commit `{revision}`")
            }
            Self::UnknownRevision { revision, shallow: true } => {
                write!(f, "git knows no commit `{revision}` in this shallow clone")
            }
            Self::NoCommonAncestor { revision, shallow: false } => {
                write!(f, "`{revision}` and what is checked out have no common ancestor")
            }
            Self::NoCommonAncestor { revision, shallow: true } => {
                write!(
                    f,
                    "the history of this shallow clone does not reach back to where `{revision}` branched off"
                )
            }
            Self::Locked { lock, holder: Some(holder) } => {
                write!(f, "{holder} holds the index by {}", lock.display())
            }
            Self::Locked { lock, holder: None } => {
                write!(f, "the index is held by {}, which no process has open", lock.display())
            }
            Self::Storage { folder, reason } => write!(f, "{}: {reason}", folder.display()),
            Self::Cancelled => f.write_str("interrupted"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for GitError {}
