//! The revision of the project whose models tell what was apart before.

use std::sync::Arc;

use clap::Args;
use onramp_core::{Failure, FailureKind, Level, Reporter};
use onramp_git::{GitError, Repository};
use onramp_migrate::{Base, EngineSpec, MigrateSpec};

use crate::Error;
use crate::session::Session;

/// What is checked out, which a user has changed since.
pub(super) const DEFAULT: &str = "HEAD";

/// Which revision of the project the models are compared with.
#[derive(Args, Debug)]
pub(super) struct BaseArgs {
    /// The git revision before the change of the models; what its models asked for already stays out [default: HEAD]
    #[arg(long, value_name = "REVISION", conflicts_with = "no_base")]
    base: Option<String>,
    /// Take the models as they are, and tell nothing apart
    #[arg(long)]
    no_base: bool,
}

impl BaseArgs {
    /// The revision that was named.
    pub(super) fn revision(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The options as they were given.
    pub(super) fn words(&self) -> Vec<String> {
        let base = self.base.iter().map(|revision| format!("--base {revision}"));
        base.chain(self.no_base.then(|| "--no-base".to_owned())).collect()
    }

    /// The revision, with the way to its files. Where nobody named one, a project without git or without a commit has
    /// none. An engine whose models are out of sight has nothing to compare with.
    pub(super) fn find(&self, session: &Session, spec: &MigrateSpec) -> Result<Option<Base>, Error> {
        if let Some(revision) = &self.base {
            return named(session, spec, revision);
        }
        if self.no_base || matches!(spec.engine, EngineSpec::Command(_)) {
            return Ok(None);
        }
        match find(session, DEFAULT) {
            Ok(base) => Ok(base),
            Err(GitError::Cancelled) => Err(Failure::interrupted().into()),
            Err(error) => {
                let message = format!("what was apart before cannot be told: {error}");
                session.reporter.notice(Level::Note, &message);
                Ok(None)
            }
        }
    }
}

/// The revision that a user has named with `--base`.
pub(super) fn named(session: &Session, spec: &MigrateSpec, revision: &str) -> Result<Option<Base>, Error> {
    if matches!(spec.engine, EngineSpec::Command(_)) {
        return Err(Error::usage("--base: the engine `command` knows no models to compare with"));
    }
    find(session, revision).map_err(|error| match error {
        GitError::Cancelled => Failure::interrupted().into(),
        error => Error::usage(format!("--base: {error}")).hint("git log --oneline -5"),
    })
}

/// The revision of that name; `None` where the workspace is not in it.
pub(in crate::commands) fn find(session: &Session, revision: &str) -> Result<Option<Base>, GitError> {
    let checkout = session.workspace();
    let repository = Repository::around(&checkout.root, &session.launcher, &checkout.environment)?;
    let Some(tree) = repository.tree_at(revision)? else { return Ok(None) };
    let content = tree.id().to_owned();
    let (repository_root, below) = (repository.work_tree().to_path_buf(), repository.below().to_path_buf());
    let state = session.own_state().directory().to_path_buf();
    let export = Arc::new(move |folder: &std::path::Path| {
        let state = state.canonicalize().unwrap_or_else(|_| state.clone());
        let written =
            repository.export(&tree, folder).and_then(|()| repository.lend_ignored(folder, &[&state]));
        written.map_err(|error| match error {
            GitError::Cancelled => Failure::interrupted(),
            error => Failure { kind: FailureKind::Environment, ..Failure::task(error.to_string()) },
        })
    });
    Ok(Some(Base { name: revision.to_owned(), content, repository: repository_root, below, export }))
}
