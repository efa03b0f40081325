//! Does in process what needs no command.

mod commit;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use onramp_builtins::{Action, Builtin, Finding, Report, Walk, walk};
use onramp_core::{Event, Failure, Problem, Reporter, Severity, Stream, TaskId};
use onramp_git::Repository;

use super::per_file::{diff, with_lines};
use crate::job::{BuiltinWork, Form, Job};
use crate::session::Session;
use crate::words::count;

/// So many of the last lines a failure has with it.
const TAIL: usize = 20;

/// Looks at the files of a task, mends them where it is there for that, and tells what is wrong.
pub(super) fn run(
    session: &Session,
    id: &TaskId,
    job: &Job,
    work: &BuiltinWork,
    log: Option<&Path>,
) -> Result<(), Failure> {
    let step = |step: String| session.reporter.report(Event::TaskStep { task: id.clone(), step });
    let is_of_commits = work.builtins.iter().all(Builtin::is_of_commits);
    if is_of_commits && work.handed.is_none() {
        step(format!("nothing to do: {} is for git hooks, and looks at no file", work.names()));
        return Ok(());
    }
    step(format!("built in: {}", work.names()));
    let root = work.root.as_deref().unwrap_or(&job.checkout.root);
    let files = if is_of_commits { Vec::new() } else { files(job, work)? };
    let names = names(job, work)?;
    let cancel = session.launcher.cancel();
    let deadline = work.timeout.and_then(|limit| Instant::now().checked_add(limit));
    let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
    let mut report = walk(&Walk {
        root,
        files: &files,
        names: &names,
        builtins: &work.builtins,
        action: match work.form {
            Form::Check => Action::Check,
            Form::Fix => Action::Fix,
        },
        threads: session.options.jobs.get(),
        is_over: &|| cancel.is_requested() || is_late(),
    });
    leave_out_pointers(session, job, &mut report);
    report.findings.extend(commit::findings(&job.checkout.root, work)?);
    // Wherever it lies that was looked at, people know it by its place in the checkout.
    let lines = tell(session, id, &job.checkout.root, &report);
    let log = log.filter(|_| !lines.is_empty()).filter(|log| keep(session, log, &lines));
    if !is_of_commits {
        step(format!("{}, {} changed", count(report.files, "file"), report.changed.len()));
    }
    if !report.is_complete {
        let limit = work.timeout.unwrap_or_default().as_secs_f64();
        let late = || Failure::task(format!("not done within the task's {limit} s"));
        return Err(if cancel.is_requested() { Failure::interrupted() } else { late() });
    }
    let Some(message) = verdict(&report) else { return Ok(()) };
    let failure = Failure {
        tail: lines[lines.len().saturating_sub(TAIL)..].to_vec(),
        log: log.map(Path::to_path_buf),
        ..Failure::task(message)
    };
    let diffs = differences(root, work, &report);
    let shown: Vec<String> = diffs.iter().flat_map(|diff| diff.lines()).map(str::to_owned).collect();
    let failure = if shown.is_empty() { failure } else { with_lines(failure, shown, diffs.len(), false) };
    Err(match remedy(id, work, &report) {
        Some(remedy) => failure.hint(remedy),
        None => failure,
    })
}

/// A large file in whose place git keeps a pointer, as that of Git LFS, is none to git. Without git, or where it says
/// nothing, it is one.
fn leave_out_pointers(session: &Session, job: &Job, report: &mut Report) {
    let is_large = |finding: &Finding| finding.code == onramp_builtins::LARGE_FILES;
    let large = report.findings.iter().filter(|finding| is_large(finding));
    let large: Vec<PathBuf> = large.map(|finding| finding.path.clone()).collect();
    if large.is_empty() {
        return;
    }
    let checkout = &job.checkout;
    let Ok(repository) = Repository::around(&checkout.root, &session.launcher, &checkout.environment) else {
        return;
    };
    let is_pointer = repository.has_filter("lfs", &large).unwrap_or_default();
    let pointers = large.iter().zip(is_pointer).filter(|(_, is_pointer)| *is_pointer);
    let pointers: BTreeSet<&PathBuf> = pointers.map(|(path, _)| path).collect();
    report.findings.retain(|finding| !is_large(finding) || !pointers.contains(&finding.path));
}

/// What would be mended in the files in which something was found, for a task that only looks.
fn differences(root: &Path, work: &BuiltinWork, report: &Report) -> Vec<String> {
    if work.form != Form::Check {
        return Vec::new();
    }
    let found: BTreeSet<&PathBuf> = report.findings.iter().map(|finding| &finding.path).collect();
    let diff_of = |path: &&PathBuf| {
        let before = fs::read(root.join(path)).ok()?;
        Some(diff(path, &before, &onramp_builtins::fix(&work.builtins, path, &before)?))
    };
    found.iter().filter_map(diff_of).collect()
}

