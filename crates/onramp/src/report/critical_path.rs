use std::time::Duration;

use onramp_core::Outcome;

use super::TaskReport;

/// The chain of tasks, each of which needed the one before it, that took the longest in all: however many
/// workers there are, the run cannot end sooner. Positions in `tasks`, in the order in which they ran; empty
/// where no task has taken any time. What was only found up to date is left out: nothing can be gained there. Linear
/// in tasks plus needs.
pub(crate) fn critical_path(tasks: &[TaskReport]) -> Vec<usize> {
    let mut total = vec![Duration::ZERO; tasks.len()];
    let mut before = vec![None; tasks.len()];
    let mut last = None;
    for (position, task) in tasks.iter().enumerate().filter(|(_, task)| task.has_started()) {
        // The one that ended last decides among equals: that is where the run has waited.
        let need = task.needs.iter().copied().filter(|need| *need < position && tasks[*need].has_started());
        before[position] = need.max_by_key(|need| (total[*need], tasks[*need].ended()));
        total[position] =
            task.summary.elapsed + before[position].map_or(Duration::ZERO, |need: usize| total[need]);
        if total[position] > last.map_or(Duration::ZERO, |last: usize| total[last]) {
            last = Some(position);
        }
    }
    let mut path = Vec::new();
    while let Some(position) = last {
        path.push(position);
        last = before[position];
    }
    path.retain(|position| tasks[*position].summary.outcome != Outcome::UpToDate);
    path.reverse();
    path
}
