use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{
    Cancel, Event, FailurePolicy, Outcome, Plan, Reporter, RunSummary, Schedule, TaskGraph, TaskId,
    TaskSummary,
};

/// A plan that is about to run.
pub struct Execution<'a, T> {
    /// The verb as the user typed it, for the reports.
    pub verb: &'a str,
    /// The graph that the plan is a part of.
    pub graph: &'a TaskGraph<T>,
    /// What to run.
    pub plan: &'a Plan,
    /// How many tasks may run at once.
    pub jobs: NonZeroUsize,
    /// What a failure means for the other tasks.
    pub policy: FailurePolicy,
    /// Asked before each task starts.
    pub cancel: &'a Cancel,
    /// The tasks that somebody might expect in the run and that are no part of the plan, each with the reason.
    pub left_out: &'a [(TaskId, String)],
    /// Told when a task starts and ends; steps and output are reported by the action.
    pub reporter: &'a dyn Reporter,
}

impl<T: Sync> Execution<'_, T> {
    /// Runs the plan. `action` does the work of one task, given its place in the plan.
    ///
    /// # Panics
    /// If an action panics; the tasks that run at that moment are waited for, and no other is started.
    pub fn run(&self, action: &(dyn Fn(usize) -> Outcome + Sync)) -> RunSummary {
        self.reporter.report(Event::RunStarted { verb: self.verb.to_owned(), tasks: self.plan.len() });
        let board = Board {
            state: Mutex::new(State {
                schedule: Schedule::new(self.plan, self.policy),
                running: 0,
                ended: Vec::with_capacity(self.plan.len()),
            }),
            changed: Condvar::new(),
            started: Instant::now(),
        };
        for (task, reason) in self.left_out {
            let outcome = Outcome::LeftOut { reason: reason.clone() };
            self.never(&mut board.lock(), task.clone(), outcome, Duration::ZERO);
        }
        thread::scope(|scope| {
            let board = &board;
            for worker in 1..self.jobs.get().min(self.plan.len()) {
                scope.spawn(move || self.work(board, worker, action));
            }
            self.work(board, 0, action);
        });
        let started = board.started;
        let mut state = board.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        for place in state.schedule.unsettled() {
            self.never_started(&mut state, place, Outcome::NotStarted, started.elapsed());
        }
        let summary = RunSummary {
            verb: self.verb.to_owned(),
            tasks: state.ended,
            elapsed: started.elapsed(),
            jobs: self.jobs.get(),
        };
        self.reporter.report(Event::RunFinished(summary.clone()));
        summary
    }

    fn work(&self, board: &Board, worker: usize, action: &(dyn Fn(usize) -> Outcome + Sync)) {
        let mut state = board.lock();
        loop {
            if self.cancel.is_requested() {
                state.schedule.stop();
            }
            let Some(place) = state.schedule.start() else {
                if state.schedule.is_exhausted() || state.running == 0 {
                    board.changed.notify_all();
                    return;
                }
                state = board.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.running += 1;
            drop(state);
            self.reporter.report(Event::TaskStarted { task: self.task(place).clone() });
            let started = board.started.elapsed();
            let panicking = StopOnPanic { board };
            let outcome = action(place);
            std::mem::forget(panicking);
            let now = board.started.elapsed();
            let (task, elapsed) = (self.task(place).clone(), now - started);
            state = board.lock();
            state.running -= 1;
            let ended = TaskSummary { task, outcome, started, elapsed, worker: Some(worker) };
            self.settle(&mut state, place, ended, now);
            board.changed.notify_all();
        }
    }

    fn settle(&self, state: &mut State, place: usize, ended: TaskSummary, now: Duration) {
        let skipped = if ended.outcome.is_success() {
            state.schedule.succeed(place);
            Vec::new()
        } else {
            state.schedule.fail(place)
        };
        self.finish(state, ended);
        for (dependent, need) in skipped {
            let because = self.task(need).clone();
            self.never_started(state, dependent, Outcome::Skipped { because }, now);
        }
    }

    fn never_started(&self, state: &mut State, place: usize, outcome: Outcome, now: Duration) {
        self.never(state, self.task(place).clone(), outcome, now);
    }

    fn never(&self, state: &mut State, task: TaskId, outcome: Outcome, now: Duration) {
        self.finish(
            state,
            TaskSummary { task, outcome, started: now, elapsed: Duration::ZERO, worker: None },
        );
    }

    fn finish(&self, state: &mut State, ended: TaskSummary) {
        let (task, outcome) = (ended.task.clone(), ended.outcome.clone());
        self.reporter.report(Event::TaskFinished { task, outcome, elapsed: ended.elapsed });
        state.ended.push(ended);
    }

    fn task(&self, place: usize) -> &TaskId {
        &self.graph.nodes()[self.plan.nodes()[place]].id
    }
}

