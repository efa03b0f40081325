use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp_core::Secrets;

use crate::Environment;

/// What a process reads on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdin {
    /// Nothing: the end of file at once.
    #[default]
    Null,
    /// These bytes, then the end of file.
    Bytes(Vec<u8>),
}

/// The user a process runs as, for servers that refuse to run as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunAs {
    /// User id. Supplementary groups are dropped.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

/// A process to start.
#[derive(Clone, Debug)]
pub struct ProcessSpec {
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// The working directory.
    pub directory: PathBuf,
    /// The complete environment, to which the launcher adds `PWD`.
    pub environment: Environment,
    /// What it reads.
    pub stdin: Stdin,
    /// The user it runs as; `None` for the user that Onramp runs as.
    pub user: Option<RunAs>,
    /// The file that its output is appended to, created with mode 0600.
    pub log: Option<PathBuf>,
    /// How long it may run before it is ended like a cancelled one.
    pub timeout: Option<Duration>,
}

impl ProcessSpec {
    /// A process with nothing on its standard input, no log and no time limit.
    pub fn new<S: Into<OsString>>(
        argv: impl IntoIterator<Item = S>,
        directory: impl Into<PathBuf>,
        environment: Environment,
    ) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            directory: directory.into(),
            environment,
            stdin: Stdin::Null,
            user: None,
            log: None,
            timeout: None,
        }
    }

    /// The command that an `xshell` expression stands for, run in `environment` with the variables that the
    /// expression sets or removes. The directory is that of the expression's shell.
    pub fn from_xshell(command: xshell::Cmd<'_>, environment: &Environment) -> Self {
        let command = std::process::Command::from(command);
        let mut environment = environment.clone();
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => environment.set(name, value),
                None => environment.unset(name),
            }
        }
        let argv = std::iter::once(command.get_program()).chain(command.get_args());
        let directory = command.get_current_dir().unwrap_or(Path::new("/"));
        Self::new(argv, directory, environment)
    }

    /// The command as one would type it in a shell, secrets masked. They are masked word by word, because
    /// quoting changes how a secret looks.
    pub fn display(&self, secrets: &Secrets) -> String {
        let words = self.argv.iter().map(|word| quoted(&word.to_string_lossy(), secrets));
        secrets.mask(&words.collect::<Vec<_>>().join(" ")).into_owned()
    }
}

/// A word as one would type it, its secrets masked. A word that is a secret as a whole is no pattern for a
/// shell, so it needs no quotes.
fn quoted(word: &str, secrets: &Secrets) -> String {
    match secrets.mask(word) {
        Cow::Owned(mask) if mask.bytes().all(|byte| byte == b'*') => mask,
        masked => shell_words::quote(&masked).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let secrets = Secrets::new();
        secrets.add("it's a secret");
        let argv = ["login", "it's a secret", "--as=it's a secret", "***", "a b"];
        let spec = ProcessSpec::new(argv, "/", Environment::default());
        assert_eq!(spec.display(&secrets), "login *** '--as=***' '***' 'a b'");
    }
}
