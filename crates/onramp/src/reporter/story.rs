use onramp_core::{Failure, Outcome, RunSummary, TaskId};

use super::sight::Sight;
use crate::{Printer, hooks, words};

/// The lines about a failure: message, last output unless that is in sight, where the rest lies, what to do.
pub(super) fn failure_lines(
    printer: &Printer,
    sight: &Sight,
    task: &TaskId,
    failure: &Failure,
) -> Vec<String> {
    let mut lines = vec![format!("{task} failed: {}", failure.message)];
    if !sight.has(task, failure) {
        lines.extend(failure.tail.iter().map(|line| format!("    {line}")));
    }
    if let Some(log) = &failure.log {
        lines.push(format!("    full output: {}", log.display()));
    }
    if let Some(hint) = &failure.hint {
        lines.push(String::new());
        lines.push(printer.hint(hint));
    }
    lines
}

/// The failures of a run in the order in which they happened, without interrupted tasks: those are counted,
/// not explained.
pub(super) fn failures(summary: &RunSummary) -> impl Iterator<Item = (&TaskId, &Failure)> {
    summary.tasks.iter().filter_map(|ended| match &ended.outcome {
        Outcome::Failed(failure) if ended.outcome.word() == "failed" => Some((&ended.task, failure)),
        _ => None,
    })
}

/// `3 passed, 1 up to date, 1 failed in 4.2 s`; `None` for a run that had nothing to do.
fn summary_line(summary: &RunSummary) -> Option<String> {
    let told = summary.tasks.iter().filter(|ended| is_told(&ended.task, &ended.outcome));
    let counts = counts(told.map(|ended| &ended.outcome));
    if counts.is_empty() {
        return None;
    }
    Some(format!("{}: {} in {}", summary.verb, counts.join(", "), words::duration(summary.elapsed)))
}

/// Whether an end is worth a line of its own: what a hook does itself is not while that goes well, and what was left out
/// has its place in [`left_out_line`].
pub(super) fn has_line(task: &TaskId, outcome: &Outcome) -> bool {
    is_told(task, outcome) && !matches!(outcome, Outcome::LeftOut { .. })
}

/// Whether people count it among the tasks.
pub(crate) fn is_told(task: &TaskId, outcome: &Outcome) -> bool {
    !hooks::is_own_step(task) || !outcome.is_success()
}

/// The last lines about a run: what was left out, how it ended, and before them an empty one where they end a story.
///
/// What a hook needs is only the beginning of a story while it goes well.
pub(super) fn last_lines(summary: &RunSummary) -> Vec<String> {
    if hooks::is_of_needs(&summary.verb) && summary.tasks.iter().all(|ended| ended.outcome.is_success()) {
        return Vec::new();
    }
    let has_story = summary.tasks.iter().any(|ended| has_line(&ended.task, &ended.outcome));
    let lines = left_out_line(summary).into_iter().chain(summary_line(summary));
    let empty = has_story.then(String::new);
    empty.into_iter().chain(lines).collect()
}

/// So many names are told of the tasks that were left out for one reason.
const LEFT_OUT_NAMES: usize = 5;

/// `skipped: lint:a, lint:b (no changed files)`; `None` where nothing was left out.
fn left_out_line(summary: &RunSummary) -> Option<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for ended in &summary.tasks {
        let Outcome::LeftOut { reason } = &ended.outcome else { continue };
        let name = ended.task.to_string();
        match reasons.iter_mut().find(|(known, _)| *known == reason.as_str()) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason.as_str(), vec![name])),
        }
    }
    let each = reasons.iter().map(|(reason, names)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("{} ({reason})", words::some(&names, LEFT_OUT_NAMES))
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("skipped: {}", each.join("; ")))
}

/// `3 passed`, `1 up to date`: how many tasks ended in each of the ways in which any did.
pub(crate) fn counts<'a>(outcomes: impl Iterator<Item = &'a Outcome> + Clone) -> Vec<String> {
    let words = [
        ("passed", "passed"),
        ("up-to-date", "up to date"),
        ("restored", "restored"),
        ("failed", "failed"),
        ("interrupted", "interrupted"),
        ("skipped", "skipped"),
        ("not-started", "not started"),
    ];
    let count = |(word, text): &(&str, &str)| {
        let number = outcomes.clone().filter(|outcome| outcome.word() == *word).count();
        (number > 0).then(|| format!("{number} {text}"))
    };
    words.iter().filter_map(count).collect()
}

/// What a watch says while it waits.
pub(super) const WAITING: &str = "waiting for changes; Ctrl-C ends";

/// So many files are named of those that have changed.
const CHANGED_NAMES: usize = 3;

/// `src/a.py changed`, `a, b, c and 997 more files changed`.
pub(super) fn changed_line(files: &[String]) -> String {
    let (named, rest) = files.split_at(files.len().min(CHANGED_NAMES));
    let rest = match rest.len() {
        0 => String::new(),
        more => format!(" and {}", words::count(more, "more file")),
    };
    format!("{}{rest} changed", named.join(", "))
}

/// What a finished line says after the task's name: `passed in 1.2 s`, `skipped: test:unit did not succeed`.
pub(super) fn outcome_text(outcome: &Outcome, elapsed: std::time::Duration) -> String {
    match outcome {
        Outcome::Passed => format!("passed in {}", words::duration(elapsed)),
        Outcome::UpToDate => "up to date".to_owned(),
        Outcome::Restored => "restored from the cache".to_owned(),
        Outcome::Failed(_) => format!("{} after {}", outcome.word(), words::duration(elapsed)),
        Outcome::Skipped { because } => format!("skipped, because {because} did not succeed"),
        Outcome::NotStarted => "not started".to_owned(),
        Outcome::LeftOut { reason } => format!("skipped: {reason}"),
    }
}
