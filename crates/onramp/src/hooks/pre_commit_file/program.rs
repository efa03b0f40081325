use std::ffi::OsStr;
use std::path::Path;

use onramp_exec::Environment;

/// A program that runs the hooks of the file which do not run as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delegate {
    Prek,
    PreCommit,
}

impl Delegate {
    /// The one that is installed; prek, where both are.
    pub(crate) fn find(environment: &Environment, root: &Path) -> Option<Self> {
        let is_there = |delegate: &Self| has(environment, delegate.name(), root);
        [Self::Prek, Self::PreCommit].into_iter().find(is_there)
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Prek => "prek",
            Self::PreCommit => "pre-commit",
        }
    }

    /// The command that installs one of them, with what the machine has.
    pub(crate) fn remedy(environment: &Environment, root: &Path) -> &'static str {
        match () {
            () if has(environment, "uv", root) => "uv tool install prek",
            () if has(environment, "pipx", root) => "pipx install prek",
            () => "python3 -m pip install prek",
        }
    }
}

fn has(environment: &Environment, program: &str, root: &Path) -> bool {
    environment.find_program(OsStr::new(program), root).is_ok()
}
