use onramp_config::{Section, nearest};
use onramp_core::{TaskGraph, TaskId, TaskNode};

use crate::job::{Job, Work};
use crate::{Error, plan};

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
    Err(unknown(graph, section, name, &id))
}

/// A task that is not there, of which `name` was typed and `id` was understood.
fn unknown(graph: &TaskGraph<Job>, section: &str, name: &str, id: &TaskId) -> Error {
    if let Some(section) = section_of(name).filter(|_| section == Section::Task.name()) {
        let error = Error::usage(format!("`{name}` is a section, not a task"));
        return error.hint(match verb(section) {
            Some(verb) => format!("onramp {verb}"),
            None => format!("onramp tasks {}", section.name()),
        });
    }
    let full = id.to_string();
    // `build/ui` looks for a member `build`, where `build:ui` may have been meant.
    let with_colon = name.rsplit_once('/').filter(|(before, _)| {
        let last = before.rsplit('/').next();
        !name.contains(':') && last.and_then(section_of).is_some()
    });
    let with_colon = with_colon.map(|(before, name)| format!("{before}:{name}"));
    let names: Vec<String> = if id.is_absolute() {
        graph.nodes().iter().map(|node| format!("/{}", absolute(node))).collect()
    } else {
        // Those one would rather mean first.
        let (above, below): (Vec<_>, Vec<_>) = graph.nodes().iter().partition(|node| node.id.is_absolute());
        below.into_iter().chain(above).map(|node| node.id.to_string()).collect()
    };
    let near = |text: &str| nearest(text, names.iter().map(String::as_str));
    let near = with_colon.as_deref().and_then(near).or_else(|| near(&full));
    let error =
        Error::usage(format!("there is no task `{}`", if with_colon.is_some() { name } else { &full }));
    match near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("onramp tasks"),
    }
}

/// The section of that name, or of the verb of that name.
fn section_of(name: &str) -> Option<Section> {
    if name == "fmt" { Some(Section::Format) } else { Section::from_name(name) }
}

/// The verb that runs a section. Tasks of `task` have none for all of them.
fn verb(section: Section) -> Option<&'static str> {
    match section {
        Section::Format => Some("fmt"),
        Section::Setup | Section::Lint | Section::Test | Section::Build => Some(section.name()),
        Section::Task => None,
    }
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
    // `setup` takes no names.
    let section_of_task = Section::from_name(task.section()).filter(|section| *section != Section::Setup);
    let error = Error::usage(format!("`{task}` is no task of [{section}]"));
    error.hint(match section_of_task.and_then(verb) {
        Some(verb) => format!("onramp {verb} {}", task.short()),
        None => format!("onramp run {task}"),
    })
}

/// Refuses arguments for a task none of whose commands takes any.
pub(crate) fn takes_arguments(graph: &TaskGraph<Job>, task: &TaskId) -> Result<(), Error> {
    let takes = match graph.get(task).map(|node| &node.payload.work) {
        Some(Work::Commands(work)) => work.commands.iter().any(|command| command.mentions("args")),
        Some(Work::Builtin(_)) => false,
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

/// The tasks that names mean, of any section; that of a section itself means all of it.
pub(crate) fn tasks_or_sections(graph: &TaskGraph<Job>, names: &[String]) -> Result<Vec<TaskId>, Error> {
    let mut tasks = Vec::new();
    for name in names {
        match (task(graph, Section::Task.name(), name), section_of(name)) {
            (Err(_), Some(section)) => tasks.extend(plan::of_section(graph, section)),
            (task, _) => tasks.push(task?),
        }
    }
    Ok(tasks)
}
