use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_config::Section;
use onramp_core::{TaskGraph, TaskNode};

use super::touched::{Files, Touched};
use super::{globs, outside};
use crate::Error;
use crate::checkout::Checkout;
use crate::declared::{FilePatterns, Outputs, Reads, Task};
use crate::job::{CommandWork, Form, Job};
use crate::runner::plan_of;
use crate::session::Session;

/// The folders in which tools remember what they have seen, where they do not mark them themselves.
const CACHES: [&str; 10] = [
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".mypy_cache",
    ".cache",
    ".vite",
    ".vite-temp",
    ".turbo",
    ".parcel-cache",
    ".eslintcache",
];

/// The file by which a folder says that it is a cache (bford.info/cachedir).
const CACHE_TAG: &str = "CACHEDIR.TAG";

/// What a task does that it does not declare. Paths are relative to the root of its workspace.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The files that it reads and does not declare.
    pub(super) reads: BTreeSet<PathBuf>,
    /// The files that it writes and does not declare.
    pub(super) writes: BTreeSet<PathBuf>,
    /// The value of `inputs` that declares everything.
    pub(super) inputs: Vec<String>,
    /// The value of `outputs` that declares everything.
    pub(super) outputs: Vec<String>,
    /// The caches that it writes to and that git ignores, each with how many files were written.
    pub(super) caches: BTreeMap<String, usize>,
    /// The files that it asks about without reading them, and does not declare.
    pub(super) looked_at: BTreeSet<PathBuf>,
    /// The files that it looks for, that are not there, and that it does not declare.
    pub(super) absent: BTreeSet<PathBuf>,
    /// What it touches outside the workspace.
    pub(super) outside: Vec<String>,
    /// Whether it was to write something and has written nothing that it declares: its tool may have found everything
    /// up to date, and then it has read nothing either.
    pub(super) is_idle: bool,
    /// The file in which its workspace is configured.
    pub(super) configuration: PathBuf,
}

impl Findings {
    /// Whether the task declares all that it reads and writes. A tool that did nothing, and yet looked at files that
    /// it would read otherwise, says nothing of that.
    pub(super) fn is_declared(&self) -> bool {
        !self.has_lines() && (!self.is_idle || self.looked_at.is_empty())
    }

    /// Whether there is something to add to its declaration.
    pub(super) fn has_lines(&self) -> bool {
        !self.reads.is_empty() || !self.writes.is_empty()
    }

    /// Compares what commands have done with what their task and its needs declare.
    pub(super) fn of(
        session: &Session,
        graph: &TaskGraph<Job>,
        node: &TaskNode<Job>,
        work: &CommandWork,
        files: &Files,
    ) -> Result<Self, Error> {
        let known = Known::of(graph, node, work)?;
        let root = &known.checkout.root;
        let mut found = Self { configuration: root.join(onramp_config::CONFIG_FILE), ..Self::default() };
        let mut outside = Vec::new();
        for (path, touched) in &files.touched {
            match path.strip_prefix(root) {
                Ok(relative) if !relative.starts_with(".git") => found.add(&known, path, relative, *touched),
                _ if (touched.read || touched.written) && !path.is_dir() => outside.push(path.clone()),
                _ => {}
            }
        }
        let declares_outputs = known.task.config.is_some_and(|config| !config.outputs.is_empty());
        let is_written =
            |(path, touched): (&PathBuf, &Touched)| touched.written && known.own_outputs.has(path);
        found.is_idle = (declares_outputs || node.id.section() == Section::Build.name())
            && found.writes.is_empty()
            && !files.touched.iter().any(is_written);
        let home = known.checkout.environment.get("HOME").map(Path::new);
        found.outside = outside::summary(&outside, home, &session.temporary);
        found.suggest(&known, files, work);
        Ok(found)
    }

