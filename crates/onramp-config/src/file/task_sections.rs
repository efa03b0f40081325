use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{BuiltinEntry, Lines};
use crate::pattern::Pattern;

/// What the sections of all kinds of tasks have in common, borrowed from one of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Common<'a> {
    pub(crate) description: Option<&'a str>,
    pub(crate) dir: &'a str,
    pub(crate) shell: bool,
    pub(crate) needs: &'a [String],
    pub(crate) inputs: Option<&'a [String]>,
    pub(crate) outputs: &'a [String],
    pub(crate) env: &'a BTreeMap<String, String>,
    pub(crate) reads_env: &'a [String],
    pub(crate) changes_tree: Option<bool>,
    pub(crate) timeout: Option<&'a str>,
}

/// Declares a section type with the keys that all tasks have behind its own ones. They are written once,
/// here, because serde's `flatten` would cost the spans and the unknown-key messages.
macro_rules! task_section {
    ($(#[$section:meta])* $name:ident { $($(#[$key:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$section])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$key])* pub(crate) $field: $type,)*

            /// One line about the task, for `onramp tasks`.
            pub(crate) description: Option<String>,

            /// The folder that the commands run in and that globs are relative to, relative to this file.
            #[serde(default = "this_folder")]
            pub(crate) dir: String,

            /// Whether each command is handed to `sh -c` as it is. Without it, a command is split as a shell
            /// would split it, but no shell runs it.
            #[serde(default)]
            pub(crate) shell: bool,

            /// The tasks that must succeed before it starts, each as `section:name`, as
            /// `member/section:name`, or from the outermost workspace as `/section:name` and
            /// `/member/section:name`.
            #[serde(default)]
            #[schemars(extend("examples" = [["setup:python"]]))]
            pub(crate) needs: Vec<String>,

            /// Globs of the files that decide its result, relative to `dir`. With it, an earlier result is
            /// taken from the cache while nothing it depends on has changed; without it, the task always
            /// runs. A glob means files that git does not ignore; what is named without one counts in any case, a
            /// folder with all that is in it.
            #[schemars(extend("examples" = [["src/**", "pyproject.toml"]]))]
            pub(crate) inputs: Option<Vec<String>>,

            /// Globs of the files it makes, relative to `dir`. With `inputs` they are kept with the result, and put
            /// back byte for byte where they are gone or changed; of a task that changes the tree they only tell
            /// whether it is up to date. What lies there when the task has run is its result: a tool that leaves
            /// older files lying makes them a part of it.
            #[serde(default)]
            #[schemars(extend("examples" = [["dist/**"]]))]
            pub(crate) outputs: Vec<String>,

            /// Environment variables of its commands. `{root}` is the workspace, `{dir}` the task's folder.
            #[serde(default)]
            #[schemars(extend("propertyNames" = { "pattern": Pattern::VARIABLE }))]
            pub(crate) env: BTreeMap<String, String>,

            /// Environment variables of the caller that decide its result, by their names. Other variables may
            /// change without making it run again.
            #[serde(default)]
            #[schemars(extend("examples" = [["NODE_ENV"]]))]
            pub(crate) reads_env: Vec<String>,

            /// Whether it changes more of the tree, or of the machine, than `outputs` tells: it installs packages,
            /// fills a database. Then only its own last run can make it up to date, never an older result from the
            /// cache. Without this key that is so for `[setup]`, for what formats or mends, and for a `[task]` without
            /// `outputs`.
            pub(crate) changes_tree: Option<bool>,

            /// How long it may take: a number with `ms`, `s`, `m` or `h`, also several, as in `1m30s`.
            /// Without it, as long as it likes.
            #[schemars(extend("examples" = ["10m"]))]
            pub(crate) timeout: Option<String>,
        }

        impl $name {
            pub(crate) fn common(&self) -> Common<'_> {
                Common {
                    description: self.description.as_deref(),
                    dir: &self.dir,
                    shell: self.shell,
                    needs: &self.needs,
                    inputs: self.inputs.as_deref(),
                    outputs: &self.outputs,
                    env: &self.env,
                    reads_env: &self.reads_env,
                    changes_tree: self.changes_tree,
                    timeout: self.timeout.as_deref(),
                }
            }
        }
    };
}

