use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use onramp_core::TaskId;

use super::{Builtin, Commands, Section};

/// A task of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskConfig {
    /// Its name.
    pub id: TaskId,
    /// The section it stands in, which is also `id.section()`.
    pub section: Section,
    /// One line about it.
    pub description: Option<String>,
    /// The folder that its commands run in and that its globs are relative to: the workspace's root or a
    /// folder below it, as a path that begins with the root.
    pub dir: PathBuf,
    /// What it does.
    pub actions: Actions,
    /// The tasks that must succeed before it starts, in the order in which they are written.
    pub needs: Vec<TaskId>,
    /// Globs of the files that decide its result, relative to `dir`. `None`: its result is never taken from
    /// the cache.
    pub inputs: Option<Vec<String>>,
    /// Globs of the files it makes, relative to `dir`.
    pub outputs: Vec<String>,
    /// Environment variables of its commands, over those of [`Env`](crate::Env).
    pub env: BTreeMap<String, String>,
    /// Environment variables of the caller that decide its result.
    pub reads_env: Vec<String>,
    /// Whether it changes more of the tree than its outputs tell. `None`: as tasks of its section do.
    pub changes_tree: Option<bool>,
    /// How long it may take. `None`: as long as it likes.
    pub timeout: Option<Duration>,
    /// Where it is written: the file, and the line, from 1.
    pub place: Option<(PathBuf, u32)>,
}

/// What a task does, by the kind of its section. No list of commands is empty, but for `fix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actions {
    /// Of `setup` and `build`.
    Run {
        /// One after the other. Placeholders: `{root}`, `{dir}`.
        run: Commands,
    },
    /// Of `test`.
    Test {
        /// One after the other. Placeholders: `{root}`, `{dir}`, `{args}`, `{shard}`, `{shards}`.
        run: Commands,
        /// What `{args}` stands for, unless the command line says something else.
        args: Vec<String>,
        /// Where it writes its JUnit XML, as a path or glob relative to `dir`. It is one of `outputs` too.
        junit: Option<String>,
    },
    /// Of `task`.
    RunWithArgs {
        /// One after the other. Placeholders: `{root}`, `{dir}`, `{args}`.
        run: Commands,
        /// What `{args}` stands for, unless the command line says something else.
        args: Vec<String>,
    },
    /// Of `format`.
    Format {
        /// Formats. Placeholders: `{root}`, `{dir}`, `{files}`.
        run: Commands,
        /// Only checks, with the same placeholders.
        check: Commands,
        /// What `{files}` stands for.
        files: FileSet,
        /// Whether a hook formats staged files, and does not only check them.
        restage: bool,
    },
    /// Of `lint`.
    Lint {
        /// Checks. Placeholders: `{root}`, `{dir}`, `{files}`.
        run: Commands,
        /// Mends what it can, with the same placeholders. Empty: it cannot.
        fix: Commands,
        /// What `{files}` stands for.
        files: FileSet,
        /// Whether a hook mends staged files, and does not only check them.
        restage: bool,
    },
    /// Of `format` and `lint`, where no command runs.
    Builtin {
        /// What looks at the files, as it is written.
        builtins: Vec<Builtin>,
        /// The files; all that git would show where none are named.
        files: FileSet,
        /// Whether a hook mends staged files, and does not only check them.
        restage: bool,
    },
}

/// The files that a formatter or linter is for, as globs relative to the task's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSet {
    /// The files. Empty: it is not told which, and runs as a whole.
    pub include: Vec<String>,
    /// Those among them that it is not for.
    pub exclude: Vec<String>,
    /// Of which types they are, one of these each; empty: of any.
    pub types: Vec<String>,
    /// Whether each of them is looked at by itself. `None`: as its section and its commands suggest.
    pub per_file: Option<bool>,
}
