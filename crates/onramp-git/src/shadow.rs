//! The staged content as a tree of its own, beside the work tree.

mod links;
mod manifest;
mod repository;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::index::{Entries, Entry, bytes};
use crate::staged::{Blob, Mode};
use crate::{GitError, Repository, Staged};
pub(crate) use manifest::Stat;
use manifest::{Known, Manifest};

/// The folders in that of the shadow: of the copy, and of the files as tools were given them.
pub(crate) const TREE: &str = "tree";
pub(crate) const BASE: &str = "base";

/// A copy of the staged content, kept from one hook to the next so that only what is staged anew has to be written.
/// It has the whole tree, so that tools find their settings; what git ignores is linked into it. To git it is a work
/// tree of the same repository, with an index of its own: what a tool does to it by git is nothing to the user's.
pub struct Shadow<'a> {
    repository: &'a Repository,
    folder: PathBuf,
}

impl<'a> Shadow<'a> {
    /// The one in `folder`, which need not be there yet.
    pub fn new(repository: &'a Repository, folder: &Path) -> Self {
        Self { repository, folder: folder.to_path_buf() }
    }

    /// Where the content lies: what the root of the work tree is to the work tree.
    pub fn tree(&self) -> PathBuf {
        self.folder.join(TREE)
    }

    /// The index that git has of it.
    pub(crate) fn own_index(&self) -> PathBuf {
        self.folder.join("git/index")
    }

    /// Where the files lie as tools were given them.
    pub(crate) fn base(&self) -> PathBuf {
        self.folder.join(BASE)
    }

    /// Brings it to the staged content, whatever tools have done to it. `fixed` are the staged files that tools are to
    /// change, `needed` paths that nobody stages and tools need, such as installed packages; all relative to the root of
    /// the work tree. The guard says that tools are at work, until it is dropped; `told` is called where all files have
    /// to be written.
    pub fn refresh(
        &self,
        staged: &Staged,
        fixed: &BTreeMap<PathBuf, Blob>,
        needed: &[PathBuf],
        told: &dyn Fn(usize),
    ) -> Result<InUse, GitError> {
        self.put_in_order(staged, fixed, needed, told).map_err(|error| match error {
            Trouble::Git(error) => error,
            Trouble::Storage(error) => {
                GitError::Storage { folder: self.folder.clone(), reason: error.to_string() }
            }
        })
    }

    fn put_in_order(
        &self,
        staged: &Staged,
        fixed: &BTreeMap<PathBuf, Blob>,
        needed: &[PathBuf],
        told: &dyn Fn(usize),
    ) -> Result<InUse, Trouble> {
        let tree = self.tree();
        let is_new = !tree.is_dir();
        fs::create_dir_all(&tree)?;
        let index = Stat::at(&self.repository.index()).ok();
        repository::prepare(self.repository, &self.folder, &tree)?;
        let busy = self.folder.join("in-use");
        let was_busy = busy.exists();
        if was_busy {
            // Tools were killed in it, and nobody has looked at what they left.
            self.repository.elsewhere().ask(&tree, ["clean", "-ffdq"])?;
        }
        fs::write(&busy, "")?;
        let file = self.folder.join("manifest");
        let old = if is_new { Manifest::default() } else { Manifest::read(&file) };
        let mut wanted = self.repository.index_entries()?;
        // Nothing of a sparse checkout lies in the work tree either, unless it is a part of the next commit.
        wanted.retain(|path, entry| !entry.is_skipped || staged.files.contains_key(path));
        let Compared { mut stale, gone, mut known } = self.compare(&wanted, old)?;
        if stale.iter().copied().chain(&gone).any(|path| is_attributes(path)) {
            // What other files look like depends on them.
            Compared { stale, known, .. } = self.compare(&wanted, Manifest::default())?;
        }
        self.remove(&gone);
        if !stale.is_empty() {
            // Whoever reads it while files are being written takes none of them for right.
            known.write(&file)?;
            if is_new {
                told(stale.len());
            }
            self.write(&stale, &wanted)?;
            for path in stale {
                if let (Ok(stat), Some(entry)) = (Stat::at(&tree.join(path)), wanted.get(path)) {
                    known.files.push((path.clone(), Known { blob: entry.blob.clone(), stat }));
                }
            }
            known.sort();
            known.write(&file)?;
        } else if !gone.is_empty() {
            known.write(&file)?;
        }
        if is_new || was_busy {
            let state = self.folder.parent().unwrap_or(&self.folder);
            self.repository.lend_ignored(&tree, &[state])?;
        }
        links::make(self.repository.work_tree(), &tree, needed)?;
        let overtaken = self.remember(fixed, &wanted)?;
        Ok(InUse { mark: busy, index, own_index: Stat::at(&self.own_index()).ok(), overtaken })
    }

