use std::sync::Arc;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::{Error, ExitStatus, Printer};

/// Print the completion script of a shell
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(
    args: &CompletionsArgs,
    command: &mut Command,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "onramp", &mut script);
    printer.data(String::from_utf8_lossy(&script).trim_end());
    Ok(ExitStatus::Success)
}
