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
        let (mut selected, elsewhere, unlisted) = self.with_listing(|listing| {
            let (mut selected, mut elsewhere, mut unlisted) = (Vec::new(), Vec::new(), Vec::new());
            for prefix in patterns.prefixes() {
                let files = listing.below(prefix);
                if files.is_empty() && !listing.has_folder(prefix) {
                    unlisted.push(prefix);
                }
                selected.extend(files.iter().filter(|file| patterns.glob_matches(file)).cloned());
            }
            for literal in patterns.literals() {
                let below = listing.below(literal);
                if listing.has(literal) {
                    selected.push(literal.clone());
                    elsewhere.push(literal);
                } else if below.is_empty() {
                    elsewhere.push(literal);
                } else {
                    selected.extend_from_slice(below);
                }
            }
            (selected, elsewhere, unlisted)
        })?;
        for literal in elsewhere {
            let path = self.root.join(literal);
            let is_link = path.is_symlink();
            let is_folder = path.is_dir();
            if is_link || !is_folder {
                selected.push(literal.clone());
            }
            if is_folder {
                // Nothing in it is shown by git; it was named for what git does not show, or leads elsewhere.
                selected.extend(files_below(&self.root, &path, Visibility::All)?);
            }
        }
        for prefix in unlisted {
            // A link, or another repository: a pattern that begins with its name means what lies there.
            let folder = self.root.join(prefix);
            if folder.is_dir() && self.leads_elsewhere(prefix) {
                let files = files_below(&self.root, &folder, Visibility::Git)?;
                selected.extend(files.into_iter().filter(|file| patterns.glob_matches(file)));
            }
        }
        sort(&mut selected);
        selected.dedup();
        Ok(selected)
    }

    /// Whether a folder on the way is a link, or the root of another repository.
    fn leads_elsewhere(&self, path: &Path) -> bool {
        let on_the_way = path.ancestors().filter(|path| !path.as_os_str().is_empty());
        on_the_way
            .map(|path| self.root.join(path))
            .any(|path| path.is_symlink() || path.join(".git").exists())
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

    #[test]
    fn a_pattern_that_leads_through_a_link_or_into_another_repository_means_what_is_there() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = folder.path();
        fs::create_dir_all(root.join("vendor/lib/.git")).unwrap();
        fs::write(root.join("vendor/lib/a.py"), "").unwrap();
        fs::create_dir(other.path().join("deep")).unwrap();
        fs::write(other.path().join("deep/b.py"), "").unwrap();
        std::os::unix::fs::symlink(other.path(), root.join("shared")).unwrap();
        let tree = Tree::new(root);
        let select = |pattern: &str| {
            let patterns = Patterns::new(Path::new(""), [pattern]).unwrap();
            tree.select(&patterns).unwrap().iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(select("vendor/lib/**"), ["vendor/lib/a.py"]);
        assert_eq!(select("shared/**/*.py"), ["shared/deep/b.py"]);
        assert_eq!(select("shared"), ["shared", "shared/deep/b.py"]);
        assert_eq!(select("**/*.py"), [""; 0], "nobody names them");
    }
}
