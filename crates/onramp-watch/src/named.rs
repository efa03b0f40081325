use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::content::Content;
use crate::eyes::Eyes;
use crate::tree::{Look, Tree};
use crate::walk::{Depth, Found, Visibility, walk};

/// A picture of the paths that matter even where git ignores them.
pub(crate) struct Named {
    paths: Vec<PathBuf>,
    files: BTreeMap<PathBuf, Content>,
}

impl Named {
    /// Nothing has been looked at yet.
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths, files: BTreeMap::new() }
    }

    /// Whether something that lies at this path, or comes to lie there, may matter.
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        self.paths.iter().any(|named| named.starts_with(path) || path.starts_with(named))
    }

    /// Looks at all of them if one of the changed paths concerns any.
    pub(crate) fn look_at(&mut self, changed: &BTreeSet<PathBuf>, trees: &[Tree], look: &mut Look<'_>) {
        if changed.iter().any(|path| self.concerns(path)) {
            self.look_everywhere(trees, look);
        }
    }

    /// Looks at all of them.
    pub(crate) fn look_everywhere(&mut self, trees: &[Tree], look: &mut Look<'_>) {
        let mut before = std::mem::take(&mut self.files);
        for path in &self.paths {
            watch_around(path, look.eyes);
            let content = Content::look(path, before.get(path), &mut look.budget);
            let mut found = vec![(path.clone(), content)];
            if found[0].1.is_folder() {
                found.clear();
                // Of a folder that git shows, the trees know what matters.
                if !trees.iter().any(|tree| tree.has_below(path)) {
                    found = files_of(path, &before, look);
                }
            }
            self.files.extend(found);
        }
        for (path, content) in &self.files {
            let old = before.remove(path);
            if old.map_or(content.is_present(), |old| old.differs(content)) {
                look.changes.insert(path.clone());
            }
        }
        look.changes.extend(before.into_iter().filter(|(_, old)| old.is_present()).map(|(path, _)| path));
    }
}

/// Watches the folder in which a path lies, or will lie: the nearest one above it that exists.
pub(crate) fn watch_around(path: &Path, eyes: &mut Eyes) {
    if let Some(folder) = path.ancestors().skip(1).find(|folder| folder.is_dir()) {
        eyes.watch(folder);
    }
}

fn files_of(
    folder: &Path,
    before: &BTreeMap<PathBuf, Content>,
    look: &mut Look<'_>,
) -> Vec<(PathBuf, Content)> {
    let mut files = Vec::new();
    walk(folder, Visibility::All, Depth::All, |found| match found {
        Found::Folder(folder) => look.eyes.watch(&folder),
        Found::File(path) => files.push(path),
    });
    let mut content = |path: PathBuf| {
        let content = Content::look(&path, before.get(&path), &mut look.budget);
        (path, content)
    };
    files.into_iter().map(&mut content).collect()
}
