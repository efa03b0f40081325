use clap::Args;
use onramp_config::Section;

use super::Selected;
use super::watch::WatchArgs;
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
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &BuildArgs) -> Result<ExitStatus, Error> {
    super::run_once_or(
        args.watch,
        session,
        |session| select(session, args),
        |session, selected| selected.run(session),
    )
}

fn select(session: &Session, args: &BuildArgs) -> Result<Selected, Error> {
    let graph = plan::graph(session, &Request::default())?;
    let tasks = selection::tasks(&graph, "build", &args.names)?;
    Selected::new("build", Section::Build, graph, tasks).affected(session, &args.changes)
}
