//! One file per verb: its arguments, then what it does.

pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod exec;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod lint;
pub(crate) mod migrate;
pub(crate) mod reference;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod setup;
pub(crate) mod tasks;
pub(crate) mod test;
pub(crate) mod why;

use onramp_core::{Level, Reporter, TaskGraph, TaskId};

use crate::changes::{self, ChangeArgs};
use crate::job::Job;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Runs the selected tasks; a workspace that has none of the kind is told so, and that is no error.
fn run_selected(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
    section: &str,
) -> Result<ExitStatus, Error> {
    if selected.is_empty() {
        let message = format!("nothing to do: no [{section}.NAME] in the configuration");
        session.reporter.notice(Level::Note, &message);
        return Ok(ExitStatus::Success);
    }
    runner::run(session, verb, graph, selected)
}

/// Runs those of the selected tasks that changes affect, where the user asked for that, else all of them.
fn run_affected(
    session: &Session,
    verb: &str,
    graph: TaskGraph<Job>,
    selected: Vec<TaskId>,
    section: &str,
    changes: &ChangeArgs,
) -> Result<ExitStatus, Error> {
    if selected.is_empty() {
        return run_selected(session, verb, &graph, &selected, section);
    }
    let (graph, selected) = changes::restrict(session, graph, selected, changes)?;
    runner::run(session, verb, &graph, &selected)
}
