use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use onramp_core::{
    Event, Failure, FilePlace, Outcome, Problem, Recogniser, Reporter, Severity, Stream, TaskId,
};

use super::SourceFolders;
use super::source_folders::InCopy;
use crate::checkout::Checkout;
use crate::hooks;
use crate::results::Recording;

/// Reads the output of tasks on its way to another reporter, where that one or a recording wants it, and tells, before
/// a task ends, of the problems in it: those that lie in an existing file of this repository, each once. What a task
/// tells by itself is passed on, and its output is not read for more. Reporters for people pass over problems.
pub(super) struct Problems {
    reporter: Box<dyn Reporter>,
    /// Whether the reporter wants to know of problems.
    is_read: bool,
    recording: Arc<Recording>,
    folders: LazyLock<SourceFolders, Box<dyn FnOnce() -> SourceFolders + Send>>,
    /// Whether what runs is a hook before a commit.
    is_before_commit: AtomicBool,
    tasks: Mutex<HashMap<TaskId, Outputs>>,
}

/// The two outputs of a task. Each is read for itself, because their lines interleave as chance will have it.
#[derive(Default)]
struct Outputs {
    stdout: Recogniser,
    stderr: Recogniser,
    found: Vec<Problem>,
    /// Whether the task tells its problems itself.
    are_told: bool,
}

impl Problems {
    pub(super) fn new(
        reporter: Box<dyn Reporter>,
        is_read: bool,
        checkouts: Vec<Arc<Checkout>>,
        recording: Arc<Recording>,
    ) -> Self {
        Self {
            reporter,
            is_read,
            recording,
            folders: LazyLock::new(Box::new(move || SourceFolders::of(&checkouts))),
            is_before_commit: AtomicBool::new(false),
            tasks: Mutex::default(),
        }
    }

    fn read(&self, task: &TaskId, stream: Stream, line: &str) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = tasks.entry(task.clone()).or_default();
        if outputs.are_told {
            return;
        }
        let recogniser = match stream {
            Stream::Stdout => &mut outputs.stdout,
            Stream::Stderr => &mut outputs.stderr,
        };
        outputs.found.extend(recogniser.line(line));
    }

    /// The file that a failure is due to.
    fn at_fault(&self, failure: &Failure) -> Option<Problem> {
        let FilePlace { file, line } = failure.at.as_deref()?;
        Some(Problem {
            file: self.folders.relative(&file.to_string_lossy()),
            line: *line,
            column: None,
            severity: Severity::Error,
            message: failure.message.clone(),
            code: None,
        })
    }

    /// What is wrong according to the task's output. A task that succeeded has no errors, whatever it printed.
    fn found(&self, task: &TaskId, is_success: bool) -> Vec<Problem> {
        let outputs = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).remove(task);
        let Some(mut outputs) = outputs else { return Vec::new() };
        outputs.found.extend(outputs.stdout.finish());
        outputs.found.extend(outputs.stderr.finish());
        let in_copy = if self.is_before_commit.load(Ordering::Relaxed) { InCopy::Maybe } else { InCopy::No };
        let mut told = HashSet::new();
        let located = outputs.found.into_iter().filter_map(|mut problem| {
            problem.file = self.folders.locate(task, &problem.file, in_copy)?;
            if is_success {
                problem.severity = Severity::Warning;
            }
            told.insert(problem.clone()).then_some(problem)
        });
        located.collect()
    }
}

impl Reporter for Problems {
    fn report(&self, mut event: Event) {
        if !self.is_read && !self.recording.is_wanted() {
            return self.reporter.report(event);
        }
        match &mut event {
            Event::RunStarted { verb, .. } => {
                self.is_before_commit.store(hooks::is_before_commit(verb), Ordering::Relaxed);
            }
            Event::TaskProblem { task, problem } => {
                problem.file = self.folders.relative(&problem.file);
                let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
                tasks.entry(task.clone()).or_default().are_told = true;
            }
            Event::TaskOutput { task, stream, line } => self.read(task, *stream, line),
            Event::TaskFinished { task, outcome, .. } => {
                let at_fault = match outcome {
                    Outcome::Failed(failure) => self.at_fault(failure),
                    _ => None,
                };
                for problem in self.found(task, outcome.is_success()).into_iter().chain(at_fault) {
                    let event = Event::TaskProblem { task: task.clone(), problem };
                    self.recording.record(&event);
                    self.reporter.report(event);
                }
            }
            _ => {}
        }
        self.recording.record(&event);
        self.reporter.report(event);
    }
}
