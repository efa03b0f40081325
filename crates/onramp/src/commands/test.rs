use clap::Args;
use onramp_config::Section;

use super::Selected;
use super::watch::WatchArgs;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, selection};

/// Run test suites
#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// The suites to run, all if none is named
    #[arg(value_name = "SUITE")]
    suites: Vec<String>,
    /// Handed to the suite in place of its own arguments; needs one suite by name
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &TestArgs) -> Result<ExitStatus, Error> {
    super::run_once_or(args.watch, session, |session| select(session, args))
}

fn select(session: &Session, args: &TestArgs) -> Result<Selected, Error> {
    let request = if args.arguments.is_empty() {
        Request::default()
    } else {
        let [suite] = args.suites.as_slice() else {
            let error = Error::usage("arguments behind `--` need exactly one suite by name");
            return Err(error.hint("onramp test SUITE -- ARGS"));
        };
        let graph = plan::graph(session, &Request::default())?;
        let suite = selection::task(&graph, "test", suite)?;
        selection::takes_arguments(&graph, &suite)?;
        Request { arguments: Some((suite, args.arguments.clone())), ..Request::default() }
    };
    let graph = plan::graph(session, &request)?;
    let tasks = selection::tasks(&graph, "test", &args.suites)?;
    Ok(Selected { verb: "test", section: Section::Test, graph, tasks })
}
