//! The branch that this one is about to be merged with, or was.

use std::path::Path;

use onramp_core::{Failure, FailureKind, Level, Reporter};
use onramp_git::{GitError, Repository};
use onramp_migrate::{MigrateSpec, Side, paths_of_histories};

use crate::Error;
use crate::session::Session;

/// The repository, asked about branches.
pub(super) struct Branches<'a> {
    session: &'a Session,
    spec: &'a MigrateSpec,
    repository: Repository,
}

impl<'a> Branches<'a> {
    /// The branches of the repository that the workspace lies in.
    pub(super) fn around(session: &'a Session, spec: &'a MigrateSpec) -> Result<Self, Error> {
        let checkout = session.workspace();
        let repository = Repository::around(&checkout.root, &session.launcher, &checkout.environment);
        Ok(Self { session, spec, repository: repository.map_err(failure)? })
    }

    /// The repository.
    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The branch that somebody has named; fails where there is none.
    pub(super) fn named(&self, revision: &str) -> Result<String, Error> {
        match self.repository.commit(revision).map_err(failure)? {
            Some(_) => Ok(revision.to_owned()),
            None => {
                let error = Error::usage(format!("--onto: git knows no commit `{revision}`"));
                Err(error.hint("git branch --all"))
            }
        }
    }

    /// Whether what is checked out has all of a branch.
    pub(super) fn has_merged(&self, revision: &str) -> Result<bool, Error> {
        let tip = self.repository.commit(revision).map_err(failure)?;
        let base = self.repository.merge_base(revision).map_err(failure)?;
        Ok(tip.is_some_and(|tip| tip.trim() == base))
    }

    /// The branches that others work from, the likeliest first: what GitHub says that a pull request is for, and those of
    /// the usual names.
    pub(super) fn likely(&self) -> Result<Vec<String>, Error> {
        let base = self.session.options.base_branch.as_ref().map(|base| format!("origin/{base}"));
        let mut names = Vec::new();
        if let Some(base) = base
            && self.repository.commit(&base).map_err(failure)?.is_some()
        {
            names.push(base);
        }
        for name in self.repository.main_branches().map_err(failure)? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The branch to compare with, where nobody has named one: that of the pull request if this is one, and the likeliest
    /// one if it was `asked` for. `None`, and said so if need be, where there is none.
    pub(super) fn to_compare(&self, asked: bool) -> Result<Option<String>, Error> {
        let base = self.session.options.base_branch.as_ref();
        if base.is_none() && !asked {
            return Ok(None);
        }
        let likely = self.likely()?;
        match (likely.into_iter().next(), base) {
            (Some(name), None) => Ok(Some(name)),
            (Some(name), Some(base)) if name == format!("origin/{base}") => Ok(Some(name)),
            (_, Some(base)) => {
                let message = format!(
                    "not compared with {base}, which git does not know here: git fetch origin {base}:refs/remotes/origin/{base}"
                );
                self.session.reporter.notice(Level::Warning, &message);
                Ok(None)
            }
            (None, None) => {
                let error = Error::usage("--onto: no branch here is called main or master");
                Err(error.hint("onramp migrate check --onto REF"))
            }
        }
    }

    /// The histories as a commit has them.
    pub(super) fn side(&self, revision: &str) -> Result<Side, Error> {
        let paths = paths_of_histories(self.spec);
        let paths: Vec<&Path> = paths.iter().map(|path| path.as_path()).collect();
        let export = |folder: &Path| {
            self.repository.export_paths(revision, &paths, folder).map_err(|error| match error {
                GitError::Cancelled => Failure::interrupted(),
                error => Failure { kind: FailureKind::Environment, ..Failure::task(error.to_string()) },
            })
        };
        Ok(Side::exported(self.spec, revision, export)?)
    }

    /// The histories where both branches began to differ; empty ones where nothing tells.
    pub(super) fn base(&self, revision: &str) -> Result<Side, Error> {
        match self.repository.merge_base(revision) {
            Ok(base) => self.side(&base),
            Err(GitError::NoCommonAncestor { shallow: true, .. }) => {
                let message = format!(
                    "this clone does not reach back to where {revision} branched off: git fetch --unshallow"
                );
                self.session.reporter.notice(Level::Warning, &message);
                Ok(Side::default())
            }
            Err(GitError::NoCommonAncestor { .. }) => Ok(Side::default()),
            Err(error) => Err(failure(error)),
        }
    }
}

/// What git has against it.
pub(super) fn failure(error: GitError) -> Error {
    match error {
        GitError::Cancelled => Failure::interrupted().into(),
        error @ (GitError::NoGit | GitError::Storage { .. }) => Error::environment(error.to_string()),
        error => Failure::task(error.to_string()).into(),
    }
}
