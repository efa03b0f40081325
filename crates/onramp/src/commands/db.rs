use clap::{Args, Subcommand};

use crate::session::Session;
use crate::{Error, ExitStatus};

mod catalog;
mod diff;
mod source;

/// Look at databases
#[derive(Args, Debug)]
pub(crate) struct DbArgs {
    #[command(subcommand)]
    verb: DbVerb,
}

#[derive(Debug, Subcommand)]
enum DbVerb {
    Catalog(catalog::CatalogArgs),
    Diff(diff::DiffArgs),
}

pub(crate) fn run(session: &Session, args: &DbArgs) -> Result<ExitStatus, Error> {
    match &args.verb {
        DbVerb::Catalog(args) => catalog::run(session, args),
        DbVerb::Diff(args) => diff::run(session, args),
    }
}
