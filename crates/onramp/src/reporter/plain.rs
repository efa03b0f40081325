use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Event, Level, Reporter, TaskId};

use super::file_counts::FileCounts;
use super::sight::Sight;
use super::{Verbosity, story};
use crate::Printer;

/// One line after the other, each with its task.
pub(super) struct Plain {
    printer: Arc<Printer>,
    verbosity: Verbosity,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sight: Sight,
    files: FileCounts,
}

impl Plain {
    pub(super) fn new(printer: Arc<Printer>, verbosity: Verbosity) -> Self {
        Self { printer, verbosity, state: Mutex::default() }
    }

    fn say(&self, sight: &mut Sight, least: Verbosity, text: &str) {
        if self.verbosity >= least {
            self.printer.message(text);
            sight.others(1);
        }
    }

    /// A line of a task, shown behind its name.
    fn line(&self, sight: &mut Sight, task: &TaskId, mark: char, line: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.printer.message(&format!("{task} {mark} {}", anstream::adapter::strip_str(line)));
            sight.line(task, line);
        }
    }
}

impl Reporter for Plain {
    fn report(&self, event: Event) {
        let State { sight, files } = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::TaskStarted { .. } => {}
            Event::TaskStep { task, step } => self.line(sight, &task, '>', &step),
            Event::TaskOutput { task, line, .. } => self.line(sight, &task, '|', &line),
            Event::TaskFiles { task, files: counts } => files.note(task, counts),
            Event::TaskFinished { task, outcome, elapsed } => {
                let text = story::outcome_text(&outcome, elapsed) + &files.take(&task);
                let is_short = story::has_line(&task, &outcome);
                let least = if is_short { Verbosity::Normal } else { Verbosity::Verbose };
                self.say(sight, least, &format!("{task}: {text}"));
            }
            Event::TaskAnswer { text, .. } => self.printer.data(&text),
            Event::Notice { level, message } => match level {
                Level::Detail => self.say(sight, Verbosity::Verbose, &message),
                Level::Note => self.say(sight, Verbosity::Normal, &message),
                Level::Asked => self.say(sight, Verbosity::Quiet, &message),
                Level::Warning => self.say(sight, Verbosity::Quiet, &format!("warning: {message}")),
            },
            Event::RunFinished(summary) => {
                for (task, failure) in story::failures(&summary) {
                    self.say(sight, Verbosity::Quiet, "");
                    for line in story::failure_lines(&self.printer, sight, task, failure) {
                        self.say(sight, Verbosity::Quiet, &line);
                    }
                }
                let lines = story::last_lines(&summary);
                lines.iter().for_each(|line| self.say(sight, Verbosity::Normal, line));
            }
            Event::WatchWaiting => self.say(sight, Verbosity::Normal, story::WAITING),
            Event::WatchChanged { files } => {
                self.say(sight, Verbosity::Normal, &format!("\n--- {}", story::changed_line(&files)));
            }
            _ => {}
        }
    }
}
