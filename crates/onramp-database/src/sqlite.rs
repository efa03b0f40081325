//! SQLite: a database is a file, and needs no server.

mod templates;

use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::client::sqlite_failure;
use crate::expand::expand;
use crate::{Client, Place, ScratchFolder};

pub(crate) use templates::{FileTemplates, clear_unfinished};

/// The path of a database file that does not exist yet, in a folder of its own, removed when dropped.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    folder: ScratchFolder,
}

impl File {
    /// Makes the folder for a database file.
    pub fn create(place: &Place) -> Result<Self, Failure> {
        let folder = ScratchFolder::create(place, "sqlite")?;
        Ok(Self { path: folder.path().join("scratch.db"), folder })
    }

    /// The path, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Connects, which makes the file if it does not exist.
    pub fn client(&self) -> Result<Client, Failure> {
        connect(&self.path)
    }

    /// The folder that the file lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `template` with `{path}` replaced. The path is not percent-encoded: SQLAlchemy takes it literally.
    pub fn expand(&self, template: &str) -> String {
        expand(template, |name| (name == "path").then(|| self.path.to_string_lossy().into_owned()))
    }
}

/// Connects to a file, which is made if it does not exist.
pub(crate) fn connect(path: &Path) -> Result<Client, Failure> {
    rusqlite::Connection::open(path).map(Client::Sqlite).map_err(sqlite_failure)
}
