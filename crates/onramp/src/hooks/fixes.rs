use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use onramp_cache::Digest;
use onramp_core::Failure;

use crate::session::Session;

/// What is known of the files that fixers are given: each by how it looked and what was in it. Whoever changed one is
/// found by a look first, and by its content where that has changed.
#[derive(Default)]
pub(super) struct Watched {
    known: Mutex<BTreeMap<PathBuf, Known>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Known {
    look: Option<[i64; 4]>,
    content: Option<Digest>,
}

impl Known {
    fn at(path: &Path) -> Self {
        // A file that is gone has neither.
        Self { look: look(path), content: fs::read(path).ok().map(Digest::of) }
    }
}

fn look(path: &Path) -> Option<[i64; 4]> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let time = metadata.ctime().wrapping_mul(1_000_000_000).wrapping_add(metadata.ctime_nsec());
    Some([time, metadata.size().cast_signed(), metadata.ino().cast_signed(), i64::from(metadata.mode())])
}

impl Watched {
    /// Does the work of a fixer and finds which of its files it has changed. One that fails when it has changed
    /// something, as many do, is asked again.
    pub(super) fn fix(
        &self,
        session: &Session,
        files: &[PathBuf],
        work: &dyn Fn() -> Result<(), Failure>,
    ) -> (Result<(), Failure>, Vec<PathBuf>) {
        self.look_at(files);
        let mut done = work();
        let mut changed = self.changed(files);
        if done.is_err() && !changed.is_empty() && !session.launcher.cancel().is_requested() {
            done = work();
            changed.extend(self.changed(files));
            changed.sort_unstable();
            changed.dedup();
        }
        (done, changed)
    }

    fn look_at(&self, files: &[PathBuf]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            known.entry(file.clone()).or_insert_with(|| Known::at(file));
        }
    }

    fn changed(&self, files: &[PathBuf]) -> Vec<PathBuf> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Vec::new();
        for file in files {
            let before = known.get(file).cloned();
            if before.as_ref().is_some_and(|before| before.look == look(file)) {
                continue;
            }
            let now = Known::at(file);
            if before.is_none_or(|before| before.content != now.content) {
                changed.push(file.clone());
            }
            known.insert(file.clone(), now);
        }
        changed
    }
}
