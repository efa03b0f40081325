use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::Environment;

use crate::Base;
use crate::scratch::Scratch;

/// The sources of the base revision in a folder of their own, as a checkout of it would look: of the whole
/// repository, because models may lie beside the project.
pub(crate) struct Sources {
    folder: PathBuf,
    root: PathBuf,
}

impl Sources {
    pub(crate) fn write(base: &Base, scratch: &Scratch) -> Result<Self, Failure> {
        let folder = scratch.folder().join("base");
        fs::create_dir(&folder)?;
        (base.export)(&folder)?;
        let folder = fs::canonicalize(&folder)?;
        Ok(Self { root: folder.join(&base.below), folder })
    }

    /// The root of the project in them.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Has Python take the repository's modules from here, wherever an installation says that they are.
    pub(crate) fn activate(&self, base: &Base, environment: &mut Environment) -> io::Result<()> {
        environment.set("ONRAMP_SOURCES_FROM", fs::canonicalize(&base.repository)?);
        environment.set("ONRAMP_SOURCES_TO", &self.folder);
        Ok(())
    }
}
