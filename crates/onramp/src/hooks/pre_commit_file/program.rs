use std::ffi::OsStr;
use std::path::Path;

use onramp_exec::Environment;

use super::FileHooks;

/// A program that runs the hooks of the file which do not run as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delegate {
    Prek,
    PreCommit,
}

impl Delegate {
    /// The one that is installed and understands the file; prek, where both do.
    pub(crate) fn find(environment: &Environment, root: &Path, file: &FileHooks) -> Option<Self> {
        let is_there = |delegate: &&Self| has(environment, delegate.name(), root);
        Self::candidates(file).iter().find(is_there).copied()
    }

    /// What is needed and not there.
    pub(crate) fn missing(file: &FileHooks) -> &'static str {
        match Self::candidates(file) {
            [_] => "prek, which is not installed",
            _ => "prek or pre-commit, and neither is installed",
        }
    }

    fn candidates(file: &FileHooks) -> &'static [Self] {
        if file.is_of_prek { &[Self::Prek] } else { &[Self::Prek, Self::PreCommit] }
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
