//! Consumers of events: each turns the same events into the output of one format.

mod annotations;
mod github;
mod human;
mod json;
mod plain;
mod problems;
mod queue;
mod sight;
mod source_folders;
mod story;

use std::sync::Arc;

use onramp_core::Reporter;

pub(crate) use github::{annotation as github_annotation, error as github_error};
pub(crate) use json::{SCHEMA_VERSION, error_json, outcome_json};
pub(crate) use queue::Queue;
pub(crate) use story::counts;

use crate::Printer;
use crate::checkout::Checkout;
use problems::Problems;
use source_folders::SourceFolders;

/// How output is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal: moving lines for what runs, finished lines above them.
    Human,
    /// For people without a terminal: one line after the other, each with its task.
    Plain,
    /// For machines: one JSON object a line on standard output, described in `docs/formats.md`.
    Json,
    /// For GitHub's runners: groups and annotations.
    Github,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Failures only.
    Quiet,
    /// What runs, how it ended, and the output of what failed.
    Normal,
    /// The output of everything as well.
    Verbose,
}

/// The reporter of a format. Where machines read it, it tells of the problems in the tasks' output too.
pub(crate) fn reporter(
    format: Format,
    verbosity: Verbosity,
    colour: bool,
    printer: Arc<Printer>,
    checkouts: &[Arc<Checkout>],
) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(human::Human::new(printer, verbosity, colour)),
        Format::Plain => Box::new(plain::Plain::new(printer, verbosity)),
        Format::Json => with_problems(json::Json::new(printer), checkouts),
        Format::Github => with_problems(github::Github::new(printer), checkouts),
    }
}

/// The reporter behind one that reads the tasks' output for it.
fn with_problems(reporter: impl Reporter + 'static, checkouts: &[Arc<Checkout>]) -> Box<dyn Reporter> {
    Box::new(Problems::new(Box::new(reporter), SourceFolders::of(checkouts)))
}
