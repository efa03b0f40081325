use std::fs;

use clap::Args;
use onramp_core::{Level, Reporter};
use onramp_git::hooks::{Force, HookPlace, Reach, Step};

use super::changes::{Change, Changes};
use crate::git_hooks::GitHooks;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Have git run what [hooks] names
///
/// A hook that is there already is kept under the name STAGE.before-onramp, and runs first; one of prek or pre-commit is
/// set aside as STAGE.replaced-by-onramp where [hooks] delegate has Onramp run .pre-commit-config.yaml. A stage that [hooks] no
/// longer names loses its hook, and gets back what was there before. The hooks serve every worktree of the repository.
///
/// Hooks go where git looks for them, unless core.hooksPath names a folder that other repositories use too. A hook of
/// ours that somebody has changed is left alone, unless --force is given.
#[derive(Args, Debug)]
pub(crate) struct InstallArgs {
    /// Write into the folder that core.hooksPath names even if other repositories use it too; nothing happens there
    /// in a repository without an onramp.toml in the same place
    #[arg(long)]
    into_shared: bool,
}

pub(crate) fn run(session: &Session, args: &InstallArgs) -> Result<ExitStatus, Error> {
    let hooks = GitHooks::find(session).map_err(super::no_answer)?;
    check_folder(&hooks, args)?;
    let force = if session.options.force { Force::Yes } else { Force::No };
    let mut changes = Changes::default();
    for found in hooks.places() {
        let (place, configured) = found.map_err(super::unusable)?;
        let step = match configured {
            Some(configured) => match place.to_set_aside().filter(|_| configured.has_file) {
                Some(step) => Ok(step),
                None => place.to_install(&configured.text, force),
            },
            None if place.is_ours() => place.to_uninstall(force),
            None => continue,
        };
        match step {
            Err(refusal) => changes.refused.push(refusal),
            Ok(step) => {
                let text = configured.map(|configured| configured.text.as_slice()).unwrap_or_default();
                let manager = place.manager();
                if step == Step::SetAside {
                    warn_of_legacy(session, &hooks, &place);
                }
                if let (Some(replaced), Some(false)) = (&place.replaced, configured.map(|c| c.has_file)) {
                    let file = hooks.shown(replaced);
                    let message = format!("{file} is kept and does not run, and neither does what it is for");
                    session.reporter.notice(Level::Warning, &message);
                }
                if step == Step::Chain {
                    warn_of_name(session, &hooks, &place);
                }
                if !session.options.dry_run {
                    place.take(step, text).map_err(super::unusable)?;
                }
                changes.made.push(Change {
                    step,
                    place,
                    tasks: configured.map(|c| c.tasks.clone()),
                    manager,
                });
            }
        }
    }
    if hooks.configured.is_empty() {
        session
            .reporter
            .notice(Level::Note, "[hooks] of onramp.toml names no stage, so there is nothing to install");
    }
    changes.tell(session, &hooks, "install")
}

/// Fails where hooks of ours would be run by others, or by nobody.
fn check_folder(hooks: &GitHooks, args: &InstallArgs) -> Result<(), Error> {
    let folder = &hooks.folder;
    let told = folder.hooks_path.as_ref().map_or_else(
        || format!("the hooks of this repository lie in {}", super::real(&folder.path).display()),
        |path| format!("core.hooksPath is `{}` ({}, {})", path.value, path.scope, path.origin),
    );
    match folder.reach {
        Reach::Nobody => Err(Error::environment(format!("{told}, so git runs no hooks at all"))
            .hint("remove the empty core.hooksPath, then: onramp hooks install")),
        Reach::Shared if !args.into_shared => {
            Err(Error::environment(format!("{told}, which is not of this repository alone")).hint(
                "to use a folder of this repository, in which case the hooks of that one no longer run here:\n    \
                 git config --local core.hooksPath .githooks && onramp hooks install\n\
                 to write there all the same:\n    \
                 onramp hooks install --into-shared",
            ))
        }
        Reach::Repository if super::is_of_husky(folder) => {
            Err(Error::environment(format!("{told}, and husky writes that folder anew each time")).hint(
                "put this line into .husky/pre-commit, and the like into the others: onramp hooks run pre-commit \"$@\"\n\
                 or do without husky: git config --local --unset core.hooksPath && onramp hooks install",
            ))
        }
        Reach::Repository | Reach::Shared => Ok(()),
    }
}

/// Warns of a hook that pre-commit has found and runs itself, and that nobody runs without it.
fn warn_of_legacy(session: &Session, hooks: &GitHooks, place: &HookPlace) {
    let legacy = place.file.with_file_name(format!("{}.legacy", place.stage));
    if legacy.exists() {
        let message = format!(
            "{} was run by the hook of pre-commit, and no longer is: move it to {}.before-onramp to have it run first",
            hooks.shown(&legacy),
            place.stage
        );
        session.reporter.notice(Level::Warning, &message);
    }
}

/// Warns of a hook that asks for its own name, which is another one now.
fn warn_of_name(session: &Session, hooks: &GitHooks, place: &HookPlace) {
    let Ok(text) = fs::read(&place.file) else { return };
    let text = String::from_utf8_lossy(&text);
    let asks = text.contains("${0##*/}") || (text.contains("basename") && text.contains("$0"));
    if asks {
        let file = hooks.shown(&place.file);
        let message = format!(
            "the hook that was in {file} asks for its own name, and is called {}.before-onramp now: see whether it \
             does the same",
            place.stage
        );
        session.reporter.notice(Level::Warning, &message);
    }
}
