use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a hook could not be looked at or written.
#[derive(Debug)]
pub struct HookError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

impl HookError {
    /// For an error of the system about `path`.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self { path: path.clone(), source }
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for HookError {}
