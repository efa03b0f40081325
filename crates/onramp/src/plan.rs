//! From the configuration and the tasks written in Rust to the task graph of this run.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use onramp_cache::Patterns;
use onramp_config::{Actions, FileSet, Section, TaskConfig};
use onramp_core::{Failure, GraphError, TaskGraph, TaskId, TaskNode};

use crate::Error;
use crate::checkout::Checkout;
use crate::job::{CacheSpec, CommandWork, Job, Work};
use crate::session::Session;

/// In which of its two forms a formatter or linter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// It looks and tells.
    Check,
    /// It changes files.
    Fix,
}

/// What a verb asks of the tasks it selects.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) format: Form,
    pub(crate) lint: Form,
    /// Whether formatters and linters may be among the tasks that the verb selects. If so, those that change
    /// the same files are put into an order, for which the tree has to be walked.
    pub(crate) selects_fixers: bool,
    /// What the user typed behind `--`, and the task that it is for.
    pub(crate) arguments: Option<(TaskId, Vec<String>)>,
}

impl Default for Request {
    fn default() -> Self {
        Self { format: Form::Fix, lint: Form::Check, selects_fixers: false, arguments: None }
    }
}

/// All tasks of the session in one graph.
pub(crate) fn graph(session: &Session, request: &Request) -> Result<TaskGraph<Job>, Error> {
    let mut nodes = Vec::new();
    for checkout in &session.checkouts {
        let mut fixers = Vec::new();
        let ordered = request.selects_fixers || is_fixer_needed(checkout);
        for task in &checkout.config.tasks {
            let mut node = node(checkout, task, request);
            if let (true, Some(files)) = (ordered, fixed_files(task, request)) {
                let files = selected_files(checkout, task, files)?;
                order_fixers(&mut node, &mut fixers, files);
            }
            nodes.push(node);
        }
    }
    nodes.extend(session.rust_tasks.iter().map(|task| {
        let id = TaskId::new("task", &task.name);
        let arguments = arguments(request, &id).unwrap_or_default();
        TaskNode {
            id,
            needs: Vec::new(),
            payload: Job {
                checkout: Arc::clone(session.workspace()),
                description: Some(task.description.clone()),
                work: Work::Rust { work: Arc::clone(&task.work), arguments },
                cache: None,
            },
        }
    }));
    // Needs and cycles have been checked with the configuration; what is left is a task in Rust that has the
    // name of one in a file.
    TaskGraph::new(nodes).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(GraphError::to_string).collect();
        Error::configuration(errors.join(", and "))
    })
}

fn node(checkout: &Arc<Checkout>, task: &TaskConfig, request: &Request) -> TaskNode<Job> {
    let id = checkout.name(&task.id);
    let (commands, form, files, default_arguments) = match &task.actions {
        Actions::Run { run } => (run, "", None, &[][..]),
        Actions::RunWithArgs { run, args } => (run, "", None, args.as_slice()),
        Actions::Format { run, check, files } => match request.format {
            Form::Fix => (run, "", Some(files.clone()), &[][..]),
            Form::Check => (check, " check", Some(files.clone()), &[][..]),
        },
        Actions::Lint { run, fix, files } => match request.lint {
            Form::Fix if !fix.is_empty() => (fix, " fix", Some(files.clone()), &[][..]),
            Form::Fix | Form::Check => (run, "", Some(files.clone()), &[][..]),
        },
    };
    let arguments = arguments(request, &id).unwrap_or_else(|| default_arguments.to_vec());
    let cache = task.inputs.as_ref().map(|inputs| {
        let files = files.iter().flat_map(|files: &FileSet| files.include.clone());
        CacheSpec {
            record: format!("{id}{form}"),
            inputs: inputs.iter().cloned().chain(files).collect(),
            outputs: task.outputs.clone(),
        }
    });
    let work = CommandWork {
        commands: commands.clone(),
        directory: task.dir.clone(),
        variables: task.env.clone(),
        arguments,
        files,
        timeout: task.timeout,
    };
    TaskNode {
        id,
        needs: task.needs.iter().map(|need| checkout.name(need)).collect(),
        payload: Job {
            checkout: Arc::clone(checkout),
            description: task.description.clone(),
            work: Work::Commands(work),
            cache,
        },
    }
}

fn arguments(request: &Request, task: &TaskId) -> Option<Vec<String>> {
    let (for_task, arguments) = request.arguments.as_ref()?;
    (for_task == task).then(|| arguments.clone())
}

/// Whether a task that is no formatter or linter needs one that is.
fn is_fixer_needed(checkout: &Checkout) -> bool {
    let fixes = |section: &str| section == Section::Format.name() || section == Section::Lint.name();
    let others = checkout.config.tasks.iter().filter(|task| !fixes(task.id.section()));
    others.flat_map(|task| &task.needs).any(|need| fixes(need.section()))
}

/// The files that a task will change, where it is a formatter or linter in its fixing form.
fn fixed_files<'a>(task: &'a TaskConfig, request: &Request) -> Option<&'a FileSet> {
    match &task.actions {
        Actions::Format { files, .. } if request.format == Form::Fix => Some(files),
        Actions::Lint { files, fix, .. } if request.lint == Form::Fix && !fix.is_empty() => Some(files),
        _ => None,
    }
}

fn selected_files(
    checkout: &Checkout,
    task: &TaskConfig,
    files: &FileSet,
) -> Result<HashSet<PathBuf>, Failure> {
    Ok(file_set(checkout, &task.dir, files)?.into_iter().collect())
}

/// The existing files that a set means, relative to the checkout's root and sorted. A set without globs means
/// no file by name: its tool looks for itself.
pub(crate) fn file_set(
    checkout: &Checkout,
    directory: &std::path::Path,
    files: &FileSet,
) -> Result<Vec<PathBuf>, Failure> {
    let directory = checkout.relative(directory);
    let patterns =
        |globs: &[String]| Patterns::new(directory, globs).map_err(|error| Failure::task(error.to_string()));
    let excluded = patterns(&files.exclude)?;
    let mut selected = checkout.tree()?.select(&patterns(&files.include)?);
    selected.retain(|file| !excluded.matches(file) && checkout.root.join(file).is_file());
    Ok(selected)
}

/// Two tools that change the same files must not run at once, and their order must be the same each time:
/// the one that is written first in the configuration runs first. A tool that does not say which files it
/// changes may change any.
fn order_fixers(
    node: &mut TaskNode<Job>,
    earlier: &mut Vec<(TaskId, HashSet<PathBuf>)>,
    files: HashSet<PathBuf>,
) {
    for (id, others) in earlier.iter() {
        let overlap = files.is_empty() || others.is_empty() || !files.is_disjoint(others);
        if overlap && !node.needs.contains(id) {
            node.needs.push(id.clone());
        }
    }
    earlier.push((node.id.clone(), files));
}

/// The tasks of a section, of the workspace and its members.
pub(crate) fn of_section(graph: &TaskGraph<Job>, section: Section) -> Vec<TaskId> {
    let nodes = graph.nodes().iter();
    nodes.filter(|node| node.id.section() == section.name()).map(|node| node.id.clone()).collect()
}
