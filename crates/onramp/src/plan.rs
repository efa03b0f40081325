//! From the configuration and the tasks written in Rust to the task graph of this run.

mod builtins;

use std::sync::Arc;

use onramp_cache::Digest;
use onramp_config::{Actions, Section, TaskConfig};
use onramp_core::{GraphError, Shard, TaskGraph, TaskId, TaskNode};

use crate::Error;
use crate::checkout::Checkout;
use crate::context::RustTask;
use crate::job::{CacheSpec, CommandWork, Form, Job, Kind, Work};
use crate::session::Session;

/// What a verb asks of the tasks it selects.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) format: Form,
    pub(crate) lint: Form,
    /// What the user typed behind `--`, and the task that it is for.
    pub(crate) arguments: Option<(TaskId, Vec<String>)>,
    /// Which part of a split run this is.
    pub(crate) shard: Shard,
}

/// What a verb asks that is not there to change files: a formatter that a test needs only looks.
impl Default for Request {
    fn default() -> Self {
        Self { format: Form::Check, lint: Form::Check, arguments: None, shard: Shard::WHOLE }
    }
}

/// All tasks of the session in one graph.
pub(crate) fn graph(session: &Session, request: &Request) -> Result<TaskGraph<Job>, Error> {
    let mut nodes = Vec::new();
    for checkout in &session.checkouts {
        nodes.extend(checkout.config.tasks.iter().map(|task| node(checkout, task, request)));
    }
    for task in &session.rust_tasks {
        nodes.push(rust_node(session, task, request)?);
    }
    // The needs of the configuration have been checked with it; what is left are those of tasks in Rust, and
    // one of these that has the name of a task in a file.
    build(nodes)
}

/// The graph of these nodes.
pub(crate) fn build(nodes: Vec<TaskNode<Job>>) -> Result<TaskGraph<Job>, Error> {
    TaskGraph::new(nodes).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(GraphError::to_string).collect();
        Error::configuration(errors.join(", and "))
    })
}

/// The node of one task of the configuration.
pub(crate) fn node(checkout: &Arc<Checkout>, task: &TaskConfig, request: &Request) -> TaskNode<Job> {
    let id = checkout.name(&task.id);
    let (commands, form, files, default_arguments) = match &task.actions {
        Actions::Run { run } => (run, None, None, &[][..]),
        Actions::Builtin { builtins, files, .. } => {
            let work = builtins::work(task, builtins, files, request);
            return with_work(checkout, task, id, Work::Builtin(Box::new(work)), "");
        }
        Actions::RunWithArgs { run, args } | Actions::Test { run, args, .. } => {
            (run, None, None, args.as_slice())
        }
        Actions::Format { run, check, files, .. } => match request.format {
            Form::Fix => (run, Some(Form::Fix), Some(files.clone()), &[][..]),
            Form::Check => (check, Some(Form::Check), Some(files.clone()), &[][..]),
        },
        Actions::Lint { run, fix, files, .. } => match request.lint {
            Form::Fix if !fix.is_empty() => (fix, Some(Form::Fix), Some(files.clone()), &[][..]),
            Form::Fix | Form::Check => (run, Some(Form::Check), Some(files.clone()), &[][..]),
        },
    };
    let arguments = arguments(request, &id).unwrap_or_else(|| default_arguments.to_vec());
    let junit = match &task.actions {
        Actions::Test { junit, .. } => junit.clone(),
        _ => None,
    };
    let work = CommandWork {
        commands: commands.clone(),
        directory: task.dir.clone(),
        variables: task.env.clone(),
        arguments,
        files,
        only: None,
        form,
        follows: Vec::new(),
        reads_env: task.reads_env.clone(),
        junit,
        shard: request.shard,
        timeout: task.timeout,
        handed: None,
    };
    let variant = variant(&work, default_arguments);
    with_work(checkout, task, id, Work::Commands(Box::new(work)), &variant)
}

/// A task that does this; `variant` tells it from the same one under other circumstances.
fn with_work(
    checkout: &Arc<Checkout>,
    task: &TaskConfig,
    id: TaskId,
    work: Work,
    variant: &str,
) -> TaskNode<Job> {
    let form = work.form();
    let suffix = match form {
        None => "",
        Some(Form::Check) => " check",
        Some(Form::Fix) => " fix",
    };
    let cache = task.inputs.as_ref().map(|inputs| CacheSpec {
        record: format!("{}{suffix}{variant}", task.id),
        inputs: inputs.clone(),
        outputs: task.outputs.clone(),
        kind: kind(task, form),
    });
    TaskNode {
        id,
        needs: task.needs.iter().map(|need| checkout.name(need)).collect(),
        payload: Job {
            checkout: Arc::clone(checkout),
            description: task.description.clone(),
            work,
            cache,
            cause: None,
        },
    }
}

/// What a task makes of other arguments, or in a shard of its own work, is another thing, and neither takes the
/// place of the other.
fn variant(work: &CommandWork, default_arguments: &[String]) -> String {
    let shard = if work.splits_itself() { work.shard } else { Shard::WHOLE };
    if shard == Shard::WHOLE && work.arguments == default_arguments {
        return String::new();
    }
    format!(" {}", &Digest::of(format!("{:?} {shard}", work.arguments)).hash()[..12])
}

/// What a task says of itself, or what tasks of its section do.
fn kind(task: &TaskConfig, form: Option<Form>) -> Kind {
    let changes_tree = task.changes_tree.unwrap_or(match task.section {
        Section::Setup => true,
        Section::Task => task.outputs.is_empty(),
        Section::Format | Section::Lint | Section::Test | Section::Build => form == Some(Form::Fix),
    });
    if changes_tree || form == Some(Form::Fix) { Kind::ChangesTree } else { Kind::Result }
}

fn rust_node(session: &Session, task: &RustTask, request: &Request) -> Result<TaskNode<Job>, Error> {
    // They belong to the outermost workspace, wherever one stands.
    let checkout = session.outermost();
    let id = checkout.name(&TaskId::new("task", &task.name));
    let needs = task.needs.iter().map(|need| need.parse::<TaskId>().map(|need| checkout.name(&need)));
    let needs = needs.collect::<Result<_, _>>().map_err(|error| {
        Error::configuration(format!("task `{}`, written in Rust, needs: {error}", task.name))
    })?;
    let arguments = arguments(request, &id).unwrap_or_default();
    let job = Job::rust(Arc::clone(checkout), Arc::clone(&task.work));
    let work = Work::Rust { work: Arc::clone(&task.work), arguments };
    Ok(TaskNode { id, needs, payload: Job { description: Some(task.description.clone()), work, ..job } })
}

fn arguments(request: &Request, task: &TaskId) -> Option<Vec<String>> {
    let (for_task, arguments) = request.arguments.as_ref()?;
    (for_task == task).then(|| arguments.clone())
}

/// The tasks of a section, of the workspace one stands in and its members.
pub(crate) fn of_section(graph: &TaskGraph<Job>, section: Section) -> Vec<TaskId> {
    let ids = graph.nodes().iter().map(|node| &node.id);
    ids.filter(|id| id.section() == section.name() && !id.is_absolute()).cloned().collect()
}
