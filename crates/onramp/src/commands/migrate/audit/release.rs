//! What became of the files that the nearest tag has.

mod moved;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Cancel, Secrets};
use onramp_exec::Launcher;
use onramp_git::{CommittedFile, GitDirectory, GitError, Repository};
use onramp_histories::{Chain, Fate, Histories, Released};

use super::shown::Shown;
use crate::Error;
use crate::env_vars::Surroundings;

/// How many contents are fetched from git to tell line ends from edits, and how long each may be, in bytes.
const COMPARED: usize = 200;
const LONGEST: u64 = 1 << 20;
/// The same of files of which parts are released, which grow.
const LONGEST_OF_PARTS: u64 = 4 << 20;
const ENDINGS_OF_PARTS: [&str; 5] = ["xml", "yaml", "yml", "json", "sql"];

/// What is compared with what.
pub(super) struct Wanted<'a> {
    /// The folders to look into.
    pub(super) roots: &'a [PathBuf],
    /// The release, if one is named.
    pub(super) since: Option<&'a str>,
    pub(super) shown: &'a Shown,
}

/// What has come of it.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) released: Vec<Released>,
    /// The work trees, each with the name of its release.
    pub(super) names: Vec<(PathBuf, String)>,
    pub(super) warnings: Vec<String>,
}

/// A work tree, and what of the audit lies in it.
#[derive(Default)]
struct Part<'a> {
    /// The folders to look into, relative to its root: all of it where it lies below one of them, as a submodule does.
    below: Vec<PathBuf>,
    /// Whether one of the folders that were asked for lies in it.
    is_asked: bool,
    chains: Vec<&'a Chain>,
}

/// Holds the files of histories against the release of the repository that each lies in. A release that nobody has named is
/// looked for, and where there is none nothing is compared.
pub(super) fn compare(
    wanted: &Wanted<'_>,
    histories: &Histories,
    surroundings: &Surroundings,
    secrets: Secrets,
) -> Result<Compared, Error> {
    let mut compared = Compared::default();
    let Wanted { since, shown: names, .. } = *wanted;
    let parts = parts(wanted, histories)?;
    let launcher = Launcher::new(Cancel::new(), secrets);
    for (work_tree, part) in parts {
        let shown = names.path(&work_tree).display().to_string();
        let asked =
            Repository::around(&work_tree, &launcher, &surroundings.environment).and_then(|repository| {
                let repository = repository.unattended();
                match released(&repository, &part, since) {
                    Ok(None) => Ok((None, repository.is_shallow() && since.is_none())),
                    // The name of a release is a matter of the repository that one stands in, not of what is nested in it.
                    Err(GitError::UnknownRevision { .. }) if !part.is_asked => Ok((None, false)),
                    other => other.map(|released| (released, false)),
                }
            });
        match asked {
            Ok((None, true)) => compared.warnings.push(format!(
                "released files were not looked at: no tag is in this shallow clone; git -C {shown} fetch --unshallow \
                 --tags gets them"
            )),
            Ok((None, false)) if since.is_some() => compared.warnings.push(format!(
                "released files of {shown} were not looked at: it is a repository of its own, without {}",
                since.unwrap_or_default()
            )),
            Ok((None, false)) => {}
            Ok((Some(released), _)) => {
                compared.warnings.extend(younger(&released, &part, names));
                compared.names.push((work_tree, released.name.clone()));
                compared.released.push(released);
            }
            Err(error) if since.is_some() => return Err(unanswered(error, (&work_tree, &shown), &launcher, surroundings)),
            Err(error) => compared.warnings.push(format!("released files were not looked at: {error}")),
        }
    }
    Ok(compared)
}

/// The work trees that the folders and the histories lie in.
fn parts<'a>(wanted: &Wanted<'_>, histories: &'a Histories) -> Result<BTreeMap<PathBuf, Part<'a>>, Error> {
    let mut parts: BTreeMap<PathBuf, Part<'_>> = BTreeMap::new();
    for root in wanted.roots {
        match GitDirectory::around(root) {
            Ok(Some(directory)) => {
                let part = parts.entry(directory.work_tree().to_path_buf()).or_default();
                part.is_asked = true;
                part.below.extend(root.strip_prefix(directory.work_tree()).map(Path::to_path_buf));
            }
            _ if wanted.since.is_some() => {
                let message = format!("{} lies in no git repository", wanted.shown.path(root).display());
                return Err(
                    Error::usage(message).hint("onramp migrate audit DIR compares with no release there")
                );
            }
            _ => {}
        }
    }
    for chain in &histories.chains {
        let Ok(Some(directory)) = GitDirectory::around(&chain.folder) else { continue };
        let part = parts.entry(directory.work_tree().to_path_buf()).or_default();
        if !part.is_asked && part.below.is_empty() {
            part.below.push(PathBuf::new());
        }
        part.chains.push(chain);
    }
    Ok(parts)
}

