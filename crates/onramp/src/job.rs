use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use onramp_config::{CommandLine, Commands, FileSet};

use crate::checkout::Checkout;
use crate::context::RustWork;

/// What a node of the task graph carries: the work and what decides whether it has to be done.
pub(crate) struct Job {
    /// The workspace or member that the task belongs to.
    pub(crate) checkout: Arc<Checkout>,
    /// One line about it.
    pub(crate) description: Option<String>,
    /// What it does.
    pub(crate) work: Work,
    /// What it reads and writes. `None`: it runs whenever it is asked for.
    pub(crate) cache: Option<CacheSpec>,
}

/// What a task does.
pub(crate) enum Work {
    /// It runs the commands of the configuration.
    Commands(CommandWork),
    /// It calls a function.
    Rust {
        /// The function.
        work: RustWork,
        /// What the user typed behind the task's name.
        arguments: Vec<String>,
    },
}

/// Commands of the configuration, one after the other.
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
    /// How long the task may take.
    pub(crate) timeout: Option<Duration>,
}

/// What a task declares to read and write, as patterns relative to its directory.
pub(crate) struct CacheSpec {
    /// What its success is recorded under: its name and, where it has two forms, the form. A formatter that
    /// checks and the same one that formats must not take each other's record.
    pub(crate) record: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
}

/// A command as it stands in the configuration.
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
