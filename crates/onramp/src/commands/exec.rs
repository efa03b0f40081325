use clap::Args;
use onramp_core::Failure;
use onramp_exec::ProcessSpec;
use serde_json::json;

use crate::checks::not_found;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Run a command in the environment of this workspace
///
/// The command takes Onramp's place: terminal, signals and exit code are its own.
#[derive(Args, Debug)]
pub(crate) struct ExecArgs {
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<String>,
}

pub(crate) fn run(session: &Session, args: &ExecArgs) -> Result<ExitStatus, Error> {
    let environment = session.workspace().environment.clone();
    let spec = ProcessSpec::new(&args.command, &session.directory, environment);
    if session.options.dry_run {
        if session.json() {
            session.answer_json(json!({"version": SCHEMA_VERSION, "command": args.command}));
        } else {
            session.answer(&spec.display(session.launcher.secrets()));
        }
        return Ok(ExitStatus::Success);
    }
    let error = session.launcher.replace(&spec);
    let hint = not_found::hint(session, session.workspace(), None, &error);
    let failure = Failure::from(error);
    Err(match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
    .into())
}