/// Why a release that was named cannot be compared with, and what to do about it.
fn unanswered(
    error: GitError,
    (work_tree, shown): (&Path, &str),
    launcher: &Launcher,
    surroundings: &Surroundings,
) -> Error {
    let GitError::UnknownRevision { shallow, .. } = &error else {
        return Error::environment(error.to_string());
    };
    let fetch = if *shallow { "fetch --unshallow --tags" } else { "fetch --tags" };
    let nearest = Repository::around(work_tree, launcher, &surroundings.environment)
        .and_then(|repository| repository.unattended().nearest_tag());
    let hint = match nearest {
        Ok(Some(tag)) => format!("the nearest tag is {tag}: onramp migrate audit DIR --since {tag}"),
        _ => format!("git -C {shown} {fetch}"),
    };
    Error::usage(error.to_string()).hint(hint)
}

/// Says so of histories of which the release has nothing.
fn younger(released: &Released, part: &Part<'_>, names: &Shown) -> Vec<String> {
    let has_any = |chain: &&&Chain| files(chain).any(|file| released.files.contains_key(file));
    let new: Vec<String> = part
        .chains
        .iter()
        .filter(|chain| !has_any(chain))
        .map(|chain| names.path(&chain.folder).display().to_string())
        .collect();
    match new.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("{} has nothing of {one}: it is older, or that lay elsewhere", released.name)],
        [one, others @ ..] => {
            let count = others.len();
            vec![format!(
                "{} has nothing of {one} and {count} more: it is older, or they lay elsewhere",
                released.name
            )]
        }
    }
}

fn files(chain: &Chain) -> impl Iterator<Item = &PathBuf> {
    chain.entries.iter().flat_map(|entry| &entry.files)
}

fn released(
    repository: &Repository,
    part: &Part<'_>,
    since: Option<&str>,
) -> Result<Option<Released>, GitError> {
    let name = match since {
        Some(name) => Some(name.to_owned()),
        None => repository.nearest_tag()?,
    };
    let Some(name) = name else { return Ok(None) };
    let tree = repository.work_tree();
    let below: Vec<&Path> = part.below.iter().map(PathBuf::as_path).collect();
    let mut committed = repository.files_at(&name, &below)?;
    let moved = moved::folders(repository, &name, &part.chains, &mut committed)?;
    let own: BTreeSet<&Path> = part
        .chains
        .iter()
        .flat_map(|chain| files(chain))
        .filter_map(|file| file.strip_prefix(tree).ok())
        .collect();
    let fates = fates(repository, &committed, &own)?;
    let texts = texts(repository, &committed, &fates, &part.chains)?;
    let files = fates.into_iter().map(|(path, fate)| {
        let fate = match fate {
            Fate::Renamed(to) => Fate::Renamed(tree.join(to)),
            fate => fate,
        };
        (tree.join(path), fate)
    });
    let moved = moved.into_iter().map(|(from, to)| (tree.join(from), tree.join(to)));
    Ok(Some(Released { name, files: files.collect(), moved: moved.collect(), texts }))
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

/// What the release had in the files of which parts are released, where those are edited or gone.
fn texts(
    repository: &Repository,
    committed: &[CommittedFile],
    fates: &[(PathBuf, Fate)],
    chains: &[&Chain],
) -> Result<BTreeMap<PathBuf, String>, GitError> {
    let tree = repository.work_tree();
    let with_parts: Vec<&Chain> = chains.iter().copied().filter(|chain| chain.form.has_parts()).collect();
    let by_path: HashMap<&Path, &CommittedFile> =
        committed.iter().map(|file| (file.path.as_path(), file)).collect();
    let mut texts = BTreeMap::new();
    let is_text = |path: &Path| {
        path.extension()
            .is_some_and(|ending| ENDINGS_OF_PARTS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    };
    let is_changed = |fate: &Fate| matches!(fate, Fate::Edited | Fate::Removed);
    let changed = fates.iter().filter(|(path, fate)| is_changed(fate) && is_text(path));
    for (path, _) in changed {
        let file = tree.join(path);
        let is_of = |chain: &&Chain| file.starts_with(&chain.folder);
        let Some(before) = by_path.get(path.as_path()).filter(|_| with_parts.iter().any(is_of)) else {
            continue;
        };
        if texts.len() < COMPARED && before.size <= LONGEST_OF_PARTS {
            texts.insert(file, repository.lines_of(&before.id)?.join("\n"));
        }
    }
    Ok(texts)
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