    /// Keeps copies of the files that tools are to change, so that it is known what they were given. Returns those that
    /// somebody has staged anew already.
    fn remember(&self, fixed: &BTreeMap<PathBuf, Blob>, wanted: &Entries) -> io::Result<BTreeSet<PathBuf>> {
        let base = self.base();
        match fs::remove_dir_all(&base) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut overtaken = BTreeSet::new();
        for (path, blob) in fixed {
            if wanted.get(path).is_none_or(|entry| entry.blob != *blob) {
                overtaken.insert(path.clone());
                continue;
            }
            let copy = base.join(path);
            copy.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::copy(self.tree().join(path), copy)?;
        }
        Ok(overtaken)
    }

    /// Tells those of the wanted files that lie there as they should from the others.
    fn compare<'w>(&self, wanted: &'w Entries, old: Manifest) -> io::Result<Compared<'w>> {
        let tree = self.tree();
        let open = fs::File::open(&tree)?;
        let mut compared = Compared::default();
        let mut old = old.files.into_iter().peekable();
        for (path, Entry { blob, .. }) in wanted.iter() {
            if blob.mode == Mode::Submodule {
                // Its content is another repository's; tools find the folder.
                let _ = fs::create_dir_all(tree.join(path));
                continue;
            }
            let mut known = None;
            while let Some((written, _)) = old.peek() {
                match bytes(written).cmp(bytes(path)) {
                    Ordering::Less => compared.gone.extend(old.next().map(|(gone, _)| gone)),
                    Ordering::Equal => known = old.next(),
                    Ordering::Greater => break,
                }
            }
            match known {
                Some((_, Known { blob: written, stat }))
                    if written == *blob && Stat::below(&open, path).is_ok_and(|now| now == stat) =>
                {
                    compared.known.files.push((path.clone(), Known { blob: written, stat }));
                }
                _ => compared.stale.push(path),
            }
        }
        compared.gone.extend(old.map(|(gone, _)| gone));
        Ok(compared)
    }

    /// Writes files as a checkout would. Git runs in the shadow, where the attributes are those that are staged.
    fn write(&self, paths: &[&PathBuf], wanted: &Entries) -> Result<(), Trouble> {
        let tree = self.tree();
        let mut cleared = std::collections::HashSet::new();
        let mut names = Vec::new();
        for path in paths {
            clear_way(&tree, path, wanted, &mut cleared)?;
            if is_attributes(path) {
                // Where there is no file of attributes, git takes the staged one.
                match fs::remove_file(tree.join(path)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                    _ => {}
                }
            }
            names.extend_from_slice(path.as_os_str().as_bytes());
            names.push(0);
        }
        let mut words = vec!["checkout-index", "--stdin", "-z", "--force", "--quiet"];
        if paths.iter().any(|path| wanted.get(path).is_some_and(|entry| entry.is_skipped)) {
            words.push("--ignore-skip-worktree-bits");
        }
        let index = self.repository.index();
        let git = self.repository.elsewhere().with_variables([("GIT_INDEX_FILE", index.as_os_str())]);
        git.tell(&tree, words, Stdin::Bytes(names))?.text().map_err(|error| error.about(&self.folder))?;
        Ok(())
    }

    /// Removes files that are staged no more, and folders that have nothing in them then.
    fn remove(&self, paths: &[PathBuf]) {
        let tree = self.tree();
        for path in paths.iter().filter(|path| !has_link_above(&tree, path)) {
            // What stays is in nobody's way; where it is, it is written over.
            let place = tree.join(path);
            if fs::remove_file(&place).is_err() {
                continue;
            }
            let mut folder = place.parent();
            while let Some(empty) = folder.filter(|folder| *folder != tree && fs::remove_dir(folder).is_ok())
            {
                folder = empty.parent();
            }
        }
    }

    /// The files whose content tools have changed here, links and `files` aside.
    pub fn changed_beside(&self, files: &BTreeMap<PathBuf, Blob>) -> Result<Vec<PathBuf>, GitError> {
        let tree = self.tree();
        let known = Manifest::read(&self.folder.join("manifest")).files.into_iter();
        let is_touched =
            |path: &Path, known: &Known| Stat::at(&tree.join(path)).map_or(true, |now| now != known.stat);
        let touched: BTreeMap<PathBuf, Blob> = known
            .filter(|(path, known)| known.blob.mode.is_file() && !files.contains_key(path))
            .filter(|(path, known)| is_touched(path, known))
            .map(|(path, known)| (path, known.blob))
            .collect();
        self.changed(&touched)
    }

    /// The repository that this is a copy of.
    pub(crate) fn repository(&self) -> &Repository {
        self.repository
    }

    /// The folder of the tree and of what is known of it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// How what lies there compares with what should.
