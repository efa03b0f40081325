use clap::Args;
use onramp_git::hooks::{Force, Step};

use super::changes::{Change, Changes};
use crate::git_hooks::GitHooks;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Take the hooks away again, and put back what was there before
///
/// Only what `hooks install` has written is removed. A hook of ours that somebody has changed is left alone, unless
/// --force is given.
#[derive(Args, Debug)]
pub(crate) struct UninstallArgs {}

pub(crate) fn run(session: &Session, _args: &UninstallArgs) -> Result<ExitStatus, Error> {
    let hooks = GitHooks::find(session).map_err(super::no_answer)?;
    let force = if session.options.force { Force::Yes } else { Force::No };
    let mut changes = Changes::default();
    for found in hooks.places() {
        let (place, _) = found.map_err(super::unusable)?;
        match place.to_uninstall(force) {
            Err(refusal) => changes.refused.push(refusal),
            Ok(Step::Keep) => {}
            Ok(step) => {
                if !session.options.dry_run {
                    place.take(step, &[]).map_err(super::unusable)?;
                }
                changes.made.push(Change { step, place, tasks: None, manager: None });
            }
        }
    }
    if changes.made.is_empty() && changes.refused.is_empty() && !session.json() {
        session.say("no hooks of Onramp are installed");
    }
    changes.tell(session, &hooks, "uninstall")
}
