use std::sync::Arc;

use clap::{Args, Command, ValueEnum};

use crate::{Error, ExitStatus, Printer, reference};

/// Print a reference page, generated from the code
#[derive(Args, Debug)]
pub(crate) struct ReferenceArgs {
    /// The page
    page: Page,
}

/// A reference page.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Page {
    /// The keys of onramp.toml
    Configuration,
    /// The verbs and their options
    Commands,
}

pub(crate) fn run(
    args: &ReferenceArgs,
    command: Command,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let text = match args.page {
        Page::Configuration => onramp_config::reference_markdown(),
        Page::Commands => reference::commands(command),
    };
    printer.data(text.trim_end());
    Ok(ExitStatus::Success)
}
