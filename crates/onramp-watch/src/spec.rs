use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whether a file matters, asked with its path relative to the root of its tree.
pub type Matters = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// What to wait for.
#[derive(Clone, Debug, Default)]
pub struct WatchSpec {
    /// The trees; one may lie in another.
    pub trees: Vec<TreeSpec>,
    /// Absolute paths that matter even where git ignores them, and where nothing is yet. A folder stands for the
    /// files in it that git shows and that matter to its tree, or for all its files where git shows none.
    pub named: Vec<PathBuf>,
}

/// A folder and the files of it that matter.
#[derive(Clone)]
pub struct TreeSpec {
    /// The folder, absolute.
    pub root: PathBuf,
    /// Which of its files matter, among those that git would show.
    pub matters: Matters,
}

impl fmt::Debug for TreeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeSpec").field("root", &self.root).finish_non_exhaustive()
    }
}
