use std::fs;
use std::path::{Path, PathBuf};

use super::Record;
use crate::Place;
use crate::file_lock::{FileLock, Hold};

/// How the names of records, of locks and of what users hold end.
const RECORD: &str = "server";
const LOCK: &str = "lock";
const IN_USE: &str = "use";

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
        let path = self.in_use();
        path.exists() && !matches!(FileLock::attempt(&path, Hold::Exclusive), Ok(Some(_)))
    }

    /// Forgets the server, which whoever holds its lock knows to be gone.
    pub(crate) fn forget(&self, lock: FileLock) {
        // What stays is forgotten by the next command.
        let _ = fs::remove_file(self.record());
        if let Ok(Some(in_use)) = FileLock::attempt(&self.in_use(), Hold::Exclusive) {
            in_use.remove();
            lock.remove();
        }
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
            [RECORD, LOCK, IN_USE].contains(&extension).then(|| name.to_owned())
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
