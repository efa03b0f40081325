use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp_core::{Dialect, Failure};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::File;
use crate::client::sqlite_failure;
use crate::digest::hex;
use crate::file_lock::{FileLock, Hold};
use crate::template::{Content, Shelf, Store};
use crate::{Database, Place};

/// How the names of finished templates end. Before that stands the digest of the content.
const EXTENSION: &str = "db";

/// How the name of one ends that is being made, behind its id.
const PARTIAL: &str = "-partial";

/// How long somebody else may keep a database locked that is to be copied.
const BUSY_LIMIT: Duration = Duration::from_secs(5);

/// Templates that are files. The name of each has the digest of its content in it, so that a damaged one is
/// never taken for a finished one: `ID-DIGEST.db`.
pub(crate) struct FileTemplates {
    pub(crate) place: Place,
    pub(crate) shelf: Shelf,
}

impl Store for FileTemplates {
    fn find(&self, id: &str) -> Result<Option<Content>, Failure> {
        for file in self.files(id) {
            let Ok(bytes) = fs::read(&file) else { continue };
            if file_name(&file) == finished_name(id, &bytes) {
                return Ok(Some(Content::Sqlite(bytes)));
            }
        }
        Ok(None)
    }

    fn build(&self, id: &str, fill: &mut dyn FnMut(&Database) -> Result<(), Failure>) -> Result<(), Failure> {
        let database = Database::of_file(File::create(&self.place)?);
        fill(&database)?;
        self.keep(id, &database)
    }

    fn keep(&self, id: &str, source: &Database) -> Result<(), Failure> {
        let partial = self.shelf.folder.join(format!("{id}{PARTIAL}"));
        let finish = || -> io::Result<()> {
            let name = finished_name(id, &fs::read(&partial)?);
            fs::rename(&partial, self.shelf.folder.join(name))
        };
        let copied = source.file().map_or(Ok(()), |file| back_up(file.path(), &partial));
        let kept = copied.and_then(|()| {
            finish().map_err(|error| Failure::environment(format!("{}: {error}", partial.display())))
        });
        if kept.is_err() {
            // On a full disk half a template is in the way of everything else.
            let _ = self.clear(id);
        }
        kept
    }

    fn clear(&self, id: &str) -> Result<(), Failure> {
        for file in self.files(id) {
            fs::remove_file(&file)
                .map_err(|error| Failure::environment(format!("{}: {error}", file.display())))?;
        }
        Ok(())
    }

    fn ids(&self) -> Result<Vec<String>, Failure> {
        let entries = fs::read_dir(&self.shelf.folder).into_iter().flatten().flatten();
        let id = |entry: fs::DirEntry| Some(file_name(&entry.path()).split_once('-')?.0.to_owned());
        let mut ids: Vec<String> = entries.filter_map(id).collect();
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}

impl FileTemplates {
    /// Whatever is there of a template, its lock left out.
    fn files(&self, id: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.shelf.folder).into_iter().flatten().flatten();
        let begin = format!("{id}-");
        entries.map(|entry| entry.path()).filter(|path| file_name(path).starts_with(&begin)).collect()
    }
}

/// Removes halves of templates that nobody makes any more. `state` is the workspace's `.onramp`.
pub(crate) fn clear_unfinished(state: &Path) {
    let shelf = Shelf::of(state, Dialect::Sqlite);
    let entries = fs::read_dir(&shelf.folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let name = file_name(&path);
        // SQLite puts a journal beside it, whose name goes on.
        let Some((id, _)) = name.split_once(PARTIAL) else { continue };
        if let Ok(Some(_lock)) = FileLock::attempt(&shelf.lock(id), Hold::Exclusive) {
            // What cannot be removed now can be next time.
            let _ = fs::remove_file(&path);
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn finished_name(id: &str, content: &[u8]) -> String {
    format!("{id}-{}.{EXTENSION}", &hex(content)[..32])
}

/// Copies a database page by page, with whatever its log still holds, and has SQLite look at the copy.
fn back_up(from: &Path, to: &Path) -> Result<(), Failure> {
    let copy = || -> rusqlite::Result<Option<String>> {
        let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        source.busy_timeout(BUSY_LIMIT)?;
        let mut target = Connection::open(to)?;
        let is_done = Backup::new(&source, &mut target)?.step(-1)? == StepResult::Done;
        if !is_done {
            return Ok(Some("somebody is still writing into it".to_owned()));
        }
        let verdict: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((verdict != "ok").then_some(verdict))
    };
    match copy().map_err(sqlite_failure)? {
        None => Ok(()),
        Some(problem) => Err(Failure::task(format!("SQLite: no template can be made: {problem}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_template_goes_unless_somebody_is_making_it() {
        let state = tempfile::tempdir().unwrap();
        let shelf = Shelf::of(state.path(), Dialect::Sqlite);
        let making = FileLock::attempt(&shelf.lock("a"), Hold::Exclusive).unwrap().unwrap();
        let names = ["a-partial", "a-partial-journal", "b-00.db"];
        let left = || names.iter().filter(|name| shelf.folder.join(name).exists()).count();
        for name in names {
            fs::write(shelf.folder.join(name), "half").unwrap();
        }
        clear_unfinished(state.path());
        assert_eq!(left(), 3);
        drop(making);
        clear_unfinished(state.path());
        assert_eq!(left(), 1, "a finished one stays");
    }
}
