//! Files that are seen old or new, and never half-written.

use std::fs;
use std::io;
use std::path::Path;

/// Has `write` make a new file beside `file`, and puts it in the place of that. On an error `file` is as it was.
pub(crate) fn replace(file: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let written = write(&new).and_then(|()| fs::rename(&new, file));
    if written.is_err() {
        drop(fs::remove_file(new));
    }
    written
}
