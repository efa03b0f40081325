//! Replaces an index in one step.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use onramp_exec::Stdin;

use super::ended;
use crate::platform;
use crate::staged::Blob;
use crate::{GitError, Repository};

/// How long another program may hold an index, and how often is looked.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(20);

/// How the name of an index begins that is being prepared; behind it comes the number of the process.
const PREPARED: &str = "onramp-index-";

/// A path that gets other content.
pub(super) struct Update {
    pub(super) path: PathBuf,
    /// What the index must still have.
    pub(super) staged: Blob,
    /// What it gets.
    pub(super) id: String,
}

/// Updates the index of this hook's commit, and where that is only a part of the staged files, the one that git will
/// have after it. Returns those paths at which it had other content already.
pub(super) fn update(repository: &Repository, updates: &[Update]) -> Result<BTreeSet<PathBuf>, GitError> {
    if updates.is_empty() {
        return Ok(BTreeSet::new());
    }
    let index = repository.index();
    let overtaken = update_one(repository, &index, updates)?;
    let name = index.file_name().unwrap_or_default().to_string_lossy();
    let after = index.with_file_name("index.lock");
    if name.starts_with("next-index-") && after.is_file() {
        update_one(repository, &after, updates)?;
    }
    Ok(overtaken)
}

fn update_one(
    repository: &Repository,
    index: &Path,
    updates: &[Update],
) -> Result<BTreeSet<PathBuf>, GitError> {
    let folder = index.parent().unwrap_or(Path::new(""));
    let unwritable =
        |error: io::Error| GitError::Storage { folder: folder.to_path_buf(), reason: error.to_string() };
    sweep(folder);
    let mut lock = index.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let prepared = Prepared(folder.join(format!("{PREPARED}{}", std::process::id())));
    let deadline = Instant::now() + PATIENCE;
    loop {
        let before = fs::read(index).map_err(unwritable)?;
        fs::write(&prepared.0, &before).map_err(unwritable)?;
        let overtaken = prepare(repository, &prepared.0, updates)?;
        if overtaken.len() == updates.len() {
            return Ok(overtaken);
        }
        match fs::hard_link(&prepared.0, &lock) {
            Ok(()) if fs::read(index).is_ok_and(|now| now == before) => {
                fs::rename(&lock, index).map_err(unwritable)?;
                return Ok(overtaken);
            }
            // Somebody has staged something meanwhile, so it is prepared again.
            Ok(()) => fs::remove_file(&lock).map_err(unwritable)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if repository.is_cancelled() {
                    return Err(GitError::Cancelled);
                }
                if Instant::now() >= deadline {
                    return Err(GitError::Locked { holder: platform::holder(&lock), lock });
                }
                thread::sleep(LOOK);
            }
            Err(error) => return Err(unwritable(error)),
        }
    }
}

/// Puts the new content into an index that nobody else knows of, and returns the paths at which it has content that was
/// not expected.
fn prepare(repository: &Repository, index: &Path, updates: &[Update]) -> Result<BTreeSet<PathBuf>, GitError> {
    let git = repository.with_variables([("GIT_INDEX_FILE", index.as_os_str())]);
    let entries = git.index_entries()?;
    let (mut lines, mut assumed, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    let mut overtaken = BTreeSet::new();
    for Update { path, staged, id } in updates {
        let Some(entry) = entries.get(path).filter(|entry| entry.blob == *staged) else {
            overtaken.insert(path.clone());
            continue;
        };
        if entry.is_assumed_unchanged {
            assumed.extend(ended(path));
        }
        if entry.is_skipped {
            skipped.extend(ended(path));
        }
        lines.extend_from_slice(format!("{} {id}\t", staged.mode.text()).as_bytes());
        lines.extend(ended(path));
    }
    let told = |words: &[&str], bytes| {
        let words = ["update-index", "-z"].iter().chain(words).map(OsStr::new);
        git.tell(repository.work_tree(), words, Stdin::Bytes(bytes))?.text().map(drop)
    };
    told(&["--index-info"], lines)?;
    // An entry that is made anew has none of the user's flags.
    for (flag, paths) in [("--assume-unchanged", assumed), ("--skip-worktree", skipped)] {
        if !paths.is_empty() {
            told(&[flag, "--stdin"], paths)?;
        }
    }
    Ok(overtaken)
}

/// An index that is being prepared.
struct Prepared(PathBuf);

impl Drop for Prepared {
    fn drop(&mut self) {
        // What stays goes with the next one. A git that was stopped may have left the lock of what it wrote.
        for name in [self.0.clone(), self.0.with_extension("lock")] {
            let _ = fs::remove_file(name);
        }
    }
}

/// Removes what killed hooks have left: an index that was prepared, and the lock where one was about to become the
/// index.
pub(super) fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PREPARED));
        let pid = number.and_then(|number| number.trim_end_matches(".lock").parse::<u32>().ok());
        // One that was killed may have had this one's number.
        let is_over = |pid: &u32| *pid == std::process::id() || onramp_exec::process(*pid).is_none();
        let Some(_) = pid.filter(is_over) else { continue };
        for lock in ["index.lock", "index.lock.lock"].map(|name| folder.join(name)) {
            if is_same(&lock, &entry.path()) {
                let _ = fs::remove_file(&lock);
            }
        }
        // Git locks what it writes.
        for name in [entry.path(), entry.path().with_extension("lock")] {
            let _ = fs::remove_file(name);
        }
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}
