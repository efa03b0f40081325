use onramp_core::Failure;
use onramp_database::Input;
use serde_json::json;

use super::Which;
use super::target::target;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// The shell takes Onramp's place, as a command of `exec` does.
pub(super) fn run(session: &Session, which: &Which) -> Result<ExitStatus, Error> {
    let target = target(session, which, "shell")?;
    let database = target.enter(session)?;
    let environment = &session.workspace().environment;
    let input = if session.printer.has_input_terminal() { Input::Person } else { Input::Script };
    let shell = database.shell(&session.launcher, environment, session.directory.clone(), input)?;
    if session.options.dry_run {
        if session.json() {
            let words: Vec<_> = shell.argv.iter().map(|word| word.to_string_lossy()).collect();
            session.answer_json(json!({"version": SCHEMA_VERSION, "command": words}));
        } else {
            session.answer(&shell.display(session.launcher.secrets()));
        }
        return Ok(ExitStatus::Success);
    }
    session.reporter.close();
    Err(Failure::from(session.launcher.replace(&shell)).into())
}
