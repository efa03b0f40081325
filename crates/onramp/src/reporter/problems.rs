use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use onramp_core::{Event, Problem, Recogniser, Reporter, Severity, Stream, TaskId};

use super::SourceFolders;

/// Reads the output of tasks on its way to another reporter, and tells that one, before a task ends, of the
/// problems in it: those that lie in an existing file of this repository, each once. What a task tells by itself is
/// passed on, and its output is not read for more.
pub(super) struct Problems {
    reporter: Box<dyn Reporter>,
    folders: SourceFolders,
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
    pub(super) fn new(reporter: Box<dyn Reporter>, folders: SourceFolders) -> Self {
        Self { reporter, folders, tasks: Mutex::default() }
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

    /// What is wrong according to the task's output. A task that succeeded has no errors, whatever it printed.
    fn found(&self, task: &TaskId, is_success: bool) -> Vec<Problem> {
        let outputs = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).remove(task);
        let Some(mut outputs) = outputs else { return Vec::new() };
        outputs.found.extend(outputs.stdout.finish());
        outputs.found.extend(outputs.stderr.finish());
        let mut told = HashSet::new();
        let located = outputs.found.into_iter().filter_map(|mut problem| {
            problem.file = self.folders.locate(task, &problem.file)?;
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
        match &mut event {
            Event::TaskProblem { task, problem } => {
                problem.file = self.folders.relative(&problem.file);
                let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
                tasks.entry(task.clone()).or_default().are_told = true;
            }
            Event::TaskOutput { task, stream, line } => self.read(task, *stream, line),
            Event::TaskFinished { task, outcome, .. } => {
                for problem in self.found(task, outcome.is_success()) {
                    self.reporter.report(Event::TaskProblem { task: task.clone(), problem });
                }
            }
            _ => {}
        }
        self.reporter.report(event);
    }
}
