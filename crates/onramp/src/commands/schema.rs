use std::sync::Arc;

use clap::Args;

use crate::{Error, ExitStatus, Printer};

/// Print the JSON Schema of onramp.toml, for editors
#[derive(Args, Debug)]
pub(crate) struct SchemaArgs {}

pub(crate) fn run(printer: &Arc<Printer>) -> Result<ExitStatus, Error> {
    printer.data(&format!("{:#}", onramp_config::json_schema()));
    Ok(ExitStatus::Success)
}
