use std::fs;
use std::time::{Duration, SystemTime};

use onramp_cache::{ActionResult, Limits};
use onramp_core::{Level, Plan, Reporter, RunSummary, TaskGraph};

use crate::job::Job;
use crate::report::{self, Analysis, RunReport};
use crate::session::Session;
use crate::state::State;
use crate::{durations, junit};

/// Leaves behind what later runs and other programs want of a run that has ended. What cannot be written is told
/// once, and fails nothing.
pub(super) fn conclude(
    session: &Session,
    graph: &TaskGraph<Job>,
    plan: &Plan,
    summary: &RunSummary,
    started: SystemTime,
) {
    let report = RunReport::new(graph, plan, summary, started, session.options.force);
    let report = report.with_files(session.take_files());
    let mut written = vec![summarise(session, &report)];
    if summary.verb == junit::VERB {
        written.push(junit::merge(session, graph, summary));
    }
    if session.has_state() {
        remember_files(session);
        collect(session);
        written.extend([
            durations::record(session, summary),
            keep(session, &report),
            draw_times(session, &report),
        ]);
    }
    if let Some(error) = written.into_iter().find_map(Result::err) {
        session.tell_trouble(&error);
    }
}

/// Keeps the digests of files. They can be read again, so an error here is nobody's trouble.
fn remember_files(session: &Session) {
    for checkout in session.checkouts.iter().filter(|checkout| checkout.memo.is_new()) {
        drop(checkout.state.create().and_then(|()| checkout.memo.save()));
    }
}

/// Has stores that nobody looks after stay within their limits.
fn collect(session: &Session) {
    const INTERVAL: Duration = Duration::from_secs(86_400);
    for checkout in &session.checkouts {
        // What could not be removed now will be another time.
        if let Ok(Some(_)) = checkout.store.collect_if_due(Limits::default(), INTERVAL) {
            forget_replaced(&State::of(&checkout.root), Limits::default().age);
        }
    }
}

/// Removes what lay in the place of restored outputs so long ago that nobody will ask for it.
fn forget_replaced(state: &State, age: Duration) {
    for entry in fs::read_dir(state.all_replaced()).into_iter().flatten().flatten() {
        let time = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok());
        let is_old =
            time.is_some_and(|time| Duration::from_millis(ActionResult::now().saturating_sub(time)) > age);
        if is_old {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Keeps the report for machines.
fn keep(session: &Session, report: &RunReport) -> Result<(), String> {
    let files = session.state.runs();
    let text = session.printer.masked(report.json()).to_string();
    files.keep(report.started, &report.verb, &text).map_err(|error| {
        format!("the report of this run could not be kept in {}: {error}", files.directory().display())
    })
}

/// Writes the page about the run's times, where the user wants it.
fn draw_times(session: &Session, report: &RunReport) -> Result<(), String> {
    if !session.options.timings {
        return Ok(());
    }
    let masked = |value| session.printer.masked(value);
    let analysis = Analysis::of(report).json(report.elapsed, |command| session.printer.typed(command));
    let name = &session.workspace().config.project.name;
    let page = report::timings_page(name, masked(report.json()), masked(analysis));
    let path = session
        .state
        .runs()
        .write("timings.html", &page)
        .map_err(|error| format!("the page about the times of this run could not be written: {error}"))?;
    session.reporter.notice(Level::Asked, &format!("timings: {}", path.display()));
    Ok(())
}

/// Tells GitHub's page of the run what became of it.
fn summarise(session: &Session, report: &RunReport) -> Result<(), String> {
    let Some(file) = &session.options.step_summary else { return Ok(()) };
    report::append_summary(file, report, session.launcher.secrets())
        .map_err(|error| format!("the summary could not be appended to {}: {error}", file.display()))
}
