use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_config::{CONFIG_FILE, LOCAL_FILE};
use onramp_git::{GitDirectory, GitError, Repository};

use super::affected::{Change, Concern};
use super::links::Links;
use super::question::Question;
use crate::checkout::Checkout;
use crate::session::Session;
use crate::words::count;

/// How many files a message names.
const NAMED: usize = 3;

/// What git has seen in the workspace.
pub(super) struct Seen {
    /// Changed files, and repositories in which nobody looked for any.
    pub(super) changes: Vec<Change>,
    /// How many changed files lie in the work tree and outside of the workspace.
    pub(super) outside: usize,
    files: usize,
    places: Vec<(String, Place)>,
}

/// Where a checkout lies.
pub(super) enum Place {
    /// In this folder of the workspace, the empty path for the workspace itself.
    At(PathBuf),
    /// In another repository, or where git ignores everything.
    OutOfSight,
}

/// Asks git what has changed.
pub(super) fn look(session: &Session, question: &Question<'_>) -> Result<Seen, GitError> {
    let workspace = session.outermost();
    let repository = Repository::around(&workspace.root, &session.launcher, &workspace.environment)?;
    let found = question.put_to(&repository)?;
    let places = places(session, &repository)?;
    let links = match found.is_empty() {
        true => Links::default(),
        false => links(workspace, &repository)?,
    };
    let minor = minor(session, &places)?;
    let concern = |path: &Path| {
        if is_configuration(session, &repository, &places, path) {
            Concern::All
        } else if minor.iter().any(|(folder, globs)| matches(globs, folder, path)) {
            Concern::Declared
        } else {
            Concern::Readers
        }
    };
    let files = found.inside.len();
    let change = |path: PathBuf, concern| Change { aliases: links.aliases(&path), path, concern };
    let inside = found.inside.into_iter().map(|path| {
        let concern = concern(&path);
        change(path, concern)
    });
    // Most likely a clone that somebody needs for another purpose; nothing is known to have changed in it.
    let nested = found.nested.into_iter().map(|path| change(path, Concern::Declared));
    Ok(Seen { changes: inside.chain(nested).collect(), outside: found.outside.len(), files, places })
}

impl Seen {
    /// How many files have changed in the workspace.
    pub(super) fn told(&self) -> usize {
        self.files
    }

    /// Where a checkout of the session lies.
    pub(super) fn place(&self, checkout: &Checkout) -> &Place {
        let place = self.places.iter().find(|(member, _)| *member == checkout.path);
        place.map_or(&Place::OutOfSight, |(_, place)| place)
    }

    /// Why everything is affected, if it is; `undeclared` are the files that no task declares.
    pub(super) fn everything(&self, undeclared: &[PathBuf]) -> Option<String> {
        let configuration = self.changes.iter().find(|change| change.concern == Concern::All);
        if let Some(change) = configuration {
            return Some(format!("everything is affected: {} has changed", change.path.display()));
        }
        let named = undeclared.iter().take(NAMED).map(|path| path.display().to_string());
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match undeclared.len().saturating_sub(NAMED) {
            0 if undeclared.is_empty() => return None,
            0 => String::new(),
            more => format!(" and {}", count(more, "other changed file")),
        };
        Some(format!(
            "everything is affected: no task declares {named}{more}, so nobody knows who reads them; a file that \
             matters to no task can be named in `ignore-changes` of `[project]`"
        ))
    }
}

/// Where each checkout lies.
fn places(session: &Session, repository: &Repository) -> Result<Vec<(String, Place)>, GitError> {
    let is_here = |root: &Path| matches!(GitDirectory::around(root), Ok(Some(directory)) if directory.work_tree() == repository.work_tree());
    let mut roots: Vec<Option<PathBuf>> = session
        .checkouts
        .iter()
        .map(|checkout| checkout.root.canonicalize().ok().filter(|root| is_here(root)))
        .collect();
    // The workspace itself has been looked at with its repository.
    let members: Vec<&PathBuf> = roots.iter().skip(1).flatten().collect();
    let ignored = repository.ignored(&members)?;
    roots.iter_mut().skip(1).for_each(|root| {
        root.take_if(|root| ignored.contains(root));
    });
    let place = |root: Option<PathBuf>| {
        let folder = root.and_then(|root| root.strip_prefix(repository.root()).ok().map(Path::to_path_buf));
        folder.map_or(Place::OutOfSight, Place::At)
    };
    let members = session.checkouts.iter().map(|checkout| checkout.path.clone());
    Ok(members.zip(roots.into_iter().map(place)).collect())
}

fn links(workspace: &Checkout, repository: &Repository) -> Result<Links, GitError> {
    let other = |error: String| GitError::Other(error);
    let everything = Patterns::new(Path::new(""), ["**"]).map_err(|error| other(error.to_string()))?;
    let files = workspace.select(&everything).map_err(|failure| other(failure.message))?;
    Ok(Links::among(repository.root(), &files))
}

/// For each checkout the files whose change matters to no task but those that declare them.
fn minor(session: &Session, places: &[(String, Place)]) -> Result<Vec<(PathBuf, Patterns)>, GitError> {
    let mut minor = Vec::new();
    for (checkout, (_, place)) in session.checkouts.iter().zip(places) {
        let globs = &checkout.config.project.ignore_changes;
        if let (Place::At(folder), false) = (place, globs.is_empty()) {
            let patterns = Patterns::new(Path::new(""), globs);
            minor.push((folder.clone(), patterns.map_err(|error| GitError::Other(error.to_string()))?));
        }
    }
    Ok(minor)
}

fn matches(globs: &Patterns, folder: &Path, path: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|path| globs.matches(path))
}

/// Whether a file is the configuration of the workspace or of a member.
fn is_configuration(
    session: &Session,
    repository: &Repository,
    places: &[(String, Place)],
    path: &Path,
) -> bool {
    let is_given = session
        .origin
        .configuration_file()
        .is_some_and(|file| file.strip_prefix(repository.root()).is_ok_and(|file| file == path));
    let is_of_one = places.iter().any(|(_, place)| match place {
        Place::At(folder) => [CONFIG_FILE, LOCAL_FILE].iter().any(|name| folder.join(name) == path),
        Place::OutOfSight => false,
    });
    is_given || is_of_one
}
