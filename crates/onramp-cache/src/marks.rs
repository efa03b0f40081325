use std::fs;
use std::io;
use std::path::PathBuf;

use crate::last::file_name;
use crate::remove::remove_if_there;

/// Marks that can be set and taken away, each in one step: which tasks have begun.
#[derive(Clone, Debug)]
pub struct Marks {
    folder: PathBuf,
}

impl Marks {
    /// They lie in `folder`, which need not exist yet, one empty file per name.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Whether a name is marked.
    pub fn has(&self, name: &str) -> bool {
        self.folder.join(file_name(name)).exists()
    }

    /// Marks a name.
    pub fn note(&self, name: &str) -> io::Result<()> {
        let path = self.folder.join(file_name(name));
        fs::write(&path, "").or_else(|_| fs::create_dir_all(&self.folder).and_then(|()| fs::write(path, "")))
    }

    /// Takes the mark of a name away.
    pub fn forget(&self, name: &str) -> io::Result<()> {
        remove_if_there(&self.folder.join(file_name(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_there_until_it_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let marks = Marks::new(folder.path().join("unfinished"));
        assert!(!marks.has("a/build:b"));
        marks.note("a/build:b").unwrap();
        assert!(marks.has("a/build:b") && !marks.has("build:b"));
        marks.forget("a/build:b").unwrap();
        marks.forget("a/build:b").unwrap();
        assert!(!marks.has("a/build:b"));
    }
}
