use clap::Args;
use onramp_config::Section;

use super::Selected;
use super::watch::WatchArgs;
use crate::changes::ChangeArgs;
use crate::job::Form;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Lint the files of this workspace
#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    /// The linters to run, all if none is named; and the files to look at, by paths, folders for all below them, and
    /// globs. What is the name of a linter means that: write `./NAME` for a file or folder of the same name
    #[arg(value_name = "NAME|PATH")]
    words: Vec<String>,
    /// Mend what can be mended
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &LintArgs) -> Result<ExitStatus, Error> {
    super::run_once_or(
        args.watch,
        session,
        |session| select(session, args),
        |session, selected| selected.run(session),
    )
}

fn select(session: &Session, args: &LintArgs) -> Result<Selected, Error> {
    let form = if args.fix { Form::Fix } else { Form::Check };
    let graph = plan::graph(session, &Request { lint: form, ..Request::default() })?;
    Selected::by_words("lint", Section::Lint, session, graph, &args.words, &args.changes)
}
