use std::collections::VecDeque;

use onramp_core::{Failure, TaskId};

/// So many lines are kept; no failure has more of them.
const KEPT_LINES: usize = 64;

/// So many other lines may come behind a task's output, and a reader still sees it.
const LINES_BETWEEN: usize = 20;

/// What a reader sees without looking for it: the last lines of the task that was the last to say something.
#[derive(Default)]
pub(super) struct Sight {
    task: Option<TaskId>,
    lines: VecDeque<String>,
    /// How many lines that belong to no task's output were shown since.
    since: usize,
}

impl Sight {
    /// A line of a task was shown.
    pub(super) fn line(&mut self, task: &TaskId, line: &str) {
        if self.task.as_ref() != Some(task) {
            self.task = Some(task.clone());
            self.lines.clear();
        }
        if self.lines.len() == KEPT_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line.to_owned());
        self.since = 0;
    }

    /// Other lines were shown: how a task ended, a notice.
    pub(super) fn others(&mut self, lines: usize) {
        self.since += lines;
    }

    /// Whether the failure's last output need not be shown, because it is the last that was.
    pub(super) fn has(&self, task: &TaskId, failure: &Failure) -> bool {
        let tail = &failure.tail;
        let is_near = self.task.as_ref() == Some(task) && self.since <= LINES_BETWEEN;
        if !is_near || self.lines.len() < tail.len() {
            return false;
        }
        // The lines of two outputs may have been shown in another order than they are remembered in.
        let mut shown: Vec<&String> = self.lines.iter().skip(self.lines.len() - tail.len()).collect();
        let mut tail: Vec<&String> = tail.iter().collect();
        shown.sort_unstable();
        tail.sort_unstable();
        shown == tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(tail: &[&str]) -> Failure {
        Failure { tail: tail.iter().map(ToString::to_string).collect(), ..Failure::task("exited with 1") }
    }

    #[test]
    fn what_was_shown_last_is_in_sight_until_others_come() {
        let (task, other) = (TaskId::new("test", "a"), TaskId::new("test", "b"));
        let mut sight = Sight::default();
        ["> step", "one", "two"].iter().for_each(|line| sight.line(&task, line));
        assert!(sight.has(&task, &failure(&["two", "one"])));
        assert!(!sight.has(&task, &failure(&["captured"])), "it was never shown");
        assert!(!sight.has(&other, &failure(&["one", "two"])), "it is another task's");
        sight.others(LINES_BETWEEN);
        assert!(sight.has(&task, &failure(&["one", "two"])));
        sight.others(1);
        assert!(!sight.has(&task, &failure(&["one", "two"])), "too much came since");
        sight.line(&task, "two");
        sight.line(&other, "between");
        assert!(!sight.has(&task, &failure(&["two"])), "another task came between");
    }
}
