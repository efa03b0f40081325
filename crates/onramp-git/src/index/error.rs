use std::fmt;
use std::io;

/// Why an index says nothing.
#[derive(Debug)]
pub enum IndexError {
    /// It could not be read. Of kind [`NotFound`](io::ErrorKind::NotFound) before the first file is added.
    Io(io::Error),
    /// It is of a kind that is not understood here.
    NotUsable(&'static str),
    /// It is no index, or a broken one.
    Broken {
        /// What is wrong.
        reason: &'static str,
        /// Where, in bytes from its beginning.
        place: usize,
    },
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "git's index could not be read: {error}"),
            Self::NotUsable(reason) => write!(f, "git's index is of no use here: {reason}"),
            Self::Broken { reason, place } => write!(f, "git's index is broken at byte {place}: {reason}"),
        }
    }
}

impl std::error::Error for IndexError {}

impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