task_section! {
    /// A step that brings a checkout to ready.
    SetupSection {
        /// The command, or a list of commands, one after the other. Placeholders: `{root}`, `{dir}`.
        #[schemars(extend("examples" = ["npm ci"]))]
        run: Lines,
    }
}

task_section! {
    /// A formatter.
    FormatSection {
        /// The command that formats, or a list of commands. Placeholders: `{root}`, `{dir}`, and `{files}` as
        /// an argument of its own. With `{files-stdin}`, which becomes no argument, the names come on standard input
        /// instead, each ended by a NUL byte. Needed without `builtin`.
        #[schemars(extend("examples" = ["ruff format {files}"]))]
        run: Option<Lines>,

        /// The command that only checks, or a list of commands, with the same placeholders. Needed with `run`.
        #[schemars(extend("examples" = ["ruff format --check {files}"]))]
        check: Option<Lines>,

        /// What Onramp itself does to text files instead of a command, each by its name or as `{ name = "NAME" }`
        /// with options: `trailing-whitespace` (with `hard-breaks`), `end-of-file`, `line-endings` (with `target`),
        /// `byte-order-mark`.
        #[schemars(extend("examples" = [["end-of-file", { "name": "line-endings", "target": "lf" }]]))]
        builtin: Option<Vec<BuiltinEntry>>,

        /// Globs of the files it is for, relative to `dir`. `{files}` stands for them. Without it, `builtin` is for
        /// all files that git would show.
        #[serde(default)]
        #[schemars(extend("examples" = [["**/*.py"]]))]
        files: Vec<String>,

        /// Globs of files that it is not for, relative to `dir`.
        #[serde(default)]
        exclude: Vec<String>,

        /// Types of the files it is for, of which a file has one at least: `python`, `shell`, `text`, `executable`. They
        /// are told by the name of a file and, for a script without an ending that may be run, by its `#!`, and are named
        /// as pre-commit names them. With `files`, it is for files that both mean; without, for all of these types.
        #[serde(default)]
        #[schemars(extend("examples" = [["shell"]]))]
        types: Vec<String>,

        /// Whether its result on a file depends on that file and on its settings alone, so that it is given only
        /// files that have changed since it has last seen them formatted. Settings are its `inputs`, files that its
        /// commands name, and the files that its tool is known to read. Without this key that is so where each
        /// command has `{files}` and either `inputs` is there or the program is the tool itself: no shell, interpreter
        /// or starter of others, and no script but an installed one.
        per_file: Option<bool>,

        /// Whether what it changes in staged files goes into the commit, where it is run by a `pre-commit` hook. With
        /// `false` the hook only checks, and fails.
        #[serde(default = "yes")]
        restage: bool,
    }
}

