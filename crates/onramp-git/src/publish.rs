//! Takes what tools have made of staged files into the index and into the work tree.

mod displaced;
mod ids;
mod index_file;
mod line_ends;
mod merge;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::shadow::{BASE, Stat, TREE, has_link_above};
use crate::staged::Blob;
use crate::{GitError, InUse, Shadow, platform};
pub use displaced::Rescued;
use displaced::{Exchange, Exchanged, Kept, Rest};

/// How often a file is looked at again that somebody writes at the same time.
const ATTEMPTS: usize = 5;

/// How long somebody may take from the opening of a file to the end of his writing, where nobody can tell whether he has
/// it open.
const GRACE: Duration = Duration::from_millis(10);

/// How long he may take where that is known. A program that has a file open for ever is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What became of the files that tools have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The next commit has what the tools made of them, and so has the work tree, beside what is not staged.
    pub taken: Vec<PathBuf>,
    /// What the tools made does not go together with what is not staged. Neither the index nor the work tree has it.
    pub conflicts: Vec<Conflict>,
    /// Somebody has staged other content meanwhile, which stays.
    pub overtaken: Vec<PathBuf>,
    /// A tool has taken them back to the newest commit by git, as `git stash` does, which nobody takes for a fix.
    pub reverted: Vec<PathBuf>,
}

/// A change of a tool that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The file.
    pub path: PathBuf,
    /// The change, as a patch.
    pub patch: String,
}

/// What lay in files of the work tree, and may still be written to.
#[derive(Default)]
struct Displaced {
    slots: usize,
    kept: Vec<(PathBuf, Kept)>,
}

/// What is to be done about a file of the work tree.
enum Work {
    /// It has the change already, or is not there.
    Nothing,
    /// It gets this content, if it still has that one.
    Write { content: Vec<u8>, over: Vec<u8>, rest: Rest },
    /// The change does not go together with what is there.
    Conflict,
}

