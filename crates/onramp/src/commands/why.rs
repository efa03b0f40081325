use clap::Args;
use onramp_cache::Part;
use onramp_config::Section;
use onramp_core::TaskId;
use serde_json::{Value, json};

use crate::job::{Form, Job};
use crate::plan::{self, Request};
use crate::reporter::SCHEMA_VERSION;
use crate::runner::{Cause, Change, Prospect, Reason, Unknown, foresee};
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, selection};

/// Tell whether a task would run, and what changed since its last result
#[derive(Args, Debug)]
pub(crate) struct WhyArgs {
    /// The task: `seed` for `task:seed`, or a full name such as `build:ui` or `member/test:unit`
    #[arg(value_name = "TASK")]
    task: String,
    /// Of a formatter: tell of its check instead
    #[arg(long)]
    check: bool,
    /// Of a linter: tell of its fix instead
    #[arg(long, conflicts_with = "check")]
    fix: bool,
}

pub(crate) fn run(session: &Session, args: &WhyArgs) -> Result<ExitStatus, Error> {
    let format = if args.check { Form::Check } else { Form::Fix };
    let lint = if args.fix { Form::Fix } else { Form::Check };
    let graph = plan::graph(session, &Request { format, lint, ..Request::default() })?;
    let task = selection::task(&graph, "task", &args.task)?;
    let plan = graph.plan(std::slice::from_ref(&task)).expect("the name comes from the graph");
    let mut forecast = foresee(session, &graph, &plan)?;
    let (own, prospect) = forecast.pop().expect("a plan ends with the task that it is for");
    let last = |task: &TaskId| graph.get(task).and_then(|node| last_result(&node.payload));
    if session.json() {
        let needs: Vec<Value> =
            forecast.iter().map(|(task, prospect)| answer(task, prospect, last(task))).collect();
        let mut value = answer(&own, &prospect, last(&own));
        value["needs"] = json!(needs);
        value["version"] = json!(SCHEMA_VERSION);
        session.answer_json(value);
        return Ok(ExitStatus::Success);
    }
    for line in lines(&own, &prospect, last(&own)) {
        session.answer(&line);
    }
    if let Some(line) = graph.get(&own).and_then(|node| other_form(&own, &node.payload)) {
        session.answer(&line);
    }
    // What is up to date has no part in the reason.
    for (task, prospect) in forecast.iter().rev().filter(|(_, prospect)| *prospect != Prospect::UpToDate) {
        session.answer("");
        for line in lines(task, prospect, last(task)) {
            session.answer(&line);
        }
    }
    Ok(ExitStatus::Success)
}

/// What is known of the task's last success.
struct Last {
    finished: u64,
    milliseconds: u64,
}

fn last_result(job: &Job) -> Option<Last> {
    let last = job.checkout.last.read(&job.cache.as_ref()?.record)?;
    Some(Last { finished: last.finished, milliseconds: last.milliseconds })
}

/// Where a formatter or linter has a result of its other form alone, how to ask about that.
fn other_form(task: &TaskId, job: &Job) -> Option<String> {
    let form = job.work.form()?;
    let (own, other) = match form {
        Form::Check => (" check", " fix"),
        Form::Fix => (" fix", " check"),
    };
    let record = &job.cache.as_ref()?.record;
    let last = &job.checkout.last;
    let name = record.strip_suffix(own)?;
    if last.read(record).is_some() || last.read(&format!("{name}{other}")).is_none() {
        return None;
    }
    let is_formatter = task.section() == Section::Format.name();
    let (what, option) = match (form, is_formatter) {
        (Form::Fix, true) => ("check", " --check"),
        (Form::Check, true) => ("formatting", ""),
        (Form::Check, false) => ("fix", " --fix"),
        (Form::Fix, false) => ("check", ""),
    };
    Some(format!("there is a result of its {what}: onramp why {task}{option}"))
}

fn lines(task: &TaskId, prospect: &Prospect, last: Option<Last>) -> Vec<String> {
    let since = last.as_ref().map_or_else(
        || "its last result".to_owned(),
        |last| {
            let age = std::time::Duration::from_millis(
                onramp_cache::ActionResult::now().saturating_sub(last.finished),
            );
            format!("its last result, {} ago", crate::words::duration(age))
        },
    );
    match prospect {
        Prospect::UpToDate => {
            let since = if last.is_some() { &since } else { "its last run" };
            vec![format!("{task} is up to date: nothing that it depends on changed since {since}")]
        }
        Prospect::Restores(files) => {
            let mut lines = vec![format!(
                "{task} would not run: the cache has its result, and {} of it would be put right",
                count(files.len(), "file")
            )];
            lines.extend(files.iter().map(|file| format!("  output   {file}")));
            lines
        }
        Prospect::AlwaysRuns => {
            vec![format!("{task} always runs: it declares no `inputs`, so nobody knows what it depends on")]
        }
        Prospect::Runs(cause) => reason(task, cause, last.is_some(), &since),
        Prospect::RunsFor { unknown, total } => file_lines(task, unknown, *total),
    }
}

