mod blobs;
mod upkeep;

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

pub use upkeep::{Collected, Damage, Limits, Status};

use crate::remove::{keep_while_cleared, remove_if_there};
use crate::{ActionResult, Digest};

/// The layout of the folder. Another one gets another name, so that no version misreads what a second one
/// keeps.
const LAYOUT: &str = "v1";

/// How old the mark of a result's last use may become before it is renewed. Finer would be a write for every
/// look.
const USE_GRAIN: Duration = Duration::from_secs(3600);

/// Results, and everything they are made of, by content.
///
/// ```text
/// v1/blobs/ab/ab12..-345     a content, by its digest: transcripts, output files
/// v1/results/cd/cd34..-678   an action result as JSON, by the digest of its action
/// v1/new/                    what is being written
/// ```
///
/// Everything is written beside its place and moved there in one step, so any number of processes may use a
/// store at once, and one that is killed leaves at worst a file in `new`. A content is never trusted unseen: it
/// is read back against its digest, and one that does not match is as good as none and is removed.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The result of an action. One that cannot be read is as good as none.
    pub fn result(&self, action: &Digest) -> Option<ActionResult> {
        let path = self.result_path(action);
        let result: ActionResult = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        (result.action == *action).then_some(result)
    }

    /// Marks a result as used now, for those that ask which were not used for long.
    pub fn mark_used(&self, action: &Digest) {
        let path = self.result_path(action);
        let is_old = |time: SystemTime| time.elapsed().is_ok_and(|age| age > USE_GRAIN);
        if fs::metadata(&path).and_then(|metadata| metadata.modified()).is_ok_and(is_old)
            && let Ok(file) = File::options().append(true).open(&path)
        {
            // A store that cannot be written to forgets nothing either.
            drop(file.set_times(FileTimes::new().set_modified(SystemTime::now())));
        }
    }

    /// Keeps the result of an action. Everything that it is made of must be there already.
    pub fn put_result(&self, result: &ActionResult) -> io::Result<()> {
        self.write(&self.result_path(&result.action), &serde_json::to_vec(result)?)
    }

    /// Forgets the result of an action.
    pub fn forget(&self, action: &Digest) -> io::Result<()> {
        remove_if_there(&self.result_path(action))
    }

    fn result_path(&self, action: &Digest) -> PathBuf {
        self.place("results", action)
    }

    fn place(&self, kind: &str, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(LAYOUT).join(kind).join(&name[..2]).join(name)
    }

    /// Writes a file in one step: readers see all of it, or what was there before.
    fn write(&self, place: &Path, bytes: &[u8]) -> io::Result<()> {
        keep_while_cleared(|| {
            let mut file = self.new_file()?;
            file.write_all(bytes)?;
            self.persist(file, place)
        })
    }

    fn new_file(&self) -> io::Result<tempfile::NamedTempFile> {
        let folder = self.new_folder();
        tempfile::NamedTempFile::new_in(&folder).or_else(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error);
            }
            // What tasks print and write is not for other users of the machine.
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            tempfile::NamedTempFile::new_in(&folder)
        })
    }

    fn new_folder(&self) -> PathBuf {
        self.folder.join(LAYOUT).join("new")
    }

    fn persist(&self, file: tempfile::NamedTempFile, place: &Path) -> io::Result<()> {
        let Err(error) = file.persist(place) else { return Ok(()) };
        if error.error.kind() != io::ErrorKind::NotFound {
            return Err(error.error);
        }
        fs::create_dir_all(place.parent().unwrap_or(&self.folder))?;
        error.file.persist(place).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
