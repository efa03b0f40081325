use clap::Args;
use onramp_config::Section;
use onramp_core::TaskId;

use super::Selected;
use super::watch::WatchArgs;
use crate::changes::{self, ChangeArgs};
use crate::job::Form;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, audit, runner, selection};

/// Run tasks of any section by name, with what they need
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// The tasks: `seed` for `task:seed`, or a full name such as `build:ui` or `member/test:unit`, seen from where
    /// one stands; with a slash in front, as `/build:ui`, from the outermost workspace
    #[arg(value_name = "TASK", required = true)]
    tasks: Vec<String>,
    #[command(flatten)]
    changes: ChangeArgs,
    /// Handed to the task in place of its own arguments; needs exactly one task
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
    #[command(flatten)]
    watch: WatchArgs,
    /// Run one task, up to date or not, and tell which files it reads and writes that it does not declare;
    /// needs strace, so Linux alone
    #[arg(long, conflicts_with = "watch")]
    audit: bool,
}

pub(crate) fn run(session: &Session, args: &RunArgs) -> Result<ExitStatus, Error> {
    if args.audit {
        return audit::run(session, &select(session, args)?);
    }
    super::run_once_or(
        args.watch,
        session,
        |session| select(session, args),
        |session, selected| selected.run(session),
    )
}

fn select(session: &Session, args: &RunArgs) -> Result<Selected, Error> {
    let request = Request { format: Form::Fix, ..Request::default() };
    let graph = plan::graph(session, &request)?;
    let tasks = selection::tasks(&graph, "task", &args.tasks)?;
    if args.arguments.is_empty() {
        return Selected::new("run", Section::Task, graph, tasks).affected(session, &args.changes);
    }
    let [task] = tasks.as_slice() else {
        let error = Error::usage("arguments behind `--` need exactly one task");
        return Err(error.hint("onramp run TASK -- ARGS"));
    };
    selection::takes_arguments(&graph, task)?;
    let arguments = Some((task.clone(), args.arguments.clone()));
    let graph = plan::graph(session, &Request { arguments, ..request })?;
    Selected::new("run", Section::Task, graph, tasks).affected(session, &args.changes)
}

/// Runs one task with arguments: the form in which a task written in Rust is a verb of its own.
pub(crate) fn with_arguments(
    session: &Session,
    verb: &str,
    task: &TaskId,
    arguments: Vec<String>,
    changes: &ChangeArgs,
) -> Result<ExitStatus, Error> {
    let arguments = Some((task.clone(), arguments));
    let request = Request { format: Form::Fix, arguments, ..Request::default() };
    let graph = plan::graph(session, &request)?;
    let (graph, selected) = changes::restrict(session, graph, vec![task.clone()], changes)?;
    runner::run(session, verb, &graph, &selected)
}
