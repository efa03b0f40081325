//! Where the store of a workspace lies. Worktrees of one repository share one, so that what one has built the
//! others need not build again.

use std::io;
use std::path::{Path, PathBuf};

use onramp_git::GitDirectory;

use crate::state::{STATE_FOLDER, State};

/// The folder of the store for the workspace at `root`: in its own state, or in that of the same workspace in the
/// repository's main worktree. A bare repository keeps it among its own files.
pub(crate) fn store_folder(root: &Path) -> PathBuf {
    shared(root).unwrap_or_else(|| State::of(root).store())
}

/// Makes the state folder that a store lies in, which may be another workspace's.
pub(crate) fn prepare(store: &Path) -> io::Result<()> {
    match store.parent().filter(|state| state.ends_with(STATE_FOLDER)).and_then(Path::parent) {
        Some(root) => State::of(root).create(),
        None => Ok(()),
    }
}

/// The folder of a linked worktree, where git has noted that it is one.
fn shared(root: &Path) -> Option<PathBuf> {
    let git = GitDirectory::around(root).ok().flatten()?;
    // A submodule is a repository of its own, too.
    if git.own() == git.common() {
        return None;
    }
    let within = root.strip_prefix(git.work_tree()).ok()?;
    let common = git.common().canonicalize().ok()?;
    if common.file_name().is_some_and(|name| name == ".git") {
        let main = common.parent()?.join(within);
        return main.is_dir().then(|| State::of(&main).store());
    }
    Some(common.join("onramp").join(within).join("store"))
}
