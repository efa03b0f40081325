use clap::Args;

use crate::changes::ChangeArgs;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, selection};

/// Build what this workspace builds: user interfaces, documentation, packages
#[derive(Args, Debug)]
pub(crate) struct BuildArgs {
    /// What to build, everything if nothing is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    changes: ChangeArgs,
}

pub(crate) fn run(session: &Session, args: &BuildArgs) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request::default())?;
    let selected = selection::tasks(&graph, "build", &args.names)?;
    super::run_affected(session, "build", graph, selected, "build", &args.changes)
}
