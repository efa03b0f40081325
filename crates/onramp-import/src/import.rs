use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Stage;
use crate::task::{Task, Tool};

/// What was read of other tools' files, to be written as sections of `onramp.toml`.
#[derive(Clone, Debug, Default)]
pub struct Import {
    pub(crate) files: Vec<String>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) stages: BTreeMap<Stage, Vec<String>>,
    pub(crate) tools: Vec<Tool>,
    /// The ids of hooks that stay with pre-commit.
    pub(crate) delegate: Vec<String>,
    /// The tasks of lint-staged, where its configuration was read.
    pub(crate) lint_staged: Option<Vec<String>>,
    /// Whether a hook runs them.
    pub(crate) lint_staged_runs: bool,
    /// Folders in which commands looked for programs first.
    pub(crate) path: Vec<String>,
    /// The names that are taken, each with the number to try next.
    taken: HashMap<String, usize>,
    /// What stands in the lists of stages, and of what is delegated.
    listed: HashSet<(Option<Stage>, String)>,
    /// What belongs to no task: `lefthook.yml:3: ...`.
    pub(crate) remarks: Vec<String>,
}

impl Import {
    /// Adds a task under a name of its own, and returns how it is called.
    pub(crate) fn add(&mut self, mut task: Task) -> String {
        let name = task.name.clone();
        let wanted = task.reference();
        while self.taken.contains_key(&task.reference()) {
            let number = self.taken.entry(wanted.clone()).or_insert(1);
            *number += 1;
            task.name = format!("{name}-{number}");
        }
        let reference = task.reference();
        self.taken.insert(reference.clone(), 1);
        self.tasks.push(task);
        reference
    }

    /// Has commands find what npm has installed in a folder, as lint-staged and husky do.
    pub(crate) fn finds_node_programs(&mut self, folder: Option<&str>) {
        let programs = match folder {
            None => "node_modules/.bin".to_owned(),
            Some(folder) => format!("{folder}/node_modules/.bin"),
        };
        if !self.path.contains(&programs) {
            self.path.push(programs);
        }
    }

    /// Has a stage run a task.
    pub(crate) fn at(&mut self, stage: Stage, reference: &str) {
        if self.listed.insert((Some(stage), reference.to_owned())) {
            self.stages.entry(stage).or_default().push(reference.to_owned());
        }
    }

    /// Leaves a hook to pre-commit.
    pub(crate) fn leave(&mut self, id: &str) {
        if self.listed.insert((None, id.to_owned())) {
            self.delegate.push(id.to_owned());
        }
    }

    /// Adds a program that tasks need. The first version that was asked for stays.
    pub(crate) fn tool(&mut self, tool: Tool) {
        match self.tools.iter_mut().find(|known| known.name == tool.name) {
            None => self.tools.push(tool),
            Some(known) => {
                known.version = known.version.take().or(tool.version);
                known.fix = known.fix.take().or(tool.fix);
            }
        }
    }

    pub(crate) fn remark(&mut self, place: &str, text: impl AsRef<str>) {
        self.remarks.push(format!("{place}: {}", text.as_ref()));
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// The ids of the hooks that stay with pre-commit.
    pub fn delegated(&self) -> &[String] {
        &self.delegate
    }
}
