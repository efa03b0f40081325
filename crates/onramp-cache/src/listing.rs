use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::stat::{Stat, now};
use crate::walk::{Found, Visibility, sort, walk};

/// The name of the files by which git decides what it does not show.
const IGNORE_FILE: &str = ".gitignore";

/// What a walk of the tree has found, and by what it is known whether that still holds.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Sorted by the bytes of their names.
    files: Vec<PathBuf>,
    folders: BTreeMap<PathBuf, Seen>,
}

/// A folder as it was just before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    folder: Option<Stat>,
    /// Whether it may have changed again without a trace.
    is_racy: bool,
    /// Its `.gitignore`.
    ignore: Option<Stat>,
}

impl Listing {
    /// Lists everything below `root` that git would show.
    pub(crate) fn walk(root: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        listing.add_below(root, Path::new(""))?;
        sort(&mut listing.files);
        Ok(listing)
    }

    /// Whether a file is among them.
    pub(crate) fn has(&self, file: &Path) -> bool {
        self.files.binary_search_by(|other| other.as_os_str().cmp(file.as_os_str())).is_ok()
    }

    /// The files below a folder.
    pub(crate) fn below(&self, folder: &Path) -> &[PathBuf] {
        if folder.as_os_str().is_empty() {
            return &self.files;
        }
        let bound = |end: &str| {
            let mut bound = OsString::from(folder);
            bound.push(end);
            self.files.partition_point(|file| file.as_os_str() < bound.as_os_str())
        };
        // `0` is the character behind `/`.
        &self.files[bound("/")..bound("0")]
    }

    /// Whether a folder was looked into.
    pub(crate) fn has_folder(&self, folder: &Path) -> bool {
        self.folders.contains_key(folder)
    }

    /// The folders, each before those in it.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.keys().map(PathBuf::as_path)
    }

    /// Asks every folder whether it has changed, and lists anew those that have.
    pub(crate) fn renew(&mut self, root: &Path) -> io::Result<()> {
        let changed: Vec<PathBuf> = self
            .folders
            .iter()
            .filter(|(folder, seen)| seen.is_racy || Seen::of(&root.join(folder)) != **seen)
            .map(|(folder, _)| folder.clone())
            .collect();
        let new_rules = |folder: &PathBuf| {
            let ignore = stat(&root.join(folder).join(IGNORE_FILE));
            self.folders.get(folder).is_some_and(|seen| seen.ignore != ignore)
        };
        if changed.len() > self.folders.len() / 4 + 1 || changed.iter().any(new_rules) {
            *self = Self::walk(root)?;
            return Ok(());
        }
        for folder in &changed {
            // It may have gone with one that was looked at before.
            if self.folders.contains_key(folder) {
                self.renew_folder(root, folder)?;
            }
        }
        if !changed.is_empty() {
            sort(&mut self.files);
            self.files.dedup();
        }
        Ok(())
    }

    fn renew_folder(&mut self, root: &Path, folder: &Path) -> io::Result<()> {
        let seen = Seen::of(&root.join(folder));
        if seen.folder.is_none() {
            self.remove_below(folder);
            return Ok(());
        }
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        walk(root, &root.join(folder), Visibility::Git, Some(1), |found| match found {
            Found::File(path) => files.push(path),
            Found::Folder(path) if path == folder => {}
            Found::Folder(path) => folders.push(path),
        })?;
        let is_inside = |known: &&PathBuf| known.parent() == Some(folder) && known.as_os_str() != "";
        let known: Vec<PathBuf> = self.folders.keys().filter(is_inside).cloned().collect();
        known.iter().filter(|known| !folders.contains(known)).for_each(|gone| self.remove_below(gone));
        self.files.retain(|file| file.parent() != Some(folder));
        self.files.append(&mut files);
        for new in folders.iter().filter(|folder| !known.contains(folder)) {
            self.add_below(root, new)?;
        }
        self.folders.insert(folder.to_path_buf(), seen);
        Ok(())
    }

    fn add_below(&mut self, root: &Path, folder: &Path) -> io::Result<()> {
        walk(root, &root.join(folder), Visibility::Git, None, |found| match found {
            Found::File(path) => {
                // Folders without rules of their own are not asked for any.
                if path.file_name().is_some_and(|name| name == IGNORE_FILE)
                    && let Some(seen) = path.parent().and_then(|folder| self.folders.get_mut(folder))
                {
                    seen.note_rules(&root.join(&path));
                }
                self.files.push(path);
            }
            Found::Folder(path) => {
                let seen = Seen::without_rules(&root.join(&path));
                self.folders.insert(path, seen);
            }
        })
    }

    fn remove_below(&mut self, folder: &Path) {
        self.files.retain(|file| !file.starts_with(folder));
        self.folders.retain(|known, _| !known.starts_with(folder));
    }
}