#[derive(Default)]
struct Compared<'w> {
    /// What has to be written.
    stale: Vec<&'w PathBuf>,
    /// What was written and is wanted no more.
    gone: Vec<PathBuf>,
    known: Manifest,
}

/// As long as this lives, tools may be at work in a shadow.
#[derive(Debug)]
pub struct InUse {
    mark: PathBuf,
    /// How the index looked before it was read.
    pub(crate) index: Option<Stat>,
    /// How that of the shadow looked when tools were given it.
    pub(crate) own_index: Option<Stat>,
    /// Files that were staged anew before they were copied.
    pub(crate) overtaken: BTreeSet<PathBuf>,
}

impl Drop for InUse {
    fn drop(&mut self) {
        // Where it stays, the next one looks more closely.
        let _ = fs::remove_file(&self.mark);
    }
}

/// Why it could not be brought to the staged content.
enum Trouble {
    Git(GitError),
    Storage(io::Error),
}

impl From<GitError> for Trouble {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Storage(error)
    }
}

/// Removes what stands in the way of a file: a link or a file where a folder has to be, a folder where the file has to
/// be. A link above all: what is written through it lies in the work tree.
fn clear_way(
    tree: &Path,
    path: &Path,
    wanted: &Entries,
    cleared: &mut std::collections::HashSet<PathBuf>,
) -> io::Result<()> {
    let above: Vec<&Path> =
        path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).collect();
    for folder in above.into_iter().rev() {
        if cleared.insert(folder.to_path_buf()) {
            let place = tree.join(folder);
            if fs::symlink_metadata(&place).is_ok_and(|metadata| !metadata.is_dir()) {
                fs::remove_file(&place)?;
            }
        }
    }
    let place = tree.join(path);
    let is_folder = fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir());
    if is_folder && wanted.get(path).is_some() {
        fs::remove_dir_all(&place)?;
    }
    Ok(())
}

/// Whether a path leads through a link.
pub(crate) fn has_link_above(tree: &Path, path: &Path) -> bool {
    let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    above.into_iter().any(|folder| tree.join(folder).is_symlink())
}

fn is_attributes(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".gitattributes")
}
