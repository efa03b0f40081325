use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use onramp_core::Failure;

use crate::generation::CopyOrder;
use crate::polish::polish;
use crate::scratch::Scratch;
use crate::{Context, MigrateSpec};

/// How often it is looked whether Alembic's own hooks are done.
const LOOK: Duration = Duration::from_millis(2);

/// A second copy of a new revision, for formatters to work on while the first one is tried. It lies in a tree that looks
/// like the project too.
pub(crate) struct FormattedCopy {
    tree: PathBuf,
    /// The folder of revisions in that tree.
    versions: PathBuf,
    done: PathBuf,
}

impl FormattedCopy {
    /// Builds the tree, without the copy.
    pub(crate) fn prepare(spec: &MigrateSpec, versions: &Path, scratch: &Scratch) -> Result<Self, Failure> {
        let tree = scratch.folder().join("formatted");
        let versions = scratch.stand_in(spec, versions, &tree)?;
        Ok(Self { tree, versions, done: scratch.folder().join("formatted.done") })
    }

    /// What Alembic is told about it.
    pub(crate) fn order(&self) -> CopyOrder<'_> {
        CopyOrder { versions: &self.versions, done: &self.done }
    }

    /// Waits for Alembic's own hooks, if there are any, runs the project's formatters, and returns the content. `file` is
    /// the revision that was written, below `copy`, the folder that Alembic takes for the history. Gives up when
    /// `wanted` is closed.
    pub(crate) fn finish(
        &self,
        spec: &MigrateSpec,
        (file, copy): (&Path, &Path),
        wanted: &Receiver<()>,
        cx: &Context<'_>,
    ) -> Result<Vec<u8>, Failure> {
        let outside = || Failure::task("the revision was written outside the scratch copy");
        let name = file.strip_prefix(fs::canonicalize(copy)?).map_err(|_| outside())?;
        let copied = self.versions.join(name);
        if copied.exists() {
            self.wait_for_hooks(wanted, cx)?;
        } else {
            if let Some(folder) = copied.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::copy(file, &copied)?;
        }
        let relative = copied.strip_prefix(&self.tree).map_err(|_| outside())?;
        polish(spec, &self.tree, relative, cx)?;
        fs::read(&copied).map_err(|error| Failure::task(format!("{}: {error}", name.display())))
    }

    fn wait_for_hooks(&self, wanted: &Receiver<()>, cx: &Context<'_>) -> Result<(), Failure> {
        loop {
            match fs::read_to_string(&self.done) {
                Ok(outcome) if outcome.is_empty() => return Ok(()),
                Ok(outcome) => return Err(Failure::task(format!("Alembic's post-write hooks: {outcome}"))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
            if cx.launcher.cancel().is_requested() {
                return Err(Failure::interrupted());
            }
            if wanted.try_recv() == Err(TryRecvError::Disconnected) {
                return Err(Failure::task("Alembic ended before its post-write hooks did"));
            }
            thread::sleep(LOOK);
        }
    }
}
