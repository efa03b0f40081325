use onramp_config::Stage;
use onramp_core::{Level, Reporter, TaskId};

use crate::session::Session;
use crate::words::count;

/// The tasks of a hook that do not run, each with the reason: nobody should take them for passed.
#[derive(Debug, Default)]
pub(crate) struct Skipped {
    tasks: Vec<(TaskId, &'static str)>,
}

/// It has no file among those that are staged or pushed.
pub(super) const NO_FILE: &str = "none of its files has changed";

/// The user has named it.
pub(super) const BY_USER: &str = "ONRAMP_SKIP";

impl Skipped {
    pub(super) fn add(&mut self, task: TaskId, why: &'static str) {
        self.tasks.push((task, why));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Says which are left out, and why.
    pub(super) fn tell(&self, session: &Session, stage: Stage) {
        if self.tasks.is_empty() {
            return;
        }
        let each: Vec<String> = self.tasks.iter().map(|(task, why)| format!("{task} ({why})")).collect();
        let message = format!("{stage}: {} skipped: {}", count(self.tasks.len(), "task"), each.join(", "));
        session.reporter.notice(Level::Note, &message);
    }
}
