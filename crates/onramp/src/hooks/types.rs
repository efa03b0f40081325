//! The types of staged files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_file_types::{FileMode, first_bytes};
use onramp_git::{Mode, Repository, Staged};

use super::before_commit::failure;

/// What is staged, looked at for its types.
pub(super) struct Types<'a> {
    repository: &'a Repository,
    staged: &'a Staged,
}

impl<'a> Types<'a> {
    pub(super) fn new(repository: &'a Repository, staged: &'a Staged) -> Self {
        Self { repository, staged }
    }

    /// Keeps the files that are of one of these types as they are staged. `below` leads from the root of the work tree
    /// to the folder that they are named from.
    pub(super) fn retain(
        &self,
        types: &[String],
        below: &Path,
        files: &mut Vec<PathBuf>,
    ) -> Result<(), Failure> {
        if types.is_empty() {
            return Ok(());
        }
        let mode =
            |path: &Path| self.staged.files.get(path).map_or(FileMode::File, |blob| self::mode(blob.mode));
        let paths: Vec<PathBuf> = files.iter().map(|file| below.join(file)).collect();
        let doubtful: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let doubtful: Vec<&Path> = doubtful
            .into_iter()
            .filter(|path| !onramp_file_types::is_told_by_name(path, mode(path)))
            .collect();
        let unstaged = if doubtful.is_empty() {
            BTreeSet::new()
        } else {
            self.repository.unstaged_files(Some(&doubtful)).map_err(failure)?
        };
        let mut kept = Vec::with_capacity(files.len());
        for (file, path) in std::mem::take(files).into_iter().zip(&paths) {
            // What lies in the tree is what is staged, where nothing else is known.
            let staged = match unstaged.contains(path) {
                true => self.repository.staged_text(path).map_err(failure)?,
                false => None,
            };
            let first = || match staged {
                // What is no UTF-8 in it is of no account here.
                Some(text) => text.into_bytes(),
                None => first_bytes(&self.repository.work_tree().join(path)),
            };
            if onramp_file_types::has_any(types, path, mode(path), first) {
                kept.push(file);
            }
        }
        *files = kept;
        Ok(())
    }
}

/// What git's mode of a file says of it.
pub(super) fn mode(mode: Mode) -> FileMode {
    match mode {
        Mode::File => FileMode::File,
        Mode::Executable => FileMode::Executable,
        Mode::Link => FileMode::Symlink,
        Mode::Submodule => FileMode::Directory,
    }
}
