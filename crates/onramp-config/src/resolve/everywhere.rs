use std::collections::{BTreeSet, HashMap};

use onramp_core::TaskId;

use crate::config::Section;
use crate::draft::Draft;
use crate::file::ConfigFile;

/// The tasks of all workspaces, by their names from the outermost one.
#[derive(Debug)]
pub(crate) struct Everywhere {
    tasks: BTreeSet<TaskId>,
    /// By path of members from the outermost workspace.
    workspaces: HashMap<String, Extent>,
}

/// How much is known of a workspace.
#[derive(Clone, Copy, Debug)]
struct Extent {
    tasks: bool,
    members: bool,
}

impl Everywhere {
    /// What the files say; `extra_tasks` stand in no file and belong to the outermost workspace.
    pub(crate) fn new(drafts: &[&Draft], extra_tasks: &[TaskId]) -> Self {
        let mut tasks: BTreeSet<TaskId> = extra_tasks.iter().cloned().collect();
        let mut workspaces = HashMap::new();
        for draft in drafts {
            tasks.extend(draft.file.iter().flat_map(ids).map(|id| id.named_from_outermost(&draft.path)));
            let extent = Extent { tasks: draft.file.is_some(), members: !draft.members_missing };
            // A member without a readable name has the path of the workspace around it.
            workspaces.entry(draft.path.clone()).or_insert(extent);
        }
        Self { tasks, workspaces }
    }

    /// Whether there is such a task, or its workspace has errors that keep it from being known.
    pub(crate) fn may_have(&self, task: &TaskId) -> bool {
        if self.tasks.contains(task) {
            return true;
        }
        let path = task.member().unwrap_or_default();
        if let Some(extent) = self.workspaces.get(path) {
            return !extent.tasks;
        }
        // The nearest workspace on the way is the one that lacks the next step.
        let ends = path.rmatch_indices('/').map(|(end, _)| end).chain([0]);
        let nearest = ends.into_iter().find_map(|end| self.workspaces.get(&path[..end]));
        nearest.is_some_and(|extent| !extent.members)
    }

    /// The names of all tasks, for the search of what a misspelled one means: all with a slash in front where
    /// that one has it, else as they are seen from the workspace at `path`, its own and its members' first.
    pub(crate) fn names(&self, path: &str, absolute: bool) -> Vec<String> {
        if absolute {
            return self.tasks.iter().map(|task| format!("/{task}")).collect();
        }
        let mut tasks: Vec<TaskId> = self.tasks.iter().map(|task| task.seen_from(path)).collect();
        tasks.sort_by_key(TaskId::is_absolute);
        tasks.iter().map(TaskId::to_string).collect()
    }
}

fn ids(file: &ConfigFile) -> impl Iterator<Item = TaskId> {
    let of = |section: Section| move |name: &String| TaskId::new(section.name(), name);
    (file.setup.keys().map(of(Section::Setup)))
        .chain(file.format.keys().map(of(Section::Format)))
        .chain(file.lint.keys().map(of(Section::Lint)))
        .chain(file.test.keys().map(of(Section::Test)))
        .chain(file.build.keys().map(of(Section::Build)))
        .chain(file.task.keys().map(of(Section::Task)))
}
