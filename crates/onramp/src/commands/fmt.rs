use std::path::{Path, PathBuf};

use clap::Args;
use onramp_config::Section;
use onramp_core::TaskId;

use super::Selected;
use super::reports::ReportArgs;
use super::watch::WatchArgs;
use crate::changes::ChangeArgs;
use crate::job::{Form, Work};
use crate::named_files::{Words, owners};
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Format the files of this workspace
#[derive(Args, Debug)]
pub(crate) struct FmtArgs {
    /// The formatters to run, all if none is named; and the files to format, by paths, folders for all below them, and
    /// globs. What is the name of a formatter means that: write `./NAME` for a file or folder of the same name
    #[arg(value_name = "NAME|PATH")]
    words: Vec<String>,
    /// Change nothing, and fail with the differences if anything is not formatted
    #[arg(long)]
    check: bool,
    /// Format the text on standard input as if it stood in FILE, and print it; no file changes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["check", "since", "staged", "watch"])]
    stdin_path: Option<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(session: &Session, args: &FmtArgs) -> Result<ExitStatus, Error> {
    if let Some(file) = &args.stdin_path {
        return format_input(session, args, file);
    }
    super::run_once_or(
        args.watch,
        session,
        |session| select(session, args),
        |session, selected| args.reports.about(session, "fmt", || selected.run(session)),
    )
}

fn select(session: &Session, args: &FmtArgs) -> Result<Selected, Error> {
    let form = if args.check { Form::Check } else { Form::Fix };
    let graph = plan::graph(session, &Request { format: form, ..Request::default() })?;
    Selected::by_words("fmt", Section::Format, session, graph, &args.words, &args.changes)
}

/// Prints what the formatters of a file make of standard input, one behind the other. Where none is for it, the text
/// stays as it is: an editor asks for every file.
fn format_input(session: &Session, args: &FmtArgs, file: &Path) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request { format: Form::Fix, ..Request::default() })?;
    let words = Words::read(session, &graph, Section::Format.name(), &args.words)?;
    if words.has_paths() {
        return Err(Error::usage("`--stdin-path` names the file, so no other path can be given"));
    }
    let all: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
    let all = all.into_iter().filter(|id| id.section() == Section::Format.name()).collect();
    let tasks = if args.words.is_empty() { all } else { words.into_tasks() };
    let unreadable = |error| Error::environment(format!("standard input cannot be read: {error}"));
    let mut text = session.printer.input_bytes().map_err(unreadable)?;
    for (node, path) in owners(session, &graph, &tasks, file)? {
        let takes_files = matches!(&node.payload.work, Work::Commands(work)
            if work.commands.iter().all(|command| command.mentions("files")));
        let is_meant = |set| node.payload.checkout.would_be_of(set, &path, || text.clone());
        if !node.payload.work.files().is_none_or(is_meant) {
            continue;
        }
        if !takes_files {
            session.say(&format!("warning: {} was left out: its `run` has no `{{files}}`", node.id));
            continue;
        }
        text =
            runner::format_text(session, node, &path, &text).map_err(|failure| failure.context(&node.id))?;
    }
    session.reporter.flush();
    session.printer.bytes(&text);
    Ok(ExitStatus::Success)
}
