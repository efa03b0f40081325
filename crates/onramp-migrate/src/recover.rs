use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::MigrateLock;
use crate::journal::{Journal, clear_stage};
use crate::scratch::scratch_root;

/// What an earlier migrate command left, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// Nothing.
    Nothing,
    /// It had published everything, and was killed before it could say so.
    Completed {
        /// The revision files, which are in place.
        files: Vec<PathBuf>,
    },
    /// It was killed while it published, and what it had done is taken back.
    TakenBack {
        /// The revision files that it was about to put into place.
        files: Vec<PathBuf>,
        /// Files that somebody has changed since, and that were left as they are.
        kept: Vec<PathBuf>,
    },
}

/// Ends what an earlier migrate command of this workspace was killed in: a publish that is not complete is
/// taken back, scratch folders are removed. Every migrate command begins with this.
pub fn recover(lock: &MigrateLock) -> Result<Recovered, Failure> {
    let state = lock.state();
    clear_scratch(state);
    let root = state.parent().unwrap_or(state);
    settle(state, root).map_err(|error| {
        let journal = state.join("migrate-journal.json");
        let message = format!("an interrupted migrate could not be ended: {}: {error}", journal.display());
        Failure::task(message).hint(format!("git status && rm {}", journal.display()))
    })
}

fn settle(state: &Path, root: &Path) -> std::io::Result<Recovered> {
    let Some(journal) = Journal::read(state, root)? else {
        clear_stage(state)?;
        return Ok(Recovered::Nothing);
    };
    let files = journal.targets();
    let recovered = if journal.is_complete() {
        Recovered::Completed { files }
    } else {
        Recovered::TakenBack { kept: journal.take_back()?, files }
    };
    journal.close(state)?;
    Ok(recovered)
}

/// While the lock is held nobody else makes scratch folders here, so all of them are left over.
fn clear_scratch(state: &Path) {
    let Ok(entries) = fs::read_dir(scratch_root(state)) else { return };
    for entry in entries.filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with("migrate-") {
            // One that cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
