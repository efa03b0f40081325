use std::path::Path;

use onramp_core::{Dialect, Failure};
use onramp_exec::{Environment, ProcessSpec};

use crate::alembic::{Command, elsewhere, explain};
use crate::{CommandSpec, Context, MigrateSpec};

/// A tool of the project with one database and one folder of revisions.
pub(crate) struct Tool<'a> {
    pub(crate) spec: &'a MigrateSpec,
    pub(crate) commands: &'a CommandSpec,
    pub(crate) dialect: Dialect,
    /// The sources that it runs on: the root of the project, or that of another revision of it.
    pub(crate) sources: &'a Path,
    /// The folder of the revisions that it works on.
    pub(crate) versions: &'a Path,
    /// The project's environment with the database's URL in it.
    pub(crate) environment: Environment,
    pub(crate) cx: &'a Context<'a>,
}

impl Tool<'_> {
    /// Runs a command to its end. The failure's message is what the tool said, where that can be told.
    pub(crate) fn run(&self, command: Command<'_>) -> Result<(), Failure> {
        let Some(process) = self.process(command) else { return Ok(()) };
        self.cx.launcher.run(&process, self.cx.output.clone()).map_err(explain)
    }

    /// What the tool prints about the revision that the database is at; `None` where it has no command for that.
    pub(crate) fn print_current(&self) -> Result<Option<String>, Failure> {
        let Some(process) = self.process(Command::Current) else { return Ok(None) };
        let captured = self.cx.launcher.capture(&process)?;
        if captured.status.success() {
            return Ok(Some(captured.stdout));
        }
        let tail = captured.stderr.lines().chain(captured.stdout.lines()).map(str::to_owned).collect();
        let command = process.display(self.cx.launcher.secrets());
        Err(Failure { tail, log: process.log, ..Failure::task(format!("`{command}` failed")) })
    }

    fn process(&self, command: Command<'_>) -> Option<ProcessSpec> {
        let mut argv = self.commands.argv(command, self.dialect, self.versions)?;
        if self.sources != self.spec.root {
            argv = elsewhere(argv, &self.spec.root, self.sources);
        }
        let mut process = ProcessSpec::new(argv, self.sources, self.environment.clone());
        process.log = self.cx.log.clone();
        Some(process)
    }
}

impl CommandSpec {
    /// The command line; `None` for one that is not given.
    fn argv(&self, command: Command<'_>, dialect: Dialect, versions: &Path) -> Option<Vec<String>> {
        let (words, own) = match command {
            Command::Upgrade(_) => (&self.upgrade, None),
            Command::Downgrade(revision) => (&self.downgrade, Some(("revision", revision))),
            Command::Revision(message) => (&self.revision, Some(("message", message))),
            Command::Current => (self.current.as_ref()?, None),
        };
        let versions = versions.to_string_lossy();
        let values = [("dialect", dialect.name()), ("versions", &*versions)].into_iter().chain(own);
        let values: Vec<(&str, &str)> = values.collect();
        Some(words.iter().map(|word| expand(word, &values)).collect())
    }

    /// Whether its way back leads to a revision and not by one.
    pub(crate) fn downgrade_leads_anywhere(&self) -> bool {
        self.downgrade.iter().any(|word| word.contains("{revision}"))
    }
}

/// Replaces each `{name}` of `values`, and nothing in what it puts there.
fn expand(word: &str, values: &[(&str, &str)]) -> String {
    let mut result = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find('{') {
        result.push_str(&rest[..start]);
        let inner = &rest[start + 1..];
        let known = inner.split_once('}').and_then(|(name, behind)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (value, behind))
        });
        match known {
            Some((value, behind)) => {
                result.push_str(value);
                rest = behind;
            }
            None => {
                result.push('{');
                rest = inner;
            }
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_once() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let spec = CommandSpec {
            upgrade: words(&["up", "--dir={versions}", "{dialect}"]),
            downgrade: words(&["down"]),
            revision: words(&["diff", "{message}", "{versions}", "{}", "{x"]),
            ..CommandSpec::default()
        };
        let argv = |command| spec.argv(command, Dialect::Sqlite, Path::new("/a b"));
        assert_eq!(argv(Command::Upgrade("head")).unwrap(), ["up", "--dir=/a b", "sqlite"]);
        assert_eq!(argv(Command::Downgrade("0001")).unwrap(), ["down"]);
        assert_eq!(
            argv(Command::Revision("add {dialect}")).unwrap(),
            ["diff", "add {dialect}", "/a b", "{}", "{x"]
        );
        assert_eq!(argv(Command::Current), None);
        assert!(!spec.downgrade_leads_anywhere());
    }
}
