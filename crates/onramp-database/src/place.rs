use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use crate::digest::hex;
use crate::random;

/// Where databases, their folders and their leases lie.
#[derive(Clone, Debug)]
pub struct Place {
    /// The workspace's `.onramp`; what lies in it is made when it is needed.
    pub state: PathBuf,
    /// The root of the workspace.
    pub workspace: PathBuf,
    /// The system's folder for temporary files, for systems that keep none in memory.
    pub temporary: PathBuf,
}

/// Length of the word that a worktree is known by, in letters and digits: 71 bits.
const WORD: usize = 12;

impl Place {
    /// Where it is written who owns which folder.
    pub fn leases(&self) -> PathBuf {
        self.state.join("leases")
    }

    /// Where databases and templates are kept that outlive a command.
    pub(crate) fn databases(&self) -> PathBuf {
        self.state.join("databases")
    }

    /// What this worktree's databases are marked with, on servers that others use too. It is made of a random
    /// word that the state folder keeps and of the worktree's path, so neither another machine with the same
    /// path nor a copy of the folder has the same.
    pub(crate) fn worktree(&self) -> Result<String, Failure> {
        let name = || {
            let folder = self.databases();
            make_private(&folder)?;
            let word = kept_word(&folder.join("worktree"))?;
            let path = hex(self.workspace.as_os_str().as_encoded_bytes());
            Ok(format!("{word}-{}", &path[..8]))
        };
        name().map_err(|error: io::Error| {
            Failure::environment(format!("{} cannot be written: {error}", self.state.display()))
        })
    }
}

/// Makes a folder, and those above it, with mode 0700.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The word in a file, which gets a random one if it has none yet. Two commands at once agree.
fn kept_word(file: &Path) -> io::Result<String> {
    let read = || {
        let text = fs::read_to_string(file).unwrap_or_default();
        let is_word = text.len() == WORD && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_word.then_some(text)
    };
    if let Some(word) = read() {
        return Ok(word);
    }
    let partial = file.with_extension(format!("{}.partial", random::word(WORD)?));
    let written = fs::File::create(&partial)
        .and_then(|mut file| file.write_all(random::word(WORD)?.to_ascii_lowercase().as_bytes()))
        // A link is never made over a file that somebody else was faster with. What is no word goes first.
        .and_then(|()| if file.exists() && read().is_none() { fs::remove_file(file) } else { Ok(()) })
        .and_then(|()| match fs::hard_link(&partial, file) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        });
    // It has been linked, or is of no use.
    let _ = fs::remove_file(&partial);
    written?;
    read().ok_or_else(|| io::Error::other(format!("{} cannot be read back", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(root: &Path) -> Place {
        Place { state: root.join(".onramp"), workspace: root.to_path_buf(), temporary: "/tmp".into() }
    }

    #[test]
    fn a_worktree_keeps_its_name_and_a_copy_has_another() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, other) = (place(first.path()), place(second.path()));
        let name = one.worktree().unwrap();
        assert_eq!(one.worktree().unwrap(), name);
        assert_eq!(fs::read_dir(one.databases()).unwrap().count(), 1);
        make_private(&other.databases()).unwrap();
        fs::copy(one.databases().join("worktree"), other.databases().join("worktree")).unwrap();
        assert_ne!(other.worktree().unwrap(), name);
        fs::write(one.databases().join("worktree"), "half").unwrap();
        assert_ne!(one.worktree().unwrap(), name);
    }
}
