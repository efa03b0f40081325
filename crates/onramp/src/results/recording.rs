use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use onramp_core::{Event, Problem, TaskFiles, TaskId};

use super::TaskResult;

/// Keeps what events tell of tasks, where somebody wants it.
#[derive(Default)]
pub(crate) struct Recording {
    is_wanted: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The tasks that have not ended yet.
    open: HashMap<TaskId, (Vec<Problem>, Option<TaskFiles>)>,
    ended: Vec<TaskResult>,
}

impl Recording {
    /// Begins anew, with what is reported from now on.
    pub(crate) fn begin(&self) {
        *self.state() = State::default();
        self.is_wanted.store(true, Ordering::Release);
    }

    /// Whether somebody wants it.
    pub(crate) fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Acquire)
    }

    /// Takes an event.
    pub(crate) fn record(&self, event: &Event) {
        if !self.is_wanted() {
            return;
        }
        let mut state = self.state();
        match event {
            Event::TaskProblem { task, problem } => {
                state.open.entry(task.clone()).or_default().0.push(problem.clone());
            }
            Event::TaskFiles { task, files } => {
                state.open.entry(task.clone()).or_default().1 = Some(files.clone());
            }
            Event::TaskFinished { task, outcome, elapsed } => {
                let (problems, files) = state.open.remove(task).unwrap_or_default();
                let (task, outcome, elapsed) = (task.clone(), outcome.clone(), *elapsed);
                state.ended.push(TaskResult { task, outcome, elapsed, files, problems });
            }
            _ => {}
        }
    }

    /// Ends, and hands over the tasks that have ended meanwhile.
    pub(crate) fn end(&self) -> Vec<TaskResult> {
        self.is_wanted.store(false, Ordering::Release);
        std::mem::take(&mut *self.state()).ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
