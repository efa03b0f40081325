//! Runs the commands of a task.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onramp_cache::Transcript;
use onramp_config::{Actions, CommandLine, Section, TaskConfig, Values};
use onramp_core::{Event, Failure, Reporter, Stream, TaskId};
use onramp_exec::{Environment, LineSink, ProcessError, ProcessFailure, ProcessSpec, Stdin};

use super::batches;
use crate::checks;
use crate::context::task_lines;
use crate::job::{CommandWork, Form, Job, as_it_runs};
use crate::junit;
use crate::session::Session;
use crate::words::count;

/// Runs the commands one after the other, up to the first one that fails.
pub(super) fn run(
    session: &Session,
    id: &TaskId,
    job: &Job,
    work: &CommandWork,
    log: Option<&Path>,
    transcript: &Arc<Transcript>,
) -> Result<(), Failure> {
    let lines = both(in_tree(work, task_lines(id.clone(), session.events())), transcript);
    let commands = Commands::new(session, id, job, work, log, lines);
    junit::prepare(session, id, job, work)?;
    let handed = work.handed.as_ref().and_then(|handed| handed.files.clone());
    let names = match &work.files {
        _ if handed.is_some() => handed,
        Some(set) if !set.include.is_empty() => Some(batches::file_names(job, work, set)?),
        _ => None,
    };
    if names.as_ref().is_some_and(Vec::is_empty) {
        let step = match &work.only {
            Some(_) => "nothing to do: none of its changed files is left".to_owned(),
            None => "nothing to do: no file matches its `files`".to_owned(),
        };
        session.reporter.report(Event::TaskStep { task: id.clone(), step });
    }
    match names {
        // Nothing to do where there are no files, also for a command that is not given them by name.
        Some(names) if names.is_empty() => Ok(()),
        names => commands.run_all(names.as_deref()),
    }
}

/// Shows lines with the paths of the tree, where the task runs in a copy of it.
fn in_tree(work: &CommandWork, lines: Arc<dyn LineSink>) -> Arc<dyn LineSink> {
    match work.handed.as_ref().and_then(|handed| handed.paths.clone()) {
        Some(paths) => Arc::new(move |stream: Stream, line: &str| lines.line(stream, &paths.told(line))),
        None => lines,
    }
}

/// Shows lines, and keeps them to be shown again.
fn both(lines: Arc<dyn LineSink>, transcript: &Arc<Transcript>) -> Arc<dyn LineSink> {
    let transcript = Arc::clone(transcript);
    Arc::new(move |stream: Stream, line: &str| {
        transcript.push(stream, line);
        lines.line(stream, line);
    })
}

/// What all commands of a task have in common.
pub(super) struct Commands<'a> {
    session: &'a Session,
    id: &'a TaskId,
    job: &'a Job,
    work: &'a CommandWork,
    values: Values,
    /// The same for people.
    shown_values: Values,
    environment: Environment,
    log: Option<&'a Path>,
    lines: Arc<dyn LineSink>,
    deadline: Option<Instant>,
}

impl<'a> Commands<'a> {
    /// The commands of a task, whose time begins now.
    pub(super) fn new(
        session: &'a Session,
        id: &'a TaskId,
        job: &'a Job,
        work: &'a CommandWork,
        log: Option<&'a Path>,
        lines: Arc<dyn LineSink>,
    ) -> Self {
        Self {
            session,
            id,
            job,
            work,
            values: work.values(&job.checkout),
            shown_values: work.shown_values(&job.checkout, session.launcher.secrets()),
            environment: work.environment(&job.checkout).into_owned(),
            log,
            lines,
            // A time beyond what the clock can count is no limit.
            deadline: work.timeout.and_then(|limit| Instant::now().checked_add(limit)),
        }
    }

    /// Runs them one after the other, up to the first one that fails. Those that take files get them in as few
    /// processes as fit.
    pub(super) fn run_all(&self, names: Option<&[OsString]>) -> Result<(), Failure> {
        for command in &self.work.commands {
            match names {
                Some(names) if command.mentions("files") => {
                    for batch in batches::lists(command, &self.values, names)? {
                        self.run(command, batch)?;
                    }
                }
                _ => self.run(command, &[])?,
            }
        }
        Ok(())
    }

