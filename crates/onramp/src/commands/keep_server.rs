use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use onramp_core::{Cancel, Secrets, Silent};
use onramp_exec::Launcher;

use crate::env_vars::Surroundings;
use crate::signals::SignalGuard;
use crate::{Error, ExitStatus, Printer};

/// Its name on the command line.
pub(crate) const NAME: &str = "keep-server";

/// Keep a database server for other commands; they start this themselves
#[derive(Args, Debug)]
pub(crate) struct KeepServerArgs {}

/// What is asked for comes on standard input, answers go to standard output. It needs no workspace: all that matters
/// of that stands in what it reads.
pub(crate) fn run(
    surroundings: &Surroundings,
    secrets: Secrets,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let cancel = Cancel::new();
    // Nobody is told of a signal: it has no terminal.
    let is_idle = Arc::new(AtomicBool::new(true));
    let _guard = SignalGuard::listen(cancel.clone(), Arc::new(Silent), is_idle)
        .map_err(|error| Error::environment(format!("signals cannot be listened to: {error}")))?;
    let request = printer.input().map_err(|error| Error::environment(format!("standard input: {error}")))?;
    let launcher = Launcher::new(cancel, secrets);
    onramp_database::keep_server(&launcher, &surroundings.environment, &request, &|line| printer.data(line))?;
    Ok(ExitStatus::Success)
}
