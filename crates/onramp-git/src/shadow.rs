//! The staged content as a tree of its own, beside the work tree.

mod links;
mod manifest;
mod repository;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use onramp_exec::Stdin;

use crate::index::{Entries, bytes};
use crate::staged::{Blob, Mode};
use crate::{GitError, Repository};
use manifest::{Known, Manifest, Stat};

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
        self.folder.join("tree")
    }

    /// Brings it to the staged content, whatever tools have done to it. `needed` are paths that nobody stages and
    /// tools need, such as installed packages, relative to the root of the work tree. The guard says that tools are at
    /// work, until it is dropped; `told` is called where all files have to be written.
    pub fn refresh(&self, needed: &[PathBuf], told: &dyn Fn(usize)) -> Result<InUse, GitError> {
        self.put_in_order(needed, told).map_err(|error| match error {
            Trouble::Git(error) => error,
            Trouble::Storage(error) => {
                GitError::Storage { folder: self.folder.clone(), reason: error.to_string() }
            }
        })
    }

    fn put_in_order(&self, needed: &[PathBuf], told: &dyn Fn(usize)) -> Result<InUse, Trouble> {
        let tree = self.tree();
        let is_new = !tree.is_dir();
        fs::create_dir_all(&tree)?;
        repository::prepare(self.repository, &self.folder, &tree)?;
        let busy = self.folder.join("in-use");
        if busy.exists() {
            // Tools were killed in it, and nobody has looked at what they left.
            self.repository.elsewhere().ask(&tree, ["clean", "-ffdq"])?;
        }
        fs::write(&busy, "")?;
        let file = self.folder.join("manifest");
        let old = if is_new { Manifest::default() } else { Manifest::read(&file) };
        let wanted = self.repository.index_entries()?;
        let Compared { stale, gone, mut known } = self.compare(&wanted, old);
        self.remove(&gone);
        if !stale.is_empty() {
            // Whoever reads it while files are being written takes none of them for right.
            known.write(&file)?;
            if is_new {
                told(stale.len());
            }
            self.write(&stale, &wanted)?;
            for path in stale {
                if let (Ok(stat), Some(blob)) = (Stat::at(&tree.join(path)), wanted.get(path)) {
                    known.files.push((path.clone(), Known { blob: blob.clone(), stat }));
                }
            }
            known.sort();
            known.write(&file)?;
        } else if !gone.is_empty() {
            known.write(&file)?;
        }
        if is_new {
            let state = self.folder.parent().unwrap_or(&self.folder);
            self.repository.lend_ignored(&tree, &[state])?;
        }
        links::make(self.repository.work_tree(), &tree, needed)?;
        Ok(InUse { mark: busy })
    }

    /// Tells those of the wanted files that lie there as they should from the others.
    fn compare<'w>(&self, wanted: &'w Entries, old: Manifest) -> Compared<'w> {
        let tree = self.tree();
        let mut compared = Compared::default();
        let mut old = old.files.into_iter().peekable();
        for (path, blob) in wanted.iter() {
            let place = tree.join(path);
            if blob.mode == Mode::Submodule {
                // Its content is another repository's; tools find the folder.
                let _ = fs::create_dir_all(&place);
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
                    if written == *blob && Stat::at(&place).is_ok_and(|now| now == stat) =>
                {
                    compared.known.files.push((path.clone(), Known { blob: written, stat }));
                }
                _ => compared.stale.push(path),
            }
        }
        compared.gone.extend(old.map(|(gone, _)| gone));
        compared
    }

    /// Writes files as a checkout would.
    fn write(&self, paths: &[&PathBuf], wanted: &Entries) -> Result<(), Trouble> {
        let tree = self.tree();
        let mut cleared = std::collections::HashSet::new();
        let mut names = Vec::new();
        for path in paths {
            clear_way(&tree, path, wanted, &mut cleared)?;
            names.extend_from_slice(path.as_os_str().as_bytes());
            names.push(0);
        }
        let mut prefix = OsString::from("--prefix=");
        prefix.push(&tree);
        prefix.push("/");
        let words = ["checkout-index", "--stdin", "-z", "--force", "--quiet"].map(OsStr::new);
        let words = words.into_iter().chain([prefix.as_os_str()]);
        let root = self.repository.work_tree();
        self.repository.tell(root, words, Stdin::Bytes(names))?.text()?;
        Ok(())
    }

    /// Writes the staged content of files into `folder`, as a checkout would.
    pub(crate) fn export(&self, folder: &Path, paths: &[&Path]) -> Result<(), GitError> {
        let mut names = Vec::new();
        for path in paths {
            names.extend_from_slice(path.as_os_str().as_bytes());
            names.push(0);
        }
        let mut prefix = OsString::from("--prefix=");
        prefix.push(folder);
        prefix.push("/");
        let words = ["checkout-index", "--stdin", "-z", "--force", "--quiet"].map(OsStr::new);
        let words = words.into_iter().chain([prefix.as_os_str()]);
        let root = self.repository.work_tree();
        self.repository.tell(root, words, Stdin::Bytes(names))?.text().map(drop)
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

fn has_link_above(tree: &Path, path: &Path) -> bool {
    let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    above.into_iter().any(|folder| tree.join(folder).is_symlink())
}
