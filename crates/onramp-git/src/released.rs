use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::quoted::{quoted, unquoted};
use crate::{GitError, Repository};

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedFile {
    /// Relative to the root of the work tree.
    pub path: PathBuf,
    /// The id of its content.
    pub id: String,
    /// How long it is, in bytes.
    pub size: u64,
}

impl Repository {
    /// The same repository, for questions about a tree that nobody vouches for: what is missing of a partial clone is not
    /// fetched, and no other program is asked for it. None of the questions here runs filters, hooks or drivers of the
    /// repository's own configuration either: no file is converted, and no difference made.
    #[must_use]
    pub fn unattended(&self) -> Self {
        let variables =
            [("GIT_NO_LAZY_FETCH", "1"), ("GIT_ALLOW_PROTOCOL", ""), ("GIT_TERMINAL_PROMPT", "0")];
        self.with_variables(variables.map(|(name, value)| (name, OsStr::new(value))))
    }

    /// Whether history ends early here, as in a clone with `--depth`.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The nearest tag among the commits that what is checked out has behind it; `None` where there is none.
    pub fn nearest_tag(&self) -> Result<Option<String>, GitError> {
        let answer = self.ask(&self.work_tree, ["describe", "--tags", "--abbrev=0", "HEAD"])?;
        // Without a tag, and without a commit, git fails in the same way.
        Ok(answer.text().ok().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()))
    }

    /// The files of a commit below some folders, given relative to the root of the work tree; links and submodules are
    /// none.
    pub fn files_at(&self, revision: &str, folders: &[&Path]) -> Result<Vec<CommittedFile>, GitError> {
        let unknown = || GitError::UnknownRevision { revision: revision.to_owned(), shallow: self.shallow };
        let commit = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let answer = self.ask(&self.work_tree, words)?;
        let commit = answer.text().map_err(|_| unknown())?.trim().to_owned();
        let words = ["ls-tree", "-r", "-l", "--full-tree", &commit, "--"].map(OsString::from).into_iter();
        let is_whole = folders.iter().any(|folder| folder.as_os_str().is_empty());
        let folders = folders.iter().filter(|_| !is_whole).map(|folder| {
            // With a slash behind it the folder's content is meant.
            let mut folder = folder.as_os_str().to_owned();
            folder.push("/");
            folder
        });
        let answer = self.ask(&self.work_tree, words.chain(folders))?;
        let unclear = |line: &str| GitError::Other(format!("git printed a line that cannot be read: {line}"));
        let mut files = Vec::new();
        for line in answer.text()?.lines() {
            let (described, path) = line.split_once('\t').ok_or_else(|| unclear(line))?;
            let fields: Vec<&str> = described.split_whitespace().collect();
            let [mode, kind, id, size] = fields.as_slice() else { return Err(unclear(line)) };
            if *kind != "blob" || !mode.starts_with("100") {
                continue;
            }
            let path = unquoted(path).ok_or_else(|| unclear(line))?;
            // What is missing of a partial clone has no size that is known.
            let Ok(size) = size.parse() else { continue };
            files.push(CommittedFile { path, id: (*id).to_owned(), size });
        }
        Ok(files)
    }

    /// The ids that git would give to the content of files of the work tree, as it lies there.
    pub fn ids_of(&self, files: &[&Path]) -> Result<Vec<String>, GitError> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let paths: String = files.iter().map(|file| format!("{}\n", quoted(file))).collect();
        let words = ["hash-object", "--no-filters", "--stdin-paths"];
        let answer = self.tell(&self.work_tree, words, Stdin::Bytes(paths.into_bytes()))?;
        let ids: Vec<String> = answer.text()?.lines().map(str::to_owned).collect();
        if ids.len() != files.len() {
            return Err(GitError::Other(format!("git named {} of {} contents", ids.len(), files.len())));
        }
        Ok(ids)
    }

    /// The lines of a content, without what ends them; what is no UTF-8 in it is replaced.
    pub fn lines_of(&self, id: &str) -> Result<Vec<String>, GitError> {
        let answer = self.ask(&self.work_tree, ["cat-file", "blob", id])?;
        Ok(answer.text()?.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect())
    }
}
