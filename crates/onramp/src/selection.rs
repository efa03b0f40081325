use onramp_config::{Section, nearest};
use onramp_core::{TaskGraph, TaskId};

use crate::Error;
use crate::job::{Job, Work};

/// The task that a name on the command line means.
///
/// `unit` and `member/unit` mean a task of `section`; `test:unit` and `member/test:unit` are full names. A verb
/// takes tasks of its own section alone, because it runs them in its own way; that of `task` takes any.
pub(crate) fn task(graph: &TaskGraph<Job>, section: &str, name: &str) -> Result<TaskId, Error> {
    let full = if name.contains(':') {
        name.to_owned()
    } else if let Some((member, name)) = name.rsplit_once('/') {
        format!("{member}/{section}:{name}")
    } else {
        format!("{section}:{name}")
    };
    let id: TaskId = full.parse().map_err(|error| Error::usage(format!("{error}")))?;
    if graph.get(&id).is_some() {
        let is_fit = section == Section::Task.name() || id.section() == section;
        return if is_fit { Ok(id) } else { Err(misplaced(section, &id)) };
    }
    let names: Vec<String> = graph.nodes().iter().map(|node| node.id.to_string()).collect();
    let error = Error::usage(format!("there is no task `{full}`"));
    Err(match nearest(&full, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("onramp tasks"),
    })
}

fn misplaced(section: &str, task: &TaskId) -> Error {
    let verb = match Section::from_name(task.section()) {
        Some(Section::Format) => Some("fmt"),
        Some(section @ (Section::Lint | Section::Test | Section::Build)) => Some(section.name()),
        Some(Section::Setup | Section::Task) | None => None,
    };
    let error = Error::usage(format!("`{task}` is no task of [{section}]"));
    error.hint(match (verb, task.member()) {
        (Some(verb), Some(member)) => format!("onramp {verb} {member}/{}", task.name()),
        (Some(verb), None) => format!("onramp {verb} {}", task.name()),
        (None, _) => format!("onramp run {task}"),
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

/// The tasks that names mean, or all of `section` where there are none.
pub(crate) fn tasks(graph: &TaskGraph<Job>, section: &str, names: &[String]) -> Result<Vec<TaskId>, Error> {
    if names.is_empty() {
        let nodes = graph.nodes().iter();
        return Ok(nodes.filter(|node| node.id.section() == section).map(|node| node.id.clone()).collect());
    }
    names.iter().map(|name| task(graph, section, name)).collect()
}
