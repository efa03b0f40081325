use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use onramp_core::{Event, Level, Outcome, Reporter, RunSummary, TaskId};

use super::file_counts::FileCounts;
use super::sight::Sight;
use super::{Verbosity, story};
use crate::Printer;

/// How often a moving line moves.
const TICK: Duration = Duration::from_millis(100);

/// Moving lines for what runs, finished lines above them, failures and a summary last.
pub(super) struct Human {
    printer: Arc<Printer>,
    verbosity: Verbosity,
    paint: Paint,
    screen: MultiProgress,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: HashMap<TaskId, ProgressBar>,
    /// A plan of one task shows that task's output as it comes; there is nothing to confuse it with.
    alone: bool,
    sight: Sight,
    files: FileCounts,
}

impl Human {
    pub(super) fn new(printer: Arc<Printer>, verbosity: Verbosity, colour: bool) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self { printer, verbosity, paint: Paint { colour }, screen, state: Mutex::default() }
    }

    fn say(&self, least: Verbosity, text: &str) {
        if self.verbosity >= least {
            self.screen.suspend(|| self.printer.message(text));
        }
    }

    fn start(&self, state: &mut State, task: TaskId) {
        if self.verbosity == Verbosity::Quiet {
            return;
        }
        let template = "{spinner} {prefix} {elapsed} {wide_msg}";
        // The template is a constant, and a moving line without its style is still a line.
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        let line = self.screen.add(ProgressBar::new_spinner().with_style(style));
        line.set_prefix(task.to_string());
        line.enable_steady_tick(TICK);
        state.running.insert(task, line);
    }

    fn finish(&self, state: &mut State, task: &TaskId, outcome: &Outcome, elapsed: Duration) {
        if let Some(line) = state.running.remove(task) {
            line.finish_and_clear();
            self.screen.remove(&line);
        }
        let text = story::outcome_text(outcome, elapsed) + &state.files.take(task);
        if !story::has_line(task, outcome) && self.verbosity < Verbosity::Verbose {
            return;
        }
        let mark = match outcome {
            Outcome::Passed => self.paint.green("✓"),
            Outcome::UpToDate | Outcome::Restored => self.paint.dim("✓"),
            Outcome::Failed(_) => self.paint.red("✗"),
            Outcome::Skipped { .. } | Outcome::NotStarted | Outcome::LeftOut { .. } => self.paint.dim("·"),
        };
        self.say(Verbosity::Normal, &format!("{mark} {task} {}", self.paint.dim(&text)));
    }

    /// Shows a line of a task, in one form or another.
    fn line(&self, sight: &mut Sight, least: Verbosity, task: &TaskId, line: &str, shown: &str) {
        if self.verbosity >= least {
            self.say(least, shown);
            sight.line(task, line);
        }
    }

    fn conclude(&self, sight: &mut Sight, summary: &RunSummary) {
        for (task, failure) in story::failures(summary) {
            let lines = story::failure_lines(&self.printer, sight, task, failure);
            sight.others(lines.len());
            let mut lines = lines.into_iter();
            self.say(Verbosity::Quiet, "");
            if let Some(first) = lines.next() {
                self.say(Verbosity::Quiet, &self.paint.red(&first));
            }
            lines.for_each(|line| self.say(Verbosity::Quiet, &line));
        }
        let lines = story::last_lines(summary);
        for (place, line) in lines.iter().enumerate() {
            let is_last = place + 1 == lines.len();
            let line = match is_last {
                true => self.paint.bold(line),
                false if line.is_empty() => String::new(),
                false => self.paint.dim(line),
            };
            self.say(Verbosity::Normal, &line);
        }
    }
}

impl Reporter for Human {
    fn report(&self, event: Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::RunStarted { tasks, .. } => state.alone = tasks == 1,
            Event::TaskStarted { task } => self.start(&mut state, task),
            Event::TaskStep { task, step } => {
                if let Some(line) = state.running.get(&task) {
                    line.set_message(step.clone());
                }
                let least = if state.alone { Verbosity::Normal } else { Verbosity::Verbose };
                let shown = self.paint.dim(&format!("{task} > {step}"));
                self.line(&mut state.sight, least, &task, &step, &shown);
            }
            Event::TaskOutput { task, line: text, .. } => {
                if state.alone {
                    self.line(&mut state.sight, Verbosity::Normal, &task, &text, &text);
                } else if self.verbosity == Verbosity::Verbose {
                    let shown = format!("{} {text}", self.paint.dim(&format!("{task} |")));
                    self.line(&mut state.sight, Verbosity::Verbose, &task, &text, &shown);
                } else if let Some(line) = state.running.get(&task) {
                    let text = anstream::adapter::strip_str(&text).to_string();
                    line.set_message(text.replace(char::is_control, " "));
                }
            }
            Event::TaskFiles { task, files } => state.files.note(task, files),
            Event::TaskFinished { task, outcome, elapsed } => {
                self.finish(&mut state, &task, &outcome, elapsed);
                state.sight.others(1);
            }
            Event::TaskAnswer { text, .. } => self.screen.suspend(|| self.printer.data(&text)),
            Event::Notice { level, message } => match level {
                Level::Detail => self.say(Verbosity::Verbose, &self.paint.dim(&message)),
                Level::Note => self.say(Verbosity::Normal, &message),
                Level::Asked => self.say(Verbosity::Quiet, &message),
                Level::Warning => {
                    self.say(Verbosity::Quiet, &format!("{} {message}", self.paint.yellow("warning:")));
                }
            },
            Event::RunFinished(summary) => {
                let _ = self.screen.clear();
                self.conclude(&mut state.sight, &summary);
            }
            Event::WatchWaiting => self.say(Verbosity::Normal, &self.paint.dim(story::WAITING)),
            Event::WatchChanged { files } => {
                let line = format!("── {} ──", story::changed_line(&files));
                self.say(Verbosity::Normal, &format!("\n{}", self.paint.bold(&line)));
            }
            _ => {}
        }
    }
}

/// Colours, where they are wanted.
struct Paint {
    colour: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn green(&self, text: &str) -> String {
        self.with("32", text)
    }

    fn red(&self, text: &str) -> String {
        self.with("31", text)
    }

    fn yellow(&self, text: &str) -> String {
        self.with("33", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }
}
