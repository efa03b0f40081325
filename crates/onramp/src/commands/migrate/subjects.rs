//! Which revisions of the tree are meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use onramp_core::{Dialect, Failure};
use onramp_git::{GitError, Repository};
use onramp_migrate::{History, MigrateSpec, Subjects};

use super::base;
use crate::Error;
use crate::session::Session;

/// The revision of that name, in the dialects that have it, for a verb of `migrate`.
pub(super) fn named(
    session: &Session,
    spec: &MigrateSpec,
    dialects: &[Dialect],
    name: &str,
    verb: &str,
) -> Result<BTreeMap<Dialect, Subjects>, Error> {
    let mut found = BTreeMap::new();
    let file = session.directory.join(name);
    for dialect in dialects {
        let history = History::of(spec, spec.dialect(*dialect)?)?;
        let is_meant = |id: &str, files: &[PathBuf]| id.starts_with(name) || files.contains(&file);
        let mut meant: Vec<&str> = history
            .iter()
            .filter(|revision| is_meant(&revision.id, &revision.files))
            .map(|revision| revision.id.as_str())
            .collect();
        if let Some(exact) = meant.iter().copied().find(|id| *id == name) {
            meant = vec![exact];
        }
        match meant.as_slice() {
            [] => {}
            [id] => {
                found.insert(*dialect, Subjects::Revision((*id).to_owned()));
            }
            several => {
                let message = format!("`{name}` is the beginning of {}", several.join(" and "));
                return Err(Error::usage(message).hint(format!("onramp migrate {verb} {}", several[0])));
            }
        }
    }
    if found.is_empty() {
        let error = Error::usage(format!("no history has a revision `{name}`"));
        return Err(error.hint("onramp migrate heads"));
    }
    Ok(found)
}

/// The revisions that the base does not have; where there is no base, the newest.
pub(super) fn new_ones(
    session: &Session,
    spec: &MigrateSpec,
    dialects: &[Dialect],
    base: Option<&str>,
) -> Result<BTreeMap<Dialect, Subjects>, Error> {
    let changed = match base {
        Some(revision) => changed_since(session, revision).map_err(|error| match error {
            GitError::Cancelled => Failure::interrupted().into(),
            error => Error::usage(format!("--base: {error}")).hint("git log --oneline -5"),
        })?,
        None => changed_since(session, base::DEFAULT).unwrap_or_default(),
    };
    let mut found = BTreeMap::new();
    for dialect in dialects {
        let dialect = spec.dialect(*dialect)?;
        let subjects = match &changed {
            Some(files) => {
                let of_history = |file: &&PathBuf| file.starts_with(&dialect.versions);
                Subjects::Files(files.iter().filter(of_history).cloned().collect())
            }
            None => Subjects::Newest,
        };
        found.insert(dialect.dialect, subjects);
    }
    Ok(found)
}

/// The files that differ from a revision; `None` where nobody can tell.
fn changed_since(session: &Session, revision: &str) -> Result<Option<BTreeSet<PathBuf>>, GitError> {
    let checkout = session.workspace();
    let repository = Repository::around(&checkout.root, &session.launcher, &checkout.environment)?;
    let changes = repository.changes_since(revision)?;
    Ok(Some(changes.inside.iter().map(|file| checkout.root.join(file)).collect()))
}
