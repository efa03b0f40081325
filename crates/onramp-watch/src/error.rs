use std::fmt;
use std::path::PathBuf;

/// Why the system does not tell of changes.
#[derive(Debug)]
pub enum WatchError {
    /// A limit of the system is reached.
    Limit {
        /// What there are too many of.
        what: &'static str,
        /// How to have more of them: a command to paste.
        remedy: &'static str,
    },
    /// Anything else.
    Refused {
        /// What was to be watched; `None` where watching could not even begin.
        path: Option<PathBuf>,
        /// What the system said.
        source: notify::Error,
    },
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { what, remedy } => {
                write!(f, "the system allows no more {what}; `{remedy}` raises the limit")
            }
            Self::Refused { path: Some(path), source } => {
                write!(f, "{} cannot be watched: {source}", path.display())
            }
            Self::Refused { path: None, source } => write!(f, "files cannot be watched: {source}"),
        }
    }
}

impl std::error::Error for WatchError {}
