use std::path::{Path, PathBuf};

use crate::{GitDirectory, GitError, Repository};

/// The folder in which git looks for the hooks of a work tree. It need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksFolder {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// What says so, where it is not git's own folder.
    pub hooks_path: Option<HooksPath>,
    /// Whose hooks they are.
    pub reach: Reach,
}

/// The value of `core.hooksPath` that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksPath {
    /// The value, `~` resolved.
    pub value: String,
    /// Who it is for, in git's words: `local`, `worktree`, `global`, `system` or `command`.
    pub scope: String,
    /// Where it stands, in git's words: `file:.git/config`.
    pub origin: String,
}

/// Whose hooks lie in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of this repository.
    Repository,
    /// Those of other repositories, too, or at least the folder lies outside of this one.
    Shared,
    /// Nobody's: `core.hooksPath` is empty, and git runs no hooks.
    Nobody,
}

impl Repository {
    /// Where git looks for the hooks of this work tree.
    pub fn hooks_folder(&self) -> Result<HooksFolder, GitError> {
        let unreadable =
            |error| GitError::Other(format!("{} cannot be read: {error}", self.work_tree.display()));
        let directory = GitDirectory::of_work_tree(&self.work_tree)
            .map_err(unreadable)?
            .ok_or_else(|| GitError::NotARepository(self.work_tree.clone()))?;
        let common = directory.common().canonicalize().map_err(unreadable)?;
        let hooks_path = self.hooks_path()?;
        let path = match &hooks_path {
            // Git stands at the root of the work tree when it runs them.
            Some(HooksPath { value, .. }) => self.work_tree.join(value),
            None => common.join("hooks"),
        };
        let reach = match &hooks_path {
            Some(HooksPath { value, .. }) if value.is_empty() => Reach::Nobody,
            Some(HooksPath { scope, .. }) if scope != "local" && scope != "worktree" => Reach::Shared,
            _ if self.is_ours(&path, &common) => Reach::Repository,
            _ => Reach::Shared,
        };
        Ok(HooksFolder { path, hooks_path, reach })
    }

    fn hooks_path(&self) -> Result<Option<HooksPath>, GitError> {
        let words = ["config", "--show-scope", "--show-origin", "--null", "--type=path"];
        let answer = self.ask(&self.work_tree, words.into_iter().chain(["--get", "core.hooksPath"]))?;
        if answer.code() == Some(1) {
            return Ok(None);
        }
        let text = answer.text()?;
        let mut parts = text.split('\0').map(str::to_owned);
        let (Some(scope), Some(origin), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(GitError::Other(format!("git printed a configuration that cannot be read: {text}")));
        };
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(GitError::Other(format!("core.hooksPath is no UTF-8: {value}")));
        }
        Ok(Some(HooksPath { value, scope, origin }))
    }

    /// Whether a folder, with all links followed, lies in the work tree, in what git keeps of the repository, or in
    /// the work tree that this is a part of.
    fn is_ours(&self, folder: &Path, common: &Path) -> bool {
        let real = real(folder);
        let main = common.file_name().filter(|name| *name == ".git").and_then(|_| common.parent());
        [Some(self.work_tree.as_path()), Some(common), main]
            .into_iter()
            .flatten()
            .any(|root| real.starts_with(root))
    }
}

/// A path with all links followed, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut rest = path;
    loop {
        if let Ok(real) = rest.canonicalize() {
            return missing.iter().rev().fold(real, |real, name| real.join(name));
        }
        match (rest.parent(), rest.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                rest = parent;
            }
            _ => return path.to_path_buf(),
        }
    }
}
