//! Consumers of events: each turns the same events into the output of one format.

mod annotations;
mod file_counts;
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

pub(crate) use github::{annotation as github_annotation, error as github_error, tell as github_problems};
pub(crate) use json::{SCHEMA_VERSION, error_json, outcome_json};
pub(crate) use queue::Queue;
pub(crate) use story::{counts, is_told};

use crate::Printer;
use crate::checkout::Checkout;
use crate::options::Options;
use crate::results::Recording;
use problems::Problems;
use source_folders::SourceFolders;
pub(crate) use source_folders::repository_root;

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

/// The reporter that the options ask for. Where machines read it, it tells of the problems in the tasks' output too;
/// `recording` gets them in any case, where it is wanted.
pub(crate) fn reporter(
    options: &Options,
    printer: Arc<Printer>,
    checkouts: &[Arc<Checkout>],
    recording: &Arc<Recording>,
) -> Box<dyn Reporter> {
    let (verbosity, colour) = (options.verbosity, options.colour);
    let reporter: Box<dyn Reporter> = match options.format {
        Format::Human => Box::new(human::Human::new(printer, verbosity, colour)),
        Format::Plain => Box::new(plain::Plain::new(printer, verbosity)),
        Format::Json => Box::new(json::Json::new(printer)),
        Format::Github => Box::new(github::Github::new(printer)),
    };
    let is_read = matches!(options.format, Format::Json | Format::Github);
    Box::new(Problems::new(reporter, is_read, checkouts.to_vec(), Arc::clone(recording)))
}
