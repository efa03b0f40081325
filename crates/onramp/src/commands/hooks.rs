//! Git hooks.

mod run;

use clap::{Args, Subcommand};

use crate::hooks::HookVariables;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Run tasks at git hooks
#[derive(Args, Debug)]
pub(crate) struct HooksArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Run(run::RunArgs),
}

pub(crate) fn run(
    session: &Session,
    args: &HooksArgs,
    variables: HookVariables,
) -> Result<ExitStatus, Error> {
    match &args.action {
        Action::Run(args) => run::run(session, args, variables),
    }
}
