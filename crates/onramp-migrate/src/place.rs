use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts a copy of the file `staged` at `target`, its mode kept, with no moment at which half of it could be seen, and never
/// in place of another file. It is a copy, since an edit of the one must not reach the other: what is staged says later
/// whether somebody has changed what was placed.
pub(crate) fn place_copy(staged: &Path, target: &Path) -> io::Result<()> {
    let partial = partial_of(target);
    // One of a killed publish may lie there; nobody else uses that name.
    let _ = fs::remove_file(&partial);
    let placed = fs::read(staged)
        .and_then(|content| write_new(&partial, &content))
        .and_then(|()| fs::set_permissions(&partial, fs::metadata(staged)?.permissions()))
        .and_then(|()| name_new(&partial, target));
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

/// Gives the file `from` the name `target` too, unless another file has it. Where the file system has no links, the name
/// is taken with an empty file first, which `from` then replaces.
fn name_new(from: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(from, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    OpenOptions::new().write(true).create_new(true).open(target)?;
    let renamed = fs::rename(from, target);
    if renamed.is_err() && fs::metadata(target).is_ok_and(|taken| taken.len() == 0) {
        let _ = fs::remove_file(target);
    }
    renamed
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