    fn add(&mut self, known: &Known<'_>, path: &Path, relative: &Path, touched: Touched) {
        let is_state = relative.starts_with(".onramp");
        let is_there = path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir());
        let is_visible = known.visible.contains(relative);
        if is_state || known.programs.contains(path) {
            return;
        }
        if !is_there && !is_visible {
            // A folder, or what the task has made and taken away.
            let is_absent = touched.absent && !touched.written && !path.exists();
            let is_next_to_others = path.parent().is_some_and(Path::is_dir) && !known.is_of_a_need(path);
            if is_absent && is_next_to_others && cache_of(&known.checkout.root, relative).is_none() {
                self.absent.insert(relative.to_path_buf());
            }
            return;
        }
        let cache = cache_of(&known.checkout.root, relative).filter(|_| !is_visible);
        if touched.written && !known.writes(path, relative) {
            match (&cache, known.is_of_a_need(path)) {
                (Some(cache), _) => *self.caches.entry(cache.clone()).or_default() += 1,
                // What a tool writes among the packages that a need has installed is its cache, whatever its name.
                (None, true) => {
                    *self.caches.entry(named(relative.parent().unwrap_or(relative))).or_default() += 1
                }
                (None, false) => drop(self.writes.replace(relative.to_path_buf())),
            }
        }
        if known.reads(path, relative) {
            return;
        }
        if touched.read && cache.is_none() {
            self.reads.insert(relative.to_path_buf());
        } else if touched.looked_at && is_visible && !touched.written {
            self.looked_at.insert(relative.to_path_buf());
        }
    }

    /// Makes the values of `inputs` and `outputs` that declare what was found.
    fn suggest(&mut self, known: &Known<'_>, files: &Files, work: &CommandWork) {
        let root = &known.checkout.root;
        let is_read =
            |path: &PathBuf| files.touched.get(&root.join(path)).is_some_and(|touched| touched.read);
        let unread = known.visible.iter().filter(|path| !is_read(path)).cloned().collect();
        let unwritten = known.visible.iter().filter(|path| !self.writes.contains(*path)).cloned().collect();
        let (visible, ignored): (BTreeSet<_>, BTreeSet<_>) =
            self.reads.iter().cloned().partition(|path| known.visible.contains(path));
        let directory = known.checkout.relative(&work.directory);
        let mut inputs = globs::for_inputs(&visible, &unread, directory);
        // A glob never means what git ignores; a name does.
        inputs.extend(ignored.iter().map(|path| globs::literal(path)));
        let whole = |declared: &[String], new: Vec<String>| {
            let mut all = declared.to_vec();
            all.extend(new.iter().map(|glob| from_directory(directory, glob)));
            let mut once = BTreeSet::new();
            all.retain(|glob| once.insert(glob.clone()));
            all
        };
        let config = known.task.config;
        let declared = config.and_then(|config| config.inputs.as_deref());
        self.inputs = whole(declared.unwrap_or_default(), inputs);
        let declared = config.map(|config| config.outputs.as_slice());
        self.outputs = whole(declared.unwrap_or_default(), globs::for_outputs(&self.writes, &unwritten));
    }
}

/// What is known of the task and its workspace.
struct Known<'a> {
    checkout: &'a Checkout,
    task: Task<'a>,
    /// The files that it is for, and all that it declares to read.
    files: Option<FilePatterns>,
    declared: Option<Reads>,
    /// What it declares to write, and what its needs do.
    own_outputs: Outputs,
    all_outputs: Outputs,
    /// Folders that git ignores and of which one file is declared as an output, a stamp for the whole.
    own_stamped: Vec<PathBuf>,
    stamped: Vec<PathBuf>,
    /// The files that git would show.
    visible: BTreeSet<PathBuf>,
    /// The programs of its commands, which are a part of its key by themselves.
    programs: BTreeSet<PathBuf>,
    form: Option<Form>,
}

