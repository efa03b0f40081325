//! Tells which files a task reads and writes that it does not declare.
//!
//! The task runs as it always does, with each of its commands under strace and without the outputs that it has made
//! before (`set_aside`): a tool that finds them up to date would read nothing. What that writes down is read line by
//! line (`line`), put together to what became of each file (`seen`), compared with what the task and its needs
//! declare (`findings`) and told as lines that can be pasted (`globs`, `report`). Environment variables are read
//! without a call of the system, so nobody can see them.

mod findings;
mod globs;
mod line;
mod outside;
mod report;
mod set_aside;
mod strace;
mod touched;

use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::{Failure, Level, Reporter, TaskNode};

use crate::commands::Selected;
use crate::job::{Job, Work};
use crate::runner;
use crate::session::Session;
use crate::{Error, ExitStatus};
use findings::Findings;
use set_aside::SetAside;
pub(crate) use set_aside::put_back_leftovers;
pub(crate) use strace::Strace;

/// Runs the one selected task under strace, and tells what it does not declare. Its needs are met first, and are not
/// traced. Nothing is recorded.
pub(crate) fn run(session: &Session, selected: &Selected) -> Result<ExitStatus, Error> {
    let [task] = selected.tasks.as_slice() else {
        return Err(Error::usage("an audit is of one task").hint("onramp run --audit TASK"));
    };
    let Some(node) = selected.graph.get(task) else { return Ok(ExitStatus::Success) };
    let work = match &node.payload.work {
        Work::Commands(work) => work,
        Work::Builtin(_) => {
            return Err(Error::usage(format!("`{task}` is built in, and an audit is of commands")));
        }
        Work::Rust { .. } => {
            return Err(Error::usage(format!("`{task}` is written in Rust, and an audit is of commands")));
        }
    };
    if session.options.dry_run {
        return Err(Error::usage("`--audit` runs a task, and `--dry-run` runs none"));
    }
    session.create_state()?;
    let strace = Strace::find(&session.origin.environment, &session.launcher, &session.state)?;
    let strace = Arc::new(strace);
    if !node.needs.is_empty() {
        let status = runner::run(session, selected.verb, &selected.graph, &node.needs)?;
        if status != ExitStatus::Success {
            return Ok(status);
        }
    }
    let traced = Session { strace: Some(Arc::clone(&strace)), ..session.reread()? };
    node.payload.checkout.tree.doubt();
    let around = |perform: &dyn Fn() -> Result<(), Failure>| {
        let outputs = set_aside::outputs(&selected.graph, node, work)?;
        without(session, node, outputs, perform)
    };
    let status = ExitStatus::of_run(&runner::run_alone(&traced, selected.verb, node, &around)?);
    if status != ExitStatus::Success {
        return Ok(status);
    }
    let files = strace.files(&work.directory)?;
    node.payload.checkout.tree.doubt();
    let findings = Findings::of(session, &selected.graph, node, work, &files)?;
    report::tell(session, task, &findings);
    Ok(if findings.is_declared() { ExitStatus::Success } else { ExitStatus::Failed })
}

/// Does the task's work while these outputs of it are set aside, so that its tool does not find them up to date.
fn without(
    session: &Session,
    node: &TaskNode<Job>,
    outputs: Vec<PathBuf>,
    perform: &dyn Fn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    if outputs.is_empty() {
        return perform();
    }
    let aside = match SetAside::begin(&node.payload.checkout.root, outputs) {
        Ok(aside) => aside,
        Err(error) => {
            let message = format!("the outputs of {} could not be set aside: {error}", node.id);
            session.reporter.notice(Level::Warning, &message);
            return perform();
        }
    };
    let files = aside.len();
    match perform() {
        Ok(()) => Ok(aside.end()?),
        Err(failure) => {
            aside.abandon()?;
            session.reporter.notice(Level::Note, &set_aside::told(&node.id, files));
            Err(failure)
        }
    }
}
