use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A picture of a folder: all files in it and below, by their paths in it. Hidden ones and compiled Python are none of
/// a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folder {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// What became of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The new files with their contents.
    pub(crate) added: BTreeMap<PathBuf, Vec<u8>>,
    /// The files that are not as they were, or are gone.
    pub(crate) disturbed: Vec<PathBuf>,
}

impl Folder {
    /// Takes the picture.
    pub(crate) fn look(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut open = vec![folder.to_path_buf()];
        while let Some(below) = open.pop() {
            for entry in fs::read_dir(&below)? {
                let entry = entry?;
                let name = entry.file_name();
                if name.as_encoded_bytes().starts_with(b".") || name == "__pycache__" {
                    continue;
                }
                let path = entry.path();
                if path.is_dir() {
                    open.push(path);
                } else if let Ok(relative) = path.strip_prefix(folder)
                    && path.is_file()
                {
                    files.insert(relative.to_path_buf(), fs::read(&path)?);
                }
            }
        }
        Ok(Self { files })
    }

    /// What is different in a later picture.
    pub(crate) fn changes(&self, later: &Self) -> Changes {
        let added = later.files.iter().filter(|(path, _)| !self.files.contains_key(*path));
        let disturbed = self.files.iter().filter(|(path, content)| later.files.get(*path) != Some(content));
        Changes {
            added: added.map(|(path, content)| (path.clone(), content.clone())).collect(),
            disturbed: disturbed.map(|(path, _)| path.clone()).collect(),
        }
    }

    /// The contents of all files.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &[u8]> {
        self.files.values().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_tell_new_files_from_disturbed_ones() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        ["a", "b", "c", ".lock", "below/d"].iter().for_each(|name| write(name, "1"));
        let before = Folder::look(folder.path()).unwrap();
        assert_eq!(before.changes(&before), Changes::default());
        write("a", "2");
        write(".lock", "2");
        write("below/e", "new");
        fs::remove_file(folder.path().join("b")).unwrap();
        let changes = before.changes(&Folder::look(folder.path()).unwrap());
        assert_eq!(changes.disturbed, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(changes.added.into_iter().collect::<Vec<_>>(), [("below/e".into(), b"new".to_vec())]);
    }
}
