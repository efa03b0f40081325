//! Whether the models that were compared are those of this worktree.
//!
//! An environment may have the project installed from another clone, or as a copy; a worktree may use the environment of
//! another one. Whatever is changed here has no effect then, and nothing says so but the place that the models come from.

use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::generation::ModelSource;
use crate::{DialectSpec, MigrateSpec};

/// Fails where a module of the models has another file in this worktree than the one that it was loaded from, or where
/// none of them is of this worktree. Packages that the project names are left out of it; so is a library that brings
/// tables of its own.
pub(crate) fn require_own(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    sources: &[ModelSource],
    environment: &Path,
) -> Result<(), Failure> {
    let worktree = fs::canonicalize(&spec.worktree).unwrap_or_else(|_| spec.worktree.clone());
    let is_named =
        |source: &&ModelSource| spec.installed_models.iter().any(|package| is_of(&source.module, package));
    let (named, others): (Vec<&ModelSource>, Vec<&ModelSource>) = sources.iter().partition(is_named);
    let (own, strange): (Vec<&ModelSource>, Vec<&ModelSource>) =
        others.into_iter().partition(|source| is_own(source, &worktree));
    let shadowed = strange.iter().find_map(|source| {
        let twin = Twin::of(source, spec, dialect, &worktree)?;
        Some((*source, twin))
    });
    let (source, twin) = match (shadowed, strange.first()) {
        (Some((source, twin)), _) => (source, Some(twin)),
        (None, Some(source))
            if own.is_empty()
                && named.is_empty()
                && !is_below(source, &worktree)
                && !is_linked(source, spec, dialect, &worktree) =>
        {
            (*source, None)
        }
        _ => return Ok(()),
    };
    let instead = match &twin {
        Some(twin) => format!("and {} has no effect", twin.file.display()),
        None => "and no table of the models is defined in this worktree".to_owned(),
    };
    let message = format!(
        "the models are not those of this worktree: `{}` was loaded from {}, {instead}",
        source.module,
        source.file.display()
    );
    let is_shared = !environment.starts_with(&worktree);
    Err(Failure::environment(message).hint(hint(spec, source, twin.as_ref(), is_shared)))
}

fn is_of(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_below(source: &ModelSource, worktree: &Path) -> bool {
    source.file.starts_with(worktree) && !source.installed
}

/// Whether the file is one of this worktree: among its sources, and not in another work tree that lies in it.
fn is_own(source: &ModelSource, worktree: &Path) -> bool {
    let folders = source.file.ancestors().skip(1).take_while(|folder| *folder != worktree);
    is_below(source, worktree) && !folders.into_iter().any(|folder| folder.join(".git").exists())
}

/// Whether a link in this worktree leads to the file: whoever changes it here changes that one.
fn is_linked(source: &ModelSource, spec: &MigrateSpec, dialect: &DialectSpec, worktree: &Path) -> bool {
    let leads_there = |file: PathBuf| fs::canonicalize(file).is_ok_and(|file| file == source.file);
    places(spec, dialect, worktree)
        .iter()
        .any(|place| names(source).into_iter().any(|name| leads_there(place.join(name))))
}

/// What the file of a module may be called, from the folder that it is imported from.
fn names(source: &ModelSource) -> [PathBuf; 2] {
    let path: PathBuf = source.module.split('.').collect();
    [path.with_extension("py"), path.join("__init__.py")]
}

/// The file of a module as this worktree has it.
struct Twin {
    file: PathBuf,
    /// The folder that it would be imported from.
    path: PathBuf,
}

impl Twin {
    fn of(source: &ModelSource, spec: &MigrateSpec, dialect: &DialectSpec, worktree: &Path) -> Option<Self> {
        let names = names(source);
        let places = places(spec, dialect, worktree);
        places.iter().find_map(|place| {
            let file = names.iter().map(|name| place.join(name)).find(|file| file.is_file())?;
            let file = fs::canonicalize(file).ok()?;
            let is_own = file.starts_with(worktree) && file != source.file;
            is_own.then(|| Self { file, path: place.clone() })
        })
    }
}

/// Where the packages of this worktree may lie: above the revisions, in the folders of the workspace, and in those that are
/// called `src` there.
fn places(spec: &MigrateSpec, dialect: &DialectSpec, worktree: &Path) -> Vec<PathBuf> {
    let versions = fs::canonicalize(&dialect.versions).unwrap_or_else(|_| dialect.versions.clone());
    let above = versions.ancestors().skip(1).take_while(|folder| folder.starts_with(worktree));
    let mut places: Vec<PathBuf> = above.map(Path::to_path_buf).collect();
    for root in [spec.root.as_path(), worktree] {
        let entries = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
        let is_plain = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            !name.starts_with('.') && name != "node_modules"
        };
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_plain).collect();
        folders.sort();
        places.push(root.to_path_buf());
        places.extend(folders.iter().flat_map(|folder| [folder.clone(), folder.join("src")]));
    }
    places
}

/// What makes Python load the models of this worktree. `is_shared` says that its environment is not one of this worktree
/// alone: what is installed there anew is installed for others.
fn hint(spec: &MigrateSpec, source: &ModelSource, twin: Option<&Twin>, is_shared: bool) -> String {
    let root = fs::canonicalize(&spec.root).unwrap_or_else(|_| spec.root.clone());
    let below = |folder: &Path| {
        let below = folder.strip_prefix(&root).unwrap_or(folder).display().to_string();
        if below.is_empty() { ".".to_owned() } else { below }
    };
    let is_project = |folder: &&Path| {
        ["pyproject.toml", "setup.py", "setup.cfg"].iter().any(|name| folder.join(name).is_file())
    };
    let project = twin.and_then(|twin| twin.file.ancestors().skip(1).find(is_project)).unwrap_or(&root);
    let install = format!("{} python -m pip install --editable {}", spec.typed_exec, below(project));
    let path = twin.map(|twin| {
        let folder = match below(&fs::canonicalize(&twin.path).unwrap_or_else(|_| twin.path.clone())).as_str()
        {
            "." => "{root}".to_owned(),
            absolute if absolute.starts_with('/') => absolute.to_owned(),
            relative => format!("{{root}}/{relative}"),
        };
        format!("vars = {{ PYTHONPATH = \"{folder}\" }}")
    });
    let package = source.module.split('.').next().unwrap_or_default();
    let meant =
        format!("if they are meant to be installed, in [database]: installed-models = [\"{package}\"]");
    match (path, is_shared) {
        (Some(path), true) => {
            format!(
                "where other checkouts use the environment too, in [env] of onramp.toml: {path}\nor, where it is for this one: \
                 {install}\n{meant}"
            )
        }
        (Some(path), false) => format!("{install}\nor, in [env] of onramp.toml: {path}\n{meant}"),
        (None, _) => format!("{install}\n{meant}"),
    }
}
