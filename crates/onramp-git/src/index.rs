//! Git's index file, read without git.
//!
//! The layout is that of git's own documentation, `Documentation/gitformat-index.txt`. The checksum at the end is
//! not looked at: git does not look at it either when it reads an index, and may be told not to write one.

mod bytes;
mod entry;
mod error;
mod parse;

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

pub use entry::{Entry, ObjectId, Time};
pub use error::IndexError;

use crate::GitDirectory;

/// What git's index says of the files of a work tree, as of one moment.
#[derive(Clone, Debug)]
pub struct Index {
    entries: Vec<Entry>,
    modified: Time,
}

impl Index {
    /// The index of the work tree whose root is `root`. `GIT_INDEX_FILE` does not count.
    pub fn of_work_tree(root: &Path) -> Result<Self, IndexError> {
        let directory = GitDirectory::of_work_tree(root)?;
        let directory = directory.ok_or(IndexError::NotUsable("the folder is no root of a work tree"))?;
        // The index itself does not say which digests are in it. Git knows this key in no other file than this.
        let configuration = fs::read(directory.common().join("config"))?.to_ascii_lowercase();
        let says = |word: &[u8]| configuration.windows(word.len()).any(|part| part == word);
        if says(b"objectformat") && says(b"sha256") {
            return Err(IndexError::NotUsable("its digests are no SHA-1"));
        }
        Self::read(&directory.index())
    }

    /// Reads an index file of a repository whose digests are SHA-1.
    pub fn read(file: &Path) -> Result<Self, IndexError> {
        let mut file = File::open(file)?;
        // Of the file that is open: whoever replaces it in the meantime replaces the name alone.
        let metadata = file.metadata()?;
        let mut bytes = Vec::with_capacity(metadata.len().try_into().unwrap_or_default());
        file.read_to_end(&mut bytes)?;
        let modified = Time { seconds: metadata.mtime(), nanoseconds: nanoseconds(metadata.mtime_nsec()) };
        Ok(Self { entries: parse::entries(&bytes)?, modified })
    }

    /// All entries, sorted by path and stage.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a file that is in no conflict.
    pub fn get(&self, path: &Path) -> Option<&Entry> {
        // Paths compare by component, the index by byte; that of a folder's separator is not the least one.
        let wanted = path.as_os_str().as_encoded_bytes();
        let place = self.entries.binary_search_by(|entry| {
            entry.path.as_os_str().as_encoded_bytes().cmp(wanted).then(entry.stage.cmp(&0))
        });
        place.ok().map(|place| &self.entries[place])
    }

    /// When the index file was written.
    pub fn modified(&self) -> Time {
        self.modified
    }

    /// Whether the file may have been written again after git looked at it and before the clock moved on, so that
    /// equal times say nothing.
    pub fn is_racy(&self, entry: &Entry) -> bool {
        entry.modified >= self.modified
    }
}

fn nanoseconds(number: i64) -> u32 {
    number.try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests;