task_section! {
    /// A linter.
    LintSection {
        /// The command that checks, or a list of commands. Placeholders: `{root}`, `{dir}`, and `{files}` as
        /// an argument of its own. With `{files-stdin}`, which becomes no argument, the names come on standard input
        /// instead, each ended by a NUL byte. Needed without `builtin`.
        #[schemars(extend("examples" = ["ruff check {files}"]))]
        run: Option<Lines>,

        /// The command that mends what it can, or a list of commands, with the same placeholders. Without it,
        /// `onramp lint --fix` only checks.
        #[schemars(extend("examples" = ["ruff check --fix {files}"]))]
        fix: Option<Lines>,

        /// What Onramp itself looks for instead of a command, each by its name or as `{ name = "NAME" }` with
        /// options: `merge-markers`, `large-files` (with `max`), `case-conflicts`, `broken-symlinks`,
        /// `private-keys`, `toml`, `json`, `yaml` (their syntax), `executables` (without a first line that says what
        /// runs them, or the other way round), and all that `[format.NAME]` takes, which `onramp lint --fix` mends.
        /// `forbidden-branch` (with `branches`) and `commit-message` (with `conventional`, `types`, `max-subject`)
        /// look at commits, in git hooks.
        #[schemars(extend("examples" = [["merge-markers", "private-keys", "toml", "yaml"]]))]
        builtin: Option<Vec<BuiltinEntry>>,

        /// Globs of the files it is for, relative to `dir`. `{files}` stands for them. Without it, `builtin` is for
        /// all files that git would show.
        #[serde(default)]
        #[schemars(extend("examples" = [["**/*.py"]]))]
        files: Vec<String>,

        /// Globs of files that it is not for, relative to `dir`.
        #[serde(default)]
        exclude: Vec<String>,

        /// Types of the files it is for, of which a file has one at least: `python`, `shell`, `text`, `executable`. They
        /// are told by the name of a file and, for a script without an ending that may be run, by its `#!`, and are named
        /// as pre-commit names them. With `files`, it is for files that both mean; without, for all of these types.
        #[serde(default)]
        #[schemars(extend("examples" = [["shell"]]))]
        types: Vec<String>,

        /// Whether its verdict on a file depends on that file and on its settings alone, so that it is given only
        /// files that have changed since it last found nothing in them. Settings are its `inputs`, files that its
        /// commands name, and the files that its tool is known to read. Not for type checkers and whatever else
        /// follows imports. What it prints about a file that it lets pass is not shown again.
        per_file: Option<bool>,

        /// Whether a `pre-commit` hook runs `fix`, so that what it mends in staged files goes into the commit. Without
        /// it the hook only checks.
        #[serde(default)]
        restage: bool,
    }
}

task_section! {
    /// A test suite.
    TestSection {
        /// The command, or a list of commands, one after the other. Placeholders: `{root}`, `{dir}`, and
        /// `{args}` as an argument of its own, at a git hook also `{staged}` and `{refs}`; `{shard}` and `{shards}`,
        /// the I and N of `--shard I/N`, 1 and 1 without it. A suite that mentions one of these is part of every shard.
        #[schemars(extend("examples" = ["pytest {args}", "pytest --splits {shards} --group {shard}"]))]
        run: Lines,

        /// What `{args}` stands for where the command line has no `-- ARGS`.
        #[serde(default)]
        #[schemars(extend("examples" = [["tests"]]))]
        args: Vec<String>,

        /// Where it writes its JUnit XML: a path, or a glob, relative to `dir`. `onramp test` merges the files of
        /// all suites. JUnit files of an earlier run that lie there are removed before it runs, and what it
        /// writes there counts among its `outputs`.
        #[schemars(extend("examples" = ["reports/junit.xml"]))]
        junit: Option<String>,
    }
}

task_section! {
    /// Something that is built.
    BuildSection {
        /// The command, or a list of commands, one after the other. Placeholders: `{root}`, `{dir}`.
        #[schemars(extend("examples" = ["npm run build"]))]
        run: Lines,
    }
}

task_section! {
    /// Any other task.
    TaskSection {
        /// The command, or a list of commands, one after the other. Placeholders: `{root}`, `{dir}`, and
        /// `{args}` as an argument of its own. At a git hook there is also something for `{message-file}`, the file of the
        /// commit message, and, each as an argument of its own, for `{staged}`, the staged files, and `{refs}`, what
        /// is about to be pushed; `{args}` is what git hands to the hook.
        #[schemars(extend("examples" = ["python -m flowline.seed {args}", "check-message {message-file}"]))]
        run: Lines,

        /// What `{args}` stands for where the command line has no `-- ARGS`.
        #[serde(default)]
        args: Vec<String>,
    }
}

fn yes() -> bool {
    true
}

fn this_folder() -> String {
    ".".to_owned()
}
