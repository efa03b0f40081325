use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Where git keeps what it knows of one work tree: `.git` itself, or the folder that a file of this name leads
/// to in linked worktrees and submodules. Found by looking at files; no process is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitDirectory {
    work_tree: PathBuf,
    own: PathBuf,
    common: PathBuf,
}

impl GitDirectory {
    /// That of the work tree whose root is `root`; `None` if it is no root of one.
    pub fn of_work_tree(root: &Path) -> io::Result<Option<Self>> {
        let dot_git = root.join(".git");
        let own = match fs::metadata(&dot_git) {
            Ok(metadata) if metadata.is_dir() => dot_git,
            Ok(_) => match path_in(&fs::read(&dot_git)?, b"gitdir:") {
                Some(path) => root.join(path),
                None => return Ok(None),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Self::at(root, own)
    }

    /// The one in the folder `own`, for the work tree whose root is `root`; `None` if it is none.
    pub(crate) fn at(root: &Path, own: PathBuf) -> io::Result<Option<Self>> {
        // An empty folder of this name makes no repository.
        if !own.join("HEAD").is_file() {
            return Ok(None);
        }
        let common = match fs::read(own.join("commondir")) {
            Ok(text) => path_in(&text, b"").map(|path| own.join(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Some(Self { work_tree: root.to_path_buf(), common: common.unwrap_or_else(|| own.clone()), own }))
    }

    /// That of the innermost work tree that `folder` lies in.
    pub fn around(folder: &Path) -> io::Result<Option<Self>> {
        for root in folder.ancestors() {
            if let Some(found) = Self::of_work_tree(root)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The root of the work tree.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The folder of what is this work tree's alone.
    pub fn own(&self) -> &Path {
        &self.own
    }

    /// The folder of what all work trees of the repository share.
    pub fn common(&self) -> &Path {
        &self.common
    }
}

/// The path in a file of one line that begins with `key`.
fn path_in<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a Path> {
    let path = text.strip_prefix(key)?.trim_ascii();
    (!path.is_empty()).then(|| Path::new(OsStr::from_bytes(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_leads_to_the_folder_and_an_empty_folder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for folder in ["main/.git/worktrees/w", "linked/deep", "empty/.git"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        fs::write(path("main/.git/HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(path("main/.git/worktrees/w/HEAD"), "ref: refs/heads/w\n").unwrap();
        fs::write(path("main/.git/worktrees/w/commondir"), "../..\n").unwrap();
        fs::write(path("linked/.git"), "gitdir: ../main/.git/worktrees/w\n").unwrap();
        let found = GitDirectory::around(&path("linked/deep")).unwrap().unwrap();
        assert_eq!(found.work_tree(), path("linked"));
        assert_eq!(
            found.own().canonicalize().unwrap(),
            path("main/.git/worktrees/w").canonicalize().unwrap()
        );
        assert_eq!(found.common().canonicalize().unwrap(), path("main/.git").canonicalize().unwrap());
        assert_eq!(GitDirectory::of_work_tree(&path("linked/deep")).unwrap(), None);
        assert_eq!(GitDirectory::of_work_tree(&path("empty")).unwrap(), None);
    }
}
