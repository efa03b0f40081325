use onramp_config::{Section, nearest};
use onramp_core::{TaskGraph, TaskId, TaskNode};

use crate::Error;
use crate::job::{Job, Work};

/// The task that a name on the command line means.
///
/// `unit` and `member/unit` mean a task of `section`; `test:unit` and `member/test:unit` are full names. All of
/// them are seen from where one stands, and with a slash in front from the outermost workspace. A verb takes
/// tasks of its own section alone, because it runs them in its own way; that of `task` takes any.
pub(crate) fn task(graph: &TaskGraph<Job>, section: &str, name: &str) -> Result<TaskId, Error> {
    let full = if name.contains(':') {
        name.to_owned()
    } else if let Some((member, name)) = name.rsplit_once('/') {
        format!("{member}/{section}:{name}")
    } else {
        format!("{section}:{name}")
    };
    let id: TaskId = full.parse().map_err(|error| Error::usage(format!("{error}")))?;
    let node = graph.get(&id).or_else(|| id.is_absolute().then(|| from_outermost(graph, &id)).flatten());
    if let Some(id) = node.map(|node| node.id.clone()) {
        let is_fit = section == Section::Task.name() || id.section() == section;
        return if is_fit { Ok(id) } else { Err(misplaced(section, &id)) };
    }
    let names: Vec<String> = if id.is_absolute() {
        graph.nodes().iter().map(|node| format!("/{}", absolute(node))).collect()
    } else {
        // Those one would rather mean first.
        let (above, below): (Vec<_>, Vec<_>) = graph.nodes().iter().partition(|node| node.id.is_absolute());
        below.into_iter().chain(above).map(|node| node.id.to_string()).collect()
    };
    let error = Error::usage(format!("there is no task `{full}`"));
    Err(match nearest(&full, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("onramp tasks"),
    })
}

/// The task that a name with a slash in front means, also where the graph has a shorter one for it.
fn from_outermost<'a>(graph: &'a TaskGraph<Job>, id: &TaskId) -> Option<&'a TaskNode<Job>> {
    let wanted = id.named_from_outermost("");
    graph.nodes().iter().find(|node| absolute(node) == wanted)
}

/// The name of a task as it is seen from the outermost workspace.
pub(crate) fn absolute(node: &TaskNode<Job>) -> TaskId {
    TaskId::new(node.id.section(), node.id.name()).named_from_outermost(&node.payload.checkout.path)
}

fn misplaced(section: &str, task: &TaskId) -> Error {
    let verb = match Section::from_name(task.section()) {
        Some(Section::Format) => Some("fmt"),
        Some(section @ (Section::Lint | Section::Test | Section::Build)) => Some(section.name()),
        Some(Section::Setup | Section::Task) | None => None,
    };
    let error = Error::usage(format!("`{task}` is no task of [{section}]"));
    error.hint(match verb {
        Some(verb) => format!("onramp {verb} {}", task.short()),
        None => format!("onramp run {task}"),
    })
}

/// Refuses arguments for a task none of whose commands takes any.
pub(crate) fn takes_arguments(graph: &TaskGraph<Job>, task: &TaskId) -> Result<(), Error> {
    let takes = match graph.get(task).map(|node| &node.payload.work) {
        Some(Work::Commands(work)) => work.commands.iter().any(|command| command.mentions("args")),
        Some(Work::Rust { .. }) | None => true,
    };
    if takes {
        return Ok(());
    }
    let error = Error::usage(format!("`{task}` takes no arguments: none of its commands has `{{args}}`"));
    Err(error.hint("onramp reference configuration"))
}

/// The tasks that names mean; where there are none, all of `section` that belong to the workspace one stands in
/// or to its members.
pub(crate) fn tasks(graph: &TaskGraph<Job>, section: &str, names: &[String]) -> Result<Vec<TaskId>, Error> {
    if names.is_empty() {
        let ids = graph.nodes().iter().map(|node| &node.id);
        return Ok(ids.filter(|id| id.section() == section && !id.is_absolute()).cloned().collect());
    }
    names.iter().map(|name| task(graph, section, name)).collect()
}
