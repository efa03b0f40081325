use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use onramp_git::GitError;
use onramp_git::hooks::{HookError, HooksFolder};

use crate::hooks::HookVariables;
use crate::session::Session;
use crate::{Error, ExitStatus};
pub(crate) use status::{State, state};

mod changes;
mod file_status;
pub(crate) mod import;
mod install;
mod run;
mod status;
mod uninstall;

/// Git hooks that run what [hooks] names
#[derive(Args, Debug)]
pub(crate) struct HooksArgs {
    #[command(subcommand)]
    verb: HooksVerb,
}

impl HooksArgs {
    /// What is to be imported, if that is what is asked for.
    pub(crate) fn import(&self) -> Option<&import::ImportArgs> {
        match &self.verb {
            HooksVerb::Import(args) => Some(args),
            _ => None,
        }
    }
}

#[derive(Debug, Subcommand)]
enum HooksVerb {
    Run(run::RunArgs),
    Install(install::InstallArgs),
    Uninstall(uninstall::UninstallArgs),
    Status(status::StatusArgs),
    Import(import::ImportArgs),
}

pub(crate) fn run(
    session: &Session,
    args: &HooksArgs,
    variables: HookVariables,
) -> Result<ExitStatus, Error> {
    match &args.verb {
        HooksVerb::Run(args) => run::run(session, args, variables),
        HooksVerb::Install(args) => install::run(session, args),
        HooksVerb::Uninstall(args) => uninstall::run(session, args),
        HooksVerb::Status(_) => status::run(session),
        // Done before there is a session: there may be no configuration yet.
        HooksVerb::Import(_) => Ok(ExitStatus::Success),
    }
}

/// Git could not tell where hooks lie.
fn no_answer(error: GitError) -> Error {
    match error {
        GitError::Cancelled => Error::Reported(ExitStatus::Interrupted),
        error => Error::environment(error.to_string()),
    }
}

/// A hook could not be looked at or written.
fn unusable(error: HookError) -> Error {
    Error::environment(format!("the hook could not be changed: {error}"))
}

/// Whether husky makes the folder: it takes no hooks of others, and writes its own anew at each installation of packages.
pub(crate) fn is_of_husky(folder: &HooksFolder) -> bool {
    folder.path.ends_with(".husky/_")
}

/// A path with all links followed, where that can be done.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
