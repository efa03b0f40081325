use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// So many paths are remembered. Beyond that they are learned anew.
const PATHS: usize = 10_000;

/// Paths that were looked at and found not to matter, with all that is below them. Their events prolong no burst and
/// make nobody look, so a log that is written all the time delays nothing.
#[derive(Debug, Default)]
pub(crate) struct Unheeded {
    paths: HashSet<PathBuf>,
}

impl Unheeded {
    /// Whether a path, or a folder that it lies in, was found not to matter.
    pub(crate) fn has(&self, path: &Path) -> bool {
        !self.paths.is_empty() && path.ancestors().any(|ancestor| self.paths.contains(ancestor))
    }

    /// Adds a path that exists and does not matter.
    pub(crate) fn add(&mut self, path: PathBuf) {
        if self.paths.len() >= PATHS {
            self.paths.clear();
        }
        self.paths.insert(path);
    }

    /// Forgets a path at which nothing is any more: what comes next may be of another kind.
    pub(crate) fn forget(&mut self, path: &Path) {
        self.paths.remove(path);
    }

    /// Forgets everything, because what matters has changed.
    pub(crate) fn clear(&mut self) {
        self.paths.clear();
    }
}