impl Shadow<'_> {
    /// Takes those of the files into index and work tree that do not have their staged content here any more. A file of
    /// the work tree is replaced in one step, and only if it still is what was read; with what is not staged the change
    /// is merged. The index is replaced in one step, too, and after the work tree: whoever is stopped in between leaves
    /// changes that are not staged, and the next hook stages them.
    pub fn publish(&self, files: &BTreeMap<PathBuf, Blob>, in_use: &InUse) -> Result<Published, GitError> {
        let mut published =
            Published { overtaken: in_use.overtaken.iter().cloned().collect(), ..Published::default() };
        let mut changed: Vec<(&PathBuf, &Blob)> =
            files.iter().filter(|(path, _)| self.is_changed(path)).collect();
        // What has been staged anew is to be looked at anew; the work tree has that, and not what was fixed.
        if !changed.is_empty() && in_use.index != Stat::at(&self.repository().index()).ok() {
            let entries = self.repository().index_entries()?;
            changed.retain(|(path, staged)| {
                let is_there = entries.get(path).is_some_and(|entry| entry.blob == **staged);
                if !is_there {
                    published.overtaken.push((*path).clone());
                }
                is_there
            });
        }
        if !changed.is_empty() && in_use.own_index != Stat::at(&self.own_index()).ok() {
            let index = self.own_index();
            let git = self.repository().with_variables([("GIT_INDEX_FILE", index.as_os_str())]);
            let staged_there = git.staged_against("HEAD")?;
            changed.retain(|(path, _)| {
                let is_there = staged_there.files.contains_key(*path);
                if !is_there {
                    published.reverted.push((*path).clone());
                }
                is_there
            });
        }
        let storage = |reason: io::Error| GitError::Storage {
            folder: self.folder().to_path_buf(),
            reason: reason.to_string(),
        };
        let mut updates = Vec::new();
        let mut displaced = Displaced::default();
        for fix in ids::fixes(self, &changed)? {
            match self.take(&fix.path, &mut displaced).map_err(storage)? {
                true => updates.push(fix),
                false => published.conflicts.push(self.conflict(fix.path)?),
            }
        }
        self.settle(displaced).map_err(storage)?;
        let overtaken = index_file::update(self.repository(), &updates)?;
        let taken = updates.into_iter().map(|update| update.path);
        published.taken = taken.filter(|path| !overtaken.contains(path)).collect();
        published.overtaken.extend(overtaken);
        Ok(published)
    }

    /// Whether a tool has changed a file that it was given. What it has removed, or made a link of, is not taken.
    fn is_changed(&self, path: &Path) -> bool {
        let (tree, base) = (self.tree(), self.base());
        let place = tree.join(path);
        let is_file = fs::symlink_metadata(&place).is_ok_and(|it| it.is_file());
        if !is_file || has_link_above(&tree, path) {
            return false;
        }
        match (fs::read(base.join(path)), fs::read(place)) {
            (Ok(before), Ok(after)) => before != after,
            _ => false,
        }
    }

    /// Those of the files whose content is not the staged one here.
    pub(crate) fn changed(&self, files: &BTreeMap<PathBuf, Blob>) -> Result<Vec<PathBuf>, GitError> {
        let tree = self.tree();
        let is_file = |path: &Path| fs::symlink_metadata(tree.join(path)).is_ok_and(|it| it.is_file());
        let there: Vec<(&PathBuf, &Blob)> =
            files.iter().filter(|(path, _)| is_file(path) && !has_link_above(&tree, path)).collect();
        Ok(ids::fixes(self, &there)?.into_iter().map(|fix| fix.path).collect())
    }

    /// Brings a change into the work tree; whether it goes together with what is there.
    fn take(&self, path: &Path, displaced: &mut Displaced) -> io::Result<bool> {
        let place = self.repository().work_tree().join(path);
        for _ in 0..ATTEMPTS {
            match self.work(path, &place)? {
                Work::Nothing => return Ok(true),
                Work::Conflict => return Ok(false),
                Work::Write { content, over, rest } => {
                    if self.exchange(&place, &content, &over, rest, displaced)? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Whether the content is in its place; somebody may have written another one meanwhile.
    fn exchange(
        &self,
        place: &Path,
        content: &[u8],
        over: &[u8],
        rest: Rest,
        displaced: &mut Displaced,
    ) -> io::Result<bool> {
        let slot = displaced.slots.to_string();
        let folders: Vec<PathBuf> = self.exchange_folders().iter().map(|folder| folder.join(&slot)).collect();
        match (Exchange { place, content, rest }).over(over, &folders)? {
            Exchanged::Done(kept) => {
                if let Some(kept) = kept {
                    displaced.slots += 1;
                    displaced.kept.push((place.to_path_buf(), kept));
                }
                Ok(true)
            }
            Exchanged::Overtaken => Ok(false),
        }
    }

    /// Gives those who were just writing to a file the time to end that, and brings what they wrote to where the file
    /// lies now.
    fn settle(&self, mut displaced: Displaced) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !displaced.kept.is_empty() {
            thread::sleep(GRACE);
            let files: Vec<PathBuf> = displaced.kept.iter().map(|(_, kept)| kept.file()).collect();
            // One look at all processes in a round: there may be many files, and many processes.
            let open = platform::open_for_writing(&files, deadline);
            for ((place, kept), file) in std::mem::take(&mut displaced.kept).into_iter().zip(&files) {
                if open.contains(file) && Instant::now() < deadline {
                    displaced.kept.push((place, kept));
                    continue;
                }
                if let Some(late) = kept.late()? {
                    self.add_late(&place, &kept.expected, &late, &mut displaced)?;
                }
                kept.discard()?;
            }
        }
        for folder in self.exchange_folders() {
            // It stays where something is kept in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    fn add_late(
        &self,
        place: &Path,
        before: &[u8],
        late: &[u8],
        displaced: &mut Displaced,
    ) -> io::Result<()> {
        for _ in 0..ATTEMPTS {
            let ours = fs::read(place)?;
            let Some(content) = merge::merged(self, &ours, before, late)? else { break };
            if content == ours || self.exchange(place, &content, &ours, Rest::Unstaged, displaced)? {
                return Ok(());
            }
        }
        let message = "another program writes to it; what it wrote last is kept for the next hook";
        Err(io::Error::other(format!("{}: {message}", place.display())))
    }

    fn work(&self, path: &Path, place: &Path) -> io::Result<Work> {
        if has_link_above(self.repository().work_tree(), path) {
            return Ok(Work::Nothing);
        }
        match fs::symlink_metadata(place) {
            Ok(metadata) if metadata.is_file() => {}
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(error);
            }
            // Whoever has removed it from the work tree alone does not want it there.
            _ => return Ok(Work::Nothing),
        }
        let ours = fs::read(place)?;
        let (before, after) = (fs::read(self.base().join(path))?, fs::read(self.tree().join(path))?);
        let [before, after] = line_ends::like(&ours, &before, &after);
        if ours == *after {
            return Ok(Work::Nothing);
        }
        if ours == *before {
            return Ok(Work::Write { content: after.into_owned(), over: ours, rest: Rest::Staged });
        }
        Ok(match merge::merged(self, &ours, &before, &after)? {
            Some(content) if content == ours => Work::Nothing,
            Some(content) => Work::Write { content, over: ours, rest: Rest::Unstaged },
            None => Work::Conflict,
        })
    }

    /// By the copies of what tools were given: what they have staged themselves does not matter.
    fn conflict(&self, path: PathBuf) -> Result<Conflict, GitError> {
        let words =
            ["diff", "--no-index", "--no-prefix", "--no-color", "--no-ext-diff", "--no-textconv", "--"];
        let [before, after] = [BASE, TREE].map(|folder| Path::new(folder).join(&path).into_os_string());
        let words = words.into_iter().map(OsString::from).chain([before, after]);
        let answer = self.repository().elsewhere().ask(self.folder(), words)?;
        match answer.code() {
            Some(1) => Ok(Conflict { path, patch: answer.printed().to_owned() }),
            _ => Err(answer.complaint()),
        }
    }

    /// Looks at what killed hooks have left: files that were about to change places, and indexes.
    pub fn rescue(&self) -> io::Result<Vec<Rescued>> {
        if let Some(folder) = self.repository().index().parent() {
            index_file::sweep(folder);
        }
        let mut rescued = Vec::new();
        for folder in self.exchange_folders() {
            rescued.extend(displaced::rescue_all(&folder)?);
        }
        Ok(rescued)
    }

    /// Where files change places: it must be on the disk of the work tree, and the state need not be.
    fn exchange_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder().join("exchange")];
        folders.extend(self.repository().directory.as_ref().map(|it| it.own().join("onramp-exchange")));
        folders
    }
}

/// A path as bytes, ended by the byte that no path has.
fn ended(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_bytes().to_vec();
    bytes.push(0);
    bytes
}
