use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::{GitError, Repository};

/// The branches that others work from, the likeliest first.
const MAIN: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// How a file stands to what git has of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// A merge has left it with the contents of both sides.
    Unmerged,
    /// It differs from what is staged.
    Unstaged,
    /// Git does not have it.
    Untracked,
}

impl Repository {
    /// The branch that others work from, by its names that there are here: `origin/main`, `main`.
    pub fn main_branches(&self) -> Result<Vec<String>, GitError> {
        let mut found = Vec::new();
        for name in MAIN {
            let words = ["rev-parse", "--abbrev-ref", "--verify", "--quiet", name];
            let answer = self.ask(&self.work_tree, words)?;
            // A remote whose branches were never fetched has a name that leads nowhere.
            if answer.code() == Some(0) && self.commit(name)?.is_some() {
                let name = answer.printed().trim().to_owned();
                if !name.is_empty() && !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        Ok(found)
    }

    /// The id of the commit that a name stands for; `None` where there is none.
    pub fn commit(&self, revision: &str) -> Result<Option<String>, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let answer = self.ask(&self.work_tree, words)?;
        Ok(answer.text().ok().map(|text| text.trim().to_owned()))
    }

    /// What a merge is of: while one is under way what is checked out, else the first parent of the newest merge on the way
    /// back by first parents.
    pub fn first_side_of_merge(&self) -> Result<Option<String>, GitError> {
        if self.commit("MERGE_HEAD")?.is_some() {
            return Ok(Some("HEAD".to_owned()));
        }
        if self.commit("HEAD^2")?.is_some() {
            return Ok(Some("HEAD^1".to_owned()));
        }
        let words = ["rev-list", "--first-parent", "--merges", "--max-count=1", "HEAD", "--"];
        let answer = self.ask(&self.work_tree, words)?;
        let merge = answer.text().map(str::trim).unwrap_or_default();
        Ok(merge.get(..12).map(|merge| format!("{merge}^1")))
    }

    /// The newest commit that a revision and what is checked out have in common.
    pub fn merge_base(&self, revision: &str) -> Result<String, GitError> {
        self.common_ancestor(revision).map(|base| base.trim().to_owned())
    }

    /// Those among some files of the workspace, given relative to its root, that are not as they are staged.
    pub fn states(&self, files: &[PathBuf]) -> Result<Vec<(PathBuf, FileState)>, GitError> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let words = ["status", "--porcelain=v1", "--no-renames", "--untracked-files=all", "--"];
        let names = files.iter().map(|file| self.root.join(file).into_os_string());
        let literal = self.with_variables([("GIT_LITERAL_PATHSPECS", OsStr::new("1"))]);
        let answer = literal.ask(&self.work_tree, words.into_iter().map(OsString::from).chain(names))?;
        let paths = answer.paths_behind(3)?;
        let lines = answer.text()?.lines().zip(paths);
        let states = lines.filter_map(|(line, path)| {
            let path = path.strip_prefix(self.below()).ok()?.to_path_buf();
            let state = match line.as_bytes() {
                [b'?', b'?', ..] => FileState::Untracked,
                [b'U', ..] | [_, b'U', ..] | [b'A', b'A', ..] | [b'D', b'D', ..] => FileState::Unmerged,
                [_, b' ', ..] => return None,
                _ => FileState::Unstaged,
            };
            Some((path, state))
        });
        Ok(states.collect())
    }

    /// Writes the files that a revision has below some paths of the workspace into `folder`, at the places that they have
    /// from the root of the workspace, as a checkout would. Neither the index nor the work tree is touched.
    pub fn export_paths(&self, revision: &str, paths: &[&Path], folder: &Path) -> Result<(), GitError> {
        let Some(commit) = self.commit(revision)? else {
            return Err(GitError::UnknownRevision { revision: revision.to_owned(), shallow: self.shallow });
        };
        let below = |path: &&Path| self.below().join(path).into_os_string();
        let literal = self.with_variables([("GIT_LITERAL_PATHSPECS", OsStr::new("1"))]);
        let words = ["ls-tree", "-r", "-z", "--full-tree", "--name-only", &commit, "--"];
        let words = words.into_iter().map(OsString::from).chain(paths.iter().map(below));
        let names = literal.ask(&self.work_tree, words)?.text()?.to_owned();
        if names.is_empty() {
            return Ok(());
        }
        let mut index = folder.as_os_str().to_owned();
        index.push(".index");
        let exporting = self.with_variables([
            ("GIT_INDEX_FILE", index.as_os_str()),
            ("GIT_LFS_SKIP_SMUDGE", OsStr::new("1")),
        ]);
        let whole = folder.join("whole");
        let mut prefix = OsString::from("--prefix=");
        prefix.push(&whole);
        prefix.push("/");
        let written = exporting.ask(&self.work_tree, ["read-tree", &commit]).and_then(|answer| {
            answer.text()?;
            let words = ["checkout-index", "--quiet", "-z", "--stdin"].map(OsStr::new);
            let words = words.into_iter().chain([prefix.as_os_str()]);
            let stdin = Stdin::Bytes(names.into_bytes());
            exporting.tell(&self.work_tree, words, stdin)?.text().map(drop)
        });
        // Without the index there is nothing to remove.
        let _ = std::fs::remove_file(&index);
        written?;
        let moved = |error| GitError::Other(format!("{}: {error}", folder.display()));
        for entry in std::fs::read_dir(whole.join(self.below())).map_err(moved)? {
            let entry = entry.map_err(moved)?;
            std::fs::rename(entry.path(), folder.join(entry.file_name())).map_err(moved)?;
        }
        std::fs::remove_dir_all(&whole).map_err(moved)
    }
}
