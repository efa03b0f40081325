use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use onramp_core::{Cancel, Failure};

/// How often somebody who waits looks again.
const LOOK: Duration = Duration::from_millis(50);

/// Keeps a task that changes the tree from running twice at once in one worktree: two `venv --clear` would
/// destroy one another. The system releases it when the process dies, so it is never stale.
pub(crate) struct TaskLock {
    /// Whether somebody else had it first.
    pub(crate) waited: bool,
    _file: Option<File>,
}

impl TaskLock {
    /// The lock of a task that may run as often as it likes.
    pub(crate) fn unneeded() -> Self {
        Self { waited: false, _file: None }
    }

    /// Takes the lock at `path`, waiting for whoever has it; `waiting` is told once, with the process id of
    /// the other one. A folder in which no file can be made is an environment
    /// failure; on a full or read-only disk there is no lock, because what it protects is not kept there either.
    pub(crate) fn acquire(path: &Path, cancel: &Cancel, waiting: impl Fn(&str)) -> Result<Self, Failure> {
        // A full disk, or one that cannot be written, is told of by whoever has something to keep.
        let is_given = |error: &io::Error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem
            )
        };
        let unusable = |error| Failure::environment(format!("lock {}: {error}", path.display()));
        if let Some(folder) = path.parent() {
            match fs::create_dir_all(folder) {
                Err(error) if is_given(&error) => return Ok(Self::unneeded()),
                made => made.map_err(unusable)?,
            }
        }
        let mut options = OpenOptions::new();
        let mut file = match options.read(true).write(true).create(true).truncate(false).open(path) {
            Err(error) if is_given(&error) => return Ok(Self::unneeded()),
            opened => opened.map_err(unusable)?,
        };
        let mut waited = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(unusable(error)),
                Err(TryLockError::WouldBlock) if cancel.is_requested() => return Err(Failure::interrupted()),
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut waited, true) {
                        waiting(&holder(&mut file));
                    }
                    thread::sleep(LOOK);
                }
            }
        }
        // The number is for people who wait; without it they wait all the same.
        drop(
            file.set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| write!(file, "{}", std::process::id())),
        );
        Ok(Self { waited, _file: Some(file) })
    }
}

fn holder(file: &mut File) -> String {
    let mut pid = String::new();
    // An empty number is as good as none.
    drop(file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut pid)));
    pid.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn the_second_one_waits_for_the_first_and_hears_who_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locks/setup.lock");
        let cancel = Cancel::new();
        let first = TaskLock::acquire(&path, &cancel, |_| {}).unwrap();
        let (sender, told) = mpsc::channel();
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                TaskLock::acquire(&path, &cancel, move |pid| sender.send(pid.to_owned()).unwrap()).is_ok()
            });
            assert_eq!(told.recv().unwrap(), std::process::id().to_string());
            drop(first);
            assert!(second.join().unwrap());
        });
    }

    #[test]
    fn a_cancelled_run_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("setup.lock");
        let cancel = Cancel::new();
        let _first = TaskLock::acquire(&path, &cancel, |_| {}).unwrap();
        cancel.escalate();
        assert!(TaskLock::acquire(&path, &cancel, |_| {}).is_err());
    }
}
