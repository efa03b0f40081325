//! Tells which files a task reads and writes that it does not declare.
//!
//! The task runs as it always does, with each of its commands under strace. What that writes down is read line by
//! line (`line`), put together to what became of each file (`seen`), compared with what the task and its needs
//! declare (`findings`) and told as lines that can be pasted (`globs`, `report`). Environment variables are read
//! without a call of the system, so nobody can see them.

mod findings;
mod globs;
mod line;
mod outside;
mod report;
mod seen;
mod strace;

use std::sync::Arc;

use crate::commands::Selected;
use crate::job::Work;
use crate::runner;
use crate::session::Session;
use crate::{Error, ExitStatus};
use findings::Findings;
pub(crate) use strace::Strace;

/// Runs the one selected task under strace, and tells what it does not declare. Its needs are met first, and are not
/// traced. Nothing is recorded.
pub(crate) fn run(session: &Session, selected: &Selected) -> Result<ExitStatus, Error> {
    let [task] = selected.tasks.as_slice() else {
        return Err(Error::usage("an audit is of one task").hint("onramp run --audit TASK"));
    };
    let Some(node) = selected.graph.get(task) else { return Ok(ExitStatus::Success) };
    let Work::Commands(work) = &node.payload.work else {
        return Err(Error::usage(format!("`{task}` is written in Rust, and an audit is of commands")));
    };
    if session.options.dry_run {
        return Err(Error::usage("`--audit` runs a task, and `--dry-run` runs none"));
    }
    session.create_state()?;
    let strace = Strace::find(&session.origin.environment, &session.launcher, session.state.directory())?;
    let strace = Arc::new(strace);
    if !node.needs.is_empty() {
        let status = runner::run(session, selected.verb, &selected.graph, &node.needs)?;
        if status != ExitStatus::Success {
            return Ok(status);
        }
    }
    let traced = Session { strace: Some(Arc::clone(&strace)), ..session.reread()? };
    let status = ExitStatus::of_run(&runner::run_alone(&traced, selected.verb, node)?);
    if status != ExitStatus::Success {
        return Ok(status);
    }
    let files = strace.files(&work.directory)?;
    node.payload.checkout.tree.doubt();
    let findings = Findings::of(session, &selected.graph, node, work, &files)?;
    report::tell(session, task, &findings);
    Ok(if findings.is_declared() { ExitStatus::Success } else { ExitStatus::Failed })
}
