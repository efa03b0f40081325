use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use onramp_core::{Plan, RunSummary, TaskGraph, TaskId, TaskSummary};
use serde_json::{Value, json};

use crate::ExitStatus;
use crate::job::{Job, Work};
use crate::reporter::{SCHEMA_VERSION, outcome_json};

/// A run that has ended, with what the graph knows of its tasks.
#[derive(Clone, Debug)]
pub(crate) struct RunReport {
    /// The verb as the user typed it.
    pub(crate) verb: String,
    /// When it started, in milliseconds since 1970.
    pub(crate) started: u64,
    /// Wall time.
    pub(crate) elapsed: Duration,
    /// How many tasks could run at once.
    pub(crate) jobs: usize,
    /// Whether tasks ran although they were up to date, because the user wanted it.
    pub(crate) is_forced: bool,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Its tasks in the order in which they ended, so that each comes after those it needs.
    pub(crate) tasks: Vec<TaskReport>,
}

/// A task of a run that has ended.
#[derive(Clone, Debug)]
pub(crate) struct TaskReport {
    /// What became of it.
    pub(crate) summary: TaskSummary,
    /// The tasks of the run that it needed, as positions in [`RunReport::tasks`].
    pub(crate) needs: Vec<usize>,
    /// Whether it could have been up to date.
    pub(crate) inputs: Inputs,
}

/// Whether a task says what it reads, without which it always runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inputs {
    /// It does.
    Declared,
    /// It does not, and could.
    Undeclared,
    /// It is written in Rust and has no way to.
    Undeclarable,
}

impl RunReport {
    /// The report of a plan that has run.
    pub(crate) fn new(
        graph: &TaskGraph<Job>,
        plan: &Plan,
        summary: &RunSummary,
        started: SystemTime,
        is_forced: bool,
    ) -> Self {
        let ended: HashMap<&TaskId, usize> =
            summary.tasks.iter().enumerate().map(|(position, ended)| (&ended.task, position)).collect();
        let mut known = vec![(Vec::new(), Inputs::Undeclared); summary.tasks.len()];
        let node = |place: usize| &graph.nodes()[plan.nodes()[place]];
        for place in 0..plan.len() {
            let Some(position) = ended.get(&node(place).id) else { continue };
            let needs = plan.needs(place).iter().filter_map(|need| ended.get(&node(*need).id).copied());
            known[*position] = (needs.collect(), inputs(&node(place).payload));
        }
        let tasks = summary.tasks.iter().zip(known).map(|(summary, (needs, inputs))| TaskReport {
            summary: summary.clone(),
            needs,
            inputs,
        });
        Self {
            verb: summary.verb.clone(),
            // A clock before 1970 is set by nobody who would read this.
            started: started.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64),
            elapsed: summary.elapsed,
            jobs: summary.jobs,
            is_forced,
            status: ExitStatus::of_run(summary),
            tasks: tasks.collect(),
        }
    }

    /// The report as `docs/formats.md` describes it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "version": SCHEMA_VERSION,
            "verb": self.verb,
            "started": self.started,
            "milliseconds": milliseconds(self.elapsed),
            "jobs": self.jobs,
            "forced": self.is_forced,
            "exit-code": self.status as u8,
            "tasks": self.tasks.iter().map(|task| self.task_json(task)).collect::<Vec<_>>(),
        })
    }

    fn task_json(&self, task: &TaskReport) -> Value {
        let name = |need: &usize| self.tasks[*need].summary.task.to_string();
        let mut value = outcome_json(&task.summary.outcome);
        value["task"] = json!(task.summary.task.to_string());
        value["started"] = json!(milliseconds(task.summary.started));
        value["milliseconds"] = json!(milliseconds(task.summary.elapsed));
        value["worker"] = json!(task.summary.worker);
        value["needs"] = json!(task.needs.iter().map(name).collect::<Vec<_>>());
        value["cached"] = json!(task.inputs == Inputs::Declared);
        value
    }
}

impl TaskReport {
    /// Whether its turn came.
    pub(crate) fn has_started(&self) -> bool {
        self.summary.worker.is_some()
    }

    /// From the start of the run to the task's end.
    pub(crate) fn ended(&self) -> Duration {
        self.summary.started + self.summary.elapsed
    }
}

/// A time in milliseconds, exact to the microsecond.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn inputs(job: &Job) -> Inputs {
    match (&job.cache, &job.work) {
        (Some(_), _) => Inputs::Declared,
        (None, Work::Commands(_) | Work::Builtin(_)) => Inputs::Undeclared,
        (None, Work::Rust { .. }) => Inputs::Undeclarable,
    }
}
