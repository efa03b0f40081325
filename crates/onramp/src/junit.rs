//! The JUnit reports of all suites of a run, merged into one.
//!
//! A report is read twice, as a stream: once to count it, which also shows whether it can be read at all, and
//! once to copy it. So a broken report takes none of the others with it, the totals that stand before
//! everything else are right, and a report of any size needs little memory. A suite without a report, or whose
//! report does not show that it failed, becomes a test case itself: nothing fails silently.

mod counts;
mod files;
mod reader;
mod results;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use onramp_config::Section;
use onramp_core::{Failure, Level, Outcome, Reporter, RunSummary, TaskGraph, TaskId, TaskSummary};

use crate::job::{CommandWork, Job, Work};
use crate::session::Session;
use crate::whole_file;
use counts::Counts;
pub(crate) use results::write_results;
use writer::{Copy, ReportWriter, Verdict};

/// The verb whose runs have a merged report.
pub(crate) const VERB: &str = "test";

/// A suite of the run with what it has to tell.
struct Suite<'a> {
    ended: &'a TaskSummary,
    reports: Vec<Report>,
    /// What the suite itself is a test case for.
    verdict: Option<Verdict>,
}

/// A report that can be read.
struct Report {
    file: PathBuf,
    suites: Vec<Counts>,
    total: Counts,
}

/// Before a suite runs: removes what an earlier run has left where it writes its report.
pub(crate) fn prepare(session: &Session, id: &TaskId, job: &Job, work: &CommandWork) -> Result<(), Failure> {
    if let Some(glob) = &work.junit {
        files::remove(&job.checkout, &work.directory, glob)?;
        session.note_prepared_report(id);
    }
    Ok(())
}

/// Before a run: removes the merged report of an earlier one.
pub(crate) fn forget(session: &Session) {
    // What cannot be removed cannot be replaced either, which is told then.
    drop(fs::remove_file(session.state.junit()));
}

/// Merges the reports of a run's suites. What is wrong with a report is told; the error is about the merged one.
pub(crate) fn merge(session: &Session, graph: &TaskGraph<Job>, summary: &RunSummary) -> Result<(), String> {
    let prepared = session.take_prepared_reports();
    let is_suite = |ended: &&TaskSummary| ended.task.section() == Section::Test.name();
    let mut suites: Vec<Suite<'_>> =
        summary.tasks.iter().filter(is_suite).map(|ended| suite(session, graph, &prepared, ended)).collect();
    suites.sort_by_key(|suite| &suite.ended.task);
    write(session, &suites)
}

fn suite<'a>(
    session: &Session,
    graph: &TaskGraph<Job>,
    prepared: &BTreeSet<TaskId>,
    ended: &'a TaskSummary,
) -> Suite<'a> {
    let mut suite = Suite { ended, reports: Vec::new(), verdict: None };
    let task = &ended.task;
    let warn = |message: String| session.reporter.notice(Level::Warning, &message);
    let mut unreadable = None;
    let declared = reports(graph, prepared, ended).unwrap_or_else(|failure| {
        unreadable = Some(failure.message);
        Some(Vec::new())
    });
    for file in declared.iter().flatten() {
        match counts::count(file) {
            Ok((suites, total)) => suite.reports.push(Report { file: file.clone(), suites, total }),
            Err(reason) => {
                unreadable = Some(format!("JUnit report {} cannot be read: {reason}", file.display()));
            }
        }
    }
    if let Some(reason) = &unreadable {
        warn(format!("{task}: {reason}"));
    }
    let tells_failure = suite.reports.iter().any(|report| report.total.failures + report.total.errors > 0);
    let is_missing = suite.reports.is_empty();
    suite.verdict = match (&ended.outcome, unreadable) {
        (Outcome::Failed(_), _) if !tells_failure => Some(Verdict::of(&ended.outcome)),
        (_, Some(message)) => Some(Verdict::Error { message, details: String::new() }),
        _ if is_missing => Some(Verdict::of(&ended.outcome)),
        _ => None,
    };
    if is_missing && ended.outcome.is_success() && declared.is_some_and(|files| files.is_empty()) {
        warn(format!("{task} succeeded without writing the JUnit report that it declares"));
    }
    suite
}

/// The report files of a suite that tell of this run, or of the one that its result was taken from. `None`: it
/// declares none, or has not got to writing any.
fn reports(
    graph: &TaskGraph<Job>,
    prepared: &BTreeSet<TaskId>,
    ended: &TaskSummary,
) -> Result<Option<Vec<PathBuf>>, Failure> {
    let Some(Job { checkout, work: Work::Commands(work), .. }) =
        graph.get(&ended.task).map(|node| &node.payload)
    else {
        return Ok(None);
    };
    let is_current = match &ended.outcome {
        Outcome::UpToDate | Outcome::Restored => true,
        Outcome::Passed | Outcome::Failed(_) => prepared.contains(&ended.task),
        Outcome::Skipped { .. } | Outcome::NotStarted | Outcome::LeftOut { .. } => false,
    };
    match &work.junit {
        Some(glob) if is_current => files::find(checkout, &work.directory, glob).map(Some),
        _ => Ok(None),
    }
}

fn write(session: &Session, suites: &[Suite<'_>]) -> Result<(), String> {
    let file = session.state.junit();
    let told =
        |error: io::Error| format!("the JUnit report {} could not be written: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    whole_file::replace(&file, |new| write_to(session, suites, new)).map_err(told)
}

fn write_to(session: &Session, suites: &[Suite<'_>], file: &Path) -> io::Result<()> {
    let mut total = Counts::default();
    for suite in suites {
        suite.reports.iter().for_each(|report| total += report.total);
        if let Some(verdict) = &suite.verdict {
            total += verdict.counts(suite.ended.elapsed.as_secs_f64());
        }
    }
    let file = BufWriter::new(File::create(file)?);
    let mut merged = ReportWriter::begin(file, session.launcher.secrets(), "onramp test", &total)?;
    for suite in suites {
        let task = suite.ended.task.to_string();
        for report in &suite.reports {
            let counts = report.suites.clone().into_iter();
            let mut copy = Copy { report: &mut merged, task: &task, counts };
            // It could be read a moment ago.
            walk::walk(&report.file, &mut copy).map_err(io::Error::other)?;
        }
        if let Some(verdict) = &suite.verdict {
            merged.whole_task(&task, suite.ended.elapsed.as_secs_f64(), verdict)?;
        }
    }
    merged.finish()
}
