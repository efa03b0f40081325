//! Does the work of one task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use onramp_config::{CommandLine, FileSet, Values};
use onramp_core::{Event, Failure, Reporter, TaskId};
use onramp_exec::ProcessSpec;

use crate::context::{RustWork, TaskContext, task_lines};
use crate::job::{CommandWork, Job, Work, written};
use crate::plan::file_set;
use crate::session::Session;

/// How many bytes of file names one command is given at most; longer lists are cut into several commands.
/// Linux allows 128 KiB for one argument and 2 MiB in all by default, macOS 1 MiB with the environment.
const BATCH_BYTES: usize = 128 * 1024;

/// Does the task's work to its end; what it prints goes to its log and to the reporter.
pub(super) fn perform(session: &Session, id: &TaskId, job: &Job) -> Result<(), Failure> {
    let log = session.log(id);
    // A log tells of the last run alone.
    if let Err(error) = std::fs::remove_file(&log)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(Failure::environment(format!("{} could not be replaced: {error}", log.display())));
    }
    match &job.work {
        Work::Commands(work) => run_commands(session, id, job, work, &log),
        Work::Rust { work, arguments } => catch_panic(
            work,
            &TaskContext {
                task: id,
                root: &job.checkout.root,
                directory: &session.directory,
                environment: &job.checkout.environment,
                launcher: &session.launcher,
                reporter: session.events(),
                log: &log,
                arguments,
                options: &nested_options(session),
            },
        ),
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

fn run_commands(
    session: &Session,
    id: &TaskId,
    job: &Job,
    work: &CommandWork,
    log: &Path,
) -> Result<(), Failure> {
    let mut environment = job.checkout.environment.clone();
    for (name, value) in &work.variables {
        environment.set(name, value);
    }
    let base = Values::new()
        .with("root", job.checkout.root.to_string_lossy())
        .with("dir", work.directory.to_string_lossy())
        .with_list("args", &work.arguments);
    let batches = match &work.files {
        Some(files) if !files.include.is_empty() => batches(job, work, files)?,
        _ => vec![Vec::new()],
    };
    let lines = task_lines(id.clone(), session.events());
    for command in &work.commands {
        // A command that is not given the files by name runs once for all of them.
        let times = if command.mentions("files") { batches.len() } else { batches.len().min(1) };
        for batch in batches.iter().take(times) {
            let values = base.clone().with_list("files", batch);
            let expanded = command.expand(&values).map_err(|error| Failure::task(error.to_string()))?;
            let argv = match expanded {
                CommandLine::Argv(argv) => argv,
                CommandLine::Shell(text) => vec!["sh".to_owned(), "-c".to_owned(), text],
            };
            let mut spec = ProcessSpec::new(argv, &work.directory, environment.clone());
            spec.log = Some(log.to_path_buf());
            spec.timeout = work.timeout;
            let step = session.launcher.secrets().mask(&written(command)).into_owned();
            session.reporter.report(Event::TaskStep { task: id.clone(), step });
            session.launcher.run(&spec, Arc::clone(&lines))?;
        }
    }
    Ok(())
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

/// The files of a formatter or linter, as its commands name them, in lists that fit a command line. No files,
/// no list, no command.
fn batches(job: &Job, work: &CommandWork, files: &FileSet) -> Result<Vec<Vec<String>>, Failure> {
    let directory = job.checkout.relative(&work.directory).to_path_buf();
    let mut batches: Vec<Vec<String>> = Vec::new();
    let mut bytes = BATCH_BYTES;
    for file in file_set(&job.checkout, &work.directory, files)? {
        let name = match file.strip_prefix(&directory) {
            Ok(name) => name.to_path_buf(),
            Err(_) => job.checkout.root.join(&file),
        };
        let name = name.into_os_string().into_string().map_err(|name| {
            Failure::task(format!("file name {} is not UTF-8, and cannot be handed on", name.display()))
        })?;
        // A name that begins with a dash would be taken for an option.
        let name = if name.starts_with('-') { format!("./{name}") } else { name };
        bytes += name.len() + 1;
        if bytes > BATCH_BYTES {
            batches.push(Vec::new());
            bytes = name.len() + 1;
        }
        if let Some(batch) = batches.last_mut() {
            batch.push(name);
        }
    }
    Ok(batches)
}
