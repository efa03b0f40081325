use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Patterns;
use crate::listing::Listing;
use crate::walk::{Visibility, files_below, sort};

/// The files of a workspace that git would show.
///
/// They are listed once, when they are needed first. Whoever has run something that may have made or removed
/// files says so with [`Tree::doubt`]; the next look then asks each folder whether it has changed, and lists those
/// anew that have. So one walk serves all tasks of a run, and none of them sees a list that is out of date.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listing: Option<Listing>,
    is_in_doubt: bool,
}

impl Tree {
    /// The files below `root`, which is not looked at yet. `.gitignore` files count whether or not the folder is
    /// a git repository; `.git` and `.onramp` are left out.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), state: Mutex::default() }
    }

    /// The workspace root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Says that files may have come or gone.
    pub fn doubt(&self) {
        self.lock().is_in_doubt = true;
    }

    /// The folders that hold the files, relative to the root, which is the empty path.
    pub fn folders(&self) -> io::Result<Vec<PathBuf>> {
        self.with_listing(|listing| listing.folders().map(Path::to_path_buf).collect())
    }

    /// The files that the patterns mean, relative to the root and sorted by the bytes of their names. What a
    /// literal path names is among them even where git ignores it, a folder with all its files; and so is a
    /// literal path at which there is nothing.
    pub fn select(&self, patterns: &Patterns) -> io::Result<Vec<PathBuf>> {
        let (mut selected, elsewhere) = self.with_listing(|listing| {
            let mut selected = Vec::new();
            for prefix in patterns.prefixes() {
                let files = listing.below(prefix).iter();
                selected.extend(files.filter(|file| patterns.glob_matches(file)).cloned());
            }
            let mut elsewhere = Vec::new();
            for literal in patterns.literals() {
                let below = listing.below(literal);
                if listing.has(literal) {
                    selected.push(literal.clone());
                } else if below.is_empty() {
                    elsewhere.push(literal);
                } else {
                    selected.extend_from_slice(below);
                }
            }
            (selected, elsewhere)
        })?;
        for literal in elsewhere {
            let path = self.root.join(literal);
            if path.is_dir() && !path.is_symlink() {
                // Nothing in it is shown by git; it was named for what git does not show.
                selected.extend(files_below(&self.root, &path, Visibility::All)?);
            } else {
                selected.push(literal.clone());
            }
        }
        sort(&mut selected);
        selected.dedup();
        Ok(selected)
    }

    fn with_listing<T>(&self, look: impl FnOnce(&Listing) -> T) -> io::Result<T> {
        let mut state = self.lock();
        let is_in_doubt = std::mem::take(&mut state.is_in_doubt);
        let listing = match state.listing.take() {
            None => Listing::walk(&self.root)?,
            Some(mut listing) => {
                if is_in_doubt {
                    listing.renew(&self.root)?;
                }
                listing
            }
        };
        Ok(look(state.listing.insert(listing)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            "src-2/e.py",
            ".hidden.py",
            ".onramp/x.py",
            ".git/y.py",
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "gen/\ncache/\n").unwrap();
        let tree = Tree::new(root);
        let select = |patterns: &[&str]| {
            let patterns = Patterns::new(Path::new(""), patterns).unwrap();
            tree.select(&patterns).unwrap().iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(select(&["**/*.py"]), [".hidden.py", "a.py", "src-2/e.py", "src/c.py"]);
        assert_eq!(select(&["*.py", "gen/keep.py"]), [".hidden.py", "a.py", "gen/keep.py"]);
        assert_eq!(select(&["absent.lock"]), ["absent.lock"]);
        assert_eq!(select(&["gen"]), ["gen/b.py", "gen/keep.py"]);
        assert_eq!(select(&["src"]), ["src/c.py"], "a folder that git shows has its ignored files still");
        assert_eq!(select(&["src/*.py", "src/**"]), ["src/c.py"], "two patterns may mean one file");
    }
}
