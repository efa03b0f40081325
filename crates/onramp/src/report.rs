//! What is kept of a run: a report for machines, a page about its times, a summary for GitHub.
//!
//! # Theory of operation
//!
//! A [`RunReport`] is what the scheduler has seen, with the needs of each task and whether it declares what it
//! reads. Everything else is computed from it without looking at anything: the [`critical_path`], the use of
//! the workers, and what would have been saved by a change, for which [`Replay`] runs the same tasks once more
//! on paper, with other times, more workers or another order. So a saving is a difference between two runs on
//! paper, and never the time of a task that others would have hidden.

mod advice;
mod analysis;
mod critical_path;
mod replay;
mod run_files;
mod run_report;
mod step_summary;
#[cfg(test)]
mod tests;
mod timings;

pub(crate) use analysis::Analysis;
pub(crate) use run_files::RunFiles;
pub(crate) use run_report::{RunReport, TaskReport};
pub(crate) use step_summary::append as append_summary;
pub(crate) use timings::page as timings_page;
