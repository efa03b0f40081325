use std::fs;
use std::path::Path;

use onramp_git::GitDirectory;

/// The branch that is checked out where the workspace lies; `None` where none is, as in a rebase.
pub(super) fn branch(root: &Path) -> Option<String> {
    let directory = GitDirectory::around(root).ok()??;
    let head = fs::read_to_string(directory.own().join("HEAD")).ok()?;
    head.trim_end().strip_prefix("ref: refs/heads/").map(str::to_owned)
}