/// How many files a task would be given, and of the first ones why.
fn file_lines(task: &TaskId, unknown: &[Unknown], total: usize) -> Vec<String> {
    const SHOWN: usize = 10;
    let mut lines = vec![format!("{task} would run for {} of {}", unknown.len(), count(total, "file"))];
    lines.extend(unknown.iter().take(SHOWN).map(|file| {
        let reason = match &file.reason {
            Reason::New => "has not been seen yet".to_owned(),
            Reason::Content => "changed".to_owned(),
            Reason::Aspect(name) => format!("{name} changed"),
            Reason::Settings(name) => format!("settings in {name} changed"),
            Reason::Need(name) => format!("{name} has another result"),
        };
        format!("  file     {}  {reason}", file.path.display())
    }));
    if unknown.len() > SHOWN {
        lines.push(format!("  and {} more", unknown.len() - SHOWN));
    }
    lines
}

fn file_json(file: &Unknown) -> Value {
    let (reason, name) = match &file.reason {
        Reason::New => ("new", None),
        Reason::Content => ("content", None),
        Reason::Aspect(name) => ("command", Some(name)),
        Reason::Settings(name) => ("settings", Some(name)),
        Reason::Need(name) => ("need", Some(name)),
    };
    json!({"path": file.path.display().to_string(), "reason": reason, "name": name})
}

fn reason(task: &TaskId, cause: &Cause, has_result: bool, since: &str) -> Vec<String> {
    match cause {
        Cause::Forced => vec![format!("{task} would run, because of --force")],
        Cause::NeverSucceeded => vec![format!("{task} would run: there is no result of it yet")],
        Cause::NotKept => {
            vec![format!("{task} would run: nothing changed since {since}, but the cache has it no longer")]
        }
        Cause::OutputsChanged(files) => {
            let mut lines = vec![format!("{task} would run: its outputs are not as {since} left them")];
            lines.extend(files.iter().map(|file| format!("  output   {file}")));
            lines
        }
        Cause::Changed(changes) => {
            let mut lines =
                vec![format!("{task} would run: {} changed since {since}", count(changes.len(), "thing"))];
            lines.extend(changes.iter().map(change_line));
            lines
        }
        Cause::After(need, _) if !has_result => {
            vec![format!("{task} would run, after {need}: there is no result of it yet")]
        }
        Cause::After(need, changes) => {
            let mut lines =
                vec![format!("{task} may run: it needs {need}, which has to run or to be looked at first")];
            if !changes.is_empty() {
                lines[0] = format!(
                    "{task} would run, after {need}: {} changed since {since}",
                    count(changes.len(), "thing")
                );
            }
            lines.extend(changes.iter().map(change_line));
            lines
        }
    }
}

fn change_line(change: &Change) -> String {
    let (part, name) = (word(change.part), &change.name);
    match (change.part, &change.before, &change.after) {
        // A digest says nothing to a person.
        (_, None, Some(_)) if change.part != Part::Aspect => format!("  {part:8} {name}  added"),
        (_, Some(before), _) if change.part == Part::Input && before == "absent" => {
            format!("  {part:8} {name}  added")
        }
        (_, Some(_), Some(after)) if change.part == Part::Input && after == "absent" => {
            format!("  {part:8} {name}  removed")
        }
        (Part::Aspect, before, after) => {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            format!("  {part:8} {name}  {} -> {}", text(before), text(after))
        }
        (_, Some(_), None) => format!("  {part:8} {name}  removed"),
        (Part::Need, ..) => format!("  {part:8} {name}  has another result"),
        (Part::Input, ..) => format!("  {part:8} {name}  changed"),
    }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Aspect => "command",
        Part::Input => "input",
        Part::Need => "need",
    }
}

fn answer(task: &TaskId, prospect: &Prospect, last: Option<Last>) -> Value {
    let (word, cause) = match prospect {
        Prospect::UpToDate => ("up-to-date", None),
        Prospect::Restores(_) => ("restores", None),
        Prospect::AlwaysRuns => ("runs", Some("no-inputs")),
        Prospect::RunsFor { .. } => ("runs", Some("files")),
        Prospect::Runs(cause) => (
            "runs",
            Some(match cause {
                Cause::Forced => "forced",
                Cause::NeverSucceeded => "never-succeeded",
                Cause::Changed(_) => "changed",
                Cause::OutputsChanged(_) => "outputs-changed",
                Cause::NotKept => "not-kept",
                Cause::After(..) => "after",
            }),
        ),
    };
    let mut value = json!({"task": task.to_string(), "prospect": word, "cause": cause});
    match prospect {
        Prospect::Restores(files) | Prospect::Runs(Cause::OutputsChanged(files)) => {
            value["outputs"] = json!(files)
        }
        Prospect::RunsFor { unknown, total } => {
            value["files"] = unknown.iter().map(file_json).collect();
            value["total"] = json!(total);
        }
        Prospect::Runs(Cause::Changed(changes)) => {
            value["changes"] = changes.iter().map(change_json).collect()
        }
        Prospect::Runs(Cause::After(need, changes)) => {
            value["after"] = json!(need.to_string());
            value["changes"] = changes.iter().map(change_json).collect();
        }
        _ => {}
    }
    if let Some(last) = last {
        value["last"] = json!({"finished": last.finished, "milliseconds": last.milliseconds});
    }
    value
}

fn change_json(change: &Change) -> Value {
    json!({"part": word(change.part), "name": change.name, "before": change.before, "after": change.after})
}
