//! Does the work of one task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use onramp_cache::Transcript;
use onramp_core::{Failure, TaskId};

use super::{builtins, commands};
use crate::checks::not_found;
use crate::context::{RustWork, TaskContext};
use crate::job::{Job, Work};
use crate::session::Session;

/// Does the task's work to its end; what it prints goes to its log, to the reporter and into the transcript.
pub(super) fn perform(
    session: &Session,
    id: &TaskId,
    job: &Job,
    transcript: &Arc<Transcript>,
) -> Result<(), Failure> {
    let log = fresh_log(session, id)?;
    match &job.work {
        Work::Commands(work) => commands::run(session, id, job, work, log.as_deref(), transcript),
        Work::Builtin(work) => builtins::run(session, id, job, work, log.as_deref()),
        Work::Rust { work, arguments } => catch_panic(
            work,
            &TaskContext {
                task: id,
                root: &job.checkout.root,
                directory: &session.directory,
                environment: &job.checkout.environment,
                launcher: &session.launcher,
                reporter: session.events(),
                log: &session.log(id),
                arguments,
                options: &nested_options(session),
                hint: &|error| not_found::hint(session, &job.checkout, None, error),
            },
        ),
    }
}

/// Where the output of a task goes that is about to run. A log tells of the last run alone, so an older one goes.
/// `None` where none is kept.
pub(super) fn fresh_log(session: &Session, id: &TaskId) -> Result<Option<PathBuf>, Failure> {
    if !session.has_state() {
        return Ok(None);
    }
    let log = session.log(id);
    match std::fs::remove_file(&log) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::environment(format!("{} could not be replaced: {error}", log.display())))
        }
        _ => Ok(Some(log)),
    }
}

/// The options of this run that a verb run from within a task keeps. Its output is a part of the task's
/// output, so it is plain.
fn nested_options(session: &Session) -> Vec<String> {
    let options = &session.options;
    let mut nested = vec!["--format=plain".to_owned(), format!("--jobs={}", options.jobs)];
    if let Some(answer) = options.answer {
        nested.push(format!("--answer={}", format!("{answer:?}").to_lowercase()));
    }
    nested
}

/// Calls a task written in Rust; its panic fails the task and not the whole run.
fn catch_panic(work: &RustWork, context: &TaskContext<'_>) -> Result<(), Failure> {
    // What the task shares with others lies behind locks that survive a panic.
    catch_unwind(AssertUnwindSafe(|| work(context))).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(Failure::panic(format!("the task panicked: {text}")))
    })
}
