//! Puts what tools have made of files where git keeps contents.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use super::ended;
use super::index_file::Update;
use crate::quoted::quoted;
use crate::staged::Blob;
use crate::{GitError, Repository, Shadow};

/// The changed files among some, by the ids of their content: what differs by what git changes anyhow is the same.
pub(super) fn fixes(shadow: &Shadow<'_>, files: &[(&PathBuf, &Blob)]) -> Result<Vec<Update>, GitError> {
    let tree = shadow.tree();
    let ends_are_kept = |path: &Path| {
        fs::read(tree.join(path)).is_ok_and(|content| content.windows(2).any(|two| two == b"\r\n"))
    };
    let (with_index, without): (Vec<_>, Vec<_>) =
        files.iter().copied().partition(|(path, _)| ends_are_kept(path));
    let git = shadow.repository().elsewhere();
    let mut updates = hashed(&git, &tree, &without)?;
    updates.extend(added(shadow, &git, &with_index)?);
    updates.retain(|update| update.id != update.staged.id);
    updates.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(updates)
}

fn hashed(git: &Repository, tree: &Path, files: &[(&PathBuf, &Blob)]) -> Result<Vec<Update>, GitError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let names: String = files.iter().map(|(path, _)| quoted(path) + "\n").collect();
    let words = ["hash-object", "-w", "--stdin-paths"];
    let answer = git.tell(tree, words, Stdin::Bytes(names.into_bytes()))?;
    let unwritable =
        |error: GitError| git.directory.as_ref().map_or(error.clone(), |it| error.about(it.common()));
    let ids = answer.text().map_err(unwritable)?.lines();
    let update = |(file, id): (&(&PathBuf, &Blob), &str)| Update {
        path: file.0.clone(),
        staged: file.1.clone(),
        id: id.to_owned(),
    };
    Ok(files.iter().zip(ids).map(update).collect())
}

/// Whether git changes the ends of lines depends on what is staged, so it has to be told that: in an index of just these
/// files.
fn added(
    shadow: &Shadow<'_>,
    git: &Repository,
    files: &[(&PathBuf, &Blob)],
) -> Result<Vec<Update>, GitError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let index = shadow.folder().join("few.index");
    // A killed one may have left it.
    let _ = fs::remove_file(&index);
    let git = git.with_variables([("GIT_INDEX_FILE", index.as_os_str())]);
    let mut lines = Vec::new();
    let mut names = Vec::new();
    for (path, blob) in files {
        lines.extend_from_slice(format!("{} {}\t", blob.mode.text(), blob.id).as_bytes());
        lines.extend(ended(path));
        names.extend(ended(path));
    }
    let tree = shadow.tree();
    let told = |words: [&str; 3], bytes| git.tell(&tree, words.map(OsStr::new), Stdin::Bytes(bytes));
    told(["update-index", "-z", "--index-info"], lines)?.text()?;
    told(["update-index", "-z", "--stdin"], names)?.text()?;
    let entries = git.entries_in(&tree)?;
    let _ = fs::remove_file(&index);
    let update = |(path, staged): &(&PathBuf, &Blob)| {
        let entry = entries.get(path)?;
        Some(Update { path: (*path).clone(), staged: (*staged).clone(), id: entry.blob.id.clone() })
    };
    Ok(files.iter().filter_map(update).collect())
}
