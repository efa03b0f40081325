use std::fs;
use std::io;
use std::path::Path;

/// Removes a file. One that is not there, or no longer, is as good as removed.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// How often something is kept that vanishes before it has its place.
const KEEPING: usize = 5;

/// Removes a folder and all that is in it. One that is not there, or no longer, is as good as removed. Others may write into
/// it meanwhile: it loses its name first, and who wants it makes it anew.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return fs::remove_dir_all(path);
    };
    let prefix = format!("{}.removed-", name.to_string_lossy());
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // Whoever was killed while he removed it has left it; or he is at work.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    while fs::symlink_metadata(path).is_ok() {
        let aside = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent)?;
        match fs::rename(path, aside.path().join(name)) {
            // Somebody else has removed one of the two.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(()) => {
                return match aside.close() {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                };
            }
        }
    }
    Ok(())
}

/// Keeps something, and once more where what was about to be kept went away on its way to its place: somebody else may
/// remove the folder meanwhile.
pub(crate) fn keep_while_cleared<T>(keep: impl Fn() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..KEEPING {
        match keep() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            kept => return kept,
        }
    }
    keep()
}
