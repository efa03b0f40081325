use std::collections::VecDeque;

use crate::Plan;

/// What a failure means for the tasks that do not need the failed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// Nothing new starts after a failure.
    FailFast,
    /// Everything runs that does not need a failed task.
    KeepGoing,
}

/// Decides which task of a plan may start next. Pure bookkeeping: it neither runs nor waits.
/// Tasks are named by their place in [`Plan::nodes`].
#[derive(Debug)]
pub struct Schedule {
    policy: FailurePolicy,
    waiting: Vec<usize>,
    dependents: Vec<Vec<usize>>,
    followers: Vec<Vec<usize>>,
    ready: VecDeque<usize>,
    settled: Vec<bool>,
    open: usize,
    stopped: bool,
}

impl Schedule {
    /// A schedule in which nothing has started.
    pub fn new(plan: &Plan, policy: FailurePolicy) -> Self {
        let mut dependents = vec![Vec::new(); plan.len()];
        let mut followers = vec![Vec::new(); plan.len()];
        let mut waiting = Vec::with_capacity(plan.len());
        for place in 0..plan.len() {
            waiting.push(plan.needs(place).len() + plan.follows(place).len());
            for need in plan.needs(place) {
                dependents[*need].push(place);
            }
            for earlier in plan.follows(place) {
                followers[*earlier].push(place);
            }
        }
        let ready = (0..plan.len()).filter(|place| waiting[*place] == 0).collect();
        let settled = vec![false; plan.len()];
        Self { policy, waiting, dependents, followers, ready, settled, open: plan.len(), stopped: false }
    }

    /// The next task that may start, if any may.
    pub fn start(&mut self) -> Option<usize> {
        if self.stopped { None } else { self.ready.pop_front() }
    }

    /// Records that a started task succeeded.
    pub fn succeed(&mut self, place: usize) {
        self.settle(place);
        for position in 0..self.dependents[place].len() {
            self.release(self.dependents[place][position]);
        }
    }

    /// Records that a started task failed. Returns the tasks that can no longer run because they need it,
    /// each with the need that stands in its way; they count as ended.
    pub fn fail(&mut self, place: usize) -> Vec<(usize, usize)> {
        self.settle(place);
        if self.policy == FailurePolicy::FailFast {
            self.stopped = true;
        }
        let mut skipped = Vec::new();
        let mut stack = vec![place];
        while let Some(failed) = stack.pop() {
            for position in 0..self.dependents[failed].len() {
                let dependent = self.dependents[failed][position];
                if !self.settled[dependent] {
                    self.settle(dependent);
                    skipped.push((dependent, failed));
                    stack.push(dependent);
                }
            }
        }
        skipped
    }

    /// Starts nothing from now on.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether nothing will start any more, whatever the running tasks do.
    pub fn is_exhausted(&self) -> bool {
        self.stopped || self.open == 0
    }

    /// The tasks that have neither ended nor been skipped, in the plan's order.
    pub fn unsettled(&self) -> Vec<usize> {
        (0..self.settled.len()).filter(|place| !self.settled[*place]).collect()
    }

    fn settle(&mut self, place: usize) {
        self.settled[place] = true;
        self.open -= 1;
        for position in 0..self.followers[place].len() {
            self.release(self.followers[place][position]);
        }
    }

    /// Records that one of those has ended that the task at `place` waits for.
    fn release(&mut self, place: usize) {
        self.waiting[place] -= 1;
        if self.waiting[place] == 0 && !self.settled[place] {
            self.ready.push_back(place);
        }
    }
}
