use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::Environment;

use crate::history::{RevisionFile, is_revision_file};
use crate::scratch::Scratch;

/// The module that Python imports at its start.
const SHIM: &str = include_str!("shim/sitecustomize.py");

/// Makes Alembic, in whatever process, use the scratch copy in place of one versions folder.
pub(crate) struct Redirection {
    shim: PathBuf,
    redirected: PathBuf,
    compared: PathBuf,
    /// The project's folder, links resolved.
    from: PathBuf,
    to: PathBuf,
    /// The project's revision files before anything ran.
    before: BTreeSet<PathBuf>,
}

impl Redirection {
    /// Writes the shim into the scratch folder. `versions` is the project's folder.
    pub(crate) fn prepare(versions: &Path, scratch: &Scratch) -> io::Result<Self> {
        let shim = scratch.folder().join("shim");
        fs::create_dir(&shim)?;
        fs::write(shim.join("sitecustomize.py"), SHIM)?;
        let from = fs::canonicalize(versions)?;
        Ok(Self {
            shim,
            redirected: scratch.folder().join("redirected"),
            compared: scratch.folder().join("compared"),
            before: revision_files(&from)?,
            from,
            to: fs::canonicalize(scratch.versions())?,
        })
    }

    /// Adds what the processes need to `environment`. The user's `PYTHONPATH` stays, behind ours.
    pub(crate) fn activate(&self, environment: &mut Environment) {
        let mut path = self.shim.clone().into_os_string();
        if let Some(old) = environment.get("PYTHONPATH").filter(|old| !old.is_empty()) {
            path.push(":");
            path.push(old);
        }
        environment.set("PYTHONPATH", path);
        environment.set("ONRAMP_ALEMBIC_VERSIONS_FROM", &self.from);
        environment.set("ONRAMP_ALEMBIC_VERSIONS_TO", &self.to);
        environment.set("ONRAMP_ALEMBIC_REDIRECTED", &self.redirected);
        environment.set("ONRAMP_ALEMBIC_COMPARED", &self.compared);
    }

    /// Forgets what earlier commands did.
    pub(crate) fn expect(&self) {
        // Before the first command there is nothing to remove.
        let _ = fs::remove_file(&self.redirected);
        let _ = fs::remove_file(&self.compared);
    }

    /// Fails unless a command since [`expect`](Self::expect) was redirected.
    pub(crate) fn confirm(&self) -> Result<(), Failure> {
        if self.redirected.exists() {
            return Ok(());
        }
        let message = format!(
            "the command did not run Alembic on {} in a Python that takes PYTHONPATH from its environment",
            self.from.display()
        );
        Err(Failure::task(message).hint("onramp exec -- python -m alembic heads"))
    }

    /// Removes a revision that Alembic wrote into the project's folder because it was not redirected: a new
    /// file that follows `head`. Files that somebody else makes meanwhile are not touched. Returns the
    /// removed file.
    pub(crate) fn sweep(&self, head: Option<&str>) -> Option<PathBuf> {
        if self.redirected.exists() {
            return None;
        }
        let now = revision_files(&self.from).ok()?;
        let stray = now.difference(&self.before).find(|path| follows(path, head))?;
        fs::remove_file(stray).ok().map(|()| stray.clone())
    }

    /// Whether models and database have been compared since [`expect`](Self::expect).
    pub(crate) fn has_compared(&self) -> bool {
        self.compared.exists()
    }

    /// The revision files of the copy that the project's folder did not have.
    pub(crate) fn new_files(&self) -> io::Result<Vec<PathBuf>> {
        let known: BTreeSet<_> = self.before.iter().filter_map(|path| path.file_name()).collect();
        let files = revision_files(&self.to)?.into_iter();
        Ok(files.filter(|path| path.file_name().is_some_and(|name| !known.contains(name))).collect())
    }
}

fn revision_files(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_revision_file(&path) {
            files.insert(path);
        }
    }
    Ok(files)
}

fn follows(file: &Path, head: Option<&str>) -> bool {
    let source = fs::read(file).unwrap_or_default();
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(&source));
    parsed.is_ok_and(|parsed| parsed.down.iter().map(String::as_str).eq(head))
}