/// Writes the lines to the log; whether that went well.
fn keep(session: &Session, log: &Path, lines: &[String]) -> bool {
    let text = session.launcher.secrets().mask(&lines.join("\n")).into_owned() + "\n";
    let folder = log.parent().unwrap_or(Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(log, text));
    if let Err(error) = &written {
        session.tell_trouble(&format!("{} could not be written: {error}", log.display()));
    }
    written.is_ok()
}

/// The files of the task, relative to the root.
fn files(job: &Job, work: &BuiltinWork) -> Result<Vec<PathBuf>, Failure> {
    let Some(only) = &work.only else { return job.checkout.candidates(&work.directory, &work.files) };
    let patterns = |globs: &[String]| job.checkout.patterns(&work.directory, globs);
    let (included, excluded) = (patterns(&work.files.include)?, patterns(&work.files.exclude)?);
    // Of which types what a git hook hands over is, it has seen in what is staged.
    let is_of_type = |file: &Path| work.handed.is_some() || job.checkout.is_of(&work.files, file);
    let is_meant = |file: &&PathBuf| included.matches(file) && !excluded.matches(file) && is_of_type(file);
    Ok(only.iter().filter(is_meant).cloned().collect())
}

/// The names that those of the files could be in conflict with, where that is asked.
fn names(job: &Job, work: &BuiltinWork) -> Result<Vec<PathBuf>, Failure> {
    if !work.builtins.contains(&Builtin::CaseConflicts) {
        return Ok(Vec::new());
    }
    job.checkout.select(&job.checkout.patterns(&job.checkout.root, &["**".to_owned()])?)
}

/// Tells what was found and changed, in lines for people and as problems for machines, and returns the lines.
fn tell(session: &Session, id: &TaskId, root: &Path, report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |line: String| {
        let output = Event::TaskOutput { task: id.clone(), stream: Stream::Stdout, line: line.clone() };
        session.reporter.report(output);
        lines.push(line);
    };
    for path in &report.changed {
        say(format!("changed {}", shown(path)));
    }
    for finding in &report.findings {
        // A branch is no file.
        if !finding.path.as_os_str().is_empty() {
            let problem = problem(root, finding);
            session.reporter.report(Event::TaskProblem { task: id.clone(), problem });
        }
        say(line(finding));
    }
    for (path, error) in &report.troubles {
        let problem = Problem {
            file: root.join(path).to_string_lossy().into_owned(),
            line: None,
            column: None,
            severity: Severity::Error,
            message: error.to_string(),
            code: None,
        };
        session.reporter.report(Event::TaskProblem { task: id.clone(), problem });
        say(format!("{}: {error}", shown(path)));
    }
    lines
}

fn problem(root: &Path, finding: &Finding) -> Problem {
    Problem {
        file: root.join(&finding.path).to_string_lossy().into_owned(),
        line: finding.line,
        column: finding.column,
        severity: Severity::Error,
        message: finding.message.clone(),
        code: Some(finding.code.to_owned()),
    }
}

/// `src/a.py:3:7: trailing whitespace [trailing-whitespace]`.
fn line(finding: &Finding) -> String {
    let numbers = [finding.line, finding.column].into_iter().flatten();
    let place: String = numbers.map(|number| format!(":{number}")).collect();
    let place = shown(&finding.path) + &place;
    let place = if place.is_empty() { place } else { place + ": " };
    format!("{place}{} [{}]", finding.message, finding.code)
}

/// A path on one line, whatever is in it.
fn shown(path: &Path) -> String {
    match path.to_str() {
        Some(name) if !name.contains(char::is_control) => name.to_owned(),
        _ => format!("{path:?}"),
    }
}

/// What makes the task fail.
fn verdict(report: &Report) -> Option<String> {
    let mut files: Vec<&PathBuf> = report.findings.iter().map(|finding| &finding.path).collect();
    files.sort_unstable();
    files.dedup();
    let problems = count(report.findings.len(), "problem");
    if report.files == 0 && !files.is_empty() {
        return Some(problems);
    }
    let found = (!files.is_empty()).then(|| format!("{problems} in {}", count(files.len(), "file")));
    let troubles = (!report.troubles.is_empty())
        .then(|| format!("{} could not be read or changed", count(report.troubles.len(), "file")));
    let parts: Vec<String> = found.into_iter().chain(troubles).collect();
    (!parts.is_empty()).then(|| format!("{}, of {}", parts.join(", "), count(report.files, "file")))
}

/// The command that mends what was found, if one can.
fn remedy(id: &TaskId, work: &BuiltinWork, report: &Report) -> Option<String> {
    if report.findings.iter().any(|finding| finding.code == commit::BRANCH) {
        return Some("git switch -c NAME".to_owned());
    }
    let is_mended = |finding: &Finding| {
        work.builtins.iter().any(|builtin| builtin.is_fixer() && builtin.name() == finding.code)
    };
    if work.form == Form::Fix || !report.findings.iter().any(is_mended) {
        return None;
    }
    let verb = if id.section() == "format" { "fmt" } else { "lint --fix" };
    Some(format!("onramp {verb} {}", id.short()))
}
