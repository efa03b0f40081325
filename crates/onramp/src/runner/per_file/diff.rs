//! What a formatter would change, for somebody who has only asked whether it would.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use onramp_config::{Actions, Commands};
use onramp_core::{Failure, FailureKind, TaskId};
use similar::TextDiff;

use super::scratch::Scratch;
use crate::job::{CommandWork, Form, Job};
use crate::session::Session;
use crate::words::count;

/// So many lines of differences are shown; all of them are in the log.
const MOST_LINES: usize = 200;

/// The failure of a check with the differences that the formatter would make behind what the check has printed. It
/// works on copies of the files that the check was given. Where nothing can be learned that way, the failure is
/// what it was.
pub(super) fn explain(
    session: &Session,
    id: &TaskId,
    job: &Job,
    work: &CommandWork,
    files: &[PathBuf],
    failure: Failure,
) -> Failure {
    if work.form != Some(Form::Check) || failure.kind != FailureKind::Task {
        return failure;
    }
    let Some(commands) = fixing(id, job) else { return failure };
    let Ok(diffs) = diffs(session, job, work, commands, files) else { return failure };
    if diffs.is_empty() {
        return failure;
    }
    let secrets = session.launcher.secrets();
    let masked = |line: &str| secrets.mask(line).into_owned();
    let lines: Vec<String> = diffs.iter().flat_map(|diff| diff.lines()).map(masked).collect();
    let is_logged = failure.log.as_ref().is_some_and(|log| append(log, &lines).is_ok());
    with_lines(failure, lines, diffs.len(), is_logged)
}

/// The failure with so many of the lines as somebody may want to read.
pub(in crate::runner) fn with_lines(
    mut failure: Failure,
    lines: Vec<String>,
    files: usize,
    is_logged: bool,
) -> Failure {
    let total = lines.len();
    failure.tail.extend(lines.into_iter().take(MOST_LINES));
    if total > MOST_LINES {
        let rest = count(total - MOST_LINES, "more line");
        let place = if is_logged { ", all of them in the log" } else { "" };
        failure.tail.push(format!("... {rest} of the differences in {}{place}", count(files, "file")));
    }
    failure
}

/// The commands that format, if each of them is given the files by name.
fn fixing<'a>(id: &TaskId, job: &'a Job) -> Option<&'a Commands> {
    let local = job.checkout.local_name(id);
    let task = job.checkout.config.tasks.iter().find(|task| task.id == local)?;
    match &task.actions {
        Actions::Format { run, .. } => {
            Some(run).filter(|run| !run.is_empty() && run.iter().all(|command| command.mentions("files")))
        }
        _ => None,
    }
}

/// The differences of each file that has any.
fn diffs(
    session: &Session,
    job: &Job,
    work: &CommandWork,
    commands: &Commands,
    files: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let scratch = Scratch::new(session, job, &work.directory, &files)?;
    let mut before = Vec::new();
    for file in &files {
        let path = job.checkout.root.join(file);
        before.push(fs::read(&path)?);
        // With its mode: some formatters look at it.
        fs::copy(&path, scratch.path(file))?;
    }
    scratch.run(session, job, work, commands, &files)?;
    let mut diffs = Vec::new();
    for (file, before) in files.iter().zip(before) {
        let after = fs::read(scratch.path(file))?;
        if after != before {
            diffs.push(diff(file, &before, &after));
        }
    }
    Ok(diffs)
}

/// What two contents of a file have not alike.
pub(crate) fn diff(file: &Path, before: &[u8], after: &[u8]) -> String {
    let name = file.display();
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        return format!("{name} would be changed, and is no text");
    };
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}

fn append(log: &Path, lines: &[String]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(log)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_the_file_and_shows_the_lines() {
        let text = diff(Path::new("src/a.py"), b"one\ntwo\n", b"one\nthree\n");
        assert_eq!(text, "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n");
        assert_eq!(diff(Path::new("a"), b"\xff", b""), "a would be changed, and is no text");
    }

    #[test]
    fn very_many_lines_are_cut_with_a_note() {
        let lines = vec!["+x".to_owned(); MOST_LINES + 7];
        let failure = with_lines(Failure::task("f"), lines, 2, true);
        assert_eq!(failure.tail.len(), MOST_LINES + 1);
        let note = "... 7 more lines of the differences in 2 files, all of them in the log";
        assert_eq!(failure.tail.last().map(String::as_str), Some(note));
    }
}
