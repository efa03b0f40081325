//! One file per verb: its arguments, then what it does.

pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod completions;
pub(crate) mod db;
pub(crate) mod doctor;
pub(crate) mod exec;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod hooks;
pub(crate) mod keep_server;
pub(crate) mod lint;
pub(crate) mod migrate;
pub(crate) mod reference;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod setup;
pub(crate) mod tasks;
pub(crate) mod test;
pub(crate) mod watch;
pub(crate) mod why;

use onramp_config::Section;
use onramp_core::{Level, Reporter, TaskGraph, TaskId};

use crate::changes::{self, ChangeArgs};
use crate::job::Job;
use crate::named_files::Words;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};
use watch::WatchArgs;

/// The tasks that a verb has selected.
pub(crate) struct Selected {
    pub(crate) verb: &'static str,
    pub(crate) section: Section,
    pub(crate) graph: TaskGraph<Job>,
    pub(crate) tasks: Vec<TaskId>,
    /// Whether they are a part of what the configuration has: none of them is no news then.
    pub(crate) is_part: bool,
}

/// Selects and runs: once, or again and again whenever files have changed.
fn run_once_or(
    mode: WatchArgs,
    session: &Session,
    select: impl Fn(&Session) -> Result<Selected, Error>,
    run: impl Fn(&Session, &Selected) -> Result<ExitStatus, Error>,
) -> Result<ExitStatus, Error> {
    if mode.watch { watch::run(session, &select, &run) } else { run(session, &select(session)?) }
}

impl Selected {
    /// These tasks of a section, which are all that the user has asked for.
    fn new(verb: &'static str, section: Section, graph: TaskGraph<Job>, tasks: Vec<TaskId>) -> Self {
        Self { verb, section, graph, tasks, is_part: false }
    }

    /// The tasks of a section that words mean, names of tasks and paths of files, or all of it.
    fn by_words(
        verb: &'static str,
        section: Section,
        session: &Session,
        graph: TaskGraph<Job>,
        words: &[String],
        changes: &ChangeArgs,
    ) -> Result<Self, Error> {
        let words = Words::read(session, &graph, section.name(), words)?;
        let by_paths = words.has_paths();
        let (graph, tasks) = words.select(session, graph, section.name())?;
        let selected = Self::new(verb, section, graph, tasks);
        match (by_paths, changes.is_given()) {
            (true, true) => Err(Error::usage("paths say which files, so `--since` and `--staged` cannot")),
            (true, false) => Ok(Self { is_part: true, ..selected }),
            (false, _) => selected.affected(session, changes),
        }
    }

    /// Those of them that changes affect, where the user asked for that.
    fn affected(self, session: &Session, changes: &ChangeArgs) -> Result<Self, Error> {
        if self.tasks.is_empty() {
            return Ok(self);
        }
        let (graph, tasks) = changes::restrict(session, self.graph, self.tasks, changes)?;
        Ok(Self { graph, tasks, is_part: true, ..self })
    }

    /// Runs them; a workspace that has none of the kind is told so, and that is no error.
    fn run(&self, session: &Session) -> Result<ExitStatus, Error> {
        run_selected(session, self)
    }
}

fn run_selected(session: &Session, selected: &Selected) -> Result<ExitStatus, Error> {
    if selected.tasks.is_empty() && !selected.is_part {
        let message = format!("nothing to do: no [{}.NAME] in the configuration", selected.section.name());
        session.reporter.notice(Level::Note, &message);
        return Ok(ExitStatus::Success);
    }
    runner::run(session, selected.verb, &selected.graph, &selected.tasks)
}
