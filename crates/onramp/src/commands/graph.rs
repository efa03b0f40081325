use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::job::Form;
use crate::picture::{self, Picture};
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, answer_file, selection};

/// Show the task graph as text for Graphviz or Mermaid, as JSON, or as a page with a picture
///
/// Arrows lead from a task to those that need it.
#[derive(Args, Debug)]
pub(crate) struct GraphArgs {
    /// These tasks and all they need: `seed` for `task:seed`, a full name such as `build:ui`, or a section such as
    /// `test` for all of it; if none is named, those of this workspace and its members
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
    /// How it is written; `dot`, or `json` with --format json, if not given
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<GraphForm>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a graph is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum GraphForm {
    /// For Graphviz
    Dot,
    /// For Mermaid, which Markdown on GitHub shows
    Mermaid,
    /// For machines
    Json,
    /// A page that is one file, with a picture to move in and to search
    Html,
}

pub(crate) fn run(session: &Session, args: &GraphArgs) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request { format: Form::Fix, ..Request::default() })?;
    let selected = match args.tasks.as_slice() {
        [] => {
            let ids = graph.nodes().iter().map(|node| &node.id);
            ids.filter(|id| !id.is_absolute()).cloned().collect()
        }
        names => selection::tasks_or_sections(&graph, names)?,
    };
    let plan = graph.plan(&selected).expect("the names come from the graph");
    let picture = Picture::new(&graph, &plan, session.launcher.secrets());
    let form = args.form.unwrap_or(if session.json() { GraphForm::Json } else { GraphForm::Dot });
    let text = match form {
        GraphForm::Dot => picture::dot(&picture),
        GraphForm::Mermaid => picture::mermaid(&picture),
        GraphForm::Json => session.printer.masked(picture.json()).to_string(),
        GraphForm::Html => {
            let name = session.launcher.secrets().mask(&session.workspace().config.project.name);
            picture::page(&picture, &name)
        }
    };
    match &args.output {
        None => session.answer_masked(&text),
        Some(file) => answer_file::write(&session.directory.join(file), &text)?,
    }
    Ok(ExitStatus::Success)
}
