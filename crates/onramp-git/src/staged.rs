use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::quoted::unquoted;
use crate::repository::Answer;
use crate::{GitError, Repository};

/// How differences are told: with both modes and both ids of each file, whatever the user has configured.
const RAW: [&str; 8] = [
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=none",
];

/// More names than these do not fit every command line; git is asked for all files then.
const NAMED: usize = 500;

/// What the next commit is to have and the newest one has not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// The files by their paths, relative to the root of the work tree. Deleted ones are not among them.
    pub files: BTreeMap<PathBuf, Blob>,
    /// Files that the next commit is to have no more.
    pub deleted: BTreeSet<PathBuf>,
    /// Files of which a merge has left more than one version.
    pub unmerged: BTreeSet<PathBuf>,
}

/// A file as the index has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// What kind of file it is.
    pub mode: Mode,
    /// The id of its content.
    pub id: String,
}

/// What kind of file the index has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// A file.
    File,
    /// A file that can be executed.
    Executable,
    /// A link.
    Link,
    /// Another repository.
    Submodule,
}

impl Mode {
    /// The mode as git writes it; `None` for that of no entry.
    pub(crate) fn of(text: &str) -> Option<Self> {
        match text {
            "100755" => Some(Self::Executable),
            "120000" => Some(Self::Link),
            "160000" => Some(Self::Submodule),
            "000000" => None,
            // Very old repositories have others for files.
            _ => Some(Self::File),
        }
    }

    /// As git writes it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Submodule => "160000",
        }
    }

    /// Whether it has content of its own that a tool may read and change.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// One line of a raw difference.
struct Line {
    path: PathBuf,
    blob: Option<Blob>,
    is_unmerged: bool,
}

impl Repository {
    /// What is staged. While a merge is under way, what all of its sides have alike is left out: it is nobody's
    /// change.
    pub fn staged_files(&self) -> Result<Staged, GitError> {
        let mut staged = self.staged_against("HEAD")?;
        for side in self.merged_heads() {
            let other = self.staged_against(&side)?;
            staged.files.retain(|path, _| other.files.contains_key(path));
            staged.deleted.retain(|path| other.deleted.contains(path));
        }
        Ok(staged)
    }

    /// Those files whose content in the work tree is not the staged one, deleted ones included; of `paths` alone, where
    /// they are given. A file that has only been touched is not among them.
    pub fn unstaged_files(&self, paths: Option<&[&Path]>) -> Result<BTreeSet<PathBuf>, GitError> {
        let doubtful = paths.map(|paths| self.doubtful(paths));
        let paths = doubtful.as_deref();
        let named = paths.filter(|paths| paths.len() <= NAMED).unwrap_or_default();
        if paths.is_some_and(<[_]>::is_empty) {
            return Ok(BTreeSet::new());
        }
        let words = ["diff"].into_iter().chain(RAW).chain(["--"]).map(OsStr::new);
        let words = words.chain(named.iter().map(|path| path.as_os_str()));
        let literal = self.with_variables([("GIT_LITERAL_PATHSPECS", OsStr::new("1"))]);
        let answer = literal.ask(&self.work_tree, words)?;
        let mut files: BTreeSet<PathBuf> = lines(&answer)?.into_iter().map(|line| line.path).collect();
        if let Some(paths) = paths {
            let wanted: BTreeSet<&Path> = paths.iter().copied().collect();
            files.retain(|file| wanted.contains(file.as_path()));
        }
        Ok(files)
    }

    /// The staged content of a file, with U+FFFD for what is no UTF-8 in it; `None` where the index has no such file.
    pub fn staged_text(&self, path: &Path) -> Result<Option<String>, GitError> {
        let mut name = OsString::from(":0:");
        name.push(path);
        let answer = self.ask(&self.work_tree, [OsStr::new("cat-file"), OsStr::new("blob"), &name])?;
        Ok(answer.text().ok().map(str::to_owned))
    }

    pub(crate) fn staged_against(&self, revision: &str) -> Result<Staged, GitError> {
        let ask = |revision: &str| {
            let words = ["diff-index", "--cached", "--ita-invisible-in-index"].into_iter().chain(RAW);
            self.ask(&self.work_tree, words.chain([revision, "--"]))
        };
        let mut answer = ask(revision)?;
        if answer.code() != Some(0) && self.is_unborn()? {
            answer = ask(&self.empty_tree()?)?;
        }
        let mut staged = Staged::default();
        for Line { path, blob, is_unmerged } in lines(&answer)? {
            match blob {
                _ if is_unmerged => drop(staged.unmerged.insert(path)),
                Some(blob) => drop(staged.files.insert(path, blob)),
                None => drop(staged.deleted.insert(path)),
            }
        }
        // The line of such a file is followed by one that takes it for deleted.
        let unmerged = &staged.unmerged;
        staged.deleted.retain(|path| !unmerged.contains(path));
        staged.files.retain(|path, _| !unmerged.contains(path));
        Ok(staged)
    }

    /// Whether there is no commit yet.
    fn is_unborn(&self) -> Result<bool, GitError> {
        Ok(self.ask(&self.work_tree, ["rev-parse", "--verify", "--quiet", "HEAD"])?.code() == Some(1))
    }

    fn empty_tree(&self) -> Result<String, GitError> {
        let words = ["hash-object", "-t", "tree", "--stdin"];
        Ok(self.tell(&self.work_tree, words, Stdin::Bytes(Vec::new()))?.text()?.trim().to_owned())
    }

    /// The commits that are being merged into `HEAD`.
    fn merged_heads(&self) -> Vec<String> {
        let Some(directory) = &self.directory else { return Vec::new() };
        if let Ok(text) = std::fs::read_to_string(directory.own().join("MERGE_HEAD")) {
            return text.lines().map(str::to_owned).collect();
        }
        // A merge that commits by itself tells its hook by nothing but the names of variables.
        let names = self.environment.iter().filter_map(|(name, _)| name.to_str());
        names.filter_map(|name| name.strip_prefix("GITHEAD_")).map(str::to_owned).collect()
    }
}

/// The lines of a raw difference.
fn lines(answer: &Answer) -> Result<Vec<Line>, GitError> {
    let unclear = |line: &str| GitError::Other(format!("git printed a line that cannot be read: {line}"));
    let parse = |line: &str| {
        let (facts, name) = line.strip_prefix(':')?.split_once('\t')?;
        let mut facts = facts.split(' ').skip(1);
        let (mode, _, id, status) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
        let blob = Mode::of(mode).map(|mode| Blob { mode, id: id.to_owned() });
        Some(Line { path: unquoted(name)?, blob, is_unmerged: status.starts_with('U') })
    };
    answer.text()?.lines().map(|line| parse(line).ok_or_else(|| unclear(line))).collect()
}
