//! What became of the files that the nearest tag has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Cancel, Secrets};
use onramp_exec::Launcher;
use onramp_git::{CommittedFile, GitDirectory, GitError, Repository};
use onramp_histories::{Fate, Histories, Released};

use crate::Error;
use crate::env_vars::Surroundings;

/// How many contents are fetched from git to tell line ends from edits, and how long each may be, in bytes.
const COMPARED: usize = 200;
const LONGEST: u64 = 1 << 20;

/// What has come of it.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) released: Vec<Released>,
    /// The work trees, each with the name of its release.
    pub(super) names: Vec<(PathBuf, String)>,
    pub(super) warnings: Vec<String>,
}

/// Holds the files of histories against the release of the repository that they lie in. A release that nobody has named is
/// looked for, and where there is none nothing is compared.
pub(super) fn compare(
    roots: &[PathBuf],
    histories: &Histories,
    since: Option<&str>,
    surroundings: &Surroundings,
    secrets: Secrets,
) -> Result<Compared, Error> {
    let mut compared = Compared::default();
    let mut by_tree: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    for root in roots {
        match GitDirectory::around(root) {
            Ok(Some(directory)) => {
                by_tree.entry(directory.work_tree().to_path_buf()).or_default().push(root);
            }
            _ if since.is_some() => {
                let message = format!("{} lies in no git repository", root.display());
                return Err(
                    Error::usage(message).hint("onramp migrate audit DIR compares with no release there")
                );
            }
            _ => {}
        }
    }
    let launcher = Launcher::new(Cancel::new(), secrets);
    for (work_tree, roots) in by_tree {
        let asked = Repository::around(&work_tree, &launcher, &surroundings.environment)
            .and_then(|repository| released(&repository.unattended(), &roots, histories, since));
        match asked {
            Ok(None) => {}
            Ok(Some(released)) => {
                compared.names.push((work_tree, released.name.clone()));
                compared.released.push(released);
            }
            Err(error) if since.is_some() => {
                return Err(match error {
                    GitError::UnknownRevision { .. } => {
                        Error::usage(error.to_string()).hint("git tag --list")
                    }
                    error => Error::environment(error.to_string()),
                });
            }
            Err(error) => compared.warnings.push(format!("released files were not looked at: {error}")),
        }
    }
    Ok(compared)
}

fn released(
    repository: &Repository,
    roots: &[&Path],
    histories: &Histories,
    since: Option<&str>,
) -> Result<Option<Released>, GitError> {
    let name = match since {
        Some(name) => Some(name.to_owned()),
        None => repository.nearest_tag()?,
    };
    let Some(name) = name else { return Ok(None) };
    let tree = repository.work_tree();
    let below: Vec<&Path> = roots.iter().filter_map(|root| root.strip_prefix(tree).ok()).collect();
    let committed = repository.files_at(&name, &below)?;
    let own: BTreeSet<&Path> = histories
        .chains
        .iter()
        .flat_map(|chain| &chain.entries)
        .flat_map(|entry| &entry.files)
        .filter_map(|file| file.strip_prefix(tree).ok())
        .collect();
    let fates = fates(repository, &committed, &own)?;
    let files = fates.into_iter().map(|(path, fate)| {
        let fate = match fate {
            Fate::Renamed(to) => Fate::Renamed(tree.join(to)),
            fate => fate,
        };
        (tree.join(path), fate)
    });
    Ok(Some(Released { name, files: files.collect() }))
}

/// What became of each committed file that a history has, or that is gone.
fn fates(
    repository: &Repository,
    committed: &[CommittedFile],
    own: &BTreeSet<&Path>,
) -> Result<Vec<(PathBuf, Fate)>, GitError> {
    let tree = repository.work_tree();
    let (there, gone): (Vec<&CommittedFile>, Vec<&CommittedFile>) = committed
        .iter()
        .filter(|file| own.contains(file.path.as_path()) || tree.join(&file.path).symlink_metadata().is_err())
        .partition(|file| own.contains(file.path.as_path()));
    let known: BTreeSet<&Path> = there.iter().map(|file| file.path.as_path()).collect();
    let size = |path: &Path| fs::metadata(tree.join(path)).map_or(0, |metadata| metadata.len());
    // A file of another size has another content, whatever that is.
    let same_size: Vec<&Path> =
        there.iter().filter(|file| size(&file.path) == file.size).map(|file| file.path.as_path()).collect();
    let sizes: BTreeSet<u64> = gone.iter().map(|file| file.size).collect();
    let new: Vec<&Path> =
        own.iter().copied().filter(|path| !known.contains(path) && sizes.contains(&size(path))).collect();
    let asked: Vec<&Path> = same_size.into_iter().chain(new.iter().copied()).collect();
    let ids: HashMap<&Path, String> = asked.iter().copied().zip(repository.ids_of(&asked)?).collect();

    let mut fates = Vec::new();
    let mut compared = 0;
    for file in there {
        let fate = match ids.get(file.path.as_path()) {
            Some(id) if *id == file.id => Fate::Unchanged,
            _ if compared >= COMPARED || file.size > LONGEST || size(&file.path) > LONGEST => Fate::Edited,
            _ => {
                compared += 1;
                differs(repository, file, &tree.join(&file.path))?
            }
        };
        fates.push((file.path.clone(), fate));
    }
    let mut free: Vec<&Path> = new;
    for file in gone {
        let to =
            free.iter().position(|path| ids.get(path) == Some(&file.id)).map(|place| free.swap_remove(place));
        let fate = to.map_or(Fate::Removed, |to| Fate::Renamed(to.to_owned()));
        fates.push((file.path.clone(), fate));
    }
    Ok(fates)
}

/// In what a file differs from what was committed.
fn differs(repository: &Repository, file: &CommittedFile, path: &Path) -> Result<Fate, GitError> {
    let before = repository.lines_of(&file.id)?;
    let is_pointer = before.first().is_some_and(|line| line.starts_with("version https://git-lfs"));
    if is_pointer {
        return Ok(Fate::Unchanged);
    }
    let Ok(bytes) = fs::read(path) else { return Ok(Fate::Edited) };
    let text = String::from_utf8_lossy(&bytes);
    let now = text.lines().map(|line| line.trim_end_matches('\r'));
    let plain = |line: &str| line.strip_prefix('\u{feff}').unwrap_or(line).to_owned();
    let before: Vec<String> = before.iter().map(|line| plain(line)).collect();
    let now: Vec<String> = now.map(plain).collect();
    let ends =
        |lines: &[String]| lines.iter().rposition(|line| !line.is_empty()).map_or(0, |place| place + 1);
    let is_same = before[..ends(&before)] == now[..ends(&now)];
    Ok(if is_same { Fate::LineEnds } else { Fate::Edited })
}
