use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts the file `staged` at `target` with no moment at which half of it could be seen, and never in place of
/// another file. Where the file system has no links, or is another one, it is copied.
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
