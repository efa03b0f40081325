use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::Patterns;

/// The files of a workspace that git would show, as of one moment.
#[derive(Clone, Debug)]
pub struct Tree {
    root: PathBuf,
    files: Vec<PathBuf>,
}

impl Tree {
    /// Walks the workspace once. `.gitignore` files count whether or not the folder is a git repository;
    /// `.git` and `.onramp` are left out.
    pub fn walk(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .parents(true)
            .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != ".onramp")
            .build();
        for entry in walk {
            let entry = entry.map_err(io::Error::other)?;
            if entry.file_type().is_some_and(|kind| !kind.is_dir())
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                files.push(path.to_path_buf());
            }
        }
        files.sort_unstable();
        Ok(Self { root: root.to_path_buf(), files })
    }

    /// The workspace root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that the patterns mean, relative to the root and sorted. A literal path is among them even
    /// where git ignores it or nothing is there.
    pub fn select(&self, patterns: &Patterns) -> Vec<PathBuf> {
        let mut selected: Vec<PathBuf> =
            self.files.iter().filter(|file| patterns.matches(file)).cloned().collect();
        for literal in patterns.literals() {
            if !self.root.join(literal).is_dir() {
                selected.push(literal.clone());
            }
        }
        selected.sort_unstable();
        selected.dedup();
        selected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn ignored_files_count_only_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in ["a.py", "gen/b.py", "gen/keep.py", ".hidden.py", ".onramp/x.py", ".git/y.py"] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "gen/\n").unwrap();
        let tree = Tree::walk(root).unwrap();
        let select = |patterns: &[&str]| {
            let patterns = Patterns::new(Path::new(""), patterns).unwrap();
            tree.select(&patterns).iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(select(&["**/*.py"]), [".hidden.py", "a.py"]);
        assert_eq!(select(&["*.py", "gen/keep.py"]), [".hidden.py", "a.py", "gen/keep.py"]);
        assert_eq!(select(&["absent.lock"]), ["absent.lock"]);
    }
}
