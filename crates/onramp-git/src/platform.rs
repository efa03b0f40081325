//! What differs between systems.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[cfg(target_os = "linux")]
mod descriptors {
    use std::ffi::{OsStr, OsString};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The folders of the processes that run now.
    pub(super) fn processes() -> impl Iterator<Item = PathBuf> {
        let is_process = |name: &OsStr| name.to_str().is_some_and(|name| name.parse::<u32>().is_ok());
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter(move |entry| is_process(&entry.file_name())).map(|process| process.path())
    }

    /// The descriptors of a process, with what each is open on. Others' processes tell nobody.
    pub(super) fn of(process: &Path) -> impl Iterator<Item = (OsString, PathBuf)> {
        let entries = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((entry.file_name(), fs::read_link(entry.path()).ok()?)))
    }

    /// Whether a descriptor is there to write by.
    pub(super) fn writes(process: &Path, descriptor: &OsStr) -> bool {
        let told = fs::read_to_string(process.join("fdinfo").join(descriptor)).unwrap_or_default();
        let flags = told.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & rustix::fs::OFlags::ACCMODE.bits() != 0)
    }
}

/// The process that has a file open, with its command line.
#[cfg(target_os = "linux")]
pub(crate) fn holder(file: &Path) -> Option<String> {
    let wanted = file.canonicalize().ok()?;
    let process =
        descriptors::processes().find(|process| descriptors::of(process).any(|(_, path)| path == wanted))?;
    let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let words = String::from_utf8_lossy(&words).replace('\0', " ");
    Some(format!("process {} (`{}`)", process.file_name()?.display(), words.trim()))
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(_file: &Path) -> Option<String> {
    None
}

/// Those of the files that a process has open to write to them, as far as that can be known. All processes are looked at
/// once, whatever the number of files; of those that are not looked at by the deadline nothing is known.
#[cfg(target_os = "linux")]
pub(crate) fn open_for_writing(files: &[PathBuf], deadline: Instant) -> BTreeSet<PathBuf> {
    use std::collections::BTreeMap;

    let mut wanted: BTreeMap<PathBuf, &PathBuf> =
        files.iter().filter_map(|file| Some((file.canonicalize().ok()?, file))).collect();
    let mut open = BTreeSet::new();
    for process in descriptors::processes() {
        for (descriptor, path) in descriptors::of(&process) {
            if wanted.is_empty() || Instant::now() >= deadline {
                return open;
            }
            if wanted.contains_key(&path) && descriptors::writes(&process, &descriptor) {
                open.extend(wanted.remove(&path).cloned());
            }
        }
    }
    open
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn open_for_writing(_files: &[PathBuf], _deadline: Instant) -> BTreeSet<PathBuf> {
    BTreeSet::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::{self, File, OpenOptions};
    use std::time::Duration;

    use super::*;

    #[test]
    fn of_many_files_those_are_known_that_somebody_may_write_to() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> =
            ["read", "appended", "closed", "written"].map(|name| folder.path().join(name)).into();
        for file in &files {
            fs::write(file, "").unwrap();
        }
        let read = File::open(&files[0]).unwrap();
        let appended = OpenOptions::new().append(true).open(&files[1]).unwrap();
        let written = OpenOptions::new().read(true).write(true).open(&files[3]).unwrap();
        let gone = [files.clone(), vec![folder.path().join("gone")]].concat();
        let later = Instant::now() + Duration::from_secs(3600);
        let expected = BTreeSet::from([files[1].clone(), files[3].clone()]);
        assert_eq!(open_for_writing(&gone, later), expected);
        assert_eq!(open_for_writing(&files, Instant::now()), BTreeSet::new(), "its time is over");
        let own = format!("process {} ", std::process::id());
        assert!(holder(&files[0]).unwrap().starts_with(&own));
        assert_eq!(holder(&files[2]), None);
        drop((read, appended, written));
        assert_eq!(open_for_writing(&files, later), BTreeSet::new());
    }
}