    fn run(&self, command: &CommandLine, files: &[OsString]) -> Result<(), Failure> {
        let values = self.values.clone().with_list("files", files);
        let argv = command.argv(&values).map_err(|error| Failure::task(error.to_string()))?;
        let mut spec = ProcessSpec::new(argv, &self.work.directory, self.environment.clone());
        spec.log = self.log.map(Path::to_path_buf);
        if let Some(handed) = self.work.handed.as_ref().filter(|handed| !handed.stdin.is_empty()) {
            spec.stdin = Stdin::Bytes(handed.stdin.clone());
        }
        if command.reads_files() {
            spec.stdin = batches::on_stdin(files);
        }
        let secrets = self.session.launcher.secrets();
        let names = batches::are_few(files).then_some(files);
        let step = as_it_runs(command, &self.shown_values, names, secrets);
        spec.timeout = self.time_left(&step)?;
        let told = match self.work.handed.as_ref().and_then(|handed| handed.paths.as_ref()) {
            Some(paths) => paths.told(&step).into_owned(),
            None => step.clone(),
        };
        self.session.reporter.report(Event::TaskStep { task: self.id.clone(), step: told });
        if let Some(strace) = &self.session.strace {
            strace.trace(&mut spec);
        }
        let result = self.session.launcher.run(&spec, Arc::clone(&self.lines));
        result.map_err(|error| {
            let error = self.of_the_whole_task(with_command(error, step));
            let failed = matches!(error, ProcessError::Failed(_));
            let fix = checks::not_found::hint(self.session, &self.job.checkout, self.config(), &error);
            let failure = if names.is_some() { error.into() } else { without_names(error, files.len()) };
            let remedy = self.remedy().filter(|_| failed && self.work.form == Some(Form::Check));
            match remedy.or(fix) {
                Some(remedy) => failure.hint(remedy),
                None => failure,
            }
        })
    }

    /// What the configuration says of the task.
    fn config(&self) -> Option<&TaskConfig> {
        let local = self.job.checkout.local_name(self.id);
        self.job.checkout.config.tasks.iter().find(|task| task.id == local)
    }

    /// What mends what a formatter or linter has found, if it can.
    fn remedy(&self) -> Option<String> {
        let name = self.id.short();
        if self.id.section() == Section::Format.name() {
            return Some(format!("onramp fmt {name}"));
        }
        let can_mend = matches!(&self.config()?.actions, Actions::Lint { fix, .. } if !fix.is_empty());
        can_mend.then(|| format!("onramp lint --fix {name}"))
    }

    /// What is left of the task's time.
    fn time_left(&self, step: &str) -> Result<Option<Duration>, Failure> {
        let Some(deadline) = self.deadline else { return Ok(None) };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let limit = self.work.timeout.unwrap_or_default().as_secs_f64();
            let directory = self.work.directory.display();
            let message = format!("`{step}` in {directory} was not started, the task's {limit} s were over");
            return Err(Failure::task(message));
        }
        Ok(Some(left))
    }

    /// The same error, where it tells of a limit with that of the task and not what an earlier command has left
    /// of it.
    fn of_the_whole_task(&self, error: ProcessError) -> ProcessError {
        match error {
            ProcessError::TimedOut { failure, limit } => {
                ProcessError::TimedOut { failure, limit: self.work.timeout.unwrap_or(limit) }
            }
            error => error,
        }
    }
}

/// The failure of a command that was given many files by name: it tells their number, because their names may fill
/// pages.
fn without_names(error: ProcessError, files: usize) -> Failure {
    let names_command = matches!(
        error,
        ProcessError::Failed(_) | ProcessError::TimedOut { .. } | ProcessError::NotStarted { .. }
    );
    let mut failure = Failure::from(error);
    if names_command {
        failure.message.push_str(&format!(" ({})", count(files, "file")));
    }
    failure
}

/// The same error of a command that is shown in another way.
fn with_command(error: ProcessError, command: String) -> ProcessError {
    match error {
        ProcessError::Failed(failure) => ProcessError::Failed(ProcessFailure { command, ..failure }),
        ProcessError::TimedOut { failure, limit } => {
            ProcessError::TimedOut { failure: ProcessFailure { command, ..failure }, limit }
        }
        ProcessError::NotStarted { source, .. } => ProcessError::NotStarted { command, source },
        error => error,
    }
}
