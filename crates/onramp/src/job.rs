use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use onramp_builtins::Builtin;
use onramp_config::{CommandLine, Commands, FILES_ON_STDIN, FileSet, Section, Values};
use onramp_core::{Secrets, Shard, TaskId};
use onramp_exec::Environment;

use crate::changes::Cause;
use crate::checkout::Checkout;
use crate::context::RustWork;
use crate::hooks::Handed;

/// What a node of the task graph carries: the work and what decides whether it has to be done.
#[derive(Clone)]
pub(crate) struct Job {
    /// The workspace or member that the task belongs to.
    pub(crate) checkout: Arc<Checkout>,
    /// One line about it.
    pub(crate) description: Option<String>,
    /// What it does.
    pub(crate) work: Work,
    /// What it reads and writes. `None`: it runs whenever it is asked for.
    pub(crate) cache: Option<CacheSpec>,
    /// Why it was selected, where a verb was kept to what has changed.
    pub(crate) cause: Option<Cause>,
}

impl Job {
    /// A task that calls a function whenever it is asked for.
    pub(crate) fn rust(checkout: Arc<Checkout>, work: RustWork) -> Self {
        let work = Work::Rust { work, arguments: Vec::new() };
        Self { checkout, description: None, work, cache: None, cause: None }
    }

    /// Whether it looks at some of its files only, so that its success says nothing about the whole.
    pub(crate) fn is_partial(&self) -> bool {
        match &self.work {
            Work::Commands(work) => work.only.is_some(),
            Work::Builtin(work) => work.only.is_some(),
            Work::Rust { .. } => false,
        }
    }

    /// Whether the task writes files that another run of it, at the same time, would write too.
    pub(crate) fn changes_files(&self, id: &TaskId) -> bool {
        let by_section =
            [Section::Setup, Section::Build].iter().any(|section| section.name() == id.section());
        let by_output = self.cache.as_ref().is_some_and(|cache| !cache.outputs.is_empty());
        let by_report = matches!(&self.work, Work::Commands(work) if work.junit.is_some());
        let by_kind = self.cache.as_ref().is_some_and(|cache| cache.kind == Kind::ChangesTree);
        by_section || by_output || by_report || by_kind || self.is_fixer()
    }

    /// Whether it formats or mends the files that it is for.
    pub(crate) fn is_fixer(&self) -> bool {
        self.work.form() == Some(Form::Fix)
    }
}

/// What a task does.
#[derive(Clone)]
pub(crate) enum Work {
    /// It runs the commands of the configuration.
    Commands(Box<CommandWork>),
    /// It does in process what it is for.
    Builtin(Box<BuiltinWork>),
    /// It calls a function.
    Rust {
        /// The function.
        work: RustWork,
        /// What the user typed behind the task's name.
        arguments: Vec<String>,
    },
}

impl Work {
    /// What its globs are relative to; empty for the root of its checkout.
    pub(crate) fn directory(&self) -> &Path {
        match self {
            Self::Commands(work) => &work.directory,
            Self::Builtin(work) => &work.directory,
            Self::Rust { .. } => Path::new(""),
        }
    }

    /// The files that a formatter or linter is for.
    pub(crate) fn files(&self) -> Option<&FileSet> {
        match self {
            Self::Commands(work) => work.files.as_ref(),
            Self::Builtin(work) => Some(&work.files),
            Self::Rust { .. } => None,
        }
    }

    /// In which of its forms a formatter or linter runs; `None` for a task that has no two.
    pub(crate) fn form(&self) -> Option<Form> {
        match self {
            Self::Commands(work) => work.form,
            Self::Builtin(work) => Some(work.form),
            Self::Rust { .. } => None,
        }
    }

    /// Tasks that it needs for no other reason than that both change the same files.
    pub(crate) fn follows(&self) -> &[TaskId] {
        match self {
            Self::Commands(work) => &work.follows,
            Self::Builtin(work) => &work.follows,
            Self::Rust { .. } => &[],
        }
    }

