use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::changelog::{ChangeSet, Changelog, Item, Notation, Outcome, Reach};
use super::index::{Index, Lead, leads_out};
use crate::Code;
use crate::text::Text;
use crate::walk::{Listed, Tree};

/// Words in names of files and folders that changelogs lie in.
const NAMES: [&str; 5] = ["changelog", "changeset", "liquibase", "migrat", "changes"];

/// How much of a file is looked at for what a changelog begins with, in bytes: a licence may stand before it.
const BEGIN: usize = 4096;

/// How many files and places are looked at for includes, all in all: more are made to break readers.
const LOOKED_AT: usize = 500_000;

/// A changelog, with what its includes lead to.
pub(super) struct Document<'a> {
    /// The place of its folder.
    pub(super) place: usize,
    pub(super) file: &'a Listed,
    /// The path that its changesets are known by instead of its own.
    pub(super) logical: Option<String>,
    pub(super) steps: Vec<Step>,
    /// A line and what is wrong there.
    pub(super) fault: Option<(u32, String)>,
    /// The line from which on it was not read, if it has too much in it.
    pub(super) cut: Option<u32>,
}

/// What comes next.
pub(super) enum Step {
    Set(ChangeSet),
    /// Another changelog, from a line of this one.
    Into(PathBuf, u32),
    /// An include that leads to nothing that can be read.
    Lost(Code, u32, String),
}

impl Document<'_> {
    /// The changelogs that it includes.
    pub(super) fn includes(&self) -> impl Iterator<Item = &Path> {
        self.steps.iter().filter_map(|step| match step {
            Step::Into(path, _) => Some(path.as_path()),
            _ => None,
        })
    }

    /// Whether it includes anything, be that there or not.
    pub(super) fn has_includes(&self) -> bool {
        self.steps.iter().any(|step| !matches!(step, Step::Set(_)))
    }

    pub(super) fn folder(&self) -> &Path {
        self.file.path.parent().unwrap_or(&self.file.path)
    }
}

/// All changelogs, by path.
pub(super) struct Documents<'a> {
    by_path: BTreeMap<PathBuf, Document<'a>>,
    /// Those whose includes were not looked at yet.
    open: Vec<(PathBuf, Changelog)>,
    /// How many more files and places may be looked at for includes.
    left: usize,
}

/// Whether a file begins as a changelog does. Most files of these endings are none, so no more is read of them.
fn begins_as_changelog(notation: Notation, path: &Path) -> bool {
    let Ok(begin) = Text::begin(path, BEGIN) else { return false };
    match notation {
        Notation::Xml | Notation::Yaml => begin.contains("databaseChangeLog"),
        Notation::Sql => begin.to_ascii_lowercase().contains("liquibase formatted sql"),
    }
}

impl<'a> Documents<'a> {
    /// Reads what may be a changelog by its name, that of its folder or how it begins, and whatever those include.
    pub(super) fn of(tree: &'a Tree) -> Self {
        let mut documents = Self { by_path: BTreeMap::new(), open: Vec::new(), left: LOOKED_AT };
        for (place, folder) in tree.folders.iter().enumerate() {
            let has_word = |name: &str| {
                let name = name.to_ascii_lowercase();
                NAMES.iter().any(|word| name.contains(word))
            };
            let is_of_folder =
                tree.is_root(place) || tree.names(place).iter().rev().take(3).any(|name| has_word(name));
            for file in &folder.files {
                if let Some(notation) = Notation::of(&file.name)
                    && !leads_out(tree, &file.path)
                    && (is_of_folder || has_word(&file.name) || begins_as_changelog(notation, &file.path))
                    && let Ok(text) = Text::read(&file.path)
                {
                    documents.add(place, file, notation.read(&text.text));
                }
            }
        }
        let mut index = None;
        while let Some((path, changelog)) = documents.open.pop() {
            let mut steps = Vec::with_capacity(changelog.items.len());
            for item in changelog.items {
                match item {
                    Item::Set(set) => steps.push(Step::Set(set)),
                    Item::Include(include) => {
                        let index = index.get_or_insert_with(|| Index::of(tree));
                        let lead = index.follow(&path, &include, &mut documents.left);
                        documents.include(index, lead, &path, &include, &mut steps);
                    }
                }
            }
            if let Some(document) = documents.by_path.get_mut(&path) {
                (document.steps, document.logical) = (steps, changelog.logical);
            }
        }
        documents
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document<'a>> {
        self.by_path.get(path)
    }

    /// All of them, by path.
    pub(super) fn all(&self) -> impl Iterator<Item = &Document<'a>> {
        self.by_path.values()
    }

    fn add(&mut self, place: usize, file: &'a Listed, outcome: Outcome) {
        let (cut, fault) = match outcome {
            None => return,
            Some(Ok(changelog)) => {
                let cut = changelog.cut;
                self.open.push((file.path.clone(), changelog));
                (cut, None)
            }
            Some(Err(fault)) => (None, Some(fault)),
        };
        let document = Document { place, file, logical: None, steps: Vec::new(), fault, cut };
        self.by_path.insert(file.path.clone(), document);
    }

    fn include(
        &mut self,
        index: &Index<'a>,
        lead: Lead,
        from: &Path,
        include: &super::changelog::Include,
        steps: &mut Vec<Step>,
    ) {
        let (path, line) = (&include.path, include.line);
        let files = match lead {
            Lead::To(files) => files,
            Lead::Nowhere if include.may_be_missing => return,
            Lead::Nowhere => {
                let message = format!("includes `{path}`, which is not there");
                return steps.push(Step::Lost(Code::MissingInclude, line, message));
            }
            Lead::Out(why) => {
                let message = format!("includes `{path}`, which was not read: {why}");
                return steps.push(Step::Lost(Code::OutsideInclude, line, message));
            }
        };
        let unknown = include.unknown.iter().map(|(name, value)| {
            let what = match name.as_str() {
                "minDepth" | "maxDepth" => "is no number here, so files of every depth were taken",
                "resourceComparator" => "is code, so the order of the files is that of their names",
                _ => "is code, so what it leaves out was taken too",
            };
            format!("{name} `{value}` {what}")
        });
        let unknown: Vec<String> = unknown.collect();
        if include.reach == Reach::Folder && !unknown.is_empty() {
            let message = format!("includes all of `{path}`: {}", unknown.join("; "));
            steps.push(Step::Lost(Code::OutsideInclude, line, message));
        }
        for file in files {
            // Whoever includes all of a folder may lie in it.
            if include.reach == Reach::Folder && file == from {
                continue;
            }
            self.load(index, &file);
            if self.by_path.contains_key(&file) {
                steps.push(Step::Into(file, line));
            } else if include.reach == Reach::File {
                let message = format!("includes `{path}`, which is no changelog");
                steps.push(Step::Lost(Code::MissingInclude, line, message));
            }
        }
    }

    /// Reads a file that is included, unless it was read before.
    fn load(&mut self, index: &Index<'a>, path: &Path) {
        if self.by_path.contains_key(path) {
            return;
        }
        let Some((place, file)) = index.file(path) else { return };
        let Some(notation) = Notation::of(&file.name) else { return };
        let outcome = match Text::read(path) {
            Ok(text) => notation.read_included(&text.text),
            Err(_) if notation == Notation::Sql => notation.read_included(""),
            Err(_) => None,
        };
        self.add(place, file, outcome);
    }
}
