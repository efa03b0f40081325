use std::collections::HashMap;

use onramp_core::{TaskFiles, TaskId};

use crate::words::count;

/// What the tasks that have not ended yet had to do with files.
#[derive(Default)]
pub(super) struct FileCounts {
    tasks: HashMap<TaskId, TaskFiles>,
}

impl FileCounts {
    pub(super) fn note(&mut self, task: TaskId, files: TaskFiles) {
        self.tasks.insert(task, files);
    }

    /// `, 3 files, 1 changed`, for the line of a task that has ended; empty where nothing is known of it.
    pub(super) fn take(&mut self, task: &TaskId) -> String {
        let Some(files) = self.tasks.remove(task) else { return String::new() };
        let changed = match files.changed.len() {
            0 => String::new(),
            changed => format!(", {changed} changed"),
        };
        format!(", {}{changed}", count(files.given, "file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_told_and_nothing_is_told_twice() {
        let task = TaskId::new("format", "a");
        let mut counts = FileCounts::default();
        assert_eq!(counts.take(&task), "");
        counts.note(task.clone(), TaskFiles { given: 1, changed: Vec::new() });
        assert_eq!(counts.take(&task), ", 1 file");
        counts.note(task.clone(), TaskFiles { given: 3, changed: vec!["a".to_owned(), "b".to_owned()] });
        assert_eq!(counts.take(&task), ", 3 files, 2 changed");
        assert_eq!(counts.take(&task), "");
    }
}
