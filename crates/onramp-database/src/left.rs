//! Names of databases that a killed command may have left on a server that lives on. A server goes on with what a client
//! has asked it for before it died, and then there is a database without a mark: only what was noted before it was
//! made tells that it is ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::place::make_private;

/// After this time nobody looks for the server any more that a name belongs to.
const FORGOTTEN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Remembers a name, of a lease whose owner is gone.
pub(crate) fn remember(state: &Path, database: &str) -> std::io::Result<()> {
    let folder = folder(state);
    make_private(&folder)?;
    fs::write(folder.join(database), "")
}

/// The names that are remembered; what is too old is forgotten.
pub(crate) fn remembered(state: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder(state)).into_iter().flatten().flatten();
    let mut names = Vec::new();
    for entry in entries {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok()).unwrap_or_default();
        match entry.file_name().into_string() {
            Ok(name) if age < FORGOTTEN => names.push(name),
            // It is of no use, and harms nobody where it cannot be removed.
            _ => drop(fs::remove_file(entry.path())),
        }
    }
    names
}

/// Forgets a name: the database is gone.
pub(crate) fn forget(state: &Path, database: &str) {
    // What stays is looked for in vain.
    let _ = fs::remove_file(folder(state).join(database));
}

fn folder(state: &Path) -> PathBuf {
    state.join("databases/left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_remembered_until_they_are_forgotten() {
        let state = tempfile::tempdir().unwrap();
        assert!(remembered(state.path()).is_empty());
        remember(state.path(), "onramp_a").unwrap();
        assert_eq!(remembered(state.path()), ["onramp_a"]);
        forget(state.path(), "onramp_a");
        assert!(remembered(state.path()).is_empty());
    }
}
