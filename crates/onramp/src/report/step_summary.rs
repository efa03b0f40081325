//! The summary of a run in Markdown, for the page that GitHub shows of it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use onramp_core::{Failure, Outcome, Secrets};

use super::run_report::{RunReport, TaskReport};
use crate::reporter::{counts, is_told};
use crate::words::duration;

/// GitHub takes 1 MiB a step from all its commands together, and refuses the whole summary beyond that.
const LIMIT: usize = 1024 * 1024;

/// How many tasks have a row of their own.
const ROWS: usize = 200;

/// How many characters of a line of output are shown.
const LINE: usize = 500;

/// What is said instead of what there is no room for. Room for it is always left.
const CUT: &str = "\nMore failures are left out here; the logs of this step have them.\n";

/// Appends the summary to the file that GitHub reads, as far as there is room in it.
pub(crate) fn append(file: &Path, report: &RunReport, secrets: &Secrets) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    file.write_all(markdown(report, secrets, LIMIT.saturating_sub(taken)).as_bytes())
}

/// The summary in at most `room` bytes: a table of the tasks, then the failures. Empty where not even the table
/// fits.
fn markdown(report: &RunReport, secrets: &Secrets, room: usize) -> String {
    let is_told = |task: &&TaskReport| is_told(&task.summary.task, &task.summary.outcome);
    let mut tasks: Vec<&TaskReport> = report.tasks.iter().filter(is_told).collect();
    let counts = counts(tasks.iter().map(|task| &task.summary.outcome)).join(", ");
    let has_files = tasks.iter().any(|task| task.files.is_some());
    let mut text = format!("### {}: {counts} in {}\n\n", in_line(&report.verb), duration(report.elapsed));
    text.push_str(if has_files {
        "| outcome | task | time | files | changed |\n|---|---|--:|--:|--:|\n"
    } else {
        "| outcome | task | time |\n|---|---|--:|\n"
    });
    // What went wrong first, then what took long.
    tasks.sort_by_key(|task| (task.summary.outcome.is_success(), std::cmp::Reverse(task.summary.elapsed)));
    tasks.iter().take(ROWS).for_each(|task| text.push_str(&row(task, has_files)));
    if tasks.len() > ROWS {
        text.push_str(&format!("\nand {} more\n", tasks.len() - ROWS));
    }
    if text.len() + CUT.len() > room {
        return String::new();
    }
    for task in tasks {
        let Outcome::Failed(failure) = &task.summary.outcome else { continue };
        let section = section(task, failure, secrets);
        if text.len() + section.len() + CUT.len() > room {
            text.push_str(CUT);
            break;
        }
        text.push_str(&section);
    }
    text
}

fn row(task: &TaskReport, has_files: bool) -> String {
    let outcome = &task.summary.outcome;
    let time = if task.has_started() { duration(task.summary.elapsed) } else { String::new() };
    let name = in_line(&task.summary.task.to_string()).replace('|', "\\|");
    let files = match &task.files {
        Some(files) => format!(" {} | {} |", files.given, files.changed.len()),
        None if has_files => "  |  |".to_owned(),
        None => String::new(),
    };
    let reason = match outcome {
        Outcome::LeftOut { reason } => format!(" ({reason})"),
        _ => String::new(),
    };
    format!("| {} {}{reason} | {name} | {time} |{files}\n", sign(outcome), outcome.word().replace('-', " "))
}

/// A failure: what happened, and the last lines of output.
fn section(task: &TaskReport, failure: &Failure, secrets: &Secrets) -> String {
    let mut lines = vec![secrets.mask(&failure.message).into_owned()];
    lines.extend(failure.tail.iter().map(|line| {
        let line = anstream::adapter::strip_str(line).to_string();
        secrets.mask(&line).into_owned()
    }));
    lines.extend(failure.hint.iter().map(|hint| format!("hint: {}", secrets.mask(hint))));
    let lines: Vec<String> = lines.iter().map(|line| shortened(line)).collect();
    let body = lines.join("\n");
    let fence = "`".repeat(longest_run(&body, '`').max(2) + 1);
    let title = in_line(&task.summary.task.to_string());
    format!("\n#### {} {title}\n\n{fence}text\n{body}\n{fence}\n", sign(&task.summary.outcome))
}

/// A text as code within a line, whatever is in it.
fn in_line(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // A backtick at the edge needs a space, which Markdown takes away again.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(|run| run.chars().count()).max().unwrap_or(0)
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn sign(outcome: &Outcome) -> &'static str {
    match outcome.word() {
        "passed" => "✅",
        "up-to-date" => "☑️",
        "restored" => "♻️",
        "failed" => "❌",
        "interrupted" => "🛑",
        "skipped" => "⏭️",
        _ => "⬜",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{failed, report, task};

    #[test]
    fn output_cannot_leave_its_fence() {
        let mut failure = Failure::task("`run` exited with 1");
        failure.tail = vec!["````".to_owned(), "</details> s3cret".to_owned(), "\u{1b}[31mred".to_owned()];
        let secrets = Secrets::new();
        secrets.add("s3cret");
        let text = markdown(&report(2, vec![failed(task("a`|b", 0, 5), failure)]), &secrets, LIMIT);
        assert!(text.contains("\n`````text\n"), "{text}");
        assert!(text.ends_with("red\n`````\n"), "{text}");
        assert!(text.contains("``task:a`\\|b``"), "{text}");
        assert!(!text.contains("s3cret") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_summary_keeps_to_its_room() {
        let mut failure = Failure::task("no");
        failure.tail = vec!["ä".repeat(2000); 40];
        let tasks = (0..500).map(|n| failed(task(&format!("t{n}"), n, 1), failure.clone())).collect();
        let report = report(2, tasks);
        let full = markdown(&report, &Secrets::new(), LIMIT);
        assert!(full.len() <= LIMIT && full.len() > LIMIT / 2, "{}", full.len());
        assert!(full.contains("\nand 300 more\n") && full.ends_with(CUT));
        assert_eq!(markdown(&report, &Secrets::new(), 1000), "");
    }
}
