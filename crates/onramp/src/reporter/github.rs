use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use onramp_config::Diagnostic;
use onramp_core::{Event, Level, Problem, Reporter, RunSummary, Severity, TaskId};

use super::annotations::Annotations;
use super::story;
use crate::Printer;

/// Groups and annotations for GitHub's runners.
///
/// Groups cannot interleave there. So one running task has the floor: its lines appear at once, in its open
/// group, while those of the others wait in memory. When it ends, its group is closed and the next task
/// takes the floor with everything it has had to say so far.
pub(super) struct Github {
    printer: Arc<Printer>,
    stage: Mutex<Stage>,
}

#[derive(Default)]
struct Stage {
    floor: Option<TaskId>,
    /// Tasks that run and wait for the floor, oldest first.
    queue: Vec<TaskId>,
    waiting: HashMap<TaskId, Vec<String>>,
    annotations: Annotations,
}

impl Github {
    pub(super) fn new(printer: Arc<Printer>) -> Self {
        Self { printer, stage: Mutex::default() }
    }

    fn line(&self, stage: &mut Stage, task: &TaskId, line: String) {
        if stage.floor.as_ref() == Some(task) {
            self.printer.message(&defuse(&line));
        } else {
            stage.waiting.entry(task.clone()).or_default().push(line);
        }
    }

    fn take_floor(&self, stage: &mut Stage) {
        if stage.floor.is_some() || stage.queue.is_empty() {
            return;
        }
        let task = stage.queue.remove(0);
        self.open(stage, &task);
        stage.floor = Some(task);
    }

    fn open(&self, stage: &mut Stage, task: &TaskId) {
        self.printer.message(&format!("::group::{task}"));
        for line in stage.waiting.remove(task).unwrap_or_default() {
            self.printer.message(&defuse(&line));
        }
    }

    fn finish(&self, stage: &mut Stage, task: &TaskId, text: &str) {
        let floor = stage.floor.take();
        if floor.is_some() {
            // That of the task itself, or that of another one, which is opened again behind these lines.
            self.printer.message("::endgroup::");
        }
        stage.queue.retain(|waiting| waiting != task);
        if stage.waiting.contains_key(task) {
            self.open(stage, task);
            self.printer.message("::endgroup::");
        }
        self.printer.message(&format!("{task}: {text}"));
        match floor {
            Some(floor) if floor != *task => {
                self.printer.message(&format!("::group::{floor} (continued)"));
                stage.floor = Some(floor);
            }
            _ => self.take_floor(stage),
        }
    }

    /// Failures whose place is unknown are annotations themselves; those of other tasks are lines of the log,
    /// because the problems behind them are shown where they are.
    fn sum_up(&self, annotations: &mut Annotations, summary: &RunSummary) {
        for (task, failure) in story::failures(summary) {
            let lines = story::failure_lines(&self.printer, task, failure);
            if !annotations.locates_failure_of(task) && annotations.take_room(Severity::Error) {
                let title = escape_property(&task.to_string());
                self.printer.message(&format!("::error title={title}::{}", escape(&lines.join("\n"))));
            } else {
                lines.iter().for_each(|line| self.printer.message(&defuse(line)));
            }
        }
        let (chosen, rest) = annotations.choose();
        for (task, problem) in &chosen {
            self.printer.message(&problem_annotation(task, problem));
        }
        let last_lines = rest.into_iter().chain(story::summary_line(summary));
        last_lines.for_each(|line| self.printer.message(&line));
    }
}

impl Reporter for Github {
    fn report(&self, event: Event) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::TaskStarted { task } => {
                stage.queue.push(task);
                self.take_floor(&mut stage);
            }
            Event::TaskStep { task, step } => self.line(&mut stage, &task, format!("> {step}")),
            Event::TaskOutput { task, line, .. } => self.line(&mut stage, &task, line),
            Event::TaskFinished { task, outcome, elapsed } => {
                let text = story::outcome_text(&outcome, elapsed);
                self.finish(&mut stage, &task, &text);
            }
            Event::TaskAnswer { text, .. } => self.printer.data(&text),
            Event::Notice { level, message } => match level {
                Level::Detail => {}
                Level::Note | Level::Asked => self.printer.message(&defuse(&message)),
                Level::Warning if stage.annotations.take_room(Severity::Warning) => {
                    self.printer.message(&format!("::warning::{}", escape(&message)));
                }
                Level::Warning => self.printer.message(&defuse(&format!("warning: {message}"))),
            },
            Event::TaskProblem { task, problem } => stage.annotations.add(task, problem),
            Event::RunFinished(summary) => self.sum_up(&mut stage.annotations, &summary),
            Event::WatchWaiting => self.printer.message(story::WAITING),
            Event::WatchChanged { files } => self.printer.message(&defuse(&story::changed_line(&files))),
            _ => {}
        }
    }
}

/// A line of a task must not be taken for a command to the runner: `::name::` at its start, or the older
/// `##[name]` anywhere.
fn defuse(line: &str) -> String {
    let line = line.replace("##[", "#\u{200b}#[");
    if line.trim_start().starts_with("::") { format!("\u{200b}{line}") } else { line }
}

/// A problem in a task's output, shown by GitHub at its line of the changed file.
fn problem_annotation(task: &TaskId, problem: &Problem) -> String {
    let mut properties = format!("file={}", escape_property(&problem.file));
    for (name, number) in [("line", problem.line), ("col", problem.column)] {
        if let Some(number) = number {
            properties.push_str(&format!(",{name}={number}"));
        }
    }
    let title = match &problem.code {
        Some(code) => format!("{task} {code}"),
        None => task.to_string(),
    };
    let title = escape_property(&title);
    format!("::{} {properties},title={title}::{}", problem.severity.word(), escape(&problem.message))
}

/// A problem of the configuration, shown by GitHub at its line of the changed file.
pub(crate) fn annotation(diagnostic: &Diagnostic) -> String {
    let file = escape_property(&diagnostic.file.display().to_string());
    let text = match &diagnostic.hint {
        Some(hint) => format!("{}\nhint: {hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    format!("::error file={file},line={},col={}::{}", diagnostic.line, diagnostic.column, escape(&text))
}

/// A problem that belongs to no line of a file.
pub(crate) fn error(text: &str) -> String {
    format!("::error::{}", escape(text))
}

/// The runner's escapes for the text of a command.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The runner's escapes for a property of a command.
fn escape_property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_command() {
        assert_eq!(escape("50%\nb"), "50%25%0Ab");
        assert_eq!(escape_property("test:unit, a"), "test%3Aunit%2C a");
        assert!(!defuse("::error::x").starts_with("::"));
    }
}
