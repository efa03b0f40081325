//! Histories whose folder was called otherwise when they were released.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use onramp_git::{CommittedFile, GitError, Repository};
use onramp_histories::Chain;

use super::files;

/// Finds, for each history of which the release has nothing, the folder that it lay in then: the one that has most of the same
/// files with the same content, and is gone. Puts its files into `committed` as if they had lain where they are now. All is
/// relative to the root of the work tree.
pub(super) fn folders(
    repository: &Repository,
    release: &str,
    chains: &[&Chain],
    committed: &mut Vec<CommittedFile>,
) -> Result<Vec<(PathBuf, PathBuf)>, GitError> {
    let tree = repository.work_tree();
    let known: HashSet<&Path> = committed.iter().map(|file| file.path.as_path()).collect();
    let relative = |file: &'_ PathBuf| file.strip_prefix(tree).map(Path::to_path_buf).ok();
    let new: Vec<(PathBuf, Vec<PathBuf>)> = chains
        .iter()
        .filter_map(|chain| {
            Some((relative(&chain.folder)?, files(chain).filter_map(relative).collect::<Vec<_>>()))
        })
        .filter(|(_, own)| !own.is_empty() && !own.iter().any(|file| known.contains(file.as_path())))
        .collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let everything = repository.files_at(release, &[Path::new("")])?;
    // By content and name: many files may have the same content, and be empty.
    let mut by_id: HashMap<(&str, Option<&OsStr>), Vec<&Path>> = HashMap::new();
    for file in &everything {
        by_id.entry((&file.id, file.path.file_name())).or_default().push(&file.path);
    }
    let mut moved = Vec::new();
    for (folder, own) in new {
        let paths: Vec<&Path> = own.iter().map(PathBuf::as_path).collect();
        let ids = repository.ids_of(&paths)?;
        let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for (path, id) in own.iter().zip(&ids) {
            let Ok(below) = path.strip_prefix(&folder) else { continue };
            let same = by_id
                .get(&(id.as_str(), path.file_name()))
                .into_iter()
                .flatten()
                .filter(|old| old.ends_with(below));
            for old in same {
                let above = old.ancestors().nth(below.components().count()).unwrap_or(Path::new(""));
                *counts.entry(above.to_path_buf()).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        let Some((old, count)) = most.filter(|(old, _)| *old != folder) else { continue };
        let there: Vec<&CommittedFile> =
            everything.iter().filter(|file| file.path.starts_with(&old)).collect();
        let names: HashSet<&Path> = own.iter().filter_map(|file| file.strip_prefix(&folder).ok()).collect();
        let of_it =
            |file: &&&CommittedFile| file.path.strip_prefix(&old).is_ok_and(|below| names.contains(below));
        let same_names = there.iter().filter(of_it).count();
        // A folder that is still there was copied, and two files that happen to be the same are none.
        let is_gone = there.iter().all(|file| tree.join(&file.path).symlink_metadata().is_err());
        if !is_gone || count * 2 < same_names.max(1) {
            continue;
        }
        committed.retain(|file| !file.path.starts_with(&old));
        committed.extend(there.into_iter().filter_map(|file| {
            let below = file.path.strip_prefix(&old).ok()?;
            Some(CommittedFile { path: folder.join(below), ..file.clone() })
        }));
        moved.push((old, folder));
    }
    Ok(moved)
}
