use clap::Args;

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
}

pub(crate) fn run(session: &Session, args: &FmtArgs) -> Result<ExitStatus, Error> {
    let form = if args.check { Form::Check } else { Form::Fix };
    let graph = plan::graph(session, &Request { format: form, ..Request::default() })?;
    let selected = selection::tasks(&graph, "format", &args.names)?;
    super::run_affected(session, "fmt", graph, selected, "format", &args.changes)
}
