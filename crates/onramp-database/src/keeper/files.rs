use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use onramp_core::{Cancel, Failure};

use super::Record;
use crate::Place;
use crate::file_lock::{FileLock, Hold};

/// How the names of records, of locks, and of what users and keepers hold end.
const RECORD: &str = "server";
const LOCK: &str = "lock";
const IN_USE: &str = "use";
const KEEPER: &str = "keeper";

/// How often somebody who waits for the end of a keeper looks.
const LOOK: Duration = Duration::from_millis(10);

/// The files that a kept server is known by, in `.onramp/servers`, which only its owner may enter.
#[derive(Clone, Debug)]
pub(crate) struct ServerFiles {
    folder: PathBuf,
    name: String,
}

impl ServerFiles {
    pub(crate) fn new(state: &Path, name: &str) -> Self {
        Self { folder: folder(state), name: name.to_owned() }
    }

    /// How it is reached, while it can be.
    pub(crate) fn record(&self) -> PathBuf {
        self.file(RECORD)
    }

    /// Held alone by whoever starts or stops the server.
    pub(crate) fn lock(&self) -> PathBuf {
        self.file(LOCK)
    }

    /// Held together by all that use the server. When it was last touched tells when it was last used.
    pub(crate) fn in_use(&self) -> PathBuf {
        self.file(IN_USE)
    }

    /// Held alone by a keeper as long as it lives, and so before there is a record.
    pub(crate) fn keeper(&self) -> PathBuf {
        self.file(KEEPER)
    }

    /// What the server has printed.
    pub(crate) fn log(&self, place: &Place) -> PathBuf {
        place.state.join("logs").join(format!("server-{}.log", self.name))
    }

    /// What is written of the server, if anything is.
    pub(crate) fn read(&self) -> Option<Record> {
        Record::read(&self.record())
    }

    /// Whether anybody uses the server.
    pub(crate) fn is_in_use(&self) -> bool {
        let _turn = self.turn();
        FileLock::is_held_against(&self.in_use(), Hold::Exclusive)
    }

    /// Waits for the end of a keeper that has no record: the command that started it was killed before the server was there,
    /// or it is stopping the server. The caller holds the lock, so nobody starts another one.
    pub(crate) fn wait_for_keeper(&self, cancel: &Cancel, mut waiting: impl FnMut()) -> Result<(), Failure> {
        let mut is_told = false;
        while FileLock::is_held_against(&self.keeper(), Hold::Shared) {
            if cancel.is_requested() {
                return Err(Failure::interrupted());
            }
            if !std::mem::replace(&mut is_told, true) {
                waiting();
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Forgets the server, which whoever holds its lock knows to be gone.
    pub(crate) fn forget(&self, lock: FileLock) {
        // What stays is forgotten by the next command.
        let _ = fs::remove_file(self.record());
        if let Ok(Some(keeper)) = FileLock::attempt_existing(&self.keeper(), Hold::Exclusive) {
            keeper.remove();
        }
        let _turn = self.turn();
        match FileLock::attempt_existing(&self.in_use(), Hold::Exclusive) {
            Ok(Some(in_use)) => in_use.remove(),
            // Nobody has ever used it.
            Err(_) => {}
            Ok(None) => return,
        }
        lock.remove();
    }

    /// Lets one after the other look whether the server is in use: who looks holds it alone for that moment, and looks like
    /// a user to the next one.
    fn turn(&self) -> Option<File> {
        // A file system that does not know this kind of lock has them look all at once.
        let folder = File::open(&self.folder).ok()?;
        folder.lock().ok().map(|()| folder)
    }

    fn file(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.name))
    }
}

/// The names of the kept servers of a worktree, alive or not, sorted.
pub(crate) fn names(state: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder(state)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (name, extension) = name.rsplit_once('.')?;
            [RECORD, LOCK, IN_USE, KEEPER].contains(&extension).then(|| name.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Forgets the servers whose keeper is gone, unless somebody is just starting them anew.
pub(crate) fn forget_dead(state: &Path) {
    for name in names(state) {
        let files = ServerFiles::new(state, &name);
        let is_gone = || files.read().is_none_or(|record| record.keeper.is_gone());
        if is_gone()
            && let Ok(Some(lock)) = FileLock::attempt(&files.lock(), Hold::Exclusive)
            && is_gone()
        {
            files.forget(lock);
        }
    }
}

fn folder(state: &Path) -> PathBuf {
    state.join("servers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn those_who_look_at_once_do_not_take_each_other_for_users() {
        let state = tempfile::tempdir().unwrap();
        let files = ServerFiles::new(state.path(), "x");
        drop(FileLock::attempt(&files.in_use(), Hold::Shared).unwrap());
        let seen = thread::scope(|scope| {
            let look = || {
                let mut seen = false;
                for _ in 0..2000 {
                    seen |= files.is_in_use();
                }
                seen
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
            threads.into_iter().any(|thread| thread.join().unwrap())
        });
        assert!(!seen);
        let _user = FileLock::attempt(&files.in_use(), Hold::Shared).unwrap().unwrap();
        assert!(files.is_in_use());
    }

    #[test]
    fn a_look_brings_no_removed_folder_back() {
        let state = tempfile::tempdir().unwrap();
        let files = ServerFiles::new(state.path(), "x");
        assert!(!files.is_in_use());
        files.wait_for_keeper(&Cancel::new(), || {}).unwrap();
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_keeper_without_a_record_is_waited_for_and_what_it_leaves_is_forgotten() {
        let state = tempfile::tempdir().unwrap();
        let files = ServerFiles::new(state.path(), "x");
        let keeper = FileLock::attempt(&files.keeper(), Hold::Exclusive).unwrap().unwrap();
        let cancel = Cancel::new();
        let has_ended = AtomicBool::new(false);
        let (told, waits) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                files.wait_for_keeper(&cancel, || told.send(()).unwrap()).unwrap();
                assert!(has_ended.load(Ordering::Acquire));
            });
            waits.recv().unwrap();
            has_ended.store(true, Ordering::Release);
            // It was killed: its file stays.
            drop(keeper);
        });
        forget_dead(state.path());
        assert_eq!(names(state.path()), [""; 0]);
        let _keeper = FileLock::attempt(&files.keeper(), Hold::Exclusive).unwrap().unwrap();
        cancel.escalate();
        assert!(files.wait_for_keeper(&cancel, || {}).is_err());
    }
}
