//! Files that are named on the command line, beside tasks.

use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_core::{Failure, Level, Reporter, TaskGraph, TaskId, TaskNode};

use crate::declared::Task;
use crate::job::{Job, Work};
use crate::plain_path::plain;
use crate::session::Session;
use crate::{Error, plan, selection};

/// The words behind a verb that takes names of tasks, and paths.
pub(crate) struct Words {
    /// The tasks that were named.
    tasks: Vec<TaskId>,
    paths: Vec<NamedPath>,
}

/// What a path on the command line means.
enum NamedPath {
    /// A file, or all files below a folder; absolute.
    At(PathBuf),
    /// All files that match, relative to a folder.
    Matching(PathBuf, Patterns),
}

impl NamedPath {
    fn means(&self, file: &Path) -> bool {
        match self {
            Self::At(path) => file.starts_with(path),
            Self::Matching(folder, patterns) => {
                file.strip_prefix(folder).is_ok_and(|file| patterns.matches(file))
            }
        }
    }
}

impl Words {
    /// Tells names from paths: what is the name of a task of the section means that task; anything else is a path, if
    /// it exists, or a glob. `./` in front makes a path of what would be a name.
    pub(crate) fn read(
        session: &Session,
        graph: &TaskGraph<Job>,
        section: &str,
        words: &[String],
    ) -> Result<Self, Error> {
        let (mut tasks, mut paths) = (Vec::new(), Vec::new());
        for word in words {
            let error = match selection::task(graph, section, word) {
                Ok(task) => {
                    tasks.push(task);
                    continue;
                }
                Err(error) => error,
            };
            let path = session.directory.join(word);
            if path.symlink_metadata().is_ok() {
                paths.push(NamedPath::At(absolute(&path)));
            } else if word.contains(['*', '?', '[', '{']) {
                let patterns = Patterns::new(Path::new(""), [word.as_str()]);
                let patterns = patterns.map_err(|error| Error::usage(error.to_string()))?;
                paths.push(NamedPath::Matching(session.directory.clone(), patterns));
            } else if word.contains('/') && !word.contains(':') {
                return Err(Error::usage(format!("there is no file and no task `{word}`")));
            } else {
                return Err(error);
            }
        }
        Ok(Self { tasks, paths })
    }

    /// Whether any path was named.
    pub(crate) fn has_paths(&self) -> bool {
        !self.paths.is_empty()
    }

    /// The tasks that were named.
    pub(crate) fn into_tasks(self) -> Vec<TaskId> {
        self.tasks
    }

    /// The selected tasks: those that were named, else all of the section; with paths only those that are for any of
    /// these files, in the graph that is returned for them alone. Paths may lead out of the workspace one stands in.
    pub(crate) fn select(
        self,
        session: &Session,
        graph: TaskGraph<Job>,
        section: &str,
    ) -> Result<(TaskGraph<Job>, Vec<TaskId>), Error> {
        let is_meant = |node: &&TaskNode<Job>| match self.tasks.is_empty() {
            true => node.id.section() == section && (self.has_paths() || !node.id.is_absolute()),
            false => self.tasks.contains(&node.id),
        };
        let selected: Vec<TaskId> = match self.tasks.is_empty() {
            true => graph.nodes().iter().filter(is_meant).map(|node| node.id.clone()).collect(),
            false => self.tasks.clone(),
        };
        if !self.has_paths() {
            return Ok((graph, selected));
        }
        let mut nodes = graph.nodes().to_vec();
        let mut kept = Vec::new();
        for node in nodes.iter_mut().filter(|node| selected.contains(&node.id)) {
            if self.keep_to(node)? {
                kept.push(node.id.clone());
            }
        }
        if kept.is_empty() {
            session
                .reporter
                .notice(Level::Note, &format!("nothing to do: no [{section}.NAME] is for these files"));
        }
        Ok((plan::build(nodes)?, kept))
    }

    /// Keeps a task to the files that are meant, and tells whether there are any. One that looks for its files by
    /// itself does so.
    fn keep_to(&self, node: &mut TaskNode<Job>) -> Result<bool, Failure> {
        let checkout = &node.payload.checkout;
        let Work::Commands(work) = &node.payload.work else { return Ok(false) };
        let Some(set) = &work.files else { return Ok(false) };
        let mut files = checkout.files(&work.directory, set)?;
        files.retain(|file| {
            let file = checkout.root.join(file);
            self.paths.iter().any(|path| path.means(&file))
        });
        // As it is searched.
        files.sort();
        let is_for_any = !files.is_empty();
        if let Work::Commands(work) = &mut node.payload.work {
            work.only = Some(files);
        }
        Ok(is_for_any)
    }
}

/// The formatters that are for a file, which need not exist, each with the path of the file in its workspace; in the
/// order in which they run.
pub(crate) fn owners<'a>(
    session: &Session,
    graph: &'a TaskGraph<Job>,
    tasks: &[TaskId],
    file: &Path,
) -> Result<Vec<(&'a TaskNode<Job>, PathBuf)>, Failure> {
    let file = absolute(&session.directory.join(file));
    let mut owners = Vec::new();
    for node in graph.nodes().iter().filter(|node| tasks.contains(&node.id)) {
        let Ok(path) = file.strip_prefix(&node.payload.checkout.root) else { continue };
        if Task::of(node).files()?.is_some_and(|files| files.matches(path)) {
            owners.push((node, path.to_path_buf()));
        }
    }
    Ok(owners)
}

/// A path without links on the way to it. What it is itself stays: a link is a file of the tree.
fn absolute(path: &Path) -> PathBuf {
    let path = plain(path);
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path,
    }
}
