use std::time::Duration;

use serde_json::{Value, json};

use super::advice::{Advice, advise};
use super::critical_path::critical_path;
use super::run_report::{RunReport, milliseconds};

/// What the times of a run say about it.
#[derive(Clone, Debug)]
pub(crate) struct Analysis {
    /// The longest chain of needs without those that were up to date, as positions in [`RunReport::tasks`].
    pub(crate) critical_path: Vec<usize>,
    /// How long that chain took.
    pub(crate) path_elapsed: Duration,
    /// The time of all tasks together.
    pub(crate) busy: Duration,
    /// How many workers there were for them: no more than tasks.
    pub(crate) workers: usize,
    /// What would have saved time, what saves most first.
    pub(crate) advice: Vec<Advice>,
}

impl Analysis {
    /// Computes it. Takes time in proportion to tasks and needs, and a logarithm.
    pub(crate) fn of(report: &RunReport) -> Self {
        let tasks = &report.tasks;
        let critical_path = critical_path(tasks);
        let started = tasks.iter().filter(|task| task.has_started());
        let mut analysis = Self {
            path_elapsed: critical_path.iter().map(|position| tasks[*position].summary.elapsed).sum(),
            busy: started.clone().map(|task| task.summary.elapsed).sum(),
            workers: report.jobs.min(started.count()).max(1),
            critical_path,
            advice: Vec::new(),
        };
        analysis.advice = advise(report, &analysis);
        analysis
    }

    /// The share of the workers' time in which they had a task, between 0 and 1.
    pub(crate) fn utilisation(&self, elapsed: Duration) -> f64 {
        let capacity = elapsed.as_secs_f64() * self.workers as f64;
        if capacity > 0.0 { (self.busy.as_secs_f64() / capacity).min(1.0) } else { 0.0 }
    }

    /// The analysis as the page takes it. `typed` makes of a command what the user types to start it.
    pub(crate) fn json(&self, elapsed: Duration, typed: impl Fn(&str) -> String) -> Value {
        let advice = self.advice.iter().map(|advice| {
            json!({
                "title": advice.title,
                "detail": advice.detail,
                "command": advice.command.as_deref().map(&typed),
                "saves": milliseconds(advice.saves),
                "tasks": advice.tasks,
            })
        });
        json!({
            "critical-path": self.critical_path,
            "path-milliseconds": milliseconds(self.path_elapsed),
            "busy-milliseconds": milliseconds(self.busy),
            "workers": self.workers,
            "utilisation": self.utilisation(elapsed),
            "advice": advice.collect::<Vec<_>>(),
        })
    }
}
