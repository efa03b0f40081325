use std::path::{Path, PathBuf};

use crate::{GitError, Repository};

/// What a diff needs so that it tells every file by its name, whatever the user has configured.
const DIFF: [&str; 8] = [
    "diff",
    "--name-only",
    "--no-renames",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=none",
];

/// The question for what differs from what is checked out. A diff of the work tree would tell the same, but
/// writes the index where it finds that a file has another time and is the same for all that.
const STATUS: [&str; 5] =
    ["status", "--porcelain=v1", "--no-renames", "--untracked-files=all", "--ignore-submodules=none"];

/// Files that differ, deleted ones included. Sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files in the workspace, relative to its root. A submodule is told by its folder.
    pub inside: Vec<PathBuf>,
    /// Folders in the workspace that are repositories of their own and no submodules, relative to its root. Git
    /// does not look into them, so nobody can tell whether anything in them has changed.
    pub nested: Vec<PathBuf>,
    /// Files in the same work tree, but outside of the workspace, relative to the root of the work tree.
    pub outside: Vec<PathBuf>,
}

impl Repository {
    /// What differs between the work tree and the newest commit that `revision` and what is checked out have in
    /// common: committed since, staged, unstaged, or new and not ignored. A file counts also if it was changed and
    /// then changed back without a commit.
    pub fn changes_since(&self, revision: &str) -> Result<Changes, GitError> {
        let base = self.common_ancestor(revision)?;
        let committed = DIFF.into_iter().chain([base.as_str(), "HEAD", "--"]);
        let mut paths = self.ask(&self.work_tree, committed)?.paths_behind(0)?;
        // Two letters and a space before each name.
        paths.extend(self.ask(&self.work_tree, STATUS)?.paths_behind(3)?);
        Ok(self.sorted_out(paths))
    }

    /// What is staged: what differs between the index and what is checked out.
    pub fn staged(&self) -> Result<Changes, GitError> {
        let words = DIFF.into_iter().chain(["--cached", "--"]);
        Ok(self.sorted_out(self.ask(&self.work_tree, words)?.paths_behind(0)?))
    }

    /// The files that differ in the commits up to `id` that another repository does not have: none of those that are known
    /// of `remote`, and not `remote_id`, where that is known. Relative to the root of the work tree.
    pub fn files_to_push(
        &self,
        id: &str,
        remote_id: Option<&str>,
        remote: &str,
    ) -> Result<Vec<PathBuf>, GitError> {
        let is_known = |id: &&str| {
            let commit = format!("{id}^{{commit}}");
            let words = ["cat-file", "-e", &commit];
            self.ask(&self.work_tree, words).is_ok_and(|answer| answer.code() == Some(0))
        };
        let known = remote_id.filter(is_known);
        let remotes = format!("--remotes={remote}");
        let words =
            ["log", "--format=", "--name-only", "--no-renames", "-m", "--no-color", id, "--not", &remotes];
        let mut paths = self.ask(&self.work_tree, words.into_iter().chain(known))?.paths_behind(0)?;
        paths.sort_unstable();
        paths.dedup();
        Ok(paths)
    }

    pub(crate) fn common_ancestor(&self, revision: &str) -> Result<String, GitError> {
        let shallow = self.shallow;
        let unknown = || GitError::UnknownRevision { revision: revision.to_owned(), shallow };
        // No name of a revision begins like this, but an option does.
        if revision.starts_with('-') || revision.is_empty() {
            return Err(unknown());
        }
        let answer = self.ask(&self.work_tree, ["merge-base", revision, "HEAD"])?;
        if let (Some(0), Ok(base)) = (answer.code(), answer.text()) {
            return Ok(base.to_owned());
        }
        let commit = format!("{revision}^{{commit}}");
        let known = self.ask(&self.work_tree, ["rev-parse", "--verify", "--quiet", &commit])?;
        match (known.code(), answer.code()) {
            // The commit is there, so it is what is checked out that has none, or none in common.
            (Some(0), _) => Err(GitError::NoCommonAncestor { revision: revision.to_owned(), shallow }),
            (_, Some(128)) => Err(unknown()),
            _ => Err(answer.complaint()),
        }
    }

    /// Tells what lies in the workspace from what does not, of paths relative to the work tree.
    fn sorted_out(&self, paths: Vec<PathBuf>) -> Changes {
        let prefix = self.root.strip_prefix(&self.work_tree).unwrap_or(Path::new(""));
        let mut changes = Changes::default();
        for path in paths {
            // Only a repository is told as a folder, with a slash behind its name.
            let is_nested = path.as_os_str().as_encoded_bytes().ends_with(b"/");
            match path.strip_prefix(prefix) {
                // The workspace's own folder may have been a file or a submodule before.
                Ok(inside) if !inside.as_os_str().is_empty() => {
                    let list = if is_nested { &mut changes.nested } else { &mut changes.inside };
                    list.push(inside.components().collect());
                }
                _ if is_nested => {}
                _ => changes.outside.push(path),
            }
        }
        for list in [&mut changes.inside, &mut changes.nested, &mut changes.outside] {
            list.sort_unstable();
            list.dedup();
        }
        changes
    }
}

impl Changes {
    /// Whether nothing in the workspace differs.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }
}
