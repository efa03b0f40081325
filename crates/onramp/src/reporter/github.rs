use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use onramp_config::Diagnostic;
use onramp_core::{Event, FilePlace, Level, Problem, Reporter, RunSummary, Severity, TaskId};

use super::annotations::Annotations;
use super::file_counts::FileCounts;
use super::repository_root;
use super::sight::Sight;
use super::story;
use crate::Printer;

/// Groups and annotations for GitHub's runners.
///
/// Groups cannot interleave there. So one task has the floor, the first that has something to say: its lines
/// appear at once, in its open group, while those of the others wait in memory. When it ends, its group is closed
/// and the next task takes the floor with everything it has had to say so far. A task without a line has no group.
pub(super) struct Github {
    printer: Arc<Printer>,
    stage: Mutex<Stage>,
}

#[derive(Default)]
struct Stage {
    floor: Option<Floor>,
    /// The lines of the tasks that wait for the floor; whoever spoke first comes first.
    waiting: Vec<(TaskId, Vec<String>)>,
    annotations: Annotations,
    sight: Sight,
    files: FileCounts,
}

/// The task that has the floor.
struct Floor {
    task: TaskId,
    /// Whether its group is open. It is not from the end of another task to its own next line.
    is_open: bool,
}

impl Github {
    pub(super) fn new(printer: Arc<Printer>) -> Self {
        Self { printer, stage: Mutex::default() }
    }

    fn line(&self, stage: &mut Stage, task: TaskId, line: String) {
        match &mut stage.floor {
            None => self.open(stage, task, vec![line]),
            Some(floor) if floor.task == task => {
                if !floor.is_open {
                    self.printer.message(&format!("::group::{task} (continued)"));
                    floor.is_open = true;
                }
                self.printer.message(&defuse(&line));
                stage.sight.line(&task, &line);
            }
            Some(_) => match stage.waiting.iter_mut().find(|(waiting, _)| *waiting == task) {
                Some((_, lines)) => lines.push(line),
                None => stage.waiting.push((task, vec![line])),
            },
        }
    }

    /// Gives a task the floor and shows its lines.
    fn open(&self, stage: &mut Stage, task: TaskId, lines: Vec<String>) {
        self.group(stage, &task, &lines);
        stage.floor = Some(Floor { task, is_open: true });
    }

    /// Opens a group.
    fn group(&self, stage: &mut Stage, task: &TaskId, lines: &[String]) {
        self.printer.message(&format!("::group::{task}"));
        for line in lines {
            self.printer.message(&defuse(line));
            stage.sight.line(task, line);
        }
    }

    fn close(&self, stage: &mut Stage) {
        if let Some(floor) = &mut stage.floor
            && std::mem::replace(&mut floor.is_open, false)
        {
            self.printer.message("::endgroup::");
        }
    }

    /// How a task ended, in a line of its own if there is one.
    fn finish(&self, stage: &mut Stage, task: &TaskId, text: Option<String>) {
        // Its own group, or that of another one: how a task ended stands in none.
        self.close(stage);
        if let Some(place) = stage.waiting.iter().position(|(waiting, _)| waiting == task) {
            let (_, lines) = stage.waiting.remove(place);
            self.group(stage, task, &lines);
            self.printer.message("::endgroup::");
        }
        if let Some(text) = text {
            self.printer.message(&format!("{task}: {text}"));
            stage.sight.others(1);
        }
        if stage.floor.as_ref().is_some_and(|floor| floor.task == *task) {
            stage.floor = None;
            if !stage.waiting.is_empty() {
                let (next, lines) = stage.waiting.remove(0);
                self.open(stage, next, lines);
            }
        }
    }

    /// Failures whose place is unknown are annotations themselves; those of other tasks are lines of the log,
    /// because the problems behind them are shown where they are. An annotation is read in places where no group
    /// is, so it has the last output in any case.
    fn sum_up(&self, stage: &mut Stage, summary: &RunSummary) {
        let Stage { annotations, sight, .. } = stage;
        for (task, failure) in story::failures(summary) {
            if !annotations.locates_failure_of(task) && annotations.take_room(Severity::Error) {
                let title = escape_property(&task.to_string());
                let lines = story::failure_lines(&self.printer, &Sight::default(), task, failure);
                sight.others(lines.len());
                self.printer.message(&format!("::error title={title}::{}", escape(&lines.join("\n"))));
            } else {
                let lines = story::failure_lines(&self.printer, sight, task, failure);
                sight.others(lines.len());
                lines.iter().for_each(|line| self.printer.message(&defuse(line)));
            }
        }
        let (chosen, rest) = annotations.choose();
        for (task, problem) in &chosen {
            self.printer.message(&problem_annotation(task, problem));
        }
        let last_lines = story::last_lines(summary).into_iter().filter(|line| !line.is_empty());
        let last_lines = rest.into_iter().chain(last_lines);
        last_lines.for_each(|line| self.printer.message(&line));
    }
}

impl Reporter for Github {
    fn report(&self, event: Event) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::TaskStep { task, step } => self.line(&mut stage, task, format!("> {step}")),
            Event::TaskOutput { task, line, .. } => self.line(&mut stage, task, line),
            Event::TaskFiles { task, files } => stage.files.note(task, files),
            Event::TaskFinished { task, outcome, elapsed } => {
                let text = story::outcome_text(&outcome, elapsed) + &stage.files.take(&task);
                let text = story::has_line(&task, &outcome).then_some(text);
                self.finish(&mut stage, &task, text);
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
            Event::RunFinished(summary) => self.sum_up(&mut stage, &summary),
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

/// Shows problems that belong to no run, as far as GitHub shows them.
pub(crate) fn tell(printer: &Printer, task: &TaskId, problems: impl IntoIterator<Item = Problem>) {
    let mut annotations = Annotations::default();
    problems.into_iter().for_each(|problem| annotations.add(task.clone(), problem));
    let (chosen, rest) = annotations.choose();
    chosen.iter().for_each(|(task, problem)| printer.message(&problem_annotation(task, problem)));
    rest.into_iter().for_each(|line| printer.message(&line));
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

/// A problem that is no task's, and where it lies, if that is known.
pub(crate) fn error(text: &str, at: Option<&FilePlace>) -> String {
    let Some(FilePlace { file, line }) = at else { return format!("::error::{}", escape(text)) };
    let root = file.parent().map_or(Path::new(""), repository_root);
    let file = escape_property(&file.strip_prefix(root).unwrap_or(file).display().to_string());
    let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
    format!("::error file={file}{line}::{}", escape(text))
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
