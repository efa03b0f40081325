use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

/// Which of the files below a folder are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Those that git would show. `.gitignore` files count whether or not the folder is a git repository.
    Git,
    /// All of them.
    All,
}

/// The files below `folder`, relative to `root` and sorted, links among them. `.git` and `.onramp` are left
/// out, unless they are `folder` itself: what they hold changes whatever a task does.
pub(crate) fn files_below(root: &Path, folder: &Path, visibility: Visibility) -> io::Result<Vec<PathBuf>> {
    let mut walk = WalkBuilder::new(folder);
    match visibility {
        Visibility::Git => walk.hidden(false).require_git(false).parents(true),
        Visibility::All => walk.standard_filters(false),
    };
    let is_state = |entry: &DirEntry| entry.file_name() == ".git" || entry.file_name() == ".onramp";
    // Another repository, a submodule or a worktree that happens to lie here: git shows its folder, not its files.
    let is_foreign = move |entry: &DirEntry| {
        visibility == Visibility::Git && entry.depth() > 0 && entry.path().join(".git").exists()
    };
    let mut files = Vec::new();
    for entry in walk.filter_entry(move |entry| !is_state(entry) && !is_foreign(entry)).build() {
        let entry = entry.map_err(io::Error::other)?;
        if entry.file_type().is_some_and(|kind| !kind.is_dir())
            && let Ok(path) = entry.path().strip_prefix(root)
        {
            files.push(path.to_path_buf());
        }
    }
    files.sort_unstable();
    Ok(files)
}
