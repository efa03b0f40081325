//! One file per verb: its arguments, then what it does.

pub(crate) mod build;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod exec;
pub(crate) mod fmt;
pub(crate) mod lint;
pub(crate) mod migrate;
pub(crate) mod reference;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod setup;
pub(crate) mod tasks;
pub(crate) mod test;
pub(crate) mod watch;

use onramp_config::Section;
use onramp_core::{Level, Reporter, TaskGraph, TaskId};

use crate::job::Job;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};
use watch::WatchArgs;

/// The tasks that a verb has selected.
pub(crate) struct Selected {
    pub(crate) verb: &'static str,
    pub(crate) section: Section,
    pub(crate) graph: TaskGraph<Job>,
    pub(crate) tasks: Vec<TaskId>,
}

/// Runs what `select` selects: once, or again and again whenever files have changed.
fn run_once_or(
    mode: WatchArgs,
    session: &Session,
    select: impl Fn(&Session) -> Result<Selected, Error>,
) -> Result<ExitStatus, Error> {
    if mode.watch { watch::run(session, &select) } else { select(session)?.run(session) }
}

impl Selected {
    fn run(&self, session: &Session) -> Result<ExitStatus, Error> {
        run_selected(session, self.verb, &self.graph, &self.tasks, self.section.name())
    }
}

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