struct State {
    schedule: Schedule,
    running: usize,
    ended: Vec<TaskSummary>,
}

struct Board {
    state: Mutex<State>,
    changed: Condvar,
    started: Instant,
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the other threads end when an action panics on this one; otherwise they would wait for it for ever.
struct StopOnPanic<'a> {
    board: &'a Board,
}

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        let mut state = self.board.lock();
        state.running -= 1;
        state.schedule.stop();
        self.board.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Silent, TaskNode};
    use std::sync::Barrier;

    fn diamond() -> TaskGraph<()> {
        let node = |name: &str, needs: &[&str]| TaskNode {
            id: TaskId::new("task", name),
            needs: needs.iter().map(|need| TaskId::new("task", *need)).collect(),
            payload: (),
        };
        TaskGraph::new(vec![
            node("top", &["left", "right"]),
            node("left", &["base"]),
            node("right", &["base"]),
            node("base", &[]),
        ])
        .unwrap()
    }

    fn run(policy: FailurePolicy, jobs: usize, action: &(dyn Fn(&str) -> Outcome + Sync)) -> Vec<String> {
        let graph = diamond();
        let plan = graph.plan(&[TaskId::new("task", "top")]).unwrap();
        let execution = Execution {
            verb: "test",
            graph: &graph,
            plan: &plan,
            jobs: NonZeroUsize::new(jobs).unwrap(),
            policy,
            cancel: &Cancel::new(),
            left_out: &[],
            reporter: &Silent,
        };
        let summary = execution.run(&|place| action(graph.nodes()[plan.nodes()[place]].id.name()));
        let told = |ended: &TaskSummary| format!("{} {}", ended.task.name(), ended.outcome.word());
        summary.tasks.iter().map(told).collect()
    }

    #[test]
    fn independent_tasks_run_at_the_same_time() {
        let both = Barrier::new(2);
        let ended = run(FailurePolicy::FailFast, 2, &|name| {
            if name == "left" || name == "right" {
                both.wait();
            }
            Outcome::Passed
        });
        assert_eq!(ended[0], "base passed");
        assert_eq!(ended[3], "top passed");
    }

    #[test]
    fn what_is_left_out_has_ended_before_anything_starts_and_fails_nothing() {
        let graph = diamond();
        let plan = graph.plan(&[TaskId::new("task", "base")]).unwrap();
        let execution = Execution {
            verb: "test",
            graph: &graph,
            plan: &plan,
            jobs: NonZeroUsize::MIN,
            policy: FailurePolicy::FailFast,
            cancel: &Cancel::new(),
            left_out: &[(TaskId::new("task", "left"), "no changed files".to_owned())],
            reporter: &Silent,
        };
        let summary = execution.run(&|_| Outcome::Passed);
        let told = |ended: &TaskSummary| {
            (ended.task.name().to_owned(), ended.outcome.word(), ended.outcome.is_success(), ended.worker)
        };
        let told: Vec<_> = summary.tasks.iter().map(told).collect();
        assert_eq!(
            told,
            [("left".to_owned(), "skipped", true, None), ("base".to_owned(), "passed", true, Some(0))]
        );
    }

    #[test]
    fn a_failure_stops_what_has_not_started() {
        let fails = |name: &str| match name {
            "left" => Outcome::Failed(Failure::task("no")),
            _ => Outcome::Passed,
        };
        assert_eq!(
            run(FailurePolicy::FailFast, 1, &fails),
            ["base passed", "left failed", "top skipped", "right not-started"]
        );
        assert_eq!(
            run(FailurePolicy::KeepGoing, 1, &fails),
            ["base passed", "left failed", "top skipped", "right passed"]
        );
    }

    #[test]
    fn those_that_take_turns_do_not_need_one_another() {
        let node = |name: &str| TaskNode { id: TaskId::new("task", name), needs: Vec::new(), payload: () };
        let graph = TaskGraph::new(["a", "b", "c"].map(node).to_vec()).unwrap();
        let ids: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
        let mut plan = graph.plan(&ids).unwrap();
        plan.take_turns(0, 1);
        plan.take_turns(1, 2);
        let running = Mutex::new(());
        let execution = Execution {
            verb: "test",
            graph: &graph,
            plan: &plan,
            jobs: NonZeroUsize::new(3).unwrap(),
            policy: FailurePolicy::KeepGoing,
            cancel: &Cancel::new(),
            left_out: &[],
            reporter: &Silent,
        };
        let summary = execution.run(&|place| {
            let _alone = running.try_lock().expect("one at a time");
            if place == 0 { Outcome::Failed(Failure::task("no")) } else { Outcome::Passed }
        });
        let ended: Vec<_> =
            summary.tasks.iter().map(|t| (t.task.name().to_owned(), t.outcome.word())).collect();
        assert_eq!(ended, [("a".into(), "failed"), ("b".into(), "passed"), ("c".into(), "passed")]);
    }

    #[test]
    fn a_panic_in_one_task_does_not_hang_the_others() {
        let both = Barrier::new(2);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run(FailurePolicy::FailFast, 2, &|name| {
                if name == "left" || name == "right" {
                    both.wait();
                }
                assert_ne!(name, "left", "the task's own bug");
                Outcome::Passed
            })
        }));
        assert!(result.is_err());
    }

    /// How 100,000 tasks end that do nothing, where each needs what `needs` says of its number, and the first one
    /// ends as it is told.
    fn hundred_thousand(needs: fn(usize) -> Option<usize>, first: Outcome) -> Vec<&'static str> {
        let id = |number: usize| TaskId::new("task", number.to_string());
        let node = |number| TaskNode {
            id: id(number),
            needs: needs(number).map(id).into_iter().collect(),
            payload: (),
        };
        let graph = TaskGraph::new((0..100_000).map(node).collect()).unwrap();
        let all: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
        let plan = graph.plan(&all).unwrap();
        let execution = Execution {
            verb: "run",
            graph: &graph,
            plan: &plan,
            jobs: NonZeroUsize::new(2).unwrap(),
            policy: FailurePolicy::FailFast,
            cancel: &Cancel::new(),
            left_out: &[],
            reporter: &Silent,
        };
        let summary = execution.run(&|place| if place == 0 { first.clone() } else { Outcome::Passed });
        summary.tasks.iter().map(|ended| ended.outcome.word()).collect()
    }

    #[test]
    fn a_chain_and_a_fan_of_100_000_tasks_run() {
        let shapes: [fn(usize) -> Option<usize>; 2] = [|number| number.checked_sub(1), |_| None];
        for needs in shapes {
            let outcomes = hundred_thousand(needs, Outcome::Passed);
            assert!(outcomes.len() == 100_000 && outcomes.iter().all(|word| *word == "passed"));
        }
    }

    #[test]
    fn a_failure_ends_a_chain_of_100_000_tasks() {
        let failed = Outcome::Failed(Failure::task("no"));
        let outcomes = hundred_thousand(|number| number.checked_sub(1), failed);
        assert_eq!((outcomes.len(), outcomes[0], outcomes[99_999]), (100_000, "failed", "skipped"));
    }
}
