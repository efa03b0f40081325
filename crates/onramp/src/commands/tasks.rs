use std::collections::HashMap;

use clap::Args;
use onramp_config::{Section, nearest};
use onramp_core::{TaskGraph, TaskId, TaskNode};
use serde_json::json;

use crate::job::{Form, Job};
use crate::plan::{self, Request};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::wrapped;
use crate::{Error, ExitStatus, listing, selection};

/// A longer name has its description on the next line.
const WIDEST: usize = 32;

/// List the tasks of this workspace and its members
#[derive(Args, Debug)]
pub(crate) struct TasksArgs {
    /// Only tasks of this section (`test`), or whose name contains this text; of several, tasks that fit any. With a
    /// slash in front, all whose name from the outermost workspace begins so: `/` for every task
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// For completion: the names that the verb of this section takes, one a line
    #[arg(long, value_name = "SECTION", value_parser = section, hide = true)]
    names: Option<Section>,
}

fn section(name: &str) -> Result<Section, String> {
    Section::from_name(name).ok_or_else(|| "expected a section".to_owned())
}

pub(crate) fn run(session: &Session, args: &TasksArgs) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request { format: Form::Fix, ..Request::default() })?;
    if let Some(section) = args.names {
        session.answer(&names(&graph, section).join("\n"));
        return Ok(ExitStatus::Success);
    }
    let fits = |node: &&TaskNode<Job>| match args.filters.as_slice() {
        [] => !node.id.is_absolute(),
        filters => filters.iter().any(|text| fits(node, text)),
    };
    // What one stands in comes first, then what is named from the outermost workspace.
    let (above, below): (Vec<_>, Vec<_>) =
        graph.nodes().iter().filter(fits).partition(|node| node.id.is_absolute());
    let nodes: Vec<&TaskNode<Job>> = below.into_iter().chain(above).collect();
    if session.json() {
        let tasks: Vec<_> = nodes.into_iter().map(listing::task_json).collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "tasks": tasks}));
        return Ok(ExitStatus::Success);
    }
    if nodes.is_empty() && args.filters.is_empty() {
        session.say("no tasks: the configuration has no section such as [test.NAME]");
    } else if nodes.is_empty() {
        session.say(&format!("no task fits {}", args.filters.join(", ")));
        if let Some(near) = nearest_filter(&graph, &args.filters) {
            session.say(&session.printer.hint(&format!("onramp tasks {near}")));
        }
    }
    let mut lines = Vec::new();
    for (place, group) in groups(nodes).into_iter().enumerate() {
        if place > 0 {
            lines.push(String::new());
        }
        show(session, &group, &mut lines);
    }
    if !lines.is_empty() {
        session.answer(&lines.join("\n"));
    }
    Ok(ExitStatus::Success)
}

/// What a verb calls tasks of its section, those of this workspace and its members. That of `task` takes full names
/// of any.
fn names(graph: &TaskGraph<Job>, section: Section) -> Vec<String> {
    let below = || graph.nodes().iter().map(|node| &node.id).filter(|id| !id.is_absolute());
    let mut names: Vec<String> =
        below().filter(|id| id.section() == section.name()).map(TaskId::short).collect();
    if section == Section::Task {
        names.extend(below().map(TaskId::to_string));
    }
    names
}

/// Whether a task is of the section, or its name contains the text in whatever letters. What belongs neither to where
/// one stands nor below has to be asked for from the outermost workspace.
fn fits(node: &TaskNode<Job>, text: &str) -> bool {
    if text.starts_with('/') {
        return format!("/{}", selection::absolute(node)).to_lowercase().starts_with(&text.to_lowercase());
    }
    if node.id.is_absolute() {
        return false;
    }
    if Section::from_name(text).is_some() {
        return node.id.section() == text;
    }
    node.id.to_string().to_lowercase().contains(&text.to_lowercase())
}

/// The section or name that one of the filters most likely stands for.
fn nearest_filter<'a>(graph: &'a TaskGraph<Job>, filters: &[String]) -> Option<&'a str> {
    let mut words: Vec<&str> = Section::ALL.map(Section::name).to_vec();
    words.extend(graph.nodes().iter().filter(|node| !node.id.is_absolute()).map(|node| node.id.name()));
    filters.iter().find_map(|text| nearest(text, words.iter().copied()))
}

/// The tasks of each section of each member, both in the order in which they appear.
fn groups(nodes: Vec<&TaskNode<Job>>) -> Vec<Vec<&TaskNode<Job>>> {
    let mut groups: Vec<Vec<&TaskNode<Job>>> = Vec::new();
    let mut places = HashMap::new();
    for node in nodes {
        let place = *places.entry((node.id.member(), node.id.section())).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(node);
    }
    groups
}

fn show(session: &Session, group: &[&TaskNode<Job>], all: &mut Vec<String>) {
    let width = session.printer.data_width();
    let title = title(group[0].id.section());
    let heading = match listing::workspace(group[0]) {
        Some(workspace) => format!("{workspace}: {title}"),
        None => title,
    };
    let is_bold = session.options.colour && session.printer.has_data_terminal();
    all.push(if is_bold { format!("\u{1b}[1m{heading}\u{1b}[0m") } else { heading });
    let names: Vec<String> = group.iter().map(|node| node.id.to_string()).collect();
    let column = names.iter().map(|name| name.chars().count()).filter(|length| *length <= WIDEST).max();
    let column = column.unwrap_or(4);
    for (node, name) in group.iter().zip(names) {
        let about = listing::about(&node.payload);
        let lines = wrapped(&about, width.map(|width| width.saturating_sub(column + 4)));
        let mut lines = lines.iter().map(String::as_str);
        let beside = if name.chars().count() <= column { lines.next().unwrap_or_default() } else { "" };
        all.push(format!("  {name:column$}  {beside}").trim_end().to_owned());
        all.extend(lines.map(|line| format!("  {:column$}  {line}", "").trim_end().to_owned()));
    }
}

/// What a section is called in a heading.
fn title(section: &str) -> String {
    match Section::from_name(section) {
        Some(Section::Setup) => "Setup",
        Some(Section::Format) => "Formatters",
        Some(Section::Lint) => "Linters",
        Some(Section::Test) => "Tests",
        Some(Section::Build) => "Builds",
        Some(Section::Task) => "Tasks",
        None => section,
    }
    .to_owned()
}
