//! Puts a new file in the place of one that was read.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// The file is the new one.
    Done,
    /// The file is no longer the one that was read, and was left alone.
    Overtaken,
}

/// Replaces the file at `path` by one with these bytes, its mode and its owner, if it still is the one that `read`
/// was asked of before it was read. Nobody ever sees half of it. A file that its owner made read-only is refused.
pub(crate) fn replace(path: &Path, read: &Metadata, bytes: &[u8]) -> io::Result<Replacement> {
    let mode = read.mode() & 0o7777;
    if mode & 0o222 == 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".onramp-").tempfile_in(folder)?;
    new.write_all(bytes)?;
    keep_owner(new.as_file(), read)?;
    new.as_file().set_permissions(Permissions::from_mode(mode))?;
    match fs::symlink_metadata(path) {
        Ok(now) if stamp(&now) == stamp(read) => {}
        Ok(_) => return Ok(Replacement::Overtaken),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Replacement::Overtaken),
        Err(error) => return Err(error),
    }
    new.persist(path).map_err(|error| error.error)?;
    Ok(Replacement::Done)
}

/// A new file belongs to whoever makes it, as in a container that runs as root. Changing the mode comes after this,
/// because a new owner costs some of its bits.
fn keep_owner(new: &fs::File, read: &Metadata) -> io::Result<()> {
    let own = new.metadata()?;
    if own.uid() != read.uid() {
        return fchown(new, Some(read.uid()), Some(read.gid()));
    }
    if own.gid() != read.gid() {
        // A group that one is not in cannot be given; the folder's is as good.
        drop(fchown(new, None, Some(read.gid())));
    }
    Ok(())
}

/// What changes with whatever is done to a file.
fn stamp(file: &Metadata) -> [i128; 7] {
    [
        file.dev().into(),
        file.ino().into(),
        file.size().into(),
        file.mtime().into(),
        file.mtime_nsec().into(),
        file.ctime().into(),
        file.ctime_nsec().into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_with_its_mode_and_only_while_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
        let read = fs::symlink_metadata(&path).unwrap();
        assert_eq!(replace(&path, &read, b"new").unwrap(), Replacement::Done);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o750);
        // `read` is of the file before.
        assert_eq!(replace(&path, &read, b"newer").unwrap(), Replacement::Overtaken);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let read = fs::symlink_metadata(&path).unwrap();
        assert!(replace(&path, &read, b"newest").is_err());
        fs::remove_file(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left lying");
    }
}
