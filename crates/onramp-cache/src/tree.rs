use std::io;
use std::path::{Path, PathBuf};

use crate::Patterns;
use crate::walk::{Visibility, files_below};

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
        let files = files_below(root, root, Visibility::Git)?;
        Ok(Self { root: root.to_path_buf(), files })
    }

    /// The workspace root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that the patterns mean, relative to the root and sorted. What a literal path names is among
    /// them even where git ignores it, a folder with all its files; and so is a literal path at which there
    /// is nothing.
    pub fn select(&self, patterns: &Patterns) -> io::Result<Vec<PathBuf>> {
        let mut selected: Vec<PathBuf> =
            self.files.iter().filter(|file| patterns.matches(file)).cloned().collect();
        for literal in patterns.literals() {
            let path = self.root.join(literal);
            if !path.is_dir() || path.is_symlink() {
                selected.push(literal.clone());
            } else if !self.files.iter().any(|file| file.starts_with(literal)) {
                // Nothing in it is shown by git; it was named for what git does not show.
                selected.extend(files_below(&self.root, &path, Visibility::All)?);
            }
        }
        selected.sort_unstable();
        selected.dedup();
        Ok(selected)
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
        for file in [
            "a.py",
            "gen/b.py",
            "gen/keep.py",
            "gen/.onramp/z.py",
            "src/c.py",
            "src/cache/d.py",
            ".hidden.py",
            ".onramp/x.py",
            ".git/y.py",
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "gen/\ncache/\n").unwrap();
        let tree = Tree::walk(root).unwrap();
        let select = |patterns: &[&str]| {
            let patterns = Patterns::new(Path::new(""), patterns).unwrap();
            tree.select(&patterns).unwrap().iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(select(&["**/*.py"]), [".hidden.py", "a.py", "src/c.py"]);
        assert_eq!(select(&["*.py", "gen/keep.py"]), [".hidden.py", "a.py", "gen/keep.py"]);
        assert_eq!(select(&["absent.lock"]), ["absent.lock"]);
        assert_eq!(select(&["gen"]), ["gen/b.py", "gen/keep.py"]);
        assert_eq!(select(&["src"]), ["src/c.py"], "a folder that git shows has its ignored files still");
    }
}
