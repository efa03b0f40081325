use clap::Args;
use onramp_config::Stage;

use crate::commands::reports::ReportArgs;
use crate::hooks::{self, Hook, HookVariables};
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Run what is configured for a git hook, as git runs it
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    reports: ReportArgs,
    /// The hook, such as `pre-commit`
    #[arg(value_name = "STAGE", value_parser = stage)]
    stage: Stage,
    /// What git hands to the hook
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

fn stage(text: &str) -> Result<Stage, String> {
    Stage::ALL.into_iter().find(|stage| stage.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Stage::ALL.iter().map(|stage| stage.name()).collect();
        format!("no hook of that name; there are {}", names.join(", "))
    })
}

pub(super) fn run(session: &Session, args: &RunArgs, variables: HookVariables) -> Result<ExitStatus, Error> {
    // Git writes to these two alone.
    let stdin = match args.stage {
        Stage::PrePush | Stage::PostRewrite => session.printer.piped_input(),
        _ => Ok(Vec::new()),
    };
    let stdin =
        stdin.map_err(|error| Error::environment(format!("standard input cannot be read: {error}")))?;
    let hook = Hook { stage: args.stage, arguments: args.arguments.clone(), stdin, variables };
    args.reports.about(session, args.stage.name(), || hooks::run(session, &hook))
}
