//! Formatters, and linters that look at each file by itself: they are given only the files that are not known to be
//! clean.
//!
//! # Theory of operation
//!
//! **What a file is known by.** Its name, its content, and an action: the task's commands, programs and variables,
//! what it needs, and the settings that count in the file's folder ([`settings`]). A file whose stat is what it was is
//! not read; one that was touched is read, and given to nobody. The content is what it was when the task found it
//! clean, so a branch that one goes back to costs reads and no tool.
//!
//! **What is recorded.** After the tool has succeeded each file is looked at again. One that a check has seen is clean
//! if nothing was done to it meanwhile; one that a formatter has seen is clean if it was left as it was. What a
//! formatter has changed is given to it again in the same run ([`convergence`]), so nobody has to guess what of a
//! change was the tool's and what somebody else's. Files among which the tool has failed are
//! not recorded, and none are if tool or settings have changed during the run.
//!
//! **Which tasks.** Those whose commands are all given `{files}`. A formatter by itself, because what it makes of a file
//! is a matter of the file; but not one that is started by a shell, an interpreter, a script of the workspace or a
//! starter of others without declaring `inputs`, because nobody knows what runs there. A linter only if the configuration says so.
//!
//! A check and a format do not share what they know: they are two commands, and only their author knows whether one
//! says what the other one does.

mod convergence;
mod diff;
mod look;
mod packages;
mod parts;
mod scratch;
mod settings;
mod text;
mod tools;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use onramp_cache::{CleanFiles, Entry, Outputs, Witness};
use onramp_config::{CommandLine, Section};
use onramp_core::{Event, Failure, Outcome, Reporter, TaskId};

use super::commands::Commands;
use super::freshness::Freshness;
use super::{batches, lock, work};
use crate::checkout::Checkout;
use crate::context::task_lines;
use crate::job::{CommandWork, Form, Job, Work};
use crate::session::Session;
pub(super) use convergence::Convergence;
pub(crate) use diff::diff;
pub(super) use diff::with_lines;
use look::{Look, Pending};
pub(crate) use look::{Reason, Unknown};
pub(crate) use text::format_text;
pub(crate) use tools::markdown as settings_markdown;

/// The work of a task that is given only the files that are not known to be clean; `None` if the task is another one.
pub(super) fn work_of<'a>(session: &Session, id: &TaskId, job: &'a Job) -> Option<&'a CommandWork> {
    let Work::Commands(work) = &job.work else { return None };
    let set = work.files.as_ref().filter(|set| !set.include.is_empty())?;
    let writes_more = job.cache.as_ref().is_some_and(|cache| !cache.outputs.is_empty());
    if session.strace.is_some()
        || writes_more
        || !work.commands.iter().all(|command| command.mentions("files"))
    {
        return None;
    }
    let by_itself = id.section() == Section::Format.name()
        && (job.cache.is_some()
            || work.commands.iter().all(|command| is_the_tool_itself(command, job, work)));
    set.per_file.unwrap_or(by_itself).then_some(work)
}

/// Whether what a command starts decides by itself what is done, and is known: a script may start anything, unless it
/// is known which packages it belongs to.
fn is_the_tool_itself(command: &CommandLine, job: &Job, work: &CommandWork) -> bool {
    match command {
        CommandLine::Argv(words) => words.first().is_some_and(|word| {
            !tools::is_starter(word) && !packages::is_unknown_script(word, &job.checkout, work)
        }),
        CommandLine::Shell(_) => false,
    }
}

/// What a task is called where its clean files are remembered.
fn record(id: &TaskId, job: &Job, work: &CommandWork) -> PathBuf {
    let form = if work.form == Some(Form::Fix) { "fix" } else { "check" };
    let name = job.checkout.local_name(id).to_string().replace('/', "+").replace(':', "=");
    job.checkout.state.clean().join(format!("{name} {form}"))
}

/// Forgets which files of a checkout are clean.
pub(crate) fn forget_all(checkout: &Checkout) -> io::Result<()> {
    onramp_cache::remove_folder(&checkout.state.clean())
}

/// Which files the task would be given, of how many.
pub(super) fn foresee(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
) -> Result<(usize, Vec<Unknown>), Failure> {
    let look = Look::at_all(session, freshness, place)?;
    Ok((look.total, look.unknown()))
}

/// Runs one task for the files that are not known to be clean.
pub(super) fn run(
    session: &Session,
    freshness: &Freshness<'_>,
    convergence: &Convergence,
    place: usize,
) -> Result<Outcome, Failure> {
    let id = &freshness.node(place).id;
    let outcome = run_once(session, freshness, convergence, place)?;
    convergence.settle(session, freshness, place)?;
    if freshness.has_dependents(place) {
        let key = freshness.key(place)?;
        freshness.assume(place, &key, &Outputs::new());
    }
    if outcome == Outcome::Passed { Ok(outcome) } else { Ok(convergence.outcome(id, outcome)) }
}

