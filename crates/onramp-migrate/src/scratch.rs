use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use onramp_core::Failure;
use onramp_exec::own_process;

use crate::mirror::{Revisions, mirror};
use crate::{DialectSpec, MigrateSpec};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A copy of a dialect's versions folder in a tree that looks like the project, removed when dropped.
pub(crate) struct Scratch {
    folder: PathBuf,
    versions: PathBuf,
}

impl Scratch {
    /// Copies the versions folder. A failure of the environment says what cannot be written.
    pub(crate) fn create(spec: &MigrateSpec, dialect: &DialectSpec) -> Result<Self, Failure> {
        let mut scratch = Self::bare(spec)?;
        let tree = scratch.tree();
        scratch.versions = scratch.mirror(spec, &dialect.versions, &tree, Revisions::Copied)?;
        for (file, content) in &dialect.pending {
            let place = scratch.versions.join(file.file_name().unwrap_or_default());
            let written = match content {
                Some(content) => fs::write(place, content),
                None => fs::remove_file(place),
            };
            written.map_err(|error| scratch.failure(&error))?;
        }
        Ok(scratch)
    }

    /// Builds another stand-in for the project, whose revisions are links, and returns its folder of revisions.
    pub(crate) fn stand_in(
        &self,
        spec: &MigrateSpec,
        versions: &Path,
        tree: &Path,
    ) -> Result<PathBuf, Failure> {
        self.mirror(spec, versions, tree, Revisions::Linked)
    }

    fn mirror(
        &self,
        spec: &MigrateSpec,
        versions: &Path,
        tree: &Path,
        revisions: Revisions,
    ) -> Result<PathBuf, Failure> {
        let outside = |_| {
            let (versions, root) = (versions.display(), spec.root.display());
            Failure::task(format!("the versions folder {versions} does not lie in {root}"))
        };
        let below = versions.strip_prefix(&spec.root).map_err(outside)?;
        let made = mirror(&spec.root, below, tree, &spec.state, revisions);
        made.map_err(|error| self.failure(&error))?;
        Ok(tree.join(below))
    }

    /// The same without some files of the versions folder.
    pub(crate) fn create_without(
        spec: &MigrateSpec,
        dialect: &DialectSpec,
        held_back: &[PathBuf],
    ) -> Result<Self, Failure> {
        let scratch = Self::create(spec, dialect)?;
        for name in held_back.iter().filter_map(|file| file.file_name()) {
            fs::remove_file(scratch.versions.join(name)).map_err(|error| scratch.failure(&error))?;
        }
        Ok(scratch)
    }

    /// Puts a file of the project's versions folder into the copy.
    pub(crate) fn bring(&self, dialect: &DialectSpec, file: &Path) -> Result<(), Failure> {
        let name = file.file_name().unwrap_or_default();
        fs::write(self.versions.join(name), dialect.content(file)?).map_err(|error| self.failure(&error))
    }

    /// A folder with nothing in it, for who brings sources of its own.
    pub(crate) fn bare(spec: &MigrateSpec) -> Result<Self, Failure> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = scratch_root(&spec.state).join(format!("migrate-{}-{number}", own_process().pid));
        // From here on dropping it clears whatever was made.
        let scratch = Self { versions: folder.join("tree"), folder };
        fs::create_dir_all(&scratch.folder).map_err(|error| scratch.failure(&error))?;
        Ok(scratch)
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::environment(format!("no scratch copy in {}: {error}", self.folder.display()))
    }

    /// The folder of everything.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The stand-in for the root of the project.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// The copy of the versions folder.
    pub(crate) fn versions(&self) -> &Path {
        &self.versions
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is cleared at the start of the next migrate command.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder that scratch folders lie in.
pub(crate) fn scratch_root(state: &Path) -> PathBuf {
    state.join("scratch")
}
