use std::time::Duration;

use crate::{Outcome, Problem, TaskId};

/// Which of a process's two outputs a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth a line to somebody who follows closely.
    Detail,
    /// Worth a line to everybody.
    Note,
    /// What the user asked for by an option, so that it is told to those who want to read little, too.
    Asked,
    /// Something is not as it should be, and the run goes on.
    Warning,
}

/// Something that happened. The order of events of one task is the order in which it happened; events of
/// different tasks interleave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A plan is about to run.
    RunStarted {
        /// The verb as the user typed it: `test`, `migrate`.
        verb: String,
        /// How many tasks the plan has.
        tasks: usize,
    },
    /// A task's turn has come.
    TaskStarted {
        /// The task.
        task: TaskId,
    },
    /// A task has begun a part of its work that is worth a name.
    TaskStep {
        /// The task.
        task: TaskId,
        /// The part: a command, or a sentence such as `apply head`.
        step: String,
    },
    /// A process of a task printed a line.
    TaskOutput {
        /// The task.
        task: TaskId,
        /// Where the process wrote it.
        stream: Stream,
        /// The line without its end, as UTF-8 with replacement characters.
        line: String,
    },
    /// A task answers what it was asked: data for standard output, of one or more lines.
    TaskAnswer {
        /// The task.
        task: TaskId,
        /// The answer, without the end of its last line.
        text: String,
    },
    /// A task's output tells of a problem in a file. Told by whoever reads the output, before the task's end.
    TaskProblem {
        /// The task.
        task: TaskId,
        /// The problem, its file relative to the root of the repository.
        problem: Problem,
    },
    /// How many files a task of a git hook was given, and which of them it has changed. Told before the task's end.
    TaskFiles {
        /// The task.
        task: TaskId,
        /// The files.
        files: TaskFiles,
    },
    /// A task has ended, or will never start.
    TaskFinished {
        /// The task.
        task: TaskId,
        /// How it ended.
        outcome: Outcome,
        /// From its start to its end; zero where it never started.
        elapsed: Duration,
    },
    /// Something worth saying that belongs to no task's output.
    Notice {
        /// How much it matters.
        level: Level,
        /// A lower-case fragment without a final dot.
        message: String,
    },
    /// The plan has ended.
    RunFinished(RunSummary),
    /// A watch waits for changes of files.
    WatchWaiting,
    /// A watch has seen changes, and what was asked for is done again.
    WatchChanged {
        /// The files, sorted; relative to the workspace where they lie in it.
        files: Vec<String>,
    },
}

/// What a task had to do with files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFiles {
    /// How many it was given.
    pub given: usize,
    /// Those that it has changed, sorted, relative to the root of the repository.
    pub changed: Vec<String>,
}

/// How a whole run ended.
#[derive(Clone, Debug, Default)]
pub struct RunSummary {
    /// The verb as the user typed it.
    pub verb: String,
    /// What became of each task, in the order in which they ended.
    pub tasks: Vec<TaskSummary>,
    /// Wall time of the run.
    pub elapsed: Duration,
    /// How many tasks could run at once.
    pub jobs: usize,
}

/// What became of one task of a run.
#[derive(Clone, Debug)]
pub struct TaskSummary {
    /// The task.
    pub task: TaskId,
    /// How it ended.
    pub outcome: Outcome,
    /// From the start of the run to the start of the task, or to the moment in which it was clear that it
    /// never would.
    pub started: Duration,
    /// From its start to its end; zero where it never started.
    pub elapsed: Duration,
    /// Which of the run's workers it ran on, counted from 0 and below `jobs`. `None`: it never started.
    pub worker: Option<usize>,
}

/// Takes events. Called from several threads at once; must return quickly, because the task that reports
/// waits for it.
pub trait Reporter: Send + Sync {
    /// Takes one event.
    fn report(&self, event: Event);

    /// Takes a notice; a shorthand for [`Event::Notice`].
    fn notice(&self, level: Level, message: &str) {
        self.report(Event::Notice { level, message: message.to_owned() });
    }
}

/// A reporter that tells nobody.
pub struct Silent;

impl Reporter for Silent {
    fn report(&self, _event: Event) {}
}
