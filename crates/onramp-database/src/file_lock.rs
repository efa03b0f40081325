use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use onramp_core::{Cancel, Failure};

use crate::place::make_private;

/// How often somebody who waits looks again.
const LOOK: Duration = Duration::from_millis(20);

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Together with others.
    Shared,
    /// Alone.
    Exclusive,
}

/// A lock of the system on a file with nothing in it. The system releases it when its process ends, however
/// that happens, so it is never stale. Whoever holds it alone may remove the file.
#[derive(Debug)]
pub(crate) struct FileLock {
    path: PathBuf,
    file: File,
}

impl FileLock {
    /// Takes the lock if nobody stands in the way. Its file is made where there is none, and so is its folder.
    pub(crate) fn attempt(path: &Path, hold: Hold) -> io::Result<Option<Self>> {
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        Self::take(OpenOptions::new().create(true).truncate(false).mode(0o600), path, hold)
    }

    /// The same for a file that is there; fails where it is not. Nothing is made for it: its folder may just be on its
    /// way out.
    pub(crate) fn attempt_existing(path: &Path, hold: Hold) -> io::Result<Option<Self>> {
        Self::take(&mut OpenOptions::new(), path, hold)
    }

    /// Whether somebody stands in the way of whoever would hold it so. Nothing is made for that look.
    pub(crate) fn is_held_against(path: &Path, hold: Hold) -> bool {
        match Self::attempt_existing(path, hold) {
            Ok(taken) => taken.is_none(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    fn take(options: &mut OpenOptions, path: &Path, hold: Hold) -> io::Result<Option<Self>> {
        loop {
            let file = options.read(true).write(true).open(path)?;
            let taken = match hold {
                Hold::Shared => file.try_lock_shared(),
                Hold::Exclusive => file.try_lock(),
            };
            match taken {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Whoever had it before may have removed the file, and others lock a new one then.
            if is_at(&file, path) {
                return Ok(Some(Self { path: path.to_path_buf(), file }));
            }
        }
    }

    /// Takes the lock and waits for whoever stands in the way; `waiting` is told once. Fails as interrupted when the
    /// run is cancelled.
    pub(crate) fn acquire(
        path: &Path,
        hold: Hold,
        cancel: &Cancel,
        mut waiting: impl FnMut(),
    ) -> Result<Self, Failure> {
        let mut is_told = false;
        loop {
            let taken = Self::attempt(path, hold);
            let unusable = |error| Failure::environment(format!("lock {}: {error}", path.display()));
            if let Some(lock) = taken.map_err(unusable)? {
                return Ok(lock);
            }
            if cancel.is_requested() {
                return Err(Failure::interrupted());
            }
            if !std::mem::replace(&mut is_told, true) {
                waiting();
            }
            thread::sleep(LOOK);
        }
    }

    /// Has the lock outlive this value in a program that takes the place of this process, and in what that starts.
    pub(crate) fn pass_on(&self) -> io::Result<()> {
        Ok(rustix::io::fcntl_setfd(&self.file, rustix::io::FdFlags::empty())?)
    }

    /// Notes that what the lock stands for was used now.
    pub(crate) fn touch(&self) {
        // The time only decides what is thrown away first.
        let _ = self.file.set_modified(SystemTime::now());
    }

    /// Removes the file, of a lock that is held alone. Another one that lies there by now stays: its folder was removed and
    /// made anew.
    pub(crate) fn remove(self) {
        if is_at(&self.file, &self.path) {
            // An empty file that stays is a small matter.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_holders_keep_out_a_single_one_and_a_removed_file_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/x.lock");
        let first = FileLock::attempt(&path, Hold::Shared).unwrap().unwrap();
        let second = FileLock::attempt(&path, Hold::Shared).unwrap().unwrap();
        drop(first);
        assert!(FileLock::attempt(&path, Hold::Exclusive).unwrap().is_none());
        drop(second);
        let alone = FileLock::attempt(&path, Hold::Exclusive).unwrap().unwrap();
        assert!(FileLock::attempt(&path, Hold::Shared).unwrap().is_none());
        alone.remove();
        assert!(FileLock::attempt(&path, Hold::Shared).unwrap().is_some());
    }

    #[test]
    fn a_look_makes_nothing_and_a_lock_removes_no_file_but_its_own() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a");
        let path = folder.join("x.lock");
        assert!(!FileLock::is_held_against(&path, Hold::Exclusive));
        assert!(FileLock::attempt_existing(&path, Hold::Exclusive).is_err());
        assert!(!folder.exists());
        let first = FileLock::attempt(&path, Hold::Exclusive).unwrap().unwrap();
        assert!(FileLock::is_held_against(&path, Hold::Shared));
        fs::remove_dir_all(&folder).unwrap();
        let second = FileLock::attempt(&path, Hold::Exclusive).unwrap().unwrap();
        first.remove();
        assert!(FileLock::is_held_against(&path, Hold::Shared));
        second.remove();
        assert!(!path.exists());
    }

    #[test]
    fn a_cancelled_run_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        let _alone = FileLock::attempt(&path, Hold::Exclusive).unwrap().unwrap();
        let cancel = Cancel::new();
        cancel.escalate();
        assert!(FileLock::acquire(&path, Hold::Shared, &cancel, || {}).is_err());
    }
}
