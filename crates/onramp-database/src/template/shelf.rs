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

    /// The same names, the last used first; one that nobody here knows to have used comes last.
    pub(crate) fn last_used_first(&self, mut ids: Vec<String>) -> Vec<String> {
        let used = |id: &String| fs::metadata(self.lock(id)).and_then(|metadata| metadata.modified()).ok();
        ids.sort_by_cached_key(|id| Reverse(used(id)));
        ids
    }

    /// Has a template thrown away that nobody uses now, and tells whether it was. What cannot be thrown away now can be next
    /// time.
    pub(crate) fn throw_away(&self, id: &str, clear: impl FnOnce() -> Result<(), Failure>) -> bool {
        let Ok(Some(lock)) = FileLock::attempt(&self.lock(id), Hold::Exclusive) else { return false };
        let is_gone = clear().is_ok();
        if is_gone {
            lock.remove();
        }
        is_gone
    }

    /// Removes the locks that nobody has used for the longest time, whatever became of their templates.
    pub(crate) fn forget_beyond(&self, most: usize) {
        for (id, _) in self.ids().iter().skip(most) {
            self.throw_away(id, || Ok(()));
        }
    }
}
