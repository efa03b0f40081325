use clap::Args;

use crate::changes::ChangeArgs;
use crate::job::Form;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, selection};

/// Lint the files of this workspace
#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    /// The linters to run, all if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Mend what can be mended
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    changes: ChangeArgs,
}

pub(crate) fn run(session: &Session, args: &LintArgs) -> Result<ExitStatus, Error> {
    let form = if args.fix { Form::Fix } else { Form::Check };
    let graph = plan::graph(session, &Request { lint: form, ..Request::default() })?;
    let selected = selection::tasks(&graph, "lint", &args.names)?;
    super::run_affected(session, "lint", graph, selected, "lint", &args.changes)
}
