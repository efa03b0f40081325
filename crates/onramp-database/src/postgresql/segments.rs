use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Where Linux shows shared memory as files.
const FOLDER: &str = "/dev/shm";

/// How PostgreSQL names what it shares.
const PREFIX: &str = "PostgreSQL.";

/// A process that has made shared memory has it in use a moment later.
const MOMENT: Duration = Duration::from_millis(50);

/// The shared memory that servers have at a moment. An `initdb` that dies of a full disk leaves its own to the system.
pub(super) struct Segments(BTreeSet<PathBuf>);

impl Segments {
    pub(super) fn now() -> Self {
        let entries = fs::read_dir(FOLDER).into_iter().flatten().flatten();
        let segments = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
        Self(segments.map(|entry| entry.path()).collect())
    }

    /// Removes what has come since then and is in nobody's use. What belongs to another user cannot be removed.
    pub(super) fn remove_newer(&self) {
        let newer = || Self::now().0.into_iter().filter(|segment| !self.0.contains(segment));
        let unused: Vec<PathBuf> = newer().filter(|segment| !is_in_use(segment)).collect();
        if unused.is_empty() {
            return;
        }
        thread::sleep(MOMENT);
        for segment in unused.iter().filter(|segment| !is_in_use(segment)) {
            // What stays is the system's until its next start.
            let _ = fs::remove_file(segment);
        }
    }
}

fn is_in_use(segment: &Path) -> bool {
    let path = segment.to_string_lossy();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut maps = processes.filter_map(|process| fs::read_to_string(process.path().join("maps")).ok());
    maps.any(|maps| maps.contains(&*path))
}
