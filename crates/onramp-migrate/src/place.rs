use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

/// Puts a copy of the file `staged` at `target`, its mode kept, with no moment at which half of it could be seen, and never
/// in place of another file. It is a copy, since an edit of the one must not reach the other: what is staged says later
/// whether somebody has changed what was placed.
pub(crate) fn place_copy(staged: &Path, target: &Path) -> io::Result<()> {
    let partial = partial_of(target);
    // One of a killed publish may lie there; nobody else uses that name.
    let _ = fs::remove_file(&partial);
    let placed = fs::read(staged)
        .and_then(|content| write_new(&partial, &content))
        .and_then(|()| keep_mode(&partial, staged))
        .and_then(|()| name_new(&partial, target, &Way::ALL));
    let _ = fs::remove_file(&partial);
    sync_parent(target);
    placed
}

/// Where the content of a file lies until it is complete.
pub(crate) fn partial_of(file: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(".onramp");
    file.with_file_name(name)
}

/// How a file gets a name that no file has, and that none can be given meanwhile. Not every file system knows each of them:
/// FAT, exFAT and many that are mounted over a network have no links, and some of these know no other way than the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It gets it as another one.
    Link,
    /// It loses the one that it had.
    Rename,
    /// The name is taken with an empty file, which the other one then replaces. Whoever is killed in between leaves the
    /// empty one there, and the complete one beside it.
    Claim,
}

impl Way {
    /// The best one first.
    pub(crate) const ALL: [Self; 3] = [Self::Link, Self::Rename, Self::Claim];

    fn go(self, from: &Path, target: &Path) -> io::Result<()> {
        match self {
            Self::Link => fs::hard_link(from, target),
            Self::Rename => Ok(renameat_with(CWD, from, CWD, target, RenameFlags::NOREPLACE)?),
            Self::Claim => {
                OpenOptions::new().write(true).create_new(true).open(target)?;
                let renamed = fs::rename(from, target);
                if renamed.is_err() && is_empty(target) {
                    let _ = fs::remove_file(target);
                }
                renamed
            }
        }
    }
}

/// Gives the file `from` the name `target`, unless another file has it, by the first of some ways that the file system
/// knows. Its old name may be gone then.
pub(crate) fn name_new(from: &Path, target: &Path, ways: &[Way]) -> io::Result<()> {
    let mut result = Err(io::ErrorKind::Unsupported.into());
    for way in ways {
        result = way.go(from, target);
        match &result {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => break,
            Err(_) => {}
        }
    }
    result
}

/// Whether the name `target` was taken for the file `staged`, and whoever took it got no further.
pub(crate) fn is_claimed(target: &Path, staged: &Path) -> bool {
    let same = |one: &Path, other: &Path| matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other);
    is_empty(target) && !is_empty(staged) && same(&partial_of(target), staged)
}

fn is_empty(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|found| found.is_file() && found.len() == 0)
}

/// Gives a file that is ours the mode of another one, where the file system keeps modes.
pub(crate) fn keep_mode(file: &Path, like: &Path) -> io::Result<()> {
    match fs::set_permissions(file, fs::metadata(like)?.permissions()) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// Gives the file `staged` the name `target` as well, never in place of another file. Where the file system has no links,
/// or is another one, it is copied. It is for files that then lose their old name.
pub(crate) fn place(staged: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(staged, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => copy(staged, target)?,
        other => other?,
    }
    sync_parent(target);
    Ok(())
}

/// Writes a new file and waits until it is on the disk.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Waits until the entries of the folder that `path` is in are on the disk.
pub(crate) fn sync_parent(path: &Path) {
    // Some file systems do not let folders be synchronised; they order their entries themselves.
    let folder = path.parent().map(File::open);
    if let Some(Ok(folder)) = folder {
        let _ = folder.sync_all();
    }
}

fn copy(staged: &Path, target: &Path) -> io::Result<()> {
    let result = write_new(target, &fs::read(staged)?);
    if let Err(error) = &result
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        // What was written so far is ours, since the file was new.
        let _ = fs::remove_file(target);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_replaces_a_file_and_each_leads_there() {
        for way in Way::ALL {
            let folder = tempfile::tempdir().unwrap();
            let [from, target] = ["from", "target"].map(|name| folder.path().join(name));
            fs::write(&from, "new").unwrap();
            name_new(&from, &target, &[way]).unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"new", "{way:?}");
            // A link is the file itself.
            let _ = fs::remove_file(&from);
            fs::write(&from, "newer").unwrap();
            let error = name_new(&from, &target, &[way]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{way:?}");
            assert_eq!(fs::read(&target).unwrap(), b"new", "{way:?}");
        }
    }

    #[test]
    fn a_name_that_was_taken_in_vain_is_free_again() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        assert!(name_new(&folder.path().join("gone"), &target, &[Way::Claim]).is_err());
        assert!(!target.exists());
        assert_eq!(name_new(&target, &target, &[]).unwrap_err().kind(), io::ErrorKind::Unsupported);
    }

    #[test]
    fn a_copy_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
        fs::write(&staged, "x").unwrap();
        fs::set_permissions(&staged, fs::Permissions::from_mode(0o750)).unwrap();
        place_copy(&staged, &target).unwrap();
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o750);
        assert!(!partial_of(&target).exists());
    }
}
