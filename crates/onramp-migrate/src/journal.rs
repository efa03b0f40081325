use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::place::{is_claimed, keep_mode, partial_of, place_copy, sync_parent, write_new};

/// The version of the journal's form.
const VERSION: u32 = 2;

/// What is about to be done to the tree, on the disk before any of it is done, with the staged contents that it takes to do
/// it or to take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Journal {
    version: u32,
    steps: Vec<Step>,
}

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    file: PathBuf,
    /// Where the content before is staged; `None` if there was no file.
    before: Option<PathBuf>,
    /// Where the content behind it is staged; `None` if there is to be no file.
    after: Option<PathBuf>,
}

/// Why a step could not be done. What it is about is as it was.
#[derive(Debug)]
pub(crate) struct Stopped {
    /// How many steps before it are done.
    pub(crate) done: usize,
    pub(crate) error: io::Error,
}

/// A file's contents before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileChange {
    pub(crate) file: PathBuf,
    /// `None`: there is no such file.
    pub(crate) before: Option<Vec<u8>>,
    /// `None`: there is to be none.
    pub(crate) after: Option<Vec<u8>>,
    /// The file whose permissions a new one has.
    pub(crate) like: Option<PathBuf>,
}

impl FileChange {
    /// A new file.
    pub(crate) fn new_file(file: PathBuf, content: Vec<u8>) -> Self {
        Self { file, before: None, after: Some(content), like: None }
    }
}

