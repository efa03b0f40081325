use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::own_process;

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
        let path = folder.join("migrate.lock");
        let unusable = |error| Failure::environment(format!("{}: {error}", path.display()));
        fs::create_dir_all(&folder).map_err(unusable)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // Without its number the message is a little less helpful, and still true.
                let _ = file.read_to_string(&mut pid);
                let message = format!("another migrate is running in this worktree (pid {})", pid.trim());
                return Err(Failure::task(message));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let written = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        written.and_then(|_| writeln!(file, "{}", own_process().pid)).map_err(unusable)?;
        Ok(Self { state: state.to_path_buf(), _file: file })
    }

    /// The workspace's `.onramp`.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }
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
        drop(first);
        MigrateLock::acquire(state.path()).unwrap();
    }
}
