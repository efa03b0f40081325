use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::changelog::{Include, Notation, Reach};
use crate::walk::{Listed, Tree};

/// All files and folders that may be included: those that were listed, and nothing else.
pub(super) struct Index<'a> {
    tree: &'a Tree,
    files: HashMap<&'a Path, (usize, &'a Listed)>,
    folders: HashMap<&'a Path, usize>,
}

/// What an include leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Files, in their order.
    To(Vec<PathBuf>),
    /// Nothing is there.
    Nowhere,
    /// It may be there, and is not read, for this reason.
    Out(&'static str),
}

/// How far above a changelog a root of the application is looked for.
const ABOVE: usize = 64;

impl<'a> Index<'a> {
    pub(super) fn of(tree: &'a Tree) -> Self {
        let folders = || tree.folders.iter().enumerate();
        let of_folder = |(place, folder): (usize, &'a crate::walk::Folder)| {
            folder.files.iter().map(move |file| (file.path.as_path(), (place, file)))
        };
        Self {
            tree,
            files: folders().flat_map(of_folder).collect(),
            folders: folders().map(|(place, folder)| (folder.path.as_path(), place)).collect(),
        }
    }

    /// A file, and the place of its folder.
    pub(super) fn file(&self, path: &Path) -> Option<(usize, &'a Listed)> {
        self.files.get(path).copied()
    }

    /// Where an include of a changelog leads. `left` is how many more files and places may be looked at.
    pub(super) fn follow(&self, from: &Path, include: &Include, left: &mut usize) -> Lead {
        if *left == 0 {
            return Lead::Out("too many are included");
        }
        if include.path.contains("${") {
            return Lead::Out("a property is a part of its path");
        }
        let path = include.path.replace('\\', "/");
        let path = path.strip_prefix("classpath*:").or(path.strip_prefix("classpath:")).unwrap_or(&path);
        if path.contains("://") {
            return Lead::Out("it lies on another machine");
        }
        let Some(folder) = from.parent() else { return Lead::Nowhere };
        let mut candidates: Vec<PathBuf> = match include.is_relative {
            true => vec![normal(&folder.join(path.trim_start_matches('/')))],
            // The roots that an application looks below are not known; each of them is a folder above.
            false => folder
                .ancestors()
                .take(ABOVE)
                .map(|above| normal(&above.join(path.trim_start_matches('/'))))
                .collect(),
        };
        candidates.dedup();
        *left = left.saturating_sub(candidates.len());
        let found = candidates.iter().find_map(|path| match include.reach {
            Reach::File => self.file(path).map(|_| vec![path.clone()]),
            Reach::Folder => self.folders.get(path.as_path()).map(|place| self.below(*place, include, left)),
        });
        match found {
            Some(files) if files.is_empty() => Lead::Nowhere,
            Some(files) if files.iter().any(|file| leads_out(self.tree, file)) => {
                Lead::Out("a link leads out of the folder that is looked at")
            }
            Some(files) => Lead::To(files),
            None => self.why_not(&candidates),
        }
    }

    /// What is not among the listed ones is not there, or not to be looked at.
    fn why_not(&self, candidates: &[PathBuf]) -> Lead {
        let is_there = |path: &&PathBuf| path.symlink_metadata().is_ok();
        match candidates.iter().find(is_there) {
            Some(path) if !is_inside(self.tree, path) => {
                Lead::Out("it lies outside of the folder that is looked at")
            }
            Some(_) => Lead::Out("it is no regular file, or behind a link"),
            None => Lead::Nowhere,
        }
    }

    /// The changelogs below a folder, by their whole names.
    fn below(&self, place: usize, include: &Include, left: &mut usize) -> Vec<PathBuf> {
        let (least, most) = include.depth;
        let (mut open, mut files) = (vec![(place, 1)], Vec::new());
        while let Some((place, depth)) = open.pop() {
            let folder = &self.tree.folders[place];
            *left = left.saturating_sub(1 + folder.files.len());
            let ending = include.ending.as_deref().unwrap_or_default();
            // A part of the folder may be a part of the ending.
            let ends = |file: &Listed| {
                ending.is_empty() || file.path.to_string_lossy().to_lowercase().ends_with(ending)
            };
            let is_wanted = |file: &&Listed| Notation::of(&file.name).is_some() && ends(file);
            if (least..=most).contains(&depth) {
                files.extend(folder.files.iter().filter(is_wanted).map(|file| file.path.clone()));
            }
            if depth < most {
                open.extend(folder.folders.iter().map(|place| (*place, depth + 1)));
            }
        }
        files.sort_by(|left, right| left.as_os_str().cmp(right.as_os_str()));
        files
    }
}

/// Whether a path leads out of everything that was listed: not even what looks like a changelog is read there.
pub(super) fn leads_out(tree: &Tree, path: &Path) -> bool {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    is_link && fs::canonicalize(path).map_or(true, |target| !is_inside(tree, &target))
}

fn is_inside(tree: &Tree, path: &Path) -> bool {
    let mut roots = tree.folders.iter().filter(|folder| folder.parent.is_none());
    roots.any(|root| path.starts_with(&root.path))
}

/// The path without `.` and `..`, by its text alone: no link is asked.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