impl Journal {
    /// Stages every content and writes the journal. Nothing in the tree has changed then. The changes are made in their
    /// order.
    pub(crate) fn begin(state: &Path, changes: &[FileChange]) -> io::Result<Self> {
        let stage = stage_folder(state);
        clear_stage(state)?;
        fs::create_dir_all(&stage)?;
        let stage_content = |name: String, content: &[u8], like: Option<&Path>| {
            let path = stage.join(name);
            write_new(&path, content)?;
            if let Some(like) = like {
                keep_mode(&path, like)?;
            }
            io::Result::Ok(path)
        };
        let mut steps = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            let before = change.before.as_deref().map(|content| {
                // What is removed comes back as it was.
                let like = change.after.is_none().then_some(change.file.as_path());
                stage_content(format!("{number}-before"), content, like)
            });
            let after = change
                .after
                .as_deref()
                .map(|content| stage_content(number.to_string(), content, change.like.as_deref()));
            let (before, after) = (before.transpose()?, after.transpose()?);
            steps.push(Step { file: change.file.clone(), before, after });
        }
        let journal = Self { version: VERSION, steps };
        let partial = stage.join("journal");
        write_new(&partial, &serde_json::to_vec_pretty(&journal)?)?;
        fs::rename(&partial, journal_path(state))?;
        sync_parent(&journal_path(state));
        Ok(journal)
    }

    /// Whether there is a publish that did not end.
    pub(crate) fn is_there(state: &Path) -> bool {
        journal_path(state).exists()
    }

    /// The journal of a publish that did not end; `None` if the last one did. One that cannot be read, or
    /// that speaks of files outside `root`, is an error.
    pub(crate) fn read(state: &Path, root: &Path) -> io::Result<Option<Self>> {
        let bytes = match fs::read(journal_path(state)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let journal: Self = serde_json::from_slice(&bytes)?;
        if journal.version != VERSION || !journal.stays_in(&stage_folder(state), root) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a journal of this workspace"));
        }
        Ok(Some(journal))
    }

    /// Makes all changes.
    pub(crate) fn carry_out(&self) -> Result<(), Stopped> {
        (0..self.steps.len())
            .try_for_each(|done| self.carry_out_step(done).map_err(|error| Stopped { done, error }))
    }

    /// Whether everything is done that was to be done.
    pub(crate) fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| match &step.after {
            Some(after) => same(&step.file, after),
            None => step.file.symlink_metadata().is_err(),
        })
    }

    /// Takes back whatever has been done of it, which nobody knows after a kill. A file that somebody has changed since is
    /// left as it is; returns those.
    pub(crate) fn take_back(&self) -> io::Result<Vec<PathBuf>> {
        self.take_back_first(self.steps.len())
    }

    /// The same where only so many steps were done: what lies at the places of the others is somebody else's, whatever is in
    /// it. The last change comes first.
    pub(crate) fn take_back_first(&self, done: usize) -> io::Result<Vec<PathBuf>> {
        let mut changed = Vec::new();
        for step in self.steps.iter().take(done).rev() {
            match (&step.before, &step.after) {
                (None, Some(after)) if is_ours(&step.file, after) || is_claimed(&step.file, after) => {
                    fs::remove_file(&step.file)?;
                    sync_parent(&step.file);
                }
                (None, _) if step.file.symlink_metadata().is_ok() => changed.push(step.file.clone()),
                (None, _) => {}
                (Some(before), None) if step.file.symlink_metadata().is_err() => {
                    place_copy(before, &step.file)?
                }
                (Some(before), Some(after)) if same(&step.file, after) => {
                    replace(&step.file, &fs::read(before)?)?;
                }
                (Some(before), _) if !same(&step.file, before) => changed.push(step.file.clone()),
                (Some(_), _) => {}
            }
        }
        Ok(changed)
    }

    /// Ends the publish: from here on there is nothing to take back.
    pub(crate) fn close(self, state: &Path) -> io::Result<()> {
        for step in &self.steps {
            // One that was killed while it was written; nobody else uses those names. What is replaced is written beside
            // the file that a link leads to.
            let _ = fs::remove_file(partial_of(&step.file));
            if let Ok(file) = fs::canonicalize(&step.file) {
                let _ = fs::remove_file(partial_of(&file));
            }
        }
        fs::remove_file(journal_path(state))?;
        sync_parent(&journal_path(state));
        clear_stage(state)
    }

    /// The files that it is about.
    pub(crate) fn targets(&self) -> Vec<PathBuf> {
        self.steps.iter().map(|step| step.file.clone()).collect()
    }

    /// Compares and swaps: somebody may have written to the file since it was read.
    fn carry_out_step(&self, index: usize) -> io::Result<()> {
        let Step { file, before, after } = &self.steps[index];
        let done = match (before, after) {
            (None, None) => Ok(()),
            (None, Some(after)) => place_copy(after, file),
            (Some(before), _) if !same(file, before) => {
                Err(io::Error::other("it was changed by somebody else meanwhile"))
            }
            (Some(_), Some(after)) => replace(file, &fs::read(after)?),
            (Some(_), None) => fs::remove_file(file).map(|()| sync_parent(file)),
        };
        done.map_err(|error| named(file, &error))
    }

    fn stays_in(&self, stage: &Path, root: &Path) -> bool {
        let inside = |path: &Path, folder: &Path| {
            path.starts_with(folder) && !path.components().any(|part| part == std::path::Component::ParentDir)
        };
        self.steps.iter().all(|step| {
            inside(&step.file, root)
                && [&step.before, &step.after].into_iter().flatten().all(|staged| inside(staged, stage))
        })
    }
}

/// Removes staged files that no journal speaks of.
pub(crate) fn clear_stage(state: &Path) -> io::Result<()> {
    match fs::remove_dir_all(stage_folder(state)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn journal_path(state: &Path) -> PathBuf {
    state.join("migrate-journal.json")
}

/// Where contents lie until they get their place.
pub(crate) fn stage_folder(state: &Path) -> PathBuf {
    state.join("publish")
}

/// Gives a file another content in one step, its mode kept. A link stays a link.
fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let file = fs::canonicalize(file)?;
    let partial = partial_of(&file);
    // One of a killed publish may lie there; nobody else uses that name.
    let _ = fs::remove_file(&partial);
    let written = write_new(&partial, content)
        .and_then(|()| keep_mode(&partial, &file))
        .and_then(|()| fs::rename(&partial, &file));
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    sync_parent(&file);
    written
}

fn same(first: &Path, second: &Path) -> bool {
    matches!((fs::read(first), fs::read(second)), (Ok(first), Ok(second)) if first == second)
}

/// Whether `target` is the file that was placed, as it was placed.
fn is_ours(target: &Path, staged: &Path) -> bool {
    target.symlink_metadata().is_ok_and(|found| found.is_file()) && same(target, staged)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
