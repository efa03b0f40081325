use onramp_core::{Level, Reporter, RunSummary, TaskGraph};

use crate::job::Job;
use crate::session::Session;
use crate::{durations, junit};

/// Leaves behind what later runs and other programs want of a run that has ended. What cannot be written is
/// told, and fails nothing.
pub(super) fn conclude(session: &Session, graph: &TaskGraph<Job>, summary: &RunSummary) {
    let mut written = vec![durations::record(session, summary)];
    if summary.verb == junit::VERB {
        written.push(junit::merge(session, graph, summary));
    }
    for error in written.into_iter().filter_map(Result::err) {
        session.reporter.notice(Level::Warning, &error);
    }
}
