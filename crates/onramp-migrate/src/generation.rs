use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What Alembic is to do with what it finds when it compares models and database.
#[derive(Debug, Serialize)]
pub(crate) struct Order<'a> {
    /// Whether a revision is written.
    pub(crate) write: bool,
    /// Whether the models are told, too.
    pub(crate) models: bool,
    /// What stays out of it.
    pub(crate) leave_out: LeaveOut<'a>,
    /// The project's formatters, which run in any case: programs with their paths, arguments without the file. Post-write
    /// hooks that are the same need not.
    pub(crate) formatters: Vec<Vec<String>>,
    /// What the project's post-write hooks work on; `None` for the revision itself.
    pub(crate) copy: Option<CopyOrder<'a>>,
}

/// Where a second copy of a revision goes.
#[derive(Debug, Serialize)]
pub(crate) struct CopyOrder<'a> {
    /// The folder of revisions that it goes into.
    pub(crate) versions: &'a Path,
    /// The file that tells that the hooks are done: nothing, or what went wrong.
    pub(crate) done: &'a Path,
}

/// Operations by their texts, each as often as it is left out.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LeaveOut<'a> {
    pub(crate) up: Vec<&'a str>,
    pub(crate) down: Vec<&'a str>,
}

/// What Alembic found when it compared models and database, before anything was left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Generation {
    /// What leads from the database to the models.
    pub(crate) up: Vec<Operation>,
    /// What leads back.
    pub(crate) down: Vec<Operation>,
    /// What was left out of the way there, as ordered.
    #[serde(default)]
    pub(crate) left_out_up: Vec<String>,
    /// The revisions that the database is at.
    pub(crate) database_heads: Vec<String>,
    /// The heads that Alembic sees in the history.
    pub(crate) script_heads: Vec<String>,
    /// What Alembic said that it passes over.
    pub(crate) warnings: Vec<String>,
    /// The columns of each table of the models.
    pub(crate) models: BTreeMap<String, Vec<String>>,
    /// The statements that make everything in the models from nothing.
    pub(crate) desired: Vec<String>,
    /// Why there are none.
    pub(crate) desired_trouble: Option<String>,
    /// Where the tables of the models are defined.
    #[serde(default)]
    pub(crate) sources: Vec<ModelSource>,
    /// The folder of the environment that Python ran in.
    #[serde(default)]
    pub(crate) prefix: PathBuf,
}

/// A module that tables of the models are defined in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ModelSource {
    /// Its name, as it is imported.
    pub(crate) module: String,
    /// Its file, links resolved.
    pub(crate) file: PathBuf,
    /// Whether it lies among the packages that are installed, and not in somebody's sources.
    pub(crate) installed: bool,
}

/// One operation of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Operation {
    /// As it would stand in the revision's file.
    pub(crate) text: String,
}

impl Operation {
    /// The operation in one line.
    pub(crate) fn line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Generation {
    /// All of it, to be left out of another.
    pub(crate) fn as_left_out(&self) -> LeaveOut<'_> {
        LeaveOut { up: texts(&self.up), down: texts(&self.down) }
    }

    /// What leads to the models and is not in `base`. Everything as often as this one has it more.
    pub(crate) fn beyond<'a>(&'a self, base: Option<&Self>) -> Vec<&'a Operation> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let known = base.into_iter().flat_map(|base| &base.up);
        known.for_each(|operation| *counts.entry(&operation.text).or_default() += 1);
        let mut is_known = |operation: &Operation| match counts.get_mut(operation.text.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        };
        self.up.iter().filter(|operation| !is_known(operation)).collect()
    }

    /// Whether the models have that table, or that column of it.
    pub(crate) fn has(&self, table: &str, column: Option<&str>) -> bool {
        let columns = self.models.get(table);
        columns.is_some_and(|columns| column.is_none_or(|column| columns.iter().any(|name| name == column)))
    }
}

fn texts(operations: &[Operation]) -> Vec<&str> {
    operations.iter().map(|operation| operation.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation(up: &[&str]) -> Generation {
        let operation = |text: &&str| Operation { text: (*text).to_owned() };
        Generation { up: up.iter().map(operation).collect(), ..Generation::default() }
    }

    #[test]
    fn what_goes_beyond_the_base_is_counted() {
        let base = generation(&["drop a", "drop b", "drop b"]);
        let beyond = |now: &[&str]| texts_of(&generation(now).beyond(Some(&base)));
        fn texts_of(operations: &[&Operation]) -> String {
            operations.iter().map(|operation| operation.text.as_str()).collect::<Vec<_>>().join(",")
        }
        assert_eq!(beyond(&["add c", "drop b", "drop a"]), "add c");
        assert_eq!(beyond(&["drop b", "drop b", "drop b"]), "drop b");
        assert_eq!(beyond(&["drop a"]), "");
        assert_eq!(texts_of(&base.beyond(None)), "drop a,drop b,drop b");
    }
}