    /// Adds one of these.
    pub(crate) fn follow(&mut self, task: TaskId) {
        match self {
            Self::Commands(work) => work.follows.push(task),
            Self::Builtin(work) => work.follows.push(task),
            Self::Rust { .. } => {}
        }
    }

    /// Whether it can be given a part of its files.
    pub(crate) fn takes_files(&self) -> bool {
        match self {
            Self::Commands(work) => work.commands.iter().any(|command| command.mentions("files")),
            Self::Builtin(_) => true,
            Self::Rust { .. } => false,
        }
    }

    /// Keeps it to some of its files, relative to the root of its checkout and sorted; `None` for all.
    pub(crate) fn keep_to(&mut self, files: Option<Vec<PathBuf>>) {
        match self {
            Self::Commands(work) => work.only = files,
            Self::Builtin(work) => work.only = files,
            Self::Rust { .. } => {}
        }
    }
}

/// In which of its two forms a formatter or linter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// It looks and tells.
    Check,
    /// It changes files.
    Fix,
}

/// Commands of the configuration, one after the other.
#[derive(Clone)]
pub(crate) struct CommandWork {
    /// The commands, placeholders not replaced yet.
    pub(crate) commands: Commands,
    /// Where they run.
    pub(crate) directory: PathBuf,
    /// Variables over those of the checkout.
    pub(crate) variables: BTreeMap<String, String>,
    /// What `{args}` stands for.
    pub(crate) arguments: Vec<String>,
    /// What `{files}` stands for, for formatters and linters.
    pub(crate) files: Option<FileSet>,
    /// To which of its files it is kept, relative to the root of its checkout and sorted; `None` for all.
    pub(crate) only: Option<Vec<PathBuf>>,
    /// In which of its forms a formatter or linter runs; `None` for a task that has no two.
    pub(crate) form: Option<Form>,
    /// Tasks that it needs for no other reason than that both change the same files, so that their results
    /// are no part of its own.
    pub(crate) follows: Vec<TaskId>,
    /// Variables of the caller that decide its result.
    pub(crate) reads_env: Vec<String>,
    /// Where a suite writes its JUnit report, as a path or glob relative to the directory.
    pub(crate) junit: Option<String>,
    /// What `{shard}` and `{shards}` stand for, for suites.
    pub(crate) shard: Shard,
    /// How long the task may take, all its commands together.
    pub(crate) timeout: Option<Duration>,
    /// What the git hook hands to it that it is run by.
    pub(crate) handed: Option<Arc<Handed>>,
}

/// Formatters and checks that need no command.
#[derive(Clone)]
pub(crate) struct BuiltinWork {
    /// Each of them, with its options.
    pub(crate) builtins: Vec<Builtin>,
    /// What the globs of its files are relative to.
    pub(crate) directory: PathBuf,
    /// The files that it is for.
    pub(crate) files: FileSet,
    /// To which of its files it is kept, relative to the root of its checkout and sorted; `None` for all.
    pub(crate) only: Option<Vec<PathBuf>>,
    /// The folder that stands in for the root of its checkout, where its files are looked at in another place. They
    /// are listed in the checkout all the same, or given by `only`.
    pub(crate) root: Option<PathBuf>,
    /// What the git hook hands to it that it is run by.
    pub(crate) handed: Option<Arc<Handed>>,
    /// Whether it changes what can be mended.
    pub(crate) form: Form,
    /// Tasks that it needs for no other reason than that both change the same files.
    pub(crate) follows: Vec<TaskId>,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
}

impl BuiltinWork {
    /// What it does, for people: `trailing-whitespace, end-of-file`.
    pub(crate) fn names(&self) -> String {
        self.builtins.iter().map(Builtin::name).collect::<Vec<_>>().join(", ")
    }
}

