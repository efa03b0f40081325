use std::collections::HashSet;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};
use onramp_core::{Cancel, Failure, Secrets, TaskId};
use onramp_exec::Launcher;

use crate::audit;
use crate::changes::ChangeArgs;
use crate::cli::{Cli, Verb};
use crate::commands;
use crate::context::{RustTask, TaskContext};
use crate::env_vars::Surroundings;
use crate::hooks::HookVariables;
use crate::options::{self, Global, Options};
use crate::origin::Origin;
use crate::own_build;
use crate::presentation::{present, usage};
use crate::reporter::{self, Queue};
use crate::results::Recording;
use crate::session::{RunState, Session, reap_leftovers};
use crate::signals::SignalGuard;
use crate::stand_in;
use crate::{Error, ExitStatus, Printer};

/// What one types to start a repository's own xtask.
const XTASK: &str = "cargo xtask";

/// The program: the built-in verbs, and a repository's own tasks.
#[derive(Default)]
pub struct Onramp {
    tasks: Vec<RustTask>,
}

impl Onramp {
    /// The built-in verbs alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task written in Rust. It is a node of the task graph under the name `task:NAME`, and a verb of
    /// its own on the command line unless a built-in verb has that name.
    #[must_use]
    pub fn task(
        mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        work: impl Fn(&TaskContext<'_>) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> Self {
        self.tasks.push(RustTask {
            name: name.into(),
            description: description.into(),
            needs: Vec::new(),
            work: Arc::new(work),
        });
        self
    }

    /// Names the tasks that must succeed before the task starts that was added last, each as
    /// `section:name`. Tasks of the configuration may in turn need `task:NAME` of one written in Rust.
    #[must_use]
    pub fn needs<S: Into<String>>(mut self, needs: impl IntoIterator<Item = S>) -> Self {
        if let Some(task) = self.tasks.last_mut() {
            task.needs.extend(needs.into_iter().map(Into::into));
        }
        self
    }

    /// Does what the process's command line asks for. May be called more than once in one process.
    pub fn main(self) -> ExitCode {
        self.main_from(std::env::args_os())
    }

    /// Does what `arguments` ask for, of which the first is the program's name.
    pub fn main_from(self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        let arguments = arguments.into_iter().collect();
        // The panic's own message has been printed by the time it arrives here.
        catch_unwind(AssertUnwindSafe(|| self.run(arguments))).unwrap_or(ExitStatus::Bug).into()
    }

    fn run(self, arguments: Vec<OsString>) -> ExitStatus {
        let secrets = Secrets::new();
        let printer = Arc::new(Printer::new(secrets.clone(), program(&arguments)));
        let surroundings = match Surroundings::of_process() {
            Ok(surroundings) => surroundings,
            Err(error) => {
                printer.message(&format!("error: the current directory cannot be read: {error}"));
                return ExitStatus::Environment;
            }
        };
        let wishes = options::Wishes::read(&arguments, &surroundings, &printer);
        // A verb of its own for each of a hundred thousand tasks would fill a gigabyte. Those that are not
        // named are of interest only to help, and to whoever has mistyped one.
        let named: HashSet<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        let short = self.command_line(&arguments, |task| named.contains(task));
        let matches = short
            .try_get_matches_from(&arguments)
            .or_else(|_| self.command_line(&arguments, |_| true).try_get_matches_from(&arguments));
        let matches = match matches {
            Ok(matches) => matches,
            Err(error) => return usage(&printer, wishes.format, wishes.colour, &error),
        };
        let is_hook = matches.subcommand_name() == Some("hooks");
        let refreshed = match is_hook && printer.is_xtask() {
            true => own_build::refresh(&arguments, &surroundings),
            false => Ok(()),
        };
        let result = refreshed.and_then(|()| self.dispatch(&matches, surroundings, secrets, &printer));
        let status = match result {
            Ok(status) => status,
            Err(error) => {
                present(&printer, wishes.format, &error);
                error.status()
            }
        };
        match printer.lost_data() {
            Some(why) if status == ExitStatus::Success => {
                printer.message(&format!("error: the answer could not be written: {why}"));
                ExitStatus::Environment
            }
            _ => status,
        }
    }

    /// The command line with a verb for each task written in Rust that is `wanted`.
    fn command_line(&self, arguments: &[OsString], wanted: impl Fn(&str) -> bool) -> Command {
        let mut command = Cli::command();
        if program(arguments) == XTASK {
            command = command.name("xtask").bin_name(XTASK);
        }
        // Not asked of the command line for each task: it looks through all its verbs for the answer.
        let mut taken: HashSet<String> = verbs(&command);
        for task in self.tasks.iter().filter(|task| wanted(&task.name)) {
            if taken.insert(task.name.clone()) {
                let trailing = Arg::new("arguments")
                    .action(ArgAction::Append)
                    .num_args(0..)
                    .trailing_var_arg(true)
                    .allow_hyphen_values(true)
                    .help("Handed to the task");
                command = command.subcommand(
                    Command::new(task.name.clone()).about(task.description.clone()).arg(trailing),
                );
            }
        }
        command
    }

    fn dispatch(
        self,
        matches: &ArgMatches,
        surroundings: Surroundings,
        secrets: Secrets,
        printer: &Arc<Printer>,
    ) -> Result<ExitStatus, Error> {
        let own_task = matches.subcommand().and_then(|(name, matches)| {
            let builtin = Cli::command().find_subcommand(name).is_some();
            let arguments = || matches.get_many::<String>("arguments").unwrap_or_default().cloned().collect();
            (!builtin).then(|| (TaskId::new("task", name), arguments()))
        });
        let global = Global::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
        let verb = match own_task {
            Some((task, arguments)) => {
                let session = self.session(&global, surroundings, secrets, printer)?;
                return with_signals(&session, || {
                    let named = session.outermost().name(&task);
                    let changes = ChangeArgs::default();
                    commands::run::with_arguments(&session, task.name(), &named, arguments, &changes)
                });
            }
            None => Verb::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?,
        };
        if let Verb::Hooks(args) = &verb
            && let Some(import) = args.import()
        {
            return commands::hooks::import::run(import, &global, &surroundings, printer);
        }
        if let Verb::Migrate(args) = &verb
            && let Some(args) = args.audit()
        {
            use commands::migrate::audit;
            let own_tasks: Vec<TaskId> =
                self.tasks.iter().map(|task| TaskId::new("task", &task.name)).collect();
            let mut begun = audit::begin(args, &global, &own_tasks, &surroundings, secrets.clone(), printer)?;
            if !args.replay {
                return begun.finish();
            }
            let global = stand_in::workspace(&global, &surroundings)?;
            let session = self.session(&global, surroundings, secrets, printer)?;
            return with_signals(&session, || match audit::replay::replay(&session, &mut begun)? {
                Some(ExitStatus::Interrupted) => Ok(ExitStatus::Interrupted),
                // What was read is told without a server, too.
                Some(status) => begun.finish().map(|_| status),
                None => begun.finish(),
            });
        }
        match verb {
            Verb::Completions(args) => {
                return commands::completions::run(&args, &mut self.command_line(&[], |_| true), printer);
            }
            Verb::Schema(_) => return commands::schema::run(printer),
            Verb::Reference(args) => {
                return commands::reference::run(&args, self.command_line(&[], |_| true), printer);
            }
            Verb::KeepServer(_) => return commands::keep_server::run(&surroundings, secrets, printer),
            Verb::Version => {
                printer.data(concat!("onramp ", env!("CARGO_PKG_VERSION")));
                return Ok(ExitStatus::Success);
            }
            _ => {}
        }
        let mut surroundings = surroundings;
        let variables = match &verb {
            Verb::Hooks(_) => HookVariables::take_from(&mut surroundings.environment),
            _ => HookVariables::default(),
        };
        let session = match sources(&verb) {
            Some(words) if has_no_project(&global, &surroundings) => {
                self.session_without_project(&global, surroundings, secrets, printer, &words)?
            }
            _ => self.session(&global, surroundings, secrets, printer)?,
        };
        if let Verb::Exec(args) = verb {
            return commands::exec::run(&session, &args);
        }
        with_signals(&session, || match verb {
            Verb::Setup(args) => commands::setup::run(&session, &args),
            Verb::Doctor(args) => commands::doctor::run(&session, &args),
            Verb::Hooks(args) => commands::hooks::run(&session, &args, variables),
            Verb::Fmt(args) => commands::fmt::run(&session, &args),
            Verb::Lint(args) => commands::lint::run(&session, &args),
            Verb::Test(args) => commands::test::run(&session, &args),
            Verb::Build(args) => commands::build::run(&session, &args),
            Verb::Run(args) => commands::run::run(&session, &args),
            Verb::Why(args) => commands::why::run(&session, &args),
            Verb::Cache(args) => commands::cache::run(&session, &args),
            Verb::Tasks(args) => commands::tasks::run(&session, &args),
            Verb::Graph(args) => commands::graph::run(&session, &args),
            Verb::Db(args) => commands::db::run(&session, &args),
            Verb::Migrate(args) => commands::migrate::run(&session, &args),
            Verb::Exec(_)
            | Verb::Completions(_)
            | Verb::Schema(_)
            | Verb::Reference(_)
            | Verb::KeepServer(_)
            | Verb::Version => Ok(ExitStatus::Success),
        })
    }

    /// A session for a verb that is about `words` alone, where there is no configuration.
    fn session_without_project(
        self,
        global: &Global,
        surroundings: Surroundings,
        secrets: Secrets,
        printer: &Arc<Printer>,
        words: &[&str],
    ) -> Result<Session, Error> {
        let directory = directory(global, &surroundings)?;
        for word in words {
            if !word.contains("://") && !directory.join(word).exists() {
                let error = Error::usage(format!("`{word}` is no file, no folder and no database URL"));
                return Err(error.hint("only in a project with an onramp.toml, it may be a git revision"));
            }
        }
        let global = stand_in::workspace(global, &surroundings)?;
        let session = self.session(&global, surroundings, secrets, printer)?;
        Ok(Session { directory, has_project: false, ..session })
    }

    fn session(
        self,
        global: &Global,
        surroundings: Surroundings,
        secrets: Secrets,
        printer: &Arc<Printer>,
    ) -> Result<Session, Error> {
        let options = Options::resolve(global, &surroundings, printer)?;
        let directory = directory(global, &surroundings)?;
        let origin = Origin {
            directory,
            file: global.config.clone(),
            provider: global.env,
            environment: surroundings.environment,
        };
        let checkouts = origin.checkouts(&self.tasks, &secrets)?;
        // Whatever is asked for now: what a killed run has left behind goes first.
        reap_leftovers(&checkouts);
        let state = checkouts[0].state.clone();
        let cancel = Cancel::new();
        let recording = Arc::<Recording>::default();
        let reporter = reporter::reporter(&options, Arc::clone(printer), &checkouts, &recording);
        let session = Session {
            options,
            printer: Arc::clone(printer),
            reporter: Arc::new(Queue::new(reporter, cancel.clone())),
            recording,
            launcher: Launcher::new(cancel, secrets).with_leases(state.leases()),
            checkouts,
            rust_tasks: self.tasks,
            directory: origin.directory.clone(),
            has_project: true,
            origin,
            temporary: surroundings.temporary,
            state,
            strace: None,
            is_idle: Arc::default(),
            run: RunState::default(),
        };
        audit::put_back_leftovers(&session);
        commands::migrate::settle(&session);
        Ok(session)
    }
}

/// What a verb reads that is given all that it is about by name, and needs no project for it.
fn sources(verb: &Verb) -> Option<Vec<&str>> {
    match verb {
        Verb::Db(args) => args.sources(),
        Verb::Migrate(args) => args.sources(),
        _ => None,
    }
}

/// Whether nobody has named a configuration, and there is none around.
fn has_no_project(global: &Global, surroundings: &Surroundings) -> bool {
    global.config.is_none()
        && directory(global, surroundings)
            .is_ok_and(|directory| onramp_config::find_root(&directory).is_none())
}

/// Where one stands, with all links followed.
fn directory(global: &Global, surroundings: &Surroundings) -> Result<PathBuf, Error> {
    let directory = match &global.directory {
        Some(directory) => surroundings.directory.join(directory),
        None => surroundings.directory.clone(),
    };
    directory
        .canonicalize()
        .map_err(|error| Error::usage(format!("{} cannot be stood in: {error}", directory.display())))
}

/// Every name that stands for a verb.
fn verbs(command: &Command) -> HashSet<String> {
    let names = command
        .get_subcommands()
        .flat_map(|verb| std::iter::once(verb.get_name()).chain(verb.get_all_aliases()));
    names.map(str::to_owned).collect()
}

/// How one types the program that has this command line.
fn program(arguments: &[OsString]) -> &'static str {
    let program = arguments.first().map(Path::new).and_then(Path::file_stem);
    if program.is_some_and(|name| name == "xtask") { XTASK } else { "onramp" }
}

/// Runs a verb while signals are turned into a request to cancel, and shows everything that was reported
/// before it returns.
fn with_signals(
    session: &Session,
    verb: impl FnOnce() -> Result<ExitStatus, Error>,
) -> Result<ExitStatus, Error> {
    let cancel = session.launcher.cancel().clone();
    let guard = SignalGuard::listen(cancel, session.events(), Arc::clone(&session.is_idle))
        .map_err(|error| Error::environment(format!("signals cannot be listened to: {error}")))?;
    let result = verb();
    session.reporter.close();
    // Only now: a reader that does not read can still be got rid of by a signal.
    drop(guard);
    result
}
