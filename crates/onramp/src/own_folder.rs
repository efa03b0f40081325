//! Folders outside of a checkout.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

/// Makes a folder, and fails where somebody else has made it, or can write to it.
pub(crate) fn make(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let user = rustix::process::geteuid().as_raw();
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_dir() && metadata.uid() == user && metadata.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::other("it is somebody else's"))
}
