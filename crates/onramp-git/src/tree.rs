use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::{GitError, Repository};

/// The content of the workspace's root in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    id: String,
}

impl Tree {
    /// The object's id: the same content has the same one.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Repository {
    /// The workspace's root as it was in the commit that `revision` names; `None` where that commit does not have
    /// it.
    pub fn tree_at(&self, revision: &str) -> Result<Option<Tree>, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let answer = self.ask(&self.root, words)?;
        let commit = answer.text().map(str::trim).map_err(|_| GitError::UnknownRevision {
            revision: revision.to_owned(),
            shallow: self.shallow,
        })?;
        let mut object = OsString::from(format!("{commit}:"));
        object.push(self.root.strip_prefix(&self.work_tree).unwrap_or(Path::new("")));
        let words = [OsStr::new("rev-parse"), OsStr::new("--verify"), OsStr::new("--quiet"), &object];
        let answer = self.ask(&self.work_tree, words)?;
        Ok(answer.text().ok().map(|id| Tree { id: id.trim().to_owned() }))
    }

    /// Writes the files of `tree` into `folder`, an empty one, as a checkout would; submodules and the content of
    /// large files that git keeps elsewhere are left out. Neither the index nor the work tree is touched.
    pub fn export(&self, tree: &Tree, folder: &Path) -> Result<(), GitError> {
        let mut index = folder.as_os_str().to_owned();
        index.push(".index");
        let exporting = self.with_variables([
            ("GIT_INDEX_FILE", index.as_os_str()),
            ("GIT_LFS_SKIP_SMUDGE", OsStr::new("1")),
        ]);
        let mut prefix = OsString::from("--prefix=");
        prefix.push(folder);
        prefix.push("/");
        let read = exporting.ask(&self.work_tree, ["read-tree", &tree.id]);
        let written = read.and_then(|answer| {
            answer.text()?;
            let words = [OsStr::new("checkout-index"), OsStr::new("--all"), OsStr::new("--quiet"), &prefix];
            exporting.ask(&self.work_tree, words)?.text().map(drop)
        });
        // Without the index there is nothing to remove.
        let _ = std::fs::remove_file(&index);
        written
    }
}
