//! The files that the settings of a formatter or linter stand in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use onramp_cache::{Entry, Patterns};
use onramp_config::{CommandLine, Values};
use onramp_core::Failure;

use super::tools;
use crate::checkout::Checkout;
use crate::job::{CommandWork, Job};
use crate::session::Session;

/// Settings files by their paths, with what lies there.
pub(super) type Files = BTreeMap<String, String>;

/// Finds the settings that count in a folder: the task's `inputs`, files that its commands name, and what its tool is
/// known to read there and in the folders above, up to the root of the repository. Folders with the same settings
/// have one number.
pub(super) struct Settings<'a> {
    checkout: &'a Checkout,
    names: Vec<&'static str>,
    top: PathBuf,
    /// By number.
    all: Vec<Files>,
    folders: HashMap<PathBuf, usize>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(session: &Session, job: &'a Job, work: &CommandWork) -> Result<Self, Failure> {
        let checkout = &*job.checkout;
        let mut everywhere = Files::new();
        let mut add = |path: &Path| -> Result<(), Failure> {
            let entry = entry(checkout, path)?.unwrap_or(Entry::Absent);
            everywhere.insert(shown(checkout, path), entry.to_string());
            Ok(())
        };
        if let Some(cache) = &job.cache {
            let declared = checkout.patterns(&work.directory, &cache.inputs)?;
            let own = own_files(checkout, work)?;
            // A file that it is for decides what is found in itself, and no more.
            let is_own = |path: &Path| {
                own.as_ref().is_some_and(|(files, not)| files.matches(path) && !not.matches(path))
            };
            for path in checkout.select(&declared)?.iter().filter(|path| !is_own(path)) {
                add(&checkout.root.join(path))?;
            }
        }
        for path in named(checkout, work) {
            add(&path)?;
        }
        let top = top(&session.outermost().root);
        Ok(Self {
            checkout,
            names: tools::settings(&work.commands),
            top,
            all: vec![everywhere],
            folders: HashMap::new(),
        })
    }

    /// The number of the settings that count in a folder, which is absolute.
    pub(super) fn number(&mut self, folder: &Path) -> Result<usize, Failure> {
        if let Some(known) = self.folders.get(folder) {
            return Ok(*known);
        }
        let above: Vec<&Path> = folder.ancestors().take_while(|above| above.starts_with(&self.top)).collect();
        let mut number = 0;
        for folder in above.into_iter().rev() {
            number = match self.folders.get(folder) {
                Some(known) => *known,
                None => {
                    let number = self.look(folder, number)?;
                    self.folders.insert(folder.to_path_buf(), number);
                    number
                }
            };
        }
        Ok(number)
    }

    /// The settings of each number, 0 being those that count everywhere.
    pub(super) fn all(&self) -> &[Files] {
        &self.all
    }

    /// What a folder has of its own, with what is above it.
    fn look(&mut self, folder: &Path, above: usize) -> Result<usize, Failure> {
        let mut own = Files::new();
        for name in &self.names {
            let path = folder.join(name);
            if let Some(entry) = entry(self.checkout, &path)? {
                own.insert(shown(self.checkout, &path), entry.to_string());
            }
        }
        if own.iter().all(|(path, entry)| self.all[above].get(path) == Some(entry)) {
            return Ok(above);
        }
        own.extend(self.all[above].clone());
        self.all.push(own);
        Ok(self.all.len() - 1)
    }
}

/// What lies at a path, `None` for nothing.
fn entry(checkout: &Checkout, path: &Path) -> Result<Option<Entry>, Failure> {
    let entry = Entry::at(path, &checkout.memo)
        .map_err(|error| Failure::from(error).context(format!("read {}", path.display())))?;
    Ok(Some(entry).filter(|entry| *entry != Entry::Absent))
}

fn shown(checkout: &Checkout, path: &Path) -> String {
    checkout.relative(path).to_string_lossy().into_owned()
}

/// The files that a task is for, and those among them that it is not for.
fn own_files(checkout: &Checkout, work: &CommandWork) -> Result<Option<(Patterns, Patterns)>, Failure> {
    let Some(set) = &work.files else { return Ok(None) };
    let patterns = |globs: &[String]| checkout.patterns(&work.directory, globs);
    Ok(Some((patterns(&set.include)?, patterns(&set.exclude)?)))
}

/// The files that the words of the commands name, also behind the `=` of an option.
fn named(checkout: &Checkout, work: &CommandWork) -> Vec<PathBuf> {
    let values = work.values(checkout).with_list("files", [""; 0]);
    let mut files = Vec::new();
    for command in &work.commands {
        let words = words(command, &values);
        // The program is known better than by its content.
        for word in words.iter().skip(1) {
            let value = word.split_once('=').map(|(_, value)| value);
            let paths = std::iter::once(word.as_str()).chain(value).map(|word| work.directory.join(word));
            files.extend(paths.filter(|path| path.is_file()));
        }
    }
    files
}

fn words(command: &CommandLine, values: &Values) -> Vec<String> {
    match command.expand(values) {
        Ok(CommandLine::Argv(words)) => words,
        Ok(CommandLine::Shell(text)) => {
            let mut words = vec![String::new()];
            words.extend(shell_words::split(&text).unwrap_or_default());
            words
        }
        Err(_) => Vec::new(),
    }
}

/// The root of the repository around a workspace, itself where there is none.
fn top(root: &Path) -> PathBuf {
    root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root).to_path_buf()
}
