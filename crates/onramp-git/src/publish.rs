//! Takes what tools have made of staged files into the index and into the work tree.

mod displaced;
mod index_file;
mod merge;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::staged::Blob;
use crate::{GitError, Shadow};
use displaced::{Exchange, Exchanged};
pub use displaced::{Rescued, rescue};
use index_file::Update;

/// How often a file is looked at again that somebody writes at the same time.
const ATTEMPTS: usize = 5;

/// What became of the files that tools have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The next commit has what the tools made of them, and so has the work tree, beside what is not staged.
    pub taken: Vec<PathBuf>,
    /// What the tools made does not go together with what is not staged. Neither the index nor the work tree has it.
    pub conflicts: Vec<Conflict>,
    /// Somebody has staged other content meanwhile, which stays.
    pub overtaken: Vec<PathBuf>,
}

/// A change of a tool that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The file.
    pub path: PathBuf,
    /// The change, as a patch.
    pub patch: String,
}

/// A file that a tool has changed.
struct Fix {
    path: PathBuf,
    staged: Blob,
    id: String,
}

/// What is to be done about a file of the work tree.
enum Work {
    /// It has the change already, or is not there.
    Nothing,
    /// It gets this content, if it still has that one.
    Write { content: Vec<u8>, over: Vec<u8> },
    /// The change does not go together with what is there.
    Conflict,
}

impl Shadow<'_> {
    /// Takes those of the files into index and work tree that do not have their staged content here any more. A file of
    /// the work tree is replaced in one step, and only if it still is what was read; with what is not staged the change
    /// is merged. The index is replaced in one step, too, and after the work tree: whoever is stopped in between leaves
    /// changes that are not staged, and the next hook stages them.
    pub fn publish(&self, files: &BTreeMap<PathBuf, Blob>) -> Result<Published, GitError> {
        let fixes = self.fixes(files)?;
        let mut published = Published::default();
        if fixes.is_empty() {
            return Ok(published);
        }
        let base = self.folder().join("base");
        let storage = |reason: io::Error| GitError::Storage {
            folder: self.folder().to_path_buf(),
            reason: reason.to_string(),
        };
        remove(&base).map_err(storage)?;
        let paths: Vec<&Path> = fixes.iter().map(|fix| fix.path.as_path()).collect();
        self.export(&base, &paths)?;
        let mut updates = Vec::new();
        for fix in fixes {
            match self.take(&base, &fix) {
                Ok(true) => updates.push(Update { path: fix.path, staged: fix.staged, id: fix.id }),
                Ok(false) => published.conflicts.push(self.conflict(fix.path)?),
                Err(reason) => return Err(storage(reason)),
            }
        }
        remove(&base).map_err(storage)?;
        let overtaken = index_file::update(self.repository(), &updates)?;
        let taken = updates.into_iter().map(|update| update.path);
        published.taken = taken.filter(|path| !overtaken.contains(path)).collect();
        published.overtaken = overtaken.into_iter().collect();
        Ok(published)
    }

    /// The changed ones among the files, their content kept where git keeps contents.
    fn fixes(&self, files: &BTreeMap<PathBuf, Blob>) -> Result<Vec<Fix>, GitError> {
        let tree = self.tree();
        // What a tool has removed, or made a link of, is not taken.
        let is_file = |path: &Path| fs::symlink_metadata(tree.join(path)).is_ok_and(|it| it.is_file());
        let files: Vec<_> = files.iter().filter(|(path, _)| is_file(path)).collect();
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for (path, _) in &files {
            names.extend_from_slice(crate::quoted::quoted(path).as_bytes());
            names.push(b'\n');
        }
        let git = self.repository().elsewhere();
        let answer = git.tell(&tree, ["hash-object", "-w", "--stdin-paths"], Stdin::Bytes(names))?;
        let ids = answer.text()?.lines();
        let fix = |((path, staged), id): ((&PathBuf, &Blob), &str)| Fix {
            path: path.clone(),
            staged: staged.clone(),
            id: id.to_owned(),
        };
        Ok(files.into_iter().zip(ids).map(fix).filter(|fix| fix.id != fix.staged.id).collect())
    }

    /// Those of the files whose content is not the staged one here.
    pub(crate) fn changed(&self, files: &BTreeMap<PathBuf, Blob>) -> Result<Vec<PathBuf>, GitError> {
        Ok(self.fixes(files)?.into_iter().map(|fix| fix.path).collect())
    }

    /// Brings a change into the work tree; whether it goes together with what is there.
    fn take(&self, base: &Path, fix: &Fix) -> io::Result<bool> {
        let place = self.repository().work_tree().join(&fix.path);
        for _ in 0..ATTEMPTS {
            match self.work(base, &fix.path, &place)? {
                Work::Nothing => return Ok(true),
                Work::Conflict => return Ok(false),
                Work::Write { content, over } => {
                    let exchange = Exchange { folder: self.folder(), place: &place, content: &content };
                    match exchange.over(&over)? {
                        Exchanged::Done => return Ok(true),
                        // Somebody has written it meanwhile.
                        Exchanged::Overtaken => {}
                    }
                }
            }
        }
        Ok(false)
    }

    fn work(&self, base: &Path, path: &Path, place: &Path) -> io::Result<Work> {
        match fs::symlink_metadata(place) {
            Ok(metadata) if metadata.is_file() => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // Whoever has removed it from the work tree alone does not want it there.
            _ => return Ok(Work::Nothing),
        }
        let ours = fs::read(place)?;
        let (before, after) = (base.join(path), self.tree().join(path));
        let fixed = fs::read(&after)?;
        if ours == fixed {
            return Ok(Work::Nothing);
        }
        if ours == fs::read(&before)? {
            return Ok(Work::Write { content: fixed, over: ours });
        }
        Ok(match merge::merged(self, &ours, &before, &after)? {
            Some(content) if content == ours => Work::Nothing,
            Some(content) => Work::Write { content, over: ours },
            None => Work::Conflict,
        })
    }

    fn conflict(&self, path: PathBuf) -> Result<Conflict, GitError> {
        let words = ["diff", "--no-color", "--no-ext-diff", "--no-renames", "--"].map(OsStr::new);
        let git = self.repository().elsewhere().with_variables([("GIT_LITERAL_PATHSPECS", OsStr::new("1"))]);
        let answer = git.ask(&self.tree(), words.into_iter().chain([path.as_os_str()]))?;
        Ok(Conflict { path, patch: answer.text()?.to_owned() })
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A path as bytes, ended by the byte that no path has.
fn ended(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_bytes().to_vec();
    bytes.push(0);
    bytes
}
