use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::stat::Stat;
use crate::{Digest, Memo};

/// What a task finds at a path that it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing. That too decides a result.
    Absent,
    /// A file.
    File {
        /// Its content.
        digest: Digest,
        /// Whether anybody may execute it. Of a mode nothing else counts, because it depends on who has made
        /// the checkout.
        executable: bool,
    },
    /// A symbolic link, with what it leads to; a link that leads nowhere, or round in a circle, is a link all
    /// the same.
    Link {
        /// Its text.
        target: String,
        /// What lies there: a file, a folder, something special, or nothing.
        leads_to: Box<Entry>,
    },
    /// A folder.
    Folder,
    /// A pipe, a socket or a device. To read from one would be to wait for somebody.
    Special,
}

/// All of a file that a tool sees when it reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Of its bytes.
    pub digest: Digest,
    /// Whether anybody may execute it.
    pub executable: bool,
}

/// By what it is known whether anything was done to a path, be it without a lasting effect: an edit that was taken
/// back leaves the content as it was, and another witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    itself: Option<Stat>,
    /// Of a link what it leads to.
    target: Option<Stat>,
}

impl Witness {
    /// Looks at a path.
    pub fn of(path: &Path) -> Self {
        let itself = fs::symlink_metadata(path).ok();
        let is_link = itself.as_ref().is_some_and(fs::Metadata::is_symlink);
        let target = if is_link { fs::metadata(path).ok() } else { None };
        // The times of a folder tell of what lies in it, which is looked at by itself.
        let stat = |metadata: fs::Metadata| (!metadata.is_dir()).then(|| Stat::of(&metadata));
        Self { itself: itself.and_then(stat), target: target.and_then(stat) }
    }
}

impl Entry {
    /// What lies at a path.
    pub fn at(path: &Path, memo: &Memo) -> io::Result<Self> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if is_absence(&error) => return Ok(Self::Absent),
            Err(error) => return Err(error),
        };
        if !metadata.is_symlink() {
            return Self::of(path, &metadata, memo);
        }
        let target = fs::read_link(path)?.to_string_lossy().into_owned();
        let leads_to = match fs::metadata(path) {
            Ok(metadata) => Self::of(path, &metadata, memo)?,
            Err(_) => Self::Absent,
        };
        Ok(Self::Link { target, leads_to: Box::new(leads_to) })
    }

    /// The content of a file, or of the file that a link leads to.
    pub fn content(&self) -> Option<Content> {
        match self {
            Self::File { digest, executable } => Some(Content { digest: *digest, executable: *executable }),
            Self::Link { leads_to, .. } => leads_to.content(),
            Self::Absent | Self::Folder | Self::Special => None,
        }
    }

    fn of(path: &Path, metadata: &fs::Metadata, memo: &Memo) -> io::Result<Self> {
        if metadata.is_dir() {
            return Ok(Self::Folder);
        }
        if !metadata.is_file() {
            return Ok(Self::Special);
        }
        let executable = metadata.permissions().mode() & 0o111 != 0;
        match memo.digest(path, metadata) {
            Ok(digest) => Ok(Self::File { digest, executable }),
            // It has gone since it was looked at.
            Err(error) if is_absence(&error) => Ok(Self::Absent),
            Err(error) => Err(error),
        }
    }
}

/// One line, the form in which it stands in a key: `file DIGEST`, `program DIGEST`, `folder`, `special`,
/// `absent`, or `link "TARGET" to` and one of these.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::File { digest, executable: false } => write!(f, "file {digest}"),
            Self::File { digest, executable: true } => write!(f, "program {digest}"),
            Self::Link { target, leads_to } => write!(f, "link {target:?} to {leads_to}"),
            Self::Folder => f.write_str("folder"),
            Self::Special => f.write_str("special"),
        }
    }
}

/// A path through what is a file and no folder leads to nothing, as one through nothing does.
pub(crate) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_its_text_and_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let memo = Memo::new(path("memo"), folder.path().to_path_buf());
        let text = |name: &str| Entry::at(&path(name), &memo).unwrap().to_string();
        symlink("file", path("link")).unwrap();
        symlink("circle", path("circle")).unwrap();
        symlink(".", path("folder")).unwrap();
        let dangling = text("link");
        assert_eq!(dangling, "link \"file\" to absent");
        assert_eq!(text("circle"), "link \"circle\" to absent");
        assert_eq!(text("folder"), "link \".\" to folder");
        fs::write(path("file"), "one").unwrap();
        let first = text("link");
        fs::write(path("file"), "two").unwrap();
        let texts = [dangling, first, text("link"), text("file")];
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), texts.len());
        assert_eq!(text("file/below"), "absent");
    }

    #[test]
    fn a_socket_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let memo = Memo::new(folder.path().join("memo"), folder.path().to_path_buf());
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(Entry::at(&path, &memo).unwrap(), Entry::Special);
    }

    #[test]
    fn whether_a_file_can_be_executed_counts_and_nothing_else_of_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let memo = Memo::new(folder.path().join("memo"), folder.path().to_path_buf());
        fs::write(&path, "x").unwrap();
        let with_mode = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            Entry::at(&path, &memo).unwrap()
        };
        assert_eq!(with_mode(0o644), with_mode(0o600));
        assert_ne!(with_mode(0o644), with_mode(0o755));
    }
}
