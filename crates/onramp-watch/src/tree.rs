use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::TreeSpec;
use crate::content::{Budget, Content};
use crate::eyes::Eyes;
use crate::git::has_rules;
use crate::walk::{Depth, Found, Visibility, walk};

/// What a look at files takes, and what it finds.
pub(crate) struct Look<'a> {
    /// Told of each folder that is listed, before it is.
    pub(crate) eyes: &'a mut Eyes,
    /// How many bytes may be read.
    pub(crate) budget: Budget,
    /// The files that are not as they were.
    pub(crate) changes: BTreeSet<PathBuf>,
}

/// A picture of the files of a tree that matter, and of all its folders.
pub(crate) struct Tree {
    spec: TreeSpec,
    files: BTreeMap<PathBuf, Content>,
    folders: BTreeSet<PathBuf>,
}

impl Tree {
    /// Nothing has been looked at yet.
    pub(crate) fn new(spec: TreeSpec) -> Self {
        Self { spec, files: BTreeMap::new(), folders: BTreeSet::new() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.spec.root
    }

    /// Looks at everything.
    pub(crate) fn look_everywhere(&mut self, look: &mut Look<'_>) {
        let root = self.spec.root.clone();
        self.look(&root, Depth::All, look);
    }

    /// Looks at the folders of these paths, and at folders among them with everything below.
    pub(crate) fn look_at(&mut self, paths: &BTreeSet<PathBuf>, look: &mut Look<'_>) {
        let mut single = BTreeSet::new();
        let mut whole = BTreeSet::new();
        for path in paths.iter().filter(|path| path.starts_with(&self.spec.root)) {
            let mut known = path.ancestors().filter(|folder| self.folders.contains(*folder));
            // Another folder may have taken the place of this one, and with another one all that is below it.
            if known.clone().next() == Some(path) {
                whole.extend(known.next());
            }
            match known.next() {
                Some(folder) if has_rules(path) => whole.insert(folder),
                Some(folder) => single.insert(folder),
                None => whole.insert(&self.spec.root),
            };
        }
        let [single, whole] = [single, whole].map(|set| set.into_iter().map(Path::to_path_buf));
        let (single, whole): (Vec<_>, Vec<_>) = (single.collect(), whole.collect());
        for folder in &single {
            self.look(folder, Depth::One, look);
        }
        let mut done: Option<PathBuf> = None;
        for folder in whole {
            // Sorted, a folder comes before what is below it. One that is gone was found to be by its own.
            if !done.as_ref().is_some_and(|done| folder.starts_with(done)) && self.folders.contains(&folder) {
                self.look(&folder, Depth::All, look);
                done = Some(folder);
            }
        }
    }

    /// Whether the picture has something at this path.
    pub(crate) fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path) || self.folders.contains(path)
    }

    /// Whether the picture has a file in this folder or below.
    pub(crate) fn has_below(&self, folder: &Path) -> bool {
        below(&self.files, folder).next().is_some()
    }

    fn look(&mut self, folder: &Path, depth: Depth, look: &mut Look<'_>) {
        let (mut files, mut folders) = (Vec::new(), BTreeSet::new());
        walk(folder, Visibility::Git, depth, |found| match found {
            Found::Folder(path) => {
                let is_listed = depth == Depth::All || path == folder;
                if is_listed {
                    look.eyes.watch(&path);
                }
                folders.insert(path);
            }
            Found::File(path) => files.push(path),
        });
        let is_meant = |path: &Path| depth == Depth::All || path.parent() == Some(folder);
        let mut before: BTreeMap<PathBuf, Content> = BTreeMap::new();
        let known: Vec<PathBuf> = below(&self.files, folder).map(|(path, _)| path.clone()).collect();
        for path in known {
            // Files in a subfolder that is gone are gone with it.
            let is_orphan = || path.ancestors().any(|above| is_meant(above) && !folders.contains(above));
            if is_meant(&path) || is_orphan() {
                before.extend(self.files.remove_entry(&path));
            }
        }
        for path in files {
            let relative = path.strip_prefix(&self.spec.root).unwrap_or(&path);
            if !(self.spec.matters)(relative) {
                continue;
            }
            let old = before.remove(&path);
            let new = Content::look(&path, old.as_ref(), &mut look.budget);
            if old.is_none_or(|old| old.differs(&new)) {
                look.changes.insert(path.clone());
            }
            self.files.insert(path, new);
        }
        look.changes.extend(before.into_keys());
        let new = self.replace_folders(folder, depth, folders);
        for folder in new {
            self.look(&folder, Depth::All, look);
        }
    }

    /// Takes over which folders there are, and returns those that have not been listed.
    fn replace_folders(&mut self, folder: &Path, depth: Depth, found: BTreeSet<PathBuf>) -> Vec<PathBuf> {
        if depth == Depth::All {
            self.folders.retain(|path| !path.starts_with(folder));
            self.folders.extend(found);
            return Vec::new();
        }
        self.folders.retain(|path| {
            let child = path.ancestors().find(|above| above.parent() == Some(folder));
            child.is_none_or(|child| found.contains(child))
        });
        let new = found.iter().filter(|path| !self.folders.contains(*path)).cloned().collect();
        self.folders.extend(found);
        new
    }
}

/// The entries of a folder and of all folders below.
fn below<'a>(
    files: &'a BTreeMap<PathBuf, Content>,
    folder: &Path,
) -> impl Iterator<Item = (&'a PathBuf, &'a Content)> {
    let folder = folder.to_path_buf();
    files.range(folder.clone()..).take_while(move |(path, _)| path.starts_with(&folder))
}
