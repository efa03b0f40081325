mod by_name;
mod heads;
mod links;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::{DialectSpec, EngineSpec, MigrateSpec};

pub(crate) use by_name::{compare_ids, id_of, id_of_file, letters_of, revision_of, words};
pub(crate) use onramp_histories::{DownSpans, RevisionFile};
pub(crate) use shown::{below, of_copy};

/// One revision of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its id.
    pub id: String,
    /// The ids of the revisions that it follows: none for a first one, several for a merge.
    pub down: Vec<String>,
    /// The files that it consists of, at least one.
    pub files: Vec<PathBuf>,
    /// What it does, as its file says; `None` where nobody can tell.
    pub message: Option<String>,
}

impl Revision {
    /// The words of its message, or those of its file's name, in lower case with `_` between them: what revisions of
    /// several dialects have in common.
    pub fn slug(&self) -> String {
        match &self.message {
            Some(message) => slug(message),
            None => slug(by_name::words(self.first_file())),
        }
    }

    /// What it does, in words: its message, or else those of its file's name.
    pub fn title(&self) -> String {
        match &self.message {
            Some(message) => message.trim_end_matches('.').to_owned(),
            None => by_name::words(self.first_file()).replace(['_', '-'], " ").trim().to_owned(),
        }
    }

    /// The file that messages name.
    pub(crate) fn first_file(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }
}

/// The revisions of one versions folder. Those of Alembic are read from the files' content; neither file names nor
/// Python are asked. Those of another tool are read from the files' names.
#[derive(Clone, Debug, Default)]
pub struct History {
    revisions: BTreeMap<String, Revision>,
    /// Where revisions say what they follow, by their ids: lines from 1.
    down_lines: BTreeMap<String, u32>,
}

impl History {
    /// Reads the history of a dialect as the project's engine keeps it.
    pub fn of(spec: &MigrateSpec, dialect: &DialectSpec) -> Result<Self, Failure> {
        let history = match dialect.pending.is_empty() {
            true => Self::of_engine(&spec.engine, &dialect.versions),
            false => Self::of_files(&spec.engine, &dialect.files(&spec.engine)?),
        };
        history.map_err(|failure| shown::below(&spec.root, failure))
    }

    /// Reads the history in a folder as that engine keeps it.
    pub(crate) fn of_engine(engine: &EngineSpec, folder: &Path) -> Result<Self, Failure> {
        match engine {
            EngineSpec::Alembic(_) => Self::read(folder),
            EngineSpec::Command(_) => Self::read_names(folder),
        }
    }

    /// Reads the history that files of one folder are, as that engine keeps it.
    pub fn of_files(engine: &EngineSpec, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<Self, Failure> {
        match engine {
            EngineSpec::Command(_) => Ok(Self::from_names(files.keys().cloned())),
            EngineSpec::Alembic(_) => {
                let mut history = Self::default();
                for (file, content) in files.iter().filter(|(file, _)| has_name_of_revision(file)) {
                    history.add(file.clone(), content)?;
                }
                history.check_links()?;
                Ok(history)
            }
        }
    }

    /// Reads the `*.py` files of a folder, though not of its subfolders. Fails, naming the file, where one is
    /// no revision, where two have the same id, where one follows a revision that does not exist, and where
    /// they follow one another in a circle.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let unreadable = |error| Failure::task(format!("{}: {error}", folder.display()));
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if is_revision_file(&path) {
                files.push(path);
            }
        }
        files.sort();
        let mut history = Self::default();
        for file in files {
            let content = fs::read(&file).map_err(|error| unread(&file, &error))?;
            history.add(file, &content)?;
        }
        history.check_links()?;
        Ok(history)
    }

    /// The revision of that id.
    pub fn get(&self, id: &str) -> Option<&Revision> {
        self.revisions.get(id)
    }

    /// All revisions, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.values()
    }

    /// The ids from the first revision to the head, where each follows one other at most; else the way back from the
    /// first of the heads by the first revisions that each follows.
    pub fn line(&self) -> Vec<&str> {
        let mut line = Vec::new();
        let mut next = self.heads().first().and_then(|head| self.revisions.get(*head));
        while let Some(revision) = next {
            line.push(revision.id.as_str());
            next = revision.down.first().and_then(|down| self.revisions.get(down));
        }
        line.reverse();
        line
    }

    /// All revisions, each behind those that it follows, and otherwise in the order of their ids.
    pub fn in_order(&self) -> Vec<&Revision> {
        let mut order: Vec<&Revision> = Vec::with_capacity(self.revisions.len());
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&Revision> = self.revisions.values().rev().collect();
        while let Some(revision) = open.pop() {
            if done.contains(revision.id.as_str()) {
                continue;
            }
            let known = |down: &String| self.revisions.get(down).filter(|_| !done.contains(down.as_str()));
            let before: Vec<&Revision> = revision.down.iter().filter_map(known).collect();
            if before.is_empty() {
                done.insert(&revision.id);
                order.push(revision);
            } else {
                open.push(revision);
                open.extend(before);
            }
        }
        order
    }

    /// The ids of a revision and of all that it follows.
    pub(crate) fn way_to<'a>(&'a self, id: &'a str) -> BTreeSet<&'a str> {
        let (mut way, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            if way.insert(id) {
                open.extend(
                    self.revisions
                        .get(id)
                        .into_iter()
                        .flat_map(|revision| &revision.down)
                        .map(String::as_str),
                );
            }
        }
        way
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    fn add(&mut self, file: PathBuf, content: &[u8]) -> Result<(), Failure> {
        let source = String::from_utf8_lossy(content);
        let line_of = |name| RevisionFile::line_of(&source, name);
        let parsed = RevisionFile::parse(&source).map_err(|reason| {
            let name = if reason.contains("`down_revision`") { "down_revision" } else { "revision" };
            Failure::task(format!("{} {reason}", file.display())).at(&file, line_of(name))
        })?;
        if let Some(other) = self.revisions.get(&parsed.id) {
            let (first, second) = (other.first_file().display(), file.display());
            let message = format!("{first} and {second} have the same revision id `{}`", parsed.id);
            return Err(Failure::task(message).at(&file, line_of("revision")));
        }
        self.down_lines.extend(line_of("down_revision").map(|line| (parsed.id.clone(), line)));
        let (id, down, message) = (parsed.id.clone(), parsed.down, parsed.message);
        let revision = Revision { id, down, files: vec![file], message };
        self.revisions.insert(parsed.id, revision);
        Ok(())
    }
}

/// A file that cannot be read.
fn unread(file: &Path, error: &std::io::Error) -> Failure {
    Failure::task(format!("{}: {error}", file.display())).at(file, None)
}

/// Whether Alembic takes the file for a revision: it passes over `__init__.py` and the lock files of editors.
pub(crate) fn is_revision_file(path: &Path) -> bool {
    has_name_of_revision(path) && path.is_file()
}

pub(crate) fn has_name_of_revision(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".py") && !name.starts_with("__init__") && !name.starts_with(".#")
}

/// The words of a text in lower case, with `_` between them.
pub(crate) fn slug(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}
