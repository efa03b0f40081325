use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::Environment;

use crate::scratch::Scratch;
use crate::{Base, MigrateSpec};

/// The sources of the base revision in a folder of their own, as a checkout of it would look.
pub(crate) struct Sources {
    folder: PathBuf,
}

impl Sources {
    /// Writes them. What the project keeps beside them and git does not know (an environment, settings) is linked.
    pub(crate) fn write(spec: &MigrateSpec, base: &Base, scratch: &Scratch) -> Result<Self, Failure> {
        let folder = scratch.folder().join("base");
        fs::create_dir(&folder)?;
        (base.export)(&folder)?;
        let folder = fs::canonicalize(&folder)?;
        link_missing(&spec.root, &folder, &spec.state)?;
        Ok(Self { folder })
    }

    /// The root.
    pub(crate) fn root(&self) -> &Path {
        &self.folder
    }

    /// Has Python take the project's modules from here, wherever an installation says that they are.
    pub(crate) fn activate(&self, root: &Path, environment: &mut Environment) -> io::Result<()> {
        environment.set("ONRAMP_SOURCES_FROM", fs::canonicalize(root)?);
        environment.set("ONRAMP_SOURCES_TO", &self.folder);
        Ok(())
    }
}

fn link_missing(root: &Path, folder: &Path, state: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let place = folder.join(entry.file_name());
        // Python would take what it has compiled there for its own: it goes by size and whole second alone.
        let is_apart =
            entry.file_name() == ".git" || entry.file_name() == "__pycache__" || entry.path() == state;
        if !is_apart && !place.exists() {
            symlink(entry.path(), place)?;
        }
    }
    Ok(())
}
