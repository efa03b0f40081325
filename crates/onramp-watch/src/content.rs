use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Of larger files only the marks are compared, not the bytes.
const FILE_BYTES: u64 = 1024 * 1024;

/// So many bytes are read for the first picture of all trees. What is beyond is known by its marks until it changes.
const FIRST_BYTES: u64 = 64 * 1024 * 1024;

/// A file that was changed so shortly before it was looked at may be changed once more without a trace in its
/// times, which are only as fine as the system's tick.
const TICK: Duration = Duration::from_millis(100);

/// What lies at a path, as far as one content must be told from the next.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    kind: Kind,
    marks: Marks,
    /// Of the bytes, where they were read.
    digest: Option<u64>,
    /// Whether the marks alone prove that nothing has changed since.
    settled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Absent,
    Folder,
    File,
    Program,
    /// A link, with the path in it.
    Link(PathBuf),
    Special,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks {
    size: u64,
    modified: (i64, i64),
    /// Of the last change to file or metadata, which cannot be set at will.
    changed: (i64, i64),
    inode: u64,
}

/// How many bytes may still be read.
pub(crate) struct Budget(u64);

impl Budget {
    /// For the first picture.
    pub(crate) fn first() -> Self {
        Self(FIRST_BYTES)
    }

    /// For what has changed.
    pub(crate) fn unlimited() -> Self {
        Self(u64::MAX)
    }
}

impl Content {
    /// Looks at a path. `before` is what lay there last time: where the marks prove that it is the same, its bytes
    /// are not read again.
    pub(crate) fn look(path: &Path, before: Option<&Self>, budget: &mut Budget) -> Self {
        let Ok(metadata) = fs::symlink_metadata(path) else { return Self::new(Kind::Absent, None) };
        let (kind, target) = if metadata.is_symlink() {
            // A link that leads nowhere is a link all the same.
            (Kind::Link(fs::read_link(path).unwrap_or_default()), fs::metadata(path).ok())
        } else if metadata.is_dir() {
            (Kind::Folder, None)
        } else if !metadata.is_file() {
            (Kind::Special, None)
        } else if metadata.mode() & 0o111 != 0 {
            (Kind::Program, Some(metadata))
        } else {
            (Kind::File, Some(metadata))
        };
        let mut content = Self::new(kind, target.as_ref());
        if let Some(before) = before.filter(|before| before.settled && before.has_marks_of(&content)) {
            return before.clone();
        }
        if let Some(target) = target.filter(|target| target.is_file()) {
            content.digest = digest(path, target.len(), budget);
        }
        content
    }

    /// Whether there is something.
    pub(crate) fn is_present(&self) -> bool {
        self.kind != Kind::Absent
    }

    /// Whether this is a folder, and no link to one.
    pub(crate) fn is_folder(&self) -> bool {
        self.kind == Kind::Folder
    }

    /// Whether something that reads the path would see a difference.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        if self.kind != other.kind {
            return true;
        }
        match (self.digest, other.digest) {
            (Some(one), Some(two)) => one != two,
            _ => {
                let seen = |marks: Marks| (marks.size, marks.modified, marks.inode);
                self.kind != Kind::Folder && seen(self.marks) != seen(other.marks)
            }
        }
    }

    fn new(kind: Kind, metadata: Option<&Metadata>) -> Self {
        let marks = metadata.map(|metadata| Marks {
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        });
        let marks = marks.unwrap_or_default();
        Self { settled: is_settled(marks.changed), kind, marks, digest: None }
    }

    fn has_marks_of(&self, other: &Self) -> bool {
        self.kind == other.kind && self.marks == other.marks
    }
}

/// Whether a time lies so far back that whatever happens now has a later one.
fn is_settled((seconds, nanoseconds): (i64, i64)) -> bool {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (seconds, nanoseconds) = (seconds.try_into().unwrap_or(0), nanoseconds.try_into().unwrap_or(0));
    now.saturating_sub(Duration::new(seconds, nanoseconds)) > TICK
}

/// A digest of a file's bytes, to tell two contents apart. An accidental equality would cost one round of work.
fn digest(path: &Path, size: u64, budget: &mut Budget) -> Option<u64> {
    if size > FILE_BYTES || size > budget.0 {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    budget.0 -= size;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn look(path: &Path) -> Content {
        Content::look(path, None, &mut Budget::unlimited())
    }

    #[test]
    fn bytes_and_the_executable_bit_count_and_times_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let absent = look(&path);
        fs::write(&path, "one").unwrap();
        let one = look(&path);
        assert!(absent.differs(&one) && one.differs(&absent) && !absent.is_present());
        fs::remove_file(&path).unwrap();
        fs::write(&path, "one").unwrap();
        assert!(!look(&path).differs(&one), "another file with the same bytes");
        fs::write(&path, "two").unwrap();
        assert!(Content::look(&path, Some(&one), &mut Budget::unlimited()).differs(&one), "in the same tick");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let program = look(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(look(&path).differs(&program));
    }

    #[test]
    fn what_is_too_large_to_be_read_is_known_by_its_marks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, vec![0; 1024 * 1024 + 1]).unwrap();
        let large = look(&path);
        assert!(large.digest.is_none() && !look(&path).differs(&large));
        let later = fs::metadata(&path).unwrap().modified().unwrap() + Duration::from_secs(1);
        fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(look(&path).differs(&large));
        fs::write(&path, "small").unwrap();
        assert!(Content::look(&path, None, &mut Budget(4)).digest.is_none(), "the budget is used up");
    }

    #[test]
    fn a_link_is_its_path_and_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("a", path("link")).unwrap();
        let dangling = look(&path("link"));
        fs::write(path("a"), "one").unwrap();
        fs::write(path("b"), "one").unwrap();
        let to_a = look(&path("link"));
        assert!(to_a.differs(&dangling) && to_a.is_present() && dangling.is_present());
        fs::remove_file(path("link")).unwrap();
        symlink("b", path("link")).unwrap();
        assert!(look(&path("link")).differs(&to_a));
    }
}
