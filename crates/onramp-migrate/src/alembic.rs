use std::path::Path;

use onramp_core::{Dialect, Failure, FailureKind};
use onramp_exec::{Environment, ProcessError, ProcessSpec};

use crate::diagnosis::{diagnose, shorten};
use crate::{AlembicSpec, Context, MigrateSpec};

/// What Alembic is asked to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Command<'a> {
    /// To apply what leads to a revision.
    Upgrade(&'a str),
    /// To revert what leads away from a revision; `base` reverts everything.
    Downgrade(&'a str),
    /// To write a revision with that message from the difference between models and database.
    Revision(&'a str),
    /// To name the revisions that the database is at.
    Current,
}

impl AlembicSpec {
    /// The command line.
    pub(crate) fn argv(&self, command: Command<'_>, dialect: Dialect) -> Vec<String> {
        let (whole, verb): (_, &[&str]) = match command {
            Command::Upgrade(_) => (&self.upgrade, &["upgrade", "{revision}"]),
            Command::Downgrade(_) => (&self.downgrade, &["downgrade", "{revision}"]),
            Command::Revision(_) => (&self.revision, &["revision", "--autogenerate", "-m", "{message}"]),
            Command::Current => (&self.current, &["current"]),
        };
        let expand = |word: &str| {
            let word = word.replace("{dialect}", dialect.name());
            match command {
                Command::Upgrade(revision) | Command::Downgrade(revision) => {
                    word.replace("{revision}", revision)
                }
                Command::Revision(message) => word.replace("{message}", message),
                Command::Current => word,
            }
        };
        match whole {
            Some(whole) => whole.iter().map(|word| expand(word)).collect(),
            None => self.program.iter().map(String::as_str).chain(verb.iter().copied()).map(expand).collect(),
        }
    }
}

/// The project's Alembic with one database.
pub(crate) struct Alembic<'a> {
    pub(crate) spec: &'a MigrateSpec,
    pub(crate) start: &'a AlembicSpec,
    pub(crate) dialect: Dialect,
    /// The sources that it runs on: the root of the project, or that of another revision of it.
    pub(crate) sources: &'a Path,
    /// The project's environment with the database's URL in it.
    pub(crate) environment: Environment,
    pub(crate) cx: &'a Context<'a>,
}

impl Alembic<'_> {
    /// Runs a command to its end. The failure's message is what Python or the database said.
    pub(crate) fn run(&self, command: Command<'_>) -> Result<(), Failure> {
        let spec = self.process(command);
        self.cx.launcher.run(&spec, self.cx.output.clone()).map_err(explain)
    }

    /// Runs a command and returns its standard output.
    pub(crate) fn capture(&self, command: Command<'_>) -> Result<String, Failure> {
        let spec = self.process(command);
        let captured = self.cx.launcher.capture(&spec)?;
        if captured.status.success() {
            return Ok(captured.stdout);
        }
        let tail: Vec<String> =
            captured.stderr.lines().chain(captured.stdout.lines()).map(str::to_owned).collect();
        let command = spec.display(self.cx.launcher.secrets());
        let message = diagnose(&tail).unwrap_or_else(|| format!("`{command}` failed"));
        Err(Failure { tail: shorten(tail), log: spec.log, ..Failure::task(message) })
    }

    /// The process of a command.
    pub(crate) fn process(&self, command: Command<'_>) -> ProcessSpec {
        let mut argv = self.start.argv(command, self.dialect);
        if self.sources != self.spec.root {
            argv = elsewhere(argv, &self.spec.root, self.sources);
        }
        let mut spec = ProcessSpec::new(argv, self.sources, self.environment.clone());
        spec.log = self.cx.log.clone();
        spec
    }
}

/// The command with the paths of the project led to the other sources. The program is the project's own: an
/// environment is no part of a revision.
pub(crate) fn elsewhere(argv: Vec<String>, root: &Path, sources: &Path) -> Vec<String> {
    let (root_text, sources) = (root.to_string_lossy(), sources.to_string_lossy());
    let words = argv.into_iter().enumerate().map(|(index, word)| {
        let is_path = word.contains('/') && Path::new(&word).is_relative();
        match index {
            0 if is_path => root.join(&word).to_string_lossy().into_owned(),
            0 => word,
            _ => word.replace(root_text.as_ref(), &sources),
        }
    });
    words.collect()
}

/// Puts what a program said in place of how it ended, where its last lines tell.
pub(crate) fn explain(error: ProcessError) -> Failure {
    let failure = Failure::from(error);
    if failure.kind != FailureKind::Task {
        return failure;
    }
    let message = diagnose(&failure.tail).unwrap_or(failure.message);
    Failure { message, tail: shorten(failure.tail), ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_appended_or_replaced() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut spec =
            AlembicSpec { program: words(&["alembic", "-n", "{dialect}"]), ..AlembicSpec::default() };
        let argv = spec.argv(Command::Revision("add {dialect}"), Dialect::Sqlite);
        assert_eq!(argv, ["alembic", "-n", "sqlite", "revision", "--autogenerate", "-m", "add {dialect}"]);
        spec.downgrade = Some(words(&["flow", "db", "downgrade", "-y", "-r", "{revision}"]));
        let argv = spec.argv(Command::Downgrade("base"), Dialect::Sqlite);
        assert_eq!(argv, ["flow", "db", "downgrade", "-y", "-r", "base"]);
    }
}