fn run_once(
    session: &Session,
    freshness: &Freshness<'_>,
    convergence: &Convergence,
    place: usize,
) -> Result<Outcome, Failure> {
    let node = freshness.node(place);
    let mut look = Look::at_all(session, freshness, place)?;
    if look.total == 0 {
        let step = "nothing to do: no file matches its `files`".to_owned();
        session.reporter.report(Event::TaskStep { task: node.id.clone(), step });
        return Ok(Outcome::Passed);
    }
    if look.pending.is_empty() {
        keep(session, &node.payload, &mut look.clean);
        return Ok(Outcome::UpToDate);
    }
    let lock = lock(session, node)?;
    // Whoever had the lock may have done the work, or was killed and has left somebody who still does.
    if lock.waited {
        session.reap_leftovers();
        look = Look::at_all(session, freshness, place)?;
        if look.pending.is_empty() {
            return Ok(Outcome::UpToDate);
        }
    }
    if session.options.force
        && let Err(error) = look.clean.clear()
    {
        tell_trouble(session, &error);
    }
    let log = work::fresh_log(session, &node.id)?;
    convergence.note(give(session, freshness, place, look, (&node.id, log.as_deref()))?);
    Ok(Outcome::Passed)
}

/// The failure of a task that is given all its files, with the differences that a formatter would make.
pub(super) fn explain(session: &Session, id: &TaskId, job: &Job, failure: Failure) -> Failure {
    let Work::Commands(work) = &job.work else { return failure };
    let Some(set) = &work.files else { return failure };
    // Where they cannot be listed, that is not what failed.
    let Ok(mut files) = job.checkout.files(&work.directory, set) else { return failure };
    if let Some(only) = &work.only {
        files.retain(|file| only.contains(file));
    }
    diff::explain(session, id, job, work, &files, failure)
}

/// The same of a task that is given some of its files, relative to the root of its checkout.
pub(crate) fn explain_files(
    session: &Session,
    id: &TaskId,
    job: &Job,
    files: &[PathBuf],
    failure: Failure,
) -> Failure {
    match &job.work {
        Work::Commands(work) => diff::explain(session, id, job, work, files, failure),
        Work::Builtin(_) | Work::Rust { .. } => failure,
    }
}

/// Gives the files that are not known to be clean to the task's commands, records what is clean now, and returns
/// those that have another content, absolute. What is printed goes to the task and the log that are named.
fn give(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    mut look: Look,
    (id, log): (&TaskId, Option<&Path>),
) -> Result<Vec<PathBuf>, Failure> {
    let node = freshness.node(place);
    let job = &node.payload;
    let Some(work) = work_of(session, &node.id, job) else { return Ok(Vec::new()) };
    let sizes: Vec<u64> = look.pending.iter().map(|file| file.content.digest.size()).collect();
    let workers = session.run.workers.take(session.options.jobs.get(), parts::most(sizes.len()) - 1);
    let parts = parts::divide(&sizes, workers.number() + 1);
    let names = look.pending.iter().map(|file| batches::name(&job.checkout, work, &file.path));
    let names: Vec<OsString> = names.collect();
    let lines = task_lines(id.clone(), session.events());
    let commands = Commands::new(session, id, job, work, log, lines);
    let results = parts::each(&parts, |part| {
        let names: Vec<OsString> = part.iter().map(|file| names[*file].clone()).collect();
        commands.run_all(Some(&names))
    });
    drop(workers);
    // Whatever became of it, it may have written files.
    session.doubt_files();
    // A part that has succeeded is known, whatever became of the others.
    let done = parts.iter().zip(&results).filter(|(_, result)| result.is_ok());
    let done: Vec<usize> = done.flat_map(|(part, _)| part.iter().copied()).collect();
    let changed = record_clean(session, freshness, place, work, &mut look, &done)?;
    keep(session, job, &mut look.clean);
    match results.into_iter().collect::<Result<(), Failure>>() {
        Ok(()) => Ok(changed),
        Err(failure) => {
            let files: Vec<PathBuf> = look.pending.into_iter().map(|file| file.path).collect();
            Err(diff::explain(session, &node.id, job, work, &files, failure))
        }
    }
}

/// Looks again at files that were given to a task, which has succeeded with them, and notes those that are clean.
/// Returns those that have another content, absolute.
fn record_clean(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    work: &CommandWork,
    look: &mut Look,
    done: &[usize],
) -> Result<Vec<PathBuf>, Failure> {
    let checkout = &freshness.node(place).payload.checkout;
    let files: Vec<&Pending> = done.iter().map(|file| &look.pending[*file]).collect();
    let paths: Vec<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    // Taken after the run as well: whoever has changed a setting meanwhile has changed what was found.
    let actions = look::actions(session, freshness, place, &mut look.clean, &paths)?;
    let mut changed = Vec::new();
    for (file, action) in files.into_iter().zip(actions) {
        let path = checkout.root.join(&file.path);
        let witness = Witness::of(&path);
        let content = Entry::at(&path, &checkout.memo).ok().and_then(|entry| entry.content());
        let is_clean = match work.form {
            // A formatter may write what was there before.
            Some(Form::Fix) => content == Some(file.content),
            Some(Form::Check) | None => content == Some(file.content) && witness == file.witness,
        };
        if is_clean && action == file.action && freshness.stands_on_what_is_known(place) {
            look.clean.add(&file.path, file.content, action);
        } else if content.is_some() && !is_clean && work.form == Some(Form::Fix) {
            changed.push(path);
        }
    }
    Ok(changed)
}

/// Keeps what is known of clean files. Where that cannot be written, files are looked at again.
fn keep(session: &Session, job: &Job, clean: &mut CleanFiles) {
    if !clean.is_new() || !session.has_state() {
        return;
    }
    if let Err(error) = job.checkout.prepare_state().and_then(|()| clean.save()) {
        tell_trouble(session, &error);
    }
}

fn tell_trouble(session: &Session, error: &io::Error) {
    session.tell_trouble(&format!("the cache cannot be written, so files will be looked at again: {error}"));
}
