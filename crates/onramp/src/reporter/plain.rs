use std::sync::Arc;

use onramp_core::{Event, Level, Reporter};

use super::{Verbosity, story};
use crate::Printer;

/// One line after the other, each with its task.
pub(super) struct Plain {
    printer: Arc<Printer>,
    verbosity: Verbosity,
}

impl Plain {
    pub(super) fn new(printer: Arc<Printer>, verbosity: Verbosity) -> Self {
        Self { printer, verbosity }
    }

    fn say(&self, least: Verbosity, text: &str) {
        if self.verbosity >= least {
            self.printer.message(text);
        }
    }
}

impl Reporter for Plain {
    fn report(&self, event: Event) {
        match event {
            Event::TaskStarted { .. } => {}
            Event::TaskStep { task, step } => self.say(Verbosity::Normal, &format!("{task} > {step}")),
            Event::TaskOutput { task, line, .. } => {
                let line = anstream::adapter::strip_str(&line);
                self.say(Verbosity::Normal, &format!("{task} | {line}"));
            }
            Event::TaskFinished { task, outcome, elapsed } => {
                self.say(Verbosity::Normal, &format!("{task}: {}", story::outcome_text(&outcome, elapsed)));
            }
            Event::TaskAnswer { text, .. } => self.printer.data(&text),
            Event::Notice { level, message } => match level {
                Level::Detail => self.say(Verbosity::Verbose, &message),
                Level::Note => self.say(Verbosity::Normal, &message),
                Level::Asked => self.say(Verbosity::Quiet, &message),
                Level::Warning => self.say(Verbosity::Quiet, &format!("warning: {message}")),
            },
            Event::RunFinished(summary) => {
                for (task, failure) in story::failures(&summary) {
                    self.say(Verbosity::Quiet, "");
                    for line in story::failure_lines(&self.printer, task, failure) {
                        self.say(Verbosity::Quiet, &line);
                    }
                }
                if let Some(line) = story::summary_line(&summary) {
                    self.say(Verbosity::Normal, "");
                    self.say(Verbosity::Normal, &line);
                }
            }
            Event::WatchWaiting => self.say(Verbosity::Normal, story::WAITING),
            Event::WatchChanged { files } => {
                self.say(Verbosity::Normal, &format!("\n--- {}", story::changed_line(&files)));
            }
            _ => {}
        }
    }
}
