use std::path::{Path, PathBuf};

use clap::Args;
use onramp_config::Section;
use onramp_core::{Level, Reporter, RunSummary, Shard, TaskGraph, TaskId};

use super::Selected;
use super::watch::WatchArgs;
use crate::changes::ChangeArgs;
use crate::job::Job;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, junit, selection, shards};

/// Run test suites
#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// The suites to run, all if none is named
    #[arg(value_name = "SUITE")]
    suites: Vec<String>,
    /// Run the I-th of N parts of the suites, which are split by how long they took
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,
    /// Write the JUnit report of all suites to FILE as well
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
    /// Handed to the suite in place of its own arguments; needs one suite by name
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &TestArgs) -> Result<ExitStatus, Error> {
    let run = |session: &Session, selected: &Selected| run_suites(session, args, selected);
    super::run_once_or(args.watch, session, |session| select(session, args), run)
}

fn select(session: &Session, args: &TestArgs) -> Result<Selected, Error> {
    let mut request = Request { shard: args.shard, ..Request::default() };
    if !args.arguments.is_empty() {
        let [suite] = args.suites.as_slice() else {
            let error = Error::usage("arguments behind `--` need exactly one suite by name");
            return Err(error.hint("onramp test SUITE -- ARGS"));
        };
        let graph = plan::graph(session, &request)?;
        let suite = selection::task(&graph, "test", suite)?;
        selection::takes_arguments(&graph, &suite)?;
        request.arguments = Some((suite, args.arguments.clone()));
    }
    let graph = plan::graph(session, &request)?;
    let tasks = selection::tasks(&graph, "test", &args.suites)?;
    let selected =
        Selected::new(junit::VERB, Section::Test, graph, tasks).affected(session, &args.changes)?;
    if args.shard == Shard::WHOLE || selected.tasks.is_empty() {
        return Ok(selected);
    }
    let tasks = share(session, &selected.graph, &selected.tasks, args.shard)?;
    Ok(Selected { tasks, is_part: true, ..selected })
}

/// Runs the suites, and sees to their reports.
fn run_suites(session: &Session, args: &TestArgs, selected: &Selected) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        return selected.run(session);
    }
    junit::forget(session);
    let is_empty_part = selected.tasks.is_empty() && selected.is_part;
    let status = if is_empty_part { ExitStatus::Success } else { selected.run(session)? };
    if selected.tasks.is_empty() {
        report_nothing(session, &selected.graph);
    }
    match &args.junit {
        Some(file) => copy_report(session, &session.directory.join(file), status),
        None => Ok(status),
    }
}

/// This machine's part of the suites, and a word about it.
fn share(
    session: &Session,
    graph: &TaskGraph<Job>,
    all: &[TaskId],
    shard: Shard,
) -> Result<Vec<TaskId>, Error> {
    let selected = shards::share(session, graph, all, shard)?;
    let of = count(all.len(), "suite");
    session.reporter.notice(
        Level::Note,
        &match selected.len() {
            0 => format!("nothing to do: shard {shard} has none of the {of}"),
            some => format!("shard {shard} has {some} of {of}"),
        },
    );
    Ok(selected)
}

/// A run without suites has a report too, so that whoever collects them finds one in each.
fn report_nothing(session: &Session, graph: &TaskGraph<Job>) {
    let summary = RunSummary { verb: junit::VERB.to_owned(), ..RunSummary::default() };
    let written = session.create_state().map_err(|error| error.to_string());
    if let Err(error) = written.and_then(|()| junit::merge(session, graph, &summary)) {
        session.reporter.notice(Level::Warning, &error);
    }
}

/// Hands the merged report to where the user wants it. A failed test outweighs a report that cannot be written.
fn copy_report(session: &Session, file: &Path, status: ExitStatus) -> Result<ExitStatus, Error> {
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let copied = folder.and_then(|()| std::fs::copy(session.state.junit(), file));
    let Err(error) = copied else { return Ok(status) };
    let message = format!("the JUnit report could not be written to {}: {error}", file.display());
    if status == ExitStatus::Success {
        return Err(Error::environment(message));
    }
    session.reporter.notice(Level::Warning, &message);
    Ok(status)
}