impl<'a> Known<'a> {
    fn of(graph: &'a TaskGraph<Job>, node: &'a TaskNode<Job>, work: &CommandWork) -> Result<Self, Error> {
        let plan = plan_of(graph, std::slice::from_ref(&node.id))?;
        let task = Task::of(node);
        let checkout = task.checkout;
        let everything =
            Patterns::new(Path::new(""), ["**"]).map_err(|error| Error::usage(error.to_string()))?;
        let visible: BTreeSet<PathBuf> = checkout.select(&everything)?.into_iter().collect();
        let tasks: Vec<Task<'_>> = plan.nodes().iter().map(|node| Task::of(&graph.nodes()[*node])).collect();
        let environment = work.environment(checkout);
        let programs = work.commands.iter().filter_map(|command| match command {
            onramp_config::CommandLine::Argv(words) => words.first(),
            onramp_config::CommandLine::Shell(_) => None,
        });
        let programs = programs.filter_map(|program| {
            let path = environment.find_program(program.as_ref(), &work.directory).ok()?;
            Some([path.canonicalize().ok()?, path])
        });
        Ok(Self {
            files: task.files()?,
            declared: task.reads()?,
            own_outputs: Outputs::of(std::slice::from_ref(&task))?,
            all_outputs: Outputs::of(&tasks)?,
            own_stamped: stamped(std::slice::from_ref(&task), checkout, &visible),
            stamped: stamped(&tasks, checkout, &visible),
            programs: programs.flatten().collect(),
            visible,
            checkout,
            task,
            form: work.form,
        })
    }

    fn reads(&self, path: &Path, relative: &Path) -> bool {
        let is_declared = self.declared.as_ref().is_some_and(|reads| {
            let is_named = reads.inputs.literals().iter().any(|literal| relative.starts_with(literal));
            is_named || (reads.matches(relative) && self.visible.contains(relative))
        });
        is_declared || self.is_for(relative) || self.is_of_a_need(path)
    }

    fn writes(&self, path: &Path, relative: &Path) -> bool {
        let is_own =
            self.own_outputs.has(path) || self.own_stamped.iter().any(|folder| path.starts_with(folder));
        is_own || (self.form == Some(Form::Fix) && self.is_for(relative))
    }

    /// Whether a formatter or linter is for this file. If it finds its files by itself, nobody knows.
    fn is_for(&self, relative: &Path) -> bool {
        self.files.as_ref().is_some_and(|files| files.matches(relative))
    }

    /// Whether a task of the plan has made this file.
    fn is_of_a_need(&self, path: &Path) -> bool {
        self.all_outputs.has(path) || self.stamped.iter().any(|folder| path.starts_with(folder))
    }
}

/// The folders that outputs such as `.venv/pyvenv.cfg` stand for.
fn stamped(tasks: &[Task<'_>], checkout: &Checkout, visible: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for task in tasks {
        let Some(config) = task.config else { continue };
        for output in config.outputs.iter().filter(|output| !output.contains(['*', '?', '[', '{'])) {
            let path = config.dir.join(output);
            let Some(folder) = path.parent() else { continue };
            let is_ignored = match folder.strip_prefix(&checkout.root) {
                Ok(relative) => !visible.iter().any(|file| file.starts_with(relative)),
                Err(_) => true,
            };
            if is_ignored && folder != config.dir && folder != task.checkout.root {
                folders.push(folder.to_path_buf());
            }
        }
    }
    folders
}

/// The cache that a file lies in, if it does: by the name that many have, or by the path of the one.
fn cache_of(root: &Path, relative: &Path) -> Option<String> {
    let is_known = |part: &&OsStr| CACHES.iter().any(|name| part == name);
    if let Some(name) = relative.iter().find(is_known) {
        return Some(name.to_string_lossy().into_owned());
    }
    let folders = relative.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    folders.into_iter().find(|folder| root.join(folder).join(CACHE_TAG).exists()).map(named)
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

/// A glob that is relative to the root, as one writes it in a folder below.
fn from_directory(directory: &Path, glob: &str) -> String {
    if directory.as_os_str().is_empty() {
        return glob.to_owned();
    }
    let prefix = format!("{}/", globs::literal(directory));
    match glob.strip_prefix(&prefix) {
        Some(glob) => glob.to_owned(),
        None => format!("{}{glob}", "../".repeat(directory.iter().count())),
    }
}
