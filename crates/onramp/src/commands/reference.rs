use std::sync::Arc;

use clap::{Args, Command, ValueEnum};

use crate::commands::migrate::rules_markdown;
use crate::{Error, ExitStatus, Printer, reference, runner};

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
    /// The rules of `onramp migrate lint`
    Rules,
}

pub(crate) fn run(
    args: &ReferenceArgs,
    command: Command,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let text = match args.page {
        Page::Configuration => {
            let keys = onramp_config::reference_markdown();
            format!("{}\n\n{}", keys.trim_end(), runner::settings_markdown())
        }
        Page::Commands => reference::commands(command),
        Page::Rules => rules_markdown(),
    };
    printer.data(text.trim_end());
    Ok(ExitStatus::Success)
}
