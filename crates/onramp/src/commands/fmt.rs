use clap::Args;
use onramp_config::Section;

use super::Selected;
use super::reports::ReportArgs;
use super::watch::WatchArgs;
use crate::changes::ChangeArgs;
use crate::job::Form;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, selection};

/// Format the files of this workspace
#[derive(Args, Debug)]
pub(crate) struct FmtArgs {
    /// The formatters to run, all if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Change nothing, and fail if anything is not formatted
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &FmtArgs) -> Result<ExitStatus, Error> {
    super::run_once_or(
        args.watch,
        session,
        |session| select(session, args),
        |session, selected| args.reports.about(session, "fmt", || selected.run(session)),
    )
}

fn select(session: &Session, args: &FmtArgs) -> Result<Selected, Error> {
    let form = if args.check { Form::Check } else { Form::Fix };
    let graph = plan::graph(session, &Request { format: form, ..Request::default() })?;
    let tasks = selection::tasks(&graph, "format", &args.names)?;
    Selected::new("fmt", Section::Format, graph, tasks).affected(session, &args.changes)
}
