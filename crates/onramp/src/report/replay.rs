use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::TaskReport;

/// A run on paper: the tasks that started, played again under other conditions. Tasks start as the scheduler
/// starts them, first come first served; those that become ready at one moment keep the order of the real run.
pub(super) struct Replay<'a> {
    tasks: &'a [TaskReport],
    dependents: Vec<Vec<usize>>,
    waiting: Vec<usize>,
    /// By position: which of the tasks started first, which second.
    rank: Vec<usize>,
}

/// What is different on paper.
pub(super) struct Conditions<'a> {
    /// How many tasks run at once.
    pub(super) jobs: usize,
    /// Whether a task takes no time at all, by its position.
    pub(super) is_instant: &'a dyn Fn(usize) -> bool,
    /// A task that starts before all others that are ready.
    pub(super) first: Option<usize>,
}

impl<'a> Replay<'a> {
    /// Gets ready to play these tasks again.
    pub(super) fn new(tasks: &'a [TaskReport]) -> Self {
        let mut dependents = vec![Vec::new(); tasks.len()];
        let mut waiting = vec![0; tasks.len()];
        for (position, task) in tasks.iter().enumerate().filter(|(_, task)| task.has_started()) {
            for need in task.needs.iter().filter(|need| tasks[**need].has_started()) {
                dependents[*need].push(position);
                waiting[position] += 1;
            }
        }
        let mut order: Vec<usize> = (0..tasks.len()).collect();
        order.sort_by_key(|position| tasks[*position].summary.started);
        let mut rank = vec![0; tasks.len()];
        for (place, position) in order.into_iter().enumerate() {
            rank[position] = place;
        }
        Self { tasks, dependents, waiting, rank }
    }

    /// How long the run takes under these conditions.
    pub(super) fn wall(&self, conditions: &Conditions<'_>) -> Duration {
        let mut waiting = self.waiting.clone();
        let mut ready = BinaryHeap::new();
        let entry = |position: usize, now: Duration| {
            Reverse((conditions.first != Some(position), now, self.rank[position], position))
        };
        let started = |position: &usize| self.tasks[*position].has_started() && waiting[*position] == 0;
        (0..self.tasks.len())
            .filter(started)
            .for_each(|position| ready.push(entry(position, Duration::ZERO)));
        let mut running = BinaryHeap::new();
        let mut now = Duration::ZERO;
        loop {
            while running.len() < conditions.jobs.max(1)
                && let Some(Reverse((.., position))) = ready.pop()
            {
                let instant = (conditions.is_instant)(position);
                let elapsed = if instant { Duration::ZERO } else { self.tasks[position].summary.elapsed };
                running.push(Reverse((now + elapsed, position)));
            }
            let Some(Reverse((end, position))) = running.pop() else { return now };
            now = end;
            for dependent in &self.dependents[position] {
                waiting[*dependent] -= 1;
                if waiting[*dependent] == 0 {
                    ready.push(entry(*dependent, now));
                }
            }
        }
    }
}
