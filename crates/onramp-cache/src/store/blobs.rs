use std::fs::{self, File, FileTimes, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::SystemTime;

use super::Store;
use crate::outputs::is_plainly_below;
use crate::remove::keep_while_cleared;
use crate::{Digest, Output};

/// The permissions of a kept content. Nobody should write to one, its owner included.
const READ_ONLY: u32 = 0o400;

impl Store {
    /// Keeps a content.
    pub fn put_bytes(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = Digest::of(bytes);
        if !self.has(&digest) {
            keep_while_cleared(|| {
                let mut file = self.new_file()?;
                file.write_all(bytes)?;
                self.persist_blob(file, &digest)
            })?;
        }
        Ok(digest)
    }

    /// Keeps the content of a file that had this digest a moment ago. `false`: it has another one now.
    ///
    /// It is copied, by sharing the blocks where the file system can do that; a hard link would let the next
    /// tool that writes into the file write into the store.
    pub fn put_file(&self, path: &Path, digest: &Digest) -> io::Result<bool> {
        if self.has(digest) {
            return Ok(true);
        }
        keep_while_cleared(|| {
            let file = self.new_file()?;
            fs::copy(path, file.path())?;
            if Digest::of_reader(File::open(file.path())?)? != *digest {
                return Ok(false);
            }
            self.persist_blob(file, digest)?;
            Ok(true)
        })
    }

    /// A content, if it is there and is what its name says.
    pub fn bytes(&self, digest: &Digest) -> Option<Vec<u8>> {
        let bytes = fs::read(self.place("blobs", digest)).ok()?;
        if Digest::of(&bytes) != *digest {
            self.remove_blob(digest);
            return None;
        }
        Some(bytes)
    }

    /// Whether a content is there, by its name and length.
    pub fn has_blob(&self, digest: &Digest) -> bool {
        fs::metadata(self.place("blobs", digest)).is_ok_and(|metadata| metadata.len() == digest.size())
    }

    /// Puts an output to its place in the tree, in one step, whatever file or link lies there. `false`: its
    /// content is not there any more, or is damaged, or its place is taken by a folder, or lies behind a link that
    /// leads elsewhere.
    pub fn restore(&self, root: &Path, name: &str, output: &Output) -> io::Result<bool> {
        match self.put_back(root, name, output) {
            Err(error) if is_taken(&error) => Ok(false),
            restored => restored,
        }
    }

    fn put_back(&self, root: &Path, name: &str, output: &Output) -> io::Result<bool> {
        let place = root.join(name);
        if !is_plainly_below(root, Path::new(name)) {
            return Ok(false);
        }
        if let (Some(folder), false) = (place.parent(), matches!(output, Output::Folder)) {
            fs::create_dir_all(folder)?;
        }
        match output {
            Output::Folder => fs::create_dir_all(&place).map(|()| true),
            Output::Link { target } => {
                let folder = tempfile::tempdir_in(self.staging(root)?)?;
                let new = folder.path().join("link");
                symlink(target, &new)?;
                fs::rename(new, &place).map(|()| true)
            }
            Output::File { digest, mode } => {
                let new = tempfile::NamedTempFile::new_in(self.staging(root)?)?;
                if fs::copy(self.place("blobs", digest), new.path()).is_err() {
                    return Ok(false);
                }
                if Digest::of_reader(File::open(new.path())?)? != *digest {
                    self.remove_blob(digest);
                    return Ok(false);
                }
                fs::set_permissions(new.path(), Permissions::from_mode(*mode))?;
                new.persist(&place).map_err(|error| error.error)?;
                Ok(true)
            }
        }
    }

    fn persist_blob(&self, file: tempfile::NamedTempFile, digest: &Digest) -> io::Result<()> {
        fs::set_permissions(file.path(), Permissions::from_mode(READ_ONLY))?;
        self.persist(file, &self.place("blobs", digest))
    }

    /// Whether a content is there. If so, it counts as young again, so that nobody who collects what is not
    /// needed takes it away before its new result is written.
    fn has(&self, digest: &Digest) -> bool {
        let path = self.place("blobs", digest);
        let Ok(metadata) = fs::metadata(&path) else { return false };
        if metadata.len() != digest.size() {
            self.remove_blob(digest);
            return false;
        }
        if let Ok(file) = File::open(&path) {
            drop(file.set_times(FileTimes::new().set_modified(SystemTime::now())));
        }
        true
    }

    pub(super) fn remove_blob(&self, digest: &Digest) {
        drop(fs::remove_file(self.place("blobs", digest)));
    }

    /// A folder of the file system that `root` is on, for what is on its way into the tree.
    fn staging(&self, root: &Path) -> io::Result<std::path::PathBuf> {
        use std::os::unix::fs::MetadataExt;
        let folder = self.new_folder();
        fs::create_dir_all(&folder)?;
        if fs::metadata(&folder)?.dev() == fs::metadata(root)?.dev() {
            return Ok(folder);
        }
        let own = root.join(".onramp/new");
        fs::create_dir_all(&own)?;
        Ok(own)
    }
}

/// Whether something of another kind lies where a file or folder belongs.
fn is_taken(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, IsADirectory, NotADirectory};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | IsADirectory | NotADirectory)
}
