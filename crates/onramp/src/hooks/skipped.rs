use onramp_core::TaskId;

/// The tasks of a hook that do not run, each with the reason: nobody should take them for passed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skipped {
    tasks: Vec<(TaskId, String)>,
}

/// It has no file among those that are staged or pushed.
pub(super) const NO_FILE: &str = "no changed files";

/// The user has named it.
pub(super) const BY_USER: &str = "ONRAMP_SKIP";

impl Skipped {
    pub(super) fn add(&mut self, task: TaskId, why: &'static str) {
        self.tasks.push((task, why.to_owned()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Each of them with the reason.
    pub(super) fn tasks(&self) -> &[(TaskId, String)] {
        &self.tasks
    }
}
