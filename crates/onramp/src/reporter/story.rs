use onramp_core::{Failure, Outcome, RunSummary, TaskId};

use super::sight::Sight;
use crate::{Printer, words};

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
pub(super) fn summary_line(summary: &RunSummary) -> Option<String> {
    let counts = counts(summary.tasks.iter().map(|ended| &ended.outcome));
    if counts.is_empty() {
        return None;
    }
    Some(format!("{}: {} in {}", summary.verb, counts.join(", "), words::duration(summary.elapsed)))
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
    }
}