impl Seen {
    /// A folder of which nobody knows yet whether it has a `.gitignore`.
    fn without_rules(folder: &Path) -> Self {
        let moment = now();
        let seen = stat(folder);
        Self { folder: seen, is_racy: seen.is_some_and(|stat| stat.is_racy(moment)), ignore: None }
    }

    /// Its `.gitignore` was found.
    fn note_rules(&mut self, file: &Path) {
        let moment = now();
        self.ignore = stat(file);
        self.is_racy |= self.ignore.is_some_and(|stat| stat.is_racy(moment));
    }

    fn of(folder: &Path) -> Self {
        let moment = now();
        let seen = stat(folder);
        let ignore = stat(&folder.join(IGNORE_FILE));
        let is_racy = [seen, ignore].iter().flatten().any(|stat| stat.is_racy(moment));
        Self { folder: seen, is_racy, ignore }
    }
}

fn stat(path: &Path) -> Option<Stat> {
    fs::symlink_metadata(path).ok().map(|metadata| Stat::of(&metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(listing: &Listing) -> Vec<String> {
        listing.files.iter().map(|file| file.display().to_string()).collect()
    }

    /// What a renewed listing says is what a new walk says, whatever happened in between.
    #[track_caller]
    fn check(root: &Path, listing: &mut Listing) {
        listing.renew(root).unwrap();
        let walked = Listing::walk(root).unwrap();
        assert_eq!(names(listing), names(&walked));
        assert!(listing.folders.keys().eq(walked.folders.keys()));
    }

    #[test]
    fn a_renewed_listing_is_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for number in 0..20 {
            fs::create_dir_all(root.join(format!("d{number}/deep"))).unwrap();
            fs::write(root.join(format!("d{number}/deep/a")), "").unwrap();
        }
        let mut listing = Listing::walk(root).unwrap();
        assert_eq!(names(&listing).len(), 20);
        let steps: [&dyn Fn(); 9] = [
            &|| fs::write(root.join("d3/deep/b"), "").unwrap(),
            &|| fs::remove_file(root.join("d3/deep/a")).unwrap(),
            &|| fs::create_dir_all(root.join("d4/new/newer")).unwrap(),
            &|| fs::write(root.join("d4/new/newer/c"), "").unwrap(),
            &|| fs::rename(root.join("d4/new"), root.join("d5/moved")).unwrap(),
            &|| fs::write(root.join("d5/.gitignore"), "moved/\n").unwrap(),
            &|| fs::write(root.join("d5/.gitignore"), "never/\n").unwrap(),
            &|| fs::remove_dir_all(root.join("d6")).unwrap(),
            &|| fs::write(root.join("d6"), "a file now").unwrap(),
        ];
        for step in steps {
            step();
            check(root, &mut listing);
        }
    }

    #[test]
    fn what_lies_below_a_folder_stands_together() {
        let listing = Listing {
            files: ["a-b", "a/b", "a/b/c", "a0", "b"].map(PathBuf::from).to_vec(),
            folders: BTreeMap::new(),
        };
        assert_eq!(listing.below(Path::new("a")), ["a/b", "a/b/c"].map(PathBuf::from));
        assert_eq!(listing.below(Path::new("")).len(), 5);
        assert!(listing.has(Path::new("a0")) && !listing.has(Path::new("a")));
    }
}
