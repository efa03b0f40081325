//! What comes before any task: the repository, the lock, and what a killed hook has left.

use std::path::Path;

use onramp_core::{Failure, Level, Reporter};
use onramp_git::{GitError, Repository, Shadow, Staged};

use crate::Error;
use crate::hooks::{Hook, HookVariables};
use crate::session::Session;
use crate::task_lock::TaskLock;
use crate::words::count;

pub(in crate::hooks) fn repository(session: &Session, hook: &Hook) -> Result<Repository, Error> {
    let outermost = session.outermost();
    let mut environment = outermost.environment.clone();
    let HookVariables { index_file, git_dir, git_work_tree, .. } = &hook.variables;
    let told = [("GIT_INDEX_FILE", index_file), ("GIT_DIR", git_dir), ("GIT_WORK_TREE", git_work_tree)];
    for (name, value) in told {
        if let Some(value) = value {
            environment.set(name, value);
        }
    }
    Ok(Repository::of_hook(&outermost.root, &session.launcher, &environment).map_err(failure)?)
}

/// Two hooks at once would share a shadow.
pub(super) fn lock(session: &Session) -> Result<TaskLock, Failure> {
    let path = session.state.lock("hooks");
    TaskLock::acquire(&path, session.launcher.cancel(), |pid| {
        let message = format!("waiting for a hook in this work tree, process {pid}");
        session.reporter.notice(Level::Note, &message);
    })
}

pub(super) fn rescue(session: &Session, shadow: &Shadow<'_>) -> Result<(), Failure> {
    let rescued = shadow.rescue().map_err(|error| {
        Failure::environment(format!("what a killed hook has left cannot be looked at: {error}"))
    })?;
    for rescued in rescued {
        let (path, place) = (rescued.path.display(), rescued.place.display());
        let message = if rescued.path == rescued.place {
            format!("{path} was put back: a hook was killed while it changed it")
        } else {
            format!("a hook was killed while it changed {path}; what was in it then lies in {place}")
        };
        session.reporter.notice(Level::Warning, &message);
    }
    Ok(())
}

pub(super) fn count_unmerged(staged: &Staged, first: &Path) -> String {
    match staged.unmerged.len() {
        1 => first.display().to_string(),
        more => format!("{}, {} among them,", count(more, "file"), first.display()),
    }
}

pub(in crate::hooks) fn failure(error: GitError) -> Failure {
    match &error {
        GitError::Cancelled => Failure::interrupted(),
        GitError::Locked { lock, holder: None } => {
            Failure::environment(error.to_string()).hint(format!("rm {}", lock.display()))
        }
        GitError::Storage { folder, .. } => {
            onramp_database::blame_storage(Failure::environment(error.to_string()), &[folder])
        }
        _ => Failure::environment(error.to_string()),
    }
}
