use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{HookError, shim};

/// The place of one hook, and what lies there.
#[derive(Clone, Debug)]
pub struct HookPlace {
    /// The name that git has for the hook.
    pub stage: String,
    /// The file that git runs.
    pub file: PathBuf,
    /// What lies there.
    pub occupant: Occupant,
    /// The hook that was there before ours and is kept.
    pub before: Option<Before>,
    /// The hook of prek or pre-commit whose work ours does, which is kept and does not run.
    pub replaced: Option<PathBuf>,
}

/// What lies in the place of a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// Nothing.
    Vacant,
    /// A shim as some version of ours has written it.
    Ours {
        /// Its text.
        text: Vec<u8>,
        /// Whether git runs it.
        runs: bool,
    },
    /// A shim of ours that somebody has changed.
    Edited,
    /// Something of somebody else, or a link.
    Foreign {
        /// Whether git runs it: it does not run what is no program, or a link that leads nowhere.
        runs: bool,
    },
    /// A folder.
    Folder,
}

/// A hook that is kept beside ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// Where it is.
    pub file: PathBuf,
    /// Whether it is run. Git would not have run what is no program either.
    pub runs: bool,
}

impl HookPlace {
    /// Looks at the place of a hook.
    pub fn look(folder: &Path, stage: &str) -> Result<Self, HookError> {
        let file = folder.join(stage);
        let occupant = occupant(&file).map_err(HookError::at(&file))?;
        let kept = kept(&file);
        let before = match kept.symlink_metadata() {
            // An installation that was killed between its two steps leaves both names of one hook.
            Ok(metadata) if !is_same(&file, &metadata) => Some(Before { runs: runs(&kept), file: kept }),
            Ok(_) => None,
            Err(error) if is_missing(&error) => None,
            Err(error) => return Err(HookError::at(&kept)(error)),
        };
        let replaced = beside(&file, shim::REPLACED);
        let replaced = match replaced.symlink_metadata() {
            Ok(metadata) if !is_same(&file, &metadata) => Some(replaced),
            Ok(_) => None,
            Err(error) if is_missing(&error) => None,
            Err(error) => return Err(HookError::at(&replaced)(error)),
        };
        Ok(Self { stage: stage.to_owned(), file, occupant, before, replaced })
    }

    /// The program that runs `.pre-commit-config.yaml` and has installed what lies there, or what runs before ours.
    pub fn manager(&self) -> Option<&'static str> {
        let file = match (&self.occupant, &self.before) {
            (Occupant::Foreign { .. }, _) => &self.file,
            (Occupant::Ours { .. }, Some(before)) => &before.file,
            _ => return None,
        };
        // What lies behind a link belongs to somebody else.
        let is_file = file.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        if is_file { shim::manager(&fs::read(file).ok()?) } else { None }
    }

    /// Where a hook is kept whose work ours does.
    pub fn set_aside(&self) -> PathBuf {
        beside(&self.file, shim::REPLACED)
    }

    /// Where a hook that was there before is kept.
    pub(crate) fn kept(&self) -> PathBuf {
        kept(&self.file)
    }

    /// Whether a shim of ours lies there, whoever has changed it since.
    pub fn is_ours(&self) -> bool {
        matches!(self.occupant, Occupant::Ours { .. } | Occupant::Edited)
    }

    /// Whether git runs a shim here that does what `text` does, by whatever name it calls Onramp.
    pub fn runs_like(&self, text: &[u8]) -> bool {
        match &self.occupant {
            Occupant::Ours { text: there, runs: true } => {
                there == text || shim::differ_in_program(there, text)
            }
            _ => false,
        }
    }
}

fn kept(file: &Path) -> PathBuf {
    beside(file, shim::KEPT)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    file.with_file_name(name)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound)
}

fn is_same(file: &Path, other: &fs::Metadata) -> bool {
    let own = file.symlink_metadata();
    own.is_ok_and(|own| own.dev() == other.dev() && own.ino() == other.ino())
}

fn occupant(file: &Path) -> io::Result<Occupant> {
    let metadata = match file.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if is_missing(&error) => return Ok(Occupant::Vacant),
        Err(error) => return Err(error),
    };
    if metadata.is_dir() {
        return Ok(Occupant::Folder);
    }
    // Whatever lies behind a link is not ours to replace, and neither is a pipe.
    if !metadata.is_file() {
        return Ok(Occupant::Foreign { runs: runs(file) });
    }
    let text = fs::read(file)?;
    Ok(match shim::whose(&text) {
        shim::Whose::Ours => Occupant::Ours { text, runs: runs(file) },
        shim::Whose::Edited => Occupant::Edited,
        shim::Whose::Foreign => Occupant::Foreign { runs: runs(file) },
    })
}

/// Whether git runs it.
fn runs(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
