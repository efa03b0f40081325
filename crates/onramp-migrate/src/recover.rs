use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::MigrateLock;
use crate::baseline::{PARTIAL, baselines};
use crate::facts::folder as facts;
use crate::journal::{Journal, clear_stage, stage_folder};
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

/// Removes what a killed migrate command has left in the workspace's `.onramp`, the folder `state`, unless one is at work.
/// The tree is not touched: a publish that was not complete is left to [`recover`]. What cannot be removed now can be
/// next time, so nothing here is an error.
pub fn reap_leftovers(state: &Path) {
    let has_journal = Journal::is_there(state);
    let is_anything_left = || {
        let stage = !has_journal && stage_folder(state).exists();
        stage || !scratch_folders(state).is_empty() || !unfinished_baselines(state).is_empty()
    };
    // Most of the time nothing is left, and nobody is kept from the lock by a look.
    if is_anything_left()
        && let Some(lock) = MigrateLock::attempt(state)
    {
        clear_scratch(lock.state());
        if !Journal::is_there(state) {
            let _ = clear_stage(lock.state());
        }
    }
}

/// Whether a migrate command of this workspace is about to move files into place, or was killed in it.
pub fn is_unsettled(state: &Path) -> bool {
    Journal::is_there(state)
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

/// While the lock is held nobody else makes such files and folders here, so all of them are left over. One that cannot be
/// removed is in nobody's way.
fn clear_scratch(state: &Path) {
    for folder in scratch_folders(state) {
        let _ = fs::remove_dir_all(folder);
    }
    for file in unfinished_baselines(state) {
        let _ = fs::remove_file(file);
    }
}

fn scratch_folders(state: &Path) -> Vec<PathBuf> {
    entries(&scratch_root(state), |name| name.starts_with("migrate-"))
}

fn unfinished_baselines(state: &Path) -> Vec<PathBuf> {
    let is_partial = |name: &str| name.ends_with(PARTIAL);
    let mut files = entries(&baselines(state), is_partial);
    files.extend(entries(&facts(state), is_partial));
    files
}

fn entries(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let meant = entries.filter(|entry| is_meant(&entry.file_name().to_string_lossy()));
    meant.map(|entry| entry.path()).collect()
}