impl CommandWork {
    /// The complete environment of its commands.
    pub(crate) fn environment<'a>(&self, checkout: &'a Checkout) -> Cow<'a, Environment> {
        let mut environment = Cow::Borrowed(&checkout.environment);
        for (name, value) in &self.variables {
            environment.to_mut().set(name, value);
        }
        environment
    }

    /// Whether its commands do another part of the work in each shard.
    pub(crate) fn splits_itself(&self) -> bool {
        self.commands.iter().any(|command| command.mentions("shard") || command.mentions("shards"))
    }

    /// What the placeholders of its commands stand for, except `{files}`.
    pub(crate) fn values(&self, checkout: &Checkout) -> Values {
        Values::new()
            .with("root", checkout.root.to_string_lossy())
            .with("dir", self.directory.to_string_lossy())
            .with("shard", self.shard.number().to_string())
            .with("shards", self.shard.of().to_string())
            .with("message-file", self.handed.as_ref().map_or("", |handed| &handed.message_file))
            .with_list(FILES_ON_STDIN, [""; 0])
            .with_list("staged", self.handed.as_ref().map_or(&[][..], |handed| &handed.staged))
            .with_list("refs", self.handed.as_ref().map_or(&[][..], |handed| &handed.refs))
            .with_list("args", &self.arguments)
    }

    /// The same for people: no quotes come into a secret, behind which it would not be seen.
    pub(crate) fn shown_values(&self, checkout: &Checkout, secrets: &Secrets) -> Values {
        let arguments = self.arguments.iter().map(|argument| secrets.mask(argument).into_owned());
        self.values(checkout).with_list("args", arguments)
    }
}

/// What a task declares to read and write, as patterns relative to its directory. What a formatter or linter is
/// for, it reads as well.
#[derive(Clone)]
pub(crate) struct CacheSpec {
    /// What its last result is remembered by: its name and, where it has two forms, the form. A formatter that
    /// checks and the same one that formats must not take each other's.
    pub(crate) record: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) kind: Kind,
}

/// Which results can make a task up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any that was made of the same inputs: it checks, or all that it makes are its outputs.
    Result,
    /// Its own last one, while that still lies in the tree: it formats, generates, installs.
    ChangesTree,
}

/// A command as it stands in the configuration, for people. Two commands may look the same.
pub(crate) fn written(command: &CommandLine) -> String {
    match command {
        CommandLine::Argv(argv) => {
            // Placeholders are shown as written, not quoted for a shell.
            let word = |word: &String| {
                if word.contains('{') { word.clone() } else { shell_words::quote(word).into_owned() }
            };
            argv.iter().map(word).collect::<Vec<_>>().join(" ")
        }
        CommandLine::Shell(text) => format!("sh -c {}", shell_words::quote(text)),
    }
}

/// A command as it runs, for people, who may paste it; secrets are masked. Without `files`, `{files}` stays as it
/// is: it may stand for a great many names.
pub(crate) fn as_it_runs(
    command: &CommandLine,
    values: &Values,
    files: Option<&[OsString]>,
    secrets: &Secrets,
) -> String {
    let values = values.clone().with_list("files", files.unwrap_or_default());
    let expanded = |command: CommandLine| command.expand(&values).unwrap_or(command);
    match command {
        CommandLine::Argv(words) => {
            let mut typed = Vec::new();
            for word in words {
                if word == "{files}" && files.is_none() {
                    typed.push(word.clone());
                } else if let CommandLine::Argv(words) = expanded(CommandLine::Argv(vec![word.clone()])) {
                    typed.extend(words.iter().map(|word| quoted(word, secrets)));
                }
            }
            typed.join(" ")
        }
        CommandLine::Shell(text) => {
            let text = if files.is_none() { text.replace("{files}", "{{files}}") } else { text.clone() };
            match expanded(CommandLine::Shell(text)) {
                CommandLine::Shell(text) => format!("sh -c {}", quoted(&text, secrets)),
                CommandLine::Argv(words) => shell_words::join(words),
            }
        }
    }
}

/// A word as one would type it, its secrets masked. A word that is a secret as a whole is no pattern for a shell,
/// so it needs no quotes.
fn quoted(word: &str, secrets: &Secrets) -> String {
    match secrets.mask(word) {
        masked if masked == "***" => masked.into_owned(),
        masked => shell_words::quote(&masked).into_owned(),
    }
}
