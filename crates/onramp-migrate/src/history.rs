mod by_name;
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

    /// The ids of the revisions that none follows, sorted.
    pub fn heads(&self) -> Vec<&str> {
        let followed: BTreeSet<&str> =
            self.revisions.values().flat_map(|revision| &revision.down).map(String::as_str).collect();
        self.revisions.keys().map(String::as_str).filter(|id| !followed.contains(id)).collect()
    }

    /// The one head, or `None` for an empty history. Fails, naming the heads and their files, where there are
    /// several.
    pub fn head(&self) -> Result<Option<&str>, Failure> {
        let heads = self.heads();
        match heads.as_slice() {
            [] => Ok(None),
            [head] => Ok(Some(head)),
            several => {
                let described: Vec<String> = several
                    .iter()
                    .filter_map(|id| self.revisions.get(*id))
                    .map(|revision| format!("{} ({})", revision.id, revision.first_file().display()))
                    .collect();
                let message = format!("the history has {} heads: {}", several.len(), described.join(", "));
                let last = several.last().and_then(|id| self.revisions.get(*id));
                Err(last.into_iter().fold(Failure::task(message), |failure, last| self.due_to(last, failure)))
            }
        }
    }

    /// The same for the history of a dialect. The failure comes with the commands that put one
    /// on top of the other, or join them.
    pub fn only_head(&self, spec: &MigrateSpec, dialect: &DialectSpec) -> Result<Option<&str>, Failure> {
        self.head().map_err(|failure| shown::below(&spec.root, failure)).map_err(|failure| {
            let joining = joining(spec, dialect, &self.heads());
            failure.hint(match &spec.typed_rebase {
                Some(rebase) => format!("{rebase}\nto keep both and join them instead: {joining}"),
                None => joining,
            })
        })
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

    fn check_links(&self) -> Result<(), Failure> {
        for revision in self.revisions.values() {
            if let Some(unknown) = revision.down.iter().find(|id| !self.revisions.contains_key(*id)) {
                let file = revision.first_file().display();
                let message = format!("{file} follows revision `{unknown}`, which does not exist");
                return Err(self.due_to(revision, Failure::task(message)));
            }
        }
        match self.member_of_circle() {
            Some(revision) => {
                let file = revision.first_file().display();
                let message = format!("{file} follows itself through other revisions");
                Err(self.due_to(revision, Failure::task(message)))
            }
            None => Ok(()),
        }
    }

    /// A failure that is due to what a revision follows.
    fn due_to(&self, revision: &Revision, failure: Failure) -> Failure {
        failure.at(revision.first_file(), self.down_lines.get(&revision.id).copied())
    }

    /// Takes away what follows nothing that is left, again and again; what remains at the end is a circle, or
    /// follows one.
    fn member_of_circle(&self) -> Option<&Revision> {
        let mut followers: BTreeMap<&str, Vec<&Revision>> = BTreeMap::new();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for revision in self.revisions.values() {
            open.insert(&revision.id, revision.down.len());
            for down in &revision.down {
                followers.entry(down).or_default().push(revision);
            }
        }
        let mut free: Vec<&str> = open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
        while let Some(id) = free.pop() {
            open.remove(id);
            for follower in followers.get(id).into_iter().flatten() {
                if let Some(count) = open.get_mut(follower.id.as_str()) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(&follower.id);
                    }
                }
            }
        }
        open.keys().next().and_then(|id| self.revisions.get(*id))
    }
}

/// A file that cannot be read.
fn unread(file: &Path, error: &std::io::Error) -> Failure {
    Failure::task(format!("{}: {error}", file.display())).at(file, None)
}

/// What joins heads: Alembic's own command where it is known how that is started, else what to write.
fn joining(spec: &MigrateSpec, dialect: &DialectSpec, heads: &[&str]) -> String {
    match &spec.engine {
        EngineSpec::Alembic(start) if !start.program.is_empty() => {
            let words = start.program.iter().map(|word| word.replace("{dialect}", dialect.dialect.name()));
            let words: Vec<String> = words.map(|word| shell_word(&word)).collect();
            format!("{} {} merge -m \"merge heads\" {}", spec.typed_exec, words.join(" "), heads.join(" "))
        }
        _ => {
            let heads: Vec<String> = heads.iter().map(|head| format!("'{head}'")).collect();
            format!("write a revision that follows all of them: down_revision = ({})", heads.join(", "))
        }
    }
}

fn shell_word(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+@".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
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
