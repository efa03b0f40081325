use std::time::Instant;

use onramp_core::{Failure, FailureKind};

use crate::{Context, StepTime};

/// The steps of one dialect's work, announced, timed, and named in the failures they end in.
pub(crate) struct Attempt<'a> {
    cx: &'a Context<'a>,
    steps: Vec<StepTime>,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(cx: &'a Context<'a>) -> Self {
        Self { cx, steps: Vec::new() }
    }

    /// Runs a step, unless the run has been cancelled.
    pub(crate) fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.cx.launcher.cancel().is_requested() {
            return Err(Failure::interrupted());
        }
        (self.cx.step)(name);
        let begin = Instant::now();
        let result = work();
        self.steps.push(StepTime { step: name.to_owned(), elapsed: begin.elapsed() });
        result.map_err(|failure| named(failure, name))
    }

    /// The steps so far.
    pub(crate) fn into_steps(self) -> Vec<StepTime> {
        self.steps
    }
}

/// `failure` with `context: ` before its message, which an interruption does not need.
pub(crate) fn named(failure: Failure, context: &str) -> Failure {
    if failure.kind == FailureKind::Interrupted { failure } else { failure.context(context) }
}
