use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::Failure;
use onramp_database::blame_storage;
use onramp_exec::{own_process, process};

/// How long a command may hold the lock that only clears away, and how often it is looked at.
const CLEARING_LIMIT: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(5);

/// Keeps other migrate commands out of this worktree until it is dropped. The system releases it when the
/// process dies, so it is never stale.
#[derive(Debug)]
pub struct MigrateLock {
    state: PathBuf,
    _file: File,
}

impl MigrateLock {
    /// Takes the lock of the workspace whose `.onramp` is `state`. Fails at once, naming the other process,
    /// where it is taken.
    pub fn acquire(state: &Path) -> Result<Self, Failure> {
        let folder = state.join("locks");
        let path = lock_path(state);
        let unusable =
            |error| blame_storage(Failure::environment(format!("{}: {error}", path.display())), &[state]);
        fs::create_dir_all(&folder).map_err(unusable)?;
        let mut file = open(&path).map_err(unusable)?;
        let deadline = Instant::now() + CLEARING_LIMIT;
        while let Err(error) = file.try_lock() {
            if let TryLockError::Error(error) = error {
                return Err(unusable(error));
            }
            let mut pid = String::new();
            // Without its number the message is a little less helpful, and still true.
            let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut pid));
            // Whoever clears away after a dead one does not write his own number, and is done soon.
            let is_migrate = pid.trim().parse().is_ok_and(|pid| process(pid).is_some());
            if is_migrate || Instant::now() >= deadline {
                let message = format!("another migrate is running in this worktree (pid {})", pid.trim());
                let failure = Failure::task(message);
                return Err(if is_migrate {
                    failure.hint(format!("ps -fp {}", pid.trim()))
                } else {
                    failure
                });
            }
            thread::sleep(LOOK);
        }
        let written = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        written.and_then(|_| writeln!(file, "{}", own_process().pid)).map_err(unusable)?;
        Ok(Self { state: state.to_path_buf(), _file: file })
    }

    /// Takes the lock for a moment, to clear away what a dead owner has left; `None` where there never was one, or where
    /// one lives.
    pub fn attempt(state: &Path) -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).open(lock_path(state)).ok()?;
        file.try_lock().ok()?;
        // So that a dead owner's number, which may be a stranger's by now, is not told as that of a migrate.
        file.set_len(0).ok()?;
        Some(Self { state: state.to_path_buf(), _file: file })
    }

    /// The workspace's `.onramp`.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }
}

fn lock_path(state: &Path) -> PathBuf {
    state.join("locks").join("migrate.lock")
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_hears_who_has_it() {
        let state = tempfile::tempdir().unwrap();
        let first = MigrateLock::acquire(state.path()).unwrap();
        let refused = MigrateLock::acquire(state.path()).unwrap_err();
        let pid = own_process().pid;
        assert_eq!(refused.message, format!("another migrate is running in this worktree (pid {pid})"));
        assert!(MigrateLock::attempt(state.path()).is_none());
        drop(first);
        MigrateLock::acquire(state.path()).unwrap();
    }

    #[test]
    fn whoever_clears_away_is_waited_for() {
        let state = tempfile::tempdir().unwrap();
        assert!(MigrateLock::attempt(state.path()).is_none(), "there was no migrate");
        drop(MigrateLock::acquire(state.path()).unwrap());
        let clearing = MigrateLock::attempt(state.path()).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| MigrateLock::acquire(state.path()));
            drop(clearing);
            waiting.join().unwrap().unwrap();
        });
    }
}
