//! What decides the result of a task's commands, apart from the files they read and the tasks they need: the
//! aspects of its action, each by the name under which `why` tells of it.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use onramp_cache::Digest;
use onramp_config::CommandLine;
use onramp_core::Secrets;
use onramp_exec::Environment;

use crate::checkout::Checkout;
use crate::job::{BuiltinWork, CommandWork, Job, Work};
use crate::programs::Place;
use crate::session::Session;

/// Where the tools come from. It is a part of every key, so that a result of one provider never answers for
/// another one.
const PROVIDER: &str = "host";

/// The shell that runs a text.
const SHELL: &str = "sh";

/// What the configuration, the user and the machine say of a task.
pub(super) fn aspects(session: &Session, job: &Job) -> BTreeMap<String, String> {
    let mut aspects = Aspects { all: BTreeMap::new(), secrets: session.launcher.secrets() };
    match &job.work {
        Work::Commands(work) => aspects.describe(session, &job.checkout, work),
        Work::Builtin(work) => aspects.describe_builtins(&job.checkout, work),
        Work::Rust { arguments, .. } => aspects.list("argument", arguments),
    }
    if let Some(cache) = &job.cache {
        aspects.list("outputs", &cache.outputs);
    }
    aspects.all
}

struct Aspects<'a> {
    all: BTreeMap<String, String>,
    secrets: &'a Secrets,
}

impl Aspects<'_> {
    fn describe(&mut self, session: &Session, checkout: &Checkout, work: &CommandWork) {
        self.add("provider", PROVIDER);
        self.add("folder", &checkout.relative(&work.directory).to_string_lossy());
        let environment = work.environment(checkout);
        for (number, command) in work.commands.iter().enumerate() {
            let name = format!("command {}", number + 1);
            // Word by word: a text for people looks the same for `sh -c 'a b'` and for a shell's `a b`.
            match command {
                CommandLine::Argv(words) => self.add(&name, &format!("argv {words:?}")),
                CommandLine::Shell(text) => self.add(&name, &format!("shell {text}")),
            }
            let program = program_of(command, checkout, work);
            self.add_program(session, checkout, work, &environment, &program);
        }
        self.add_tools(session, checkout, work);
        if work.splits_itself() {
            self.add("shard", &work.shard.to_string());
        }
        self.list("argument", &work.arguments);
        if let Some(files) = &work.files {
            self.list("files", &files.include);
            self.list("exclude", &files.exclude);
            self.list("types", &files.types);
        }
        self.add_environment(checkout, work, &environment);
    }

    /// Of what is built in, the version of Onramp is the program.
    fn describe_builtins(&mut self, checkout: &Checkout, work: &BuiltinWork) {
        self.add("folder", &checkout.relative(&work.directory).to_string_lossy());
        self.add("program onramp", concat!("version ", env!("CARGO_PKG_VERSION")));
        for builtin in &work.builtins {
            self.add(&format!("built-in {}", builtin.name()), &format!("{builtin:?}"));
        }
        self.list("files", &work.files.include);
        self.list("exclude", &work.files.exclude);
        self.list("types", &work.files.types);
    }

    fn add_program(
        &mut self,
        session: &Session,
        checkout: &Checkout,
        work: &CommandWork,
        environment: &Environment,
        program: &str,
    ) {
        let place = Place {
            root: &checkout.root,
            top: &session.outermost().root,
            directory: &work.directory,
            environment,
            memo: &checkout.memo,
        };
        let identity = session.run.programs.identity(program.as_ref(), &place);
        self.add(&format!("program {program}"), &identity);
    }

    /// Adds the tools that the configuration names, because nobody knows what a script starts. They are looked for
    /// on the machine alone: those that lie in the workspace are made by tasks, which are needed.
    fn add_tools(&mut self, session: &Session, checkout: &Checkout, work: &CommandWork) {
        let place = Place {
            root: &checkout.root,
            top: &session.outermost().root,
            directory: &work.directory,
            environment: &checkout.machine,
            memo: &checkout.memo,
        };
        for tool in checkout.config.tools.iter().filter(|tool| !tool.optional) {
            let identity = session.run.programs.identity(tool.program.as_ref(), &place);
            self.add(&format!("tool {}", tool.name), &identity);
        }
    }

    fn add_environment(&mut self, checkout: &Checkout, work: &CommandWork, environment: &Environment) {
        let env = &checkout.config.env;
        let folders: Vec<_> =
            env.path.iter().map(|folder| checkout.relative(folder).to_string_lossy()).collect();
        self.list("search path", &folders);
        self.list("unset", &env.unset);
        let root = checkout.root.to_string_lossy();
        for (name, value) in env.vars.iter().chain(&work.variables) {
            // Two checkouts of the same tree set it to different folders and mean the same.
            self.add(&format!("variable {name}"), &value.replace(&*root, "{root}"));
        }
        for name in env.reads.iter().chain(&work.reads_env) {
            let value = environment.get(name).map(OsStr::to_string_lossy);
            let value = value.map_or_else(|| "not set".to_owned(), |value| format!("{value:?}"));
            self.add(&format!("variable {name}"), &value);
        }
    }

    fn list(&mut self, name: &str, values: &[impl AsRef<str>]) {
        if !values.is_empty() {
            let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
            self.add(name, &format!("{values:?}"));
        }
    }

    /// Adds an aspect. Of a secret only its digest is told, because keys are kept.
    fn add(&mut self, name: &str, value: &str) {
        let masked = self.secrets.mask(value);
        let value = if masked == value {
            value.to_owned()
        } else {
            format!("{masked} (secret {})", &Digest::of(value).hash()[..16])
        };
        self.all.insert(name.to_owned(), value);
    }
}

/// The name of the program that a command starts, its placeholders replaced. One that cannot be is no name of a
/// program.
fn program_of(command: &CommandLine, checkout: &Checkout, work: &CommandWork) -> String {
    let CommandLine::Argv(words) = command else { return SHELL.to_owned() };
    let name = CommandLine::Argv(words.iter().take(1).cloned().collect());
    match name.expand(&work.values(checkout)) {
        Ok(CommandLine::Argv(words)) => words.into_iter().next().unwrap_or_default(),
        Ok(CommandLine::Shell(_)) | Err(_) => String::new(),
    }
}
