//! What git does to the files of a tree, and where it is told what to ignore.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A lock that is older was left behind by a git that has been killed.
const LOCK_AGE: Duration = Duration::from_secs(60);

/// The names of the files in which folders say what is ignored.
const RULE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Whether a file says what is ignored in its folder and below.
pub(crate) fn has_rules(path: &Path) -> bool {
    path.file_name().is_some_and(|name| RULE_FILES.iter().any(|rules| name == *rules))
}

/// The files above a folder that say what is ignored in it, whether or not they exist: those of the folders up to
/// the root of its repository, and that of the repository itself.
pub(crate) fn rules_above(folder: &Path) -> Vec<PathBuf> {
    let mut rules = Vec::new();
    for ancestor in folder.ancestors() {
        if ancestor != folder {
            rules.extend(RULE_FILES.map(|name| ancestor.join(name)));
        }
        if ancestor.join(".git").exists() {
            if ancestor.join(".git").is_dir() {
                rules.push(ancestor.join(".git/info/exclude"));
            }
            return rules;
        }
    }
    // No repository: what lies above the folder says nothing about it.
    Vec::new()
}

/// Where git puts its lock while it replaces files of the tree in which `folder` lies.
pub(crate) fn index_lock(folder: &Path) -> Option<PathBuf> {
    let git = folder.ancestors().map(|ancestor| ancestor.join(".git")).find(|git| git.exists())?;
    if git.is_dir() {
        return Some(git.join("index.lock"));
    }
    // A linked worktree or a submodule.
    let text = std::fs::read_to_string(&git).ok()?;
    let folder = text.strip_prefix("gitdir: ")?.trim_end();
    Some(git.parent()?.join(folder).join("index.lock"))
}

/// Whether a live git holds the lock.
pub(crate) fn is_held(lock: &Path) -> bool {
    let Ok(metadata) = lock.symlink_metadata() else { return false };
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    age.is_none_or(|age| age < LOCK_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_lock_of_a_linked_worktree_lies_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("main/.git")).unwrap();
        fs::create_dir_all(root.join("linked/src")).unwrap();
        fs::write(root.join("linked/.git"), "gitdir: ../main/.git/worktrees/linked\n").unwrap();
        assert_eq!(index_lock(&root.join("main")), Some(root.join("main/.git/index.lock")));
        let linked = root.join("linked/../main/.git/worktrees/linked/index.lock");
        assert_eq!(index_lock(&root.join("linked/src")), Some(linked));
    }

    #[test]
    fn rules_above_end_at_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("repository/.git")).unwrap();
        fs::create_dir_all(root.join("repository/a/b")).unwrap();
        let rules = rules_above(&root.join("repository/a/b"));
        let expected = ["a/.gitignore", "a/.ignore", ".gitignore", ".ignore", ".git/info/exclude"];
        assert_eq!(rules, expected.map(|path| root.join("repository").join(path)));
    }
}
