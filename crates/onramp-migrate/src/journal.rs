use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::place::{place, sync_parent, write_new};

/// The version of the journal's form.
const VERSION: u32 = 1;

/// What a publish is about to do, on the disk before it does any of it, with the staged files that it takes
/// to do it or to take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Journal {
    version: u32,
    moves: Vec<Move>,
    ledger: Option<LedgerMove>,
}

/// A new file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    staged: PathBuf,
    target: PathBuf,
}

/// The ledger's change of content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerMove {
    file: PathBuf,
    /// The content before; `None` if there was no file.
    before: Option<PathBuf>,
    after: PathBuf,
}

/// The ledger's contents before and after.
pub(crate) struct LedgerChange {
    pub(crate) file: PathBuf,
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) after: Vec<u8>,
}

impl Journal {
    /// Stages every content and writes the journal. Nothing in the tree has changed then.
    pub(crate) fn begin(
        state: &Path,
        files: &[(PathBuf, &[u8])],
        ledger: Option<&LedgerChange>,
    ) -> io::Result<Self> {
        let stage = stage_folder(state);
        clear_stage(state)?;
        fs::create_dir_all(&stage)?;
        let stage_content = |name: String, content: &[u8]| {
            let path = stage.join(name);
            write_new(&path, content).map(|()| path)
        };
        let mut moves = Vec::new();
        for (number, (target, content)) in files.iter().enumerate() {
            moves.push(Move { staged: stage_content(number.to_string(), content)?, target: target.clone() });
        }
        let ledger = match ledger {
            None => None,
            Some(change) => {
                let before = change.before.as_deref();
                let before =
                    before.map(|content| stage_content("ledger-before".to_owned(), content)).transpose()?;
                let after = stage_content("ledger-after".to_owned(), &change.after)?;
                Some(LedgerMove { file: change.file.clone(), before, after })
            }
        };
        let journal = Self { version: VERSION, moves, ledger };
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

    /// Puts all files into place, the ledger last.
    pub(crate) fn carry_out(&self) -> io::Result<()> {
        for index in 0..self.moves.len() {
            self.place_file(index)?;
        }
        self.write_ledger()
    }

    /// Whether everything is done that was to be done.
    pub(crate) fn is_complete(&self) -> bool {
        let files = self.moves.iter().all(|step| same(&step.target, &step.staged));
        files && self.ledger.as_ref().is_none_or(|ledger| same(&ledger.file, &ledger.after))
    }

    /// Takes back what has been done of it, the ledger first. A file that somebody has changed since is left
    /// as it is; returns those.
    pub(crate) fn take_back(&self) -> io::Result<Vec<PathBuf>> {
        let mut changed = Vec::new();
        if let Some(ledger) = &self.ledger {
            if same(&ledger.file, &ledger.after) {
                match &ledger.before {
                    Some(before) => replace(&ledger.file, &fs::read(before)?)?,
                    None => fs::remove_file(&ledger.file)?,
                }
            } else if ledger
                .before
                .as_ref()
                .map_or(ledger.file.exists(), |before| !same(&ledger.file, before))
            {
                changed.push(ledger.file.clone());
            }
        }
        for step in self.moves.iter().rev() {
            if is_part_of(&step.target, &step.staged) {
                fs::remove_file(&step.target)?;
                sync_parent(&step.target);
            } else if step.target.exists() {
                changed.push(step.target.clone());
            }
        }
        Ok(changed)
    }

    /// Ends the publish: from here on there is nothing to take back.
    pub(crate) fn close(self, state: &Path) -> io::Result<()> {
        fs::remove_file(journal_path(state))?;
        sync_parent(&journal_path(state));
        clear_stage(state)
    }

    /// The files that it puts into place.
    pub(crate) fn targets(&self) -> Vec<PathBuf> {
        self.moves.iter().map(|step| step.target.clone()).collect()
    }

    fn place_file(&self, index: usize) -> io::Result<()> {
        let Move { staged, target } = &self.moves[index];
        place(staged, target).map_err(|error| named(target, &error))
    }

    /// Compares and swaps: somebody may have written to the ledger since it was read.
    fn write_ledger(&self) -> io::Result<()> {
        let Some(ledger) = &self.ledger else { return Ok(()) };
        let written = match &ledger.before {
            None => place(&ledger.after, &ledger.file),
            Some(before) if same(&ledger.file, before) => replace(&ledger.file, &fs::read(&ledger.after)?),
            Some(_) => Err(io::Error::other("it was changed by somebody else meanwhile")),
        };
        written.map_err(|error| named(&ledger.file, &error))
    }

    fn stays_in(&self, stage: &Path, root: &Path) -> bool {
        let inside = |path: &Path, folder: &Path| {
            path.starts_with(folder) && !path.components().any(|part| part == std::path::Component::ParentDir)
        };
        self.moves.iter().all(|step| inside(&step.staged, stage) && inside(&step.target, root))
            && self.ledger.as_ref().is_none_or(|ledger| {
                inside(&ledger.file, root)
                    && inside(&ledger.after, stage)
                    && ledger.before.as_ref().is_none_or(|before| inside(before, stage))
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
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(".onramp");
    let partial = file.with_file_name(name);
    // One of a killed publish may lie there; nobody else uses that name.
    let _ = fs::remove_file(&partial);
    let written = write_new(&partial, content)
        .and_then(|()| fs::set_permissions(&partial, fs::metadata(&file)?.permissions()))
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

/// Whether `target` is the staged file, or as much of it as a copy that was cut short got to.
fn is_part_of(target: &Path, staged: &Path) -> bool {
    matches!((fs::read(target), fs::read(staged)), (Ok(target), Ok(staged)) if staged.starts_with(&target))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
