use std::fmt;
use std::path::PathBuf;

/// What the index says of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path relative to the root of the work tree.
    pub path: PathBuf,
    /// 0, or in a conflict 1 for the common ancestor's, 2 for ours and 3 for theirs.
    pub stage: u8,
    /// Its content as git keeps it. Line ends and what a filter has made of it may differ in the work tree.
    pub object: ObjectId,
    /// Its kind and permissions: 0o100644 or 0o100755 for a file, 0o120000 for a link, 0o160000 for a submodule.
    pub mode: u32,
    /// Its size in bytes when git last looked, modulo 2³². 0 also where git could not be sure that it had seen
    /// the last change.
    pub size: u32,
    /// When its content was changed last, as of when git last looked.
    pub modified: Time,
    /// When anything about it was changed last, as of when git last looked.
    pub changed: Time,
    /// The number of its inode, modulo 2³².
    pub inode: u32,
    /// The user has promised that the file does not change.
    pub assumed_valid: bool,
    /// The file is left out of the work tree.
    pub skip_worktree: bool,
    /// The file was announced with `git add -N`, and its content is not known.
    pub intent_to_add: bool,
}

/// A point in time, since 1970. What comes from an index has only the lower 32 bits of the seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Whole seconds.
    pub seconds: i64,
    /// And so many nanoseconds.
    pub nanoseconds: u32,
}

/// The SHA-1 by which git knows a content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
