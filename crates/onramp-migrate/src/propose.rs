use std::path::Path;

use onramp_core::{Dialect, Failure};
use onramp_database::blame_storage;
use rustix::fs::{Access, access};
use rustix::io::Errno;

use crate::attempt::named;
use crate::command;
use crate::engine::Mode;
use crate::fork_server::ForkServer;
use crate::proof::prove;
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::{
    AlembicSpec, Context, DialectSpec, EngineSpec, History, MigrateSpec, Proposal, Request, RowsPolicy,
};

/// Generates a dialect's next revision and proves it on a database at the head with rows in it: applied, reverted
/// and applied again. Nothing in the tree is changed. Runs beside the work for other dialects.
///
/// The steps are `copy history`, `start database`, for a history that has no template yet `apply head` and
/// `keep head`, then `load models`, `generate`, `apply`, `generate again`, `format`, `revert`, `look at what came back`,
/// `apply again`; where the revision need not lead back, or Alembic has a process for each step, `format` comes before
/// `apply`. A failure names the dialect and the step, and says what Python or the database said.
pub fn propose(
    spec: &MigrateSpec,
    dialect: Dialect,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Proposal, Failure> {
    let dialect = spec.dialect(dialect)?;
    let run = || {
        check_message(&request.message)?;
        let head = check_history(spec, dialect)?;
        let head = head.as_deref();
        let tried = |request: &Request| match &spec.engine {
            EngineSpec::Alembic(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back: &[], head, request };
                in_a_process_that_lasts(&purpose, cx, |mode| prove(&purpose, cx, mode))
            }
            EngineSpec::Command(engine) => {
                command::prove(&Purpose { spec, engine, dialect, held_back: &[], head, request }, cx)
            }
        };
        match tried(request) {
            Err(StageError::Revert(failure)) => {
                (cx.step)("start over with empty tables");
                let empty = Request { rows: RowsPolicy::Leave, ..request.clone() };
                let mut proposal = tried(&empty)?;
                if let Proposal::Revision(revision) = &mut proposal {
                    let note = format!("it can only be reverted where tables are empty: {}", failure.message);
                    revision.evidence.lossy.push(note);
                }
                Ok(proposal)
            }
            other => other.map_err(Failure::from),
        }
    };
    run().map_err(|failure| {
        let mut failure = blame_storage(failure, &spec.places(dialect));
        failure.log = failure.log.or_else(|| cx.log.clone().filter(|log| log.exists()));
        named(failure, &dialect.label)
    })
}

/// In one process for all steps, or where that does not last in one for each.
pub(crate) fn in_a_process_that_lasts<T>(
    purpose: &Purpose<'_, AlembicSpec>,
    cx: &Context<'_>,
    work: impl Fn(Mode) -> Result<T, StageError>,
) -> Result<T, StageError> {
    let mut done = work(Mode::Warm);
    if let Err(StageError::OtherEngine) = done {
        (cx.step)("start over: Alembic is not the one of the last time");
        done = work(Mode::Warm);
    }
    match done {
        Err(StageError::Session) => {
            (cx.step)("start over with a process for each step");
            let done = work(Mode::Cold);
            if done.is_ok()
                && let Some(server) = ForkServer::of(purpose.spec, purpose.engine, purpose.dialect)
            {
                server.give_up();
            }
            done
        }
        other => other,
    }
}

/// Whether [`propose`] and [`publish`](crate::publish) have a chance for these dialects: the message is
/// usable, and each versions folder can be written to and holds one history with one head. Takes
/// milliseconds, and is best asked before anything is started for any of them.
pub fn preflight(spec: &MigrateSpec, dialects: &[Dialect], message: &str) -> Result<(), Failure> {
    check_message(message)?;
    for dialect in dialects {
        let dialect = spec.dialect(*dialect)?;
        check_history(spec, dialect).map_err(|failure| named(failure, &dialect.label))?;
    }
    Ok(())
}

/// The message becomes an argument, a docstring and a heading.
fn check_message(message: &str) -> Result<(), Failure> {
    let reason = if message.trim().is_empty() {
        "is empty"
    } else if message.starts_with('-') {
        "begins like an option"
    } else if message.contains(char::is_control) {
        "has more than one line"
    } else {
        return Ok(());
    };
    Err(Failure::task(format!("the migration's message {reason}")).hint("onramp migrate -m \"add a table\""))
}

/// The head of the history that a new revision can be written into.
fn check_history(spec: &MigrateSpec, dialect: &DialectSpec) -> Result<Option<String>, Failure> {
    check_writable(&dialect.versions)?;
    let history = History::of(spec, dialect)?;
    let head = history.only_head(spec, dialect)?;
    Ok(head.map(str::to_owned))
}

fn check_writable(versions: &Path) -> Result<(), Failure> {
    let folder = versions.display();
    if !versions.is_dir() {
        let hint = format!("mkdir -p {folder}");
        return Err(Failure::task(format!("the versions folder {folder} does not exist")).hint(hint));
    }
    match access(versions, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Ok(()),
        Err(Errno::ROFS) => {
            let message = format!("the versions folder {folder} is on a read-only file system");
            Err(Failure::environment(message).hint(format!("findmnt --target '{folder}'")))
        }
        Err(_) => Err(Failure::environment(format!("the versions folder {folder} is not writable"))
            .hint(format!("chmod u+wx {folder}"))),
    }
}
