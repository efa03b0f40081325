use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use onramp_core::{Dialect, Failure};

use crate::file_lock::{FileLock, Hold};

/// The locks of a dialect's templates, one file for each. When it was last touched tells when its template was
/// last used.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    /// `.onramp/databases/templates/DIALECT`.
    pub(crate) folder: PathBuf,
}

/// How the names of the locks end.
const LOCK: &str = "lock";

impl Shelf {
    /// That of a dialect. `state` is the workspace's `.onramp`.
    pub(crate) fn of(state: &Path, dialect: Dialect) -> Self {
        Self { folder: state.join("databases/templates").join(dialect.name()) }
    }

    /// The lock of a template.
    pub(crate) fn lock(&self, id: &str) -> PathBuf {
        self.folder.join(id).with_extension(LOCK)
    }

    /// Keeps a template from being thrown away; `None` while somebody works on it.
    pub(crate) fn look_at(&self, id: &str) -> Result<Option<FileLock>, Failure> {
        let path = self.lock(id);
        FileLock::attempt(&path, Hold::Shared)
            .map_err(|error| Failure::environment(format!("lock {}: {error}", path.display())))
    }

    /// The names of all templates that were ever asked for and are kept, the last used first.
    pub(crate) fn ids(&self) -> Vec<(String, SystemTime)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut ids: Vec<(String, SystemTime)> = entries
            .filter_map(|entry| {
                let path = entry.path();
                let is_lock = path.extension().is_some_and(|extension| extension == LOCK);
                let id = path.file_stem()?.to_str().filter(|_| is_lock)?.to_owned();
                Some((id, entry.metadata().and_then(|metadata| metadata.modified()).ok()?))
            })
            .collect();
        ids.sort_by_key(|(_, used)| Reverse(*used));
        ids
    }

    /// Throws away templates until `kept` others than `id` are left, but none that is in use.
    pub(crate) fn make_room(&self, kept: usize, id: &str, clear: impl Fn(&str) -> Result<(), Failure>) {
        for (old, _) in self.ids().iter().filter(|(old, _)| old != id).skip(kept) {
            // What cannot be thrown away now can be next time.
            if let Ok(Some(lock)) = FileLock::attempt(&self.lock(old), Hold::Exclusive)
                && clear(old).is_ok()
            {
                lock.remove();
            }
        }
    }
}
