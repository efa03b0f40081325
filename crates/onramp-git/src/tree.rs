use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::{GitError, Repository};

/// The content of a commit.
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
    /// The content of the commit that `revision` names; `None` where that commit does not have the workspace.
    pub fn tree_at(&self, revision: &str) -> Result<Option<Tree>, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let answer = self.ask(&self.root, words)?;
        let commit = answer.text().map(str::trim).map_err(|_| GitError::UnknownRevision {
            revision: revision.to_owned(),
            shallow: self.shallow,
        })?;
        let whole = OsString::from(format!("{commit}:"));
        let mut workspace = whole.clone();
        workspace.push(self.below());
        let words = ["rev-parse", "--verify", "--quiet"].map(OsStr::new);
        let answer = self.ask(&self.work_tree, words.into_iter().chain([workspace.as_os_str()]))?;
        if answer.text().is_err() {
            return Ok(None);
        }
        let answer = self.ask(&self.work_tree, words.into_iter().chain([whole.as_os_str()]))?;
        Ok(Some(Tree { id: answer.text()?.trim().to_owned() }))
    }

    /// The way from the root of the work tree to the workspace.
    pub fn below(&self) -> &Path {
        self.root.strip_prefix(&self.work_tree).unwrap_or(Path::new(""))
    }

    /// Links what git ignores in the work tree (environments, settings, what was built) to the same places below
    /// `folder`, as far as their folders are there and nothing else is. What Python has compiled is left out, and so
    /// are the folders that `left_out` names.
    pub fn lend_ignored(&self, folder: &Path, left_out: &[&Path]) -> Result<(), GitError> {
        let words = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory"];
        let entries = self.ask(&self.work_tree, words)?.paths_behind(0)?;
        for entry in entries {
            let original = self.work_tree.join(&entry);
            let is_compiled = entry.file_name().is_some_and(|name| name == "__pycache__");
            if is_compiled || left_out.iter().any(|left_out| original == *left_out) {
                continue;
            }
            // Without the slash that git puts behind a folder: a link is none.
            let place: PathBuf = folder.join(&entry).components().collect();
            let has_folder = place.parent().is_some_and(Path::is_dir);
            if has_folder && place.symlink_metadata().is_err() {
                std::os::unix::fs::symlink(&original, &place)
                    .map_err(|error| GitError::Other(format!("{}: {error}", place.display())))?;
            }
        }
        Ok(())
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
