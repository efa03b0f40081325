use std::path::Path;
use std::sync::Arc;

use onramp_core::{Event, Failure, Level, Reporter, Stream, TaskId};
use onramp_exec::{Environment, Launcher, LineSink, ProcessError, ProcessSpec};

/// The work of a task that is written in Rust.
pub(crate) type RustWork = Arc<dyn Fn(&TaskContext<'_>) -> Result<(), Failure> + Send + Sync>;

/// A task that a repository's own xtask brings along.
#[derive(Clone)]
pub(crate) struct RustTask {
    pub(crate) name: String,
    pub(crate) description: String,
    /// What it needs, as `section:name`.
    pub(crate) needs: Vec<String>,
    pub(crate) work: RustWork,
}

/// What a task written in Rust works with. Its commands run like those of the configuration: in the
/// workspace's environment, in a session of their own, with their output streamed, masked and logged.
pub struct TaskContext<'a> {
    pub(crate) task: &'a TaskId,
    pub(crate) root: &'a Path,
    pub(crate) directory: &'a Path,
    pub(crate) environment: &'a Environment,
    pub(crate) launcher: &'a Launcher,
    pub(crate) reporter: Arc<dyn Reporter>,
    pub(crate) log: &'a Path,
    pub(crate) arguments: &'a [String],
    pub(crate) options: &'a [String],
    /// What to do where a command fails that it starts, if there is more to say than the error itself does.
    pub(crate) hint: &'a (dyn Fn(&ProcessError) -> Option<String> + Sync),
}

impl TaskContext<'_> {
    /// The root of the workspace that the task belongs to.
    pub fn root(&self) -> &Path {
        self.root
    }

    /// The directory that the user stands in.
    pub fn directory(&self) -> &Path {
        self.directory
    }

    /// What the user typed behind the task's name.
    pub fn arguments(&self) -> &[String] {
        self.arguments
    }

    /// The file that everything the task's commands print is appended to.
    pub fn log(&self) -> &Path {
        self.log
    }

    /// The environment that the task's commands run in.
    pub fn environment(&self) -> &Environment {
        self.environment
    }

    /// A shell to write commands with, at the workspace's root. Change its directory as needed; its commands
    /// are run by [`run`](Self::run) and [`read`](Self::read), never by themselves.
    pub fn shell(&self) -> Result<xshell::Shell, Failure> {
        let shell = xshell::Shell::new().map_err(|error| Failure::environment(error.to_string()))?;
        shell.change_dir(self.root);
        Ok(shell)
    }

    /// Runs a command to its end. Anything but success is an error.
    pub fn run(&self, command: xshell::Cmd<'_>) -> Result<(), Failure> {
        let spec = self.spec(command);
        self.step(&spec.display(self.launcher.secrets()));
        self.launcher.run(&spec, self.lines()).map_err(|error| self.failure(error))
    }

    /// Runs a command to its end and returns its standard output, without the end of its last line.
    pub fn read(&self, command: xshell::Cmd<'_>) -> Result<String, Failure> {
        let spec = self.spec(command);
        let captured = self.launcher.capture(&spec).map_err(|error| self.failure(error))?;
        if captured.status.success() {
            return Ok(captured.stdout);
        }
        let mut failure = Failure::task(format!("`{}` failed", spec.display(self.launcher.secrets())));
        failure.tail = captured.stderr.lines().map(str::to_owned).collect();
        Err(failure)
    }

    /// Runs a verb of this same program in another directory, with the options that this run was given.
    pub fn onramp(&self, directory: &Path, arguments: &[&str]) -> Result<(), Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::environment(format!("this program's own file is unknown: {error}")))?;
        let argv = std::iter::once(program.into_os_string())
            .chain(["-C".into(), directory.into()])
            .chain(self.options.iter().map(Into::into))
            .chain(arguments.iter().map(Into::into));
        let mut spec = ProcessSpec::new(argv, directory, self.environment.clone());
        spec.log = Some(self.log.to_path_buf());
        self.step(&format!("onramp {}", shell_words::join(arguments)));
        self.launcher.run(&spec, self.lines()).map_err(|error| {
            let mut failure = Failure::from(error);
            failure.message = format!("`onramp {}` did not succeed", shell_words::join(arguments));
            failure
        })
    }

    /// Names the part of the work that begins now.
    pub fn step(&self, step: &str) {
        let step = self.launcher.secrets().mask(step).into_owned();
        self.reporter.report(Event::TaskStep { task: self.task.clone(), step });
    }

    /// Prints a line of the task's answer on standard output.
    pub fn print(&self, text: &str) {
        self.reporter.report(Event::TaskAnswer { task: self.task.clone(), text: text.to_owned() });
    }

    /// Says something that is worth a line.
    pub fn note(&self, text: &str) {
        self.reporter.notice(Level::Note, text);
    }

    /// Fails if the user has interrupted the run; to be asked between steps that run no command.
    pub fn check_cancelled(&self) -> Result<(), Failure> {
        if self.launcher.cancel().is_requested() { Err(Failure::interrupted()) } else { Ok(()) }
    }

    /// An error of a command, with the next step.
    pub(crate) fn failure(&self, error: ProcessError) -> Failure {
        let hint = (self.hint)(&error);
        let failure = Failure::from(error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    fn spec(&self, command: xshell::Cmd<'_>) -> ProcessSpec {
        let mut spec = ProcessSpec::from_xshell(command, self.environment);
        spec.log = Some(self.log.to_path_buf());
        spec
    }

    /// Where the lines of a process go that an engine runs for this task.
    pub(crate) fn lines(&self) -> Arc<dyn LineSink> {
        task_lines(self.task.clone(), Arc::clone(&self.reporter))
    }
}

/// Reports the lines of a task's process as events.
pub(crate) fn task_lines(task: TaskId, reporter: Arc<dyn Reporter>) -> Arc<dyn LineSink> {
    Arc::new(move |stream: Stream, line: &str| {
        reporter.report(Event::TaskOutput { task: task.clone(), stream, line: line.to_owned() });
    })
}
