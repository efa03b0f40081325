use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{HookError, HookPlace, Occupant, shim};

/// What brings a hook's place to where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing is to be done.
    Keep,
    /// The shim is written.
    Write,
    /// The shim is written over one of ours.
    Replace,
    /// What lies there is kept under another name, and the shim is written.
    Chain,
    /// The hook of prek or pre-commit is kept under a name by which nobody runs it, and the shim is written.
    SetAside,
    /// The shim is removed.
    Remove,
    /// What was there before takes its place again.
    Restore,
}

/// Whether a shim may be replaced that somebody has changed, or another workspace has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// No.
    No,
    /// Yes, and the change is lost.
    Yes,
}

/// Why nothing is done about a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody has changed the shim.
    Edited(PathBuf),
    /// The shim is that of another workspace in the same work tree.
    OtherWorkspace(PathBuf),
    /// A folder has the hook's name.
    Folder(PathBuf),
    /// A hook of somebody else lies there, and another one is kept already.
    TwoHooks {
        /// The one that git runs.
        hook: PathBuf,
        /// The one that was kept.
        kept: PathBuf,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(file) => {
                write!(f, "{} was changed since it was installed", file.display())
            }
            Self::OtherWorkspace(file) => {
                write!(f, "{} runs the hooks of another workspace in this work tree", file.display())
            }
            Self::Folder(file) => write!(f, "{} is a folder, and should be a hook", file.display()),
            Self::TwoHooks { hook, kept } => write!(
                f,
                "{} has come since {} was kept, and only one of them can run first",
                hook.display(),
                kept.display()
            ),
        }
    }
}

impl HookPlace {
    /// What has `text` run at this stage.
    pub fn to_install(&self, text: &[u8], force: Force) -> Result<Step, Refusal> {
        match &self.occupant {
            Occupant::Vacant => Ok(Step::Write),
            Occupant::Ours { text: there, runs: true } if there == text => Ok(Step::Keep),
            Occupant::Ours { text: there, .. }
                if force == Force::No && shim::workspace_line(there) != shim::workspace_line(text) =>
            {
                Err(Refusal::OtherWorkspace(self.file.clone()))
            }
            Occupant::Ours { .. } => Ok(Step::Replace),
            Occupant::Edited if force == Force::Yes => Ok(Step::Replace),
            Occupant::Edited => Err(Refusal::Edited(self.file.clone())),
            Occupant::Foreign { .. } => match &self.before {
                None => Ok(Step::Chain),
                Some(before) => Err(Refusal::TwoHooks { hook: self.file.clone(), kept: before.file.clone() }),
            },
            Occupant::Folder => Err(Refusal::Folder(self.file.clone())),
        }
    }

    /// What has our shim do the work of prek or pre-commit, if a hook of theirs runs at this stage.
    pub fn to_set_aside(&self) -> Option<Step> {
        self.manager().map(|_| Step::SetAside)
    }

    /// What has nothing of ours run at this stage.
    pub fn to_uninstall(&self, force: Force) -> Result<Step, Refusal> {
        let was_another = self.before.is_some() || self.replaced.is_some();
        let way_back = if was_another { Step::Restore } else { Step::Remove };
        match &self.occupant {
            Occupant::Ours { .. } => Ok(way_back),
            Occupant::Edited if force == Force::Yes => Ok(way_back),
            Occupant::Edited => Err(Refusal::Edited(self.file.clone())),
            // Somebody has removed the shim by hand.
            Occupant::Vacant if was_another => Ok(Step::Restore),
            Occupant::Vacant | Occupant::Foreign { .. } | Occupant::Folder => Ok(Step::Keep),
        }
    }

    /// Takes a step; `text` is the shim, where it writes one.
    pub fn take(&self, step: Step, text: &[u8]) -> Result<(), HookError> {
        let at = HookError::at(&self.file);
        match step {
            Step::Keep => Ok(()),
            Step::Write | Step::Replace => self.write(text),
            Step::Chain => {
                let kept = self.kept();
                keep(&self.file, &kept).map_err(HookError::at(&kept))?;
                self.write(text)
            }
            Step::Remove => fs::remove_file(&self.file).map_err(at),
            Step::SetAside => {
                let aside = self.set_aside();
                // One that was set aside before and has been installed anew since.
                match fs::remove_file(&aside) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(HookError::at(&aside)(error));
                    }
                    _ => {}
                }
                match (&self.occupant, &self.before) {
                    (Occupant::Ours { .. }, Some(before)) => fs::rename(&before.file, &aside),
                    _ => keep(&self.file, &aside),
                }
                .map_err(HookError::at(&aside))?;
                self.write(text)
            }
            Step::Restore => {
                let kept = self.replaced.clone().unwrap_or_else(|| self.kept());
                fs::rename(kept, &self.file).map_err(at)
            }
        }
    }

    fn write(&self, text: &[u8]) -> Result<(), HookError> {
        let folder = self.file.parent().unwrap_or(Path::new("/"));
        let _lock = locked(folder).map_err(HookError::at(folder))?;
        let new = folder.join(format!("{}.onramp-new", self.stage));
        let written = write_program(&new, text).and_then(|()| fs::rename(&new, &self.file));
        if written.is_err() {
            drop(fs::remove_file(&new));
        }
        written.map_err(HookError::at(&self.file))
    }
}

/// Makes the folder if need be and keeps others from writing there for as long as the answer lives. The system takes
/// the lock back from whoever dies.
fn locked(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let lock = File::open(folder)?;
    // Some network file systems know no locks. Two installations at once are rare, and both write the same.
    let _ = lock.lock();
    Ok(lock)
}

/// Writes a program, executable for those that the user's mask leaves.
fn write_program(file: &Path, text: &[u8]) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o777).open(file)?;
    new.write_all(text)?;
    new.sync_all()
}

/// Gives the hook its second name, under which nothing lies yet.
fn keep(hook: &Path, kept: &Path) -> io::Result<()> {
    match fs::hard_link(hook, kept) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let (hook, kept) = (hook.symlink_metadata()?, kept.symlink_metadata()?);
            let is_same = (hook.dev(), hook.ino()) == (kept.dev(), kept.ino());
            if is_same { Ok(()) } else { Err(error) }
        }
        // A file system without second names; git runs no hook then until the shim is there.
        Err(_) => fs::rename(hook, kept),
    }
}
