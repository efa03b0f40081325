//! Clusters as `initdb` makes them, kept to be unpacked: that takes a tenth of the time. Each was packed before any server
//! ran on it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use onramp_exec::RunAs;
use tar::{Archive, Builder, EntryType, Header};

use super::start::INITDB_ARGUMENTS;
use super::{Binaries, PASSWORD_LENGTH};
use crate::digest::hex;
use crate::file_lock::{FileLock, Hold};
use crate::platform;
use crate::storage::room;
use crate::template::Shelf;

/// How the names of archives end that are complete.
const EXTENSION: &str = "tar";

/// How the name of one ends that is being written.
const PARTIAL: &str = "partial";

/// The first entry of an archive: what the superuser's password is where it is unpacked. The second is the data folder.
const PASSWORD: &str = "password";

/// The name of the data folder, in an archive and where it is unpacked.
pub(super) const DATA: &str = "data";

/// How many clusters are kept; the last used stay. A worktree has more than one where it changes its PostgreSQL.
const LIMIT: usize = 2;

/// The room that must be left beside an archive, in bytes: it only saves time, and is nothing to fill a disk with.
const ROOM: u64 = 256 << 20;

/// The archive of one kind of cluster, in `.onramp/databases/clusters`.
pub(super) struct Clusters {
    shelf: Shelf,
    id: String,
    /// Whether what is unpacked is given to whom it belonged, a user who is not us.
    is_of_another_user: bool,
}

impl Clusters {
    /// The one that these programs make with these arguments. What has lived through a crash of the machine is not
    /// believed: the boot is part of the name.
    pub(super) fn new(state: &Path, binaries: &Binaries, user: Option<RunAs>) -> Self {
        let zone = binaries.environment().get("TZ");
        let mut key = format!("{}\n{user:?}\n{zone:?}\n{INITDB_ARGUMENTS:?}\n", platform::realm().boot);
        for program in ["initdb", "postgres"].map(|name| binaries.program(name)) {
            // One that cannot be looked at cannot be started either.
            let facts =
                fs::metadata(&program).map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
            key.push_str(&format!("{}\n{:?}\n", program.display(), facts.ok()));
        }
        let id = hex(key.as_bytes())[..32].to_owned();
        Self { shelf: shelf(state), id, is_of_another_user: user.is_some() }
    }

    /// Whether there is one.
    pub(super) fn has_one(&self) -> bool {
        self.path(EXTENSION).exists()
    }

    /// Unpacks the cluster as `folder/data` and returns its superuser's password; `None` where there is none, or none
    /// that is whole. Nothing is left of what failed.
    pub(super) fn unpack(&self, folder: &Path) -> Option<String> {
        let lock = self.shelf.look_at(&self.id).ok()??;
        let archive = File::open(self.path(EXTENSION)).ok()?;
        match self.unpack_from(archive, folder) {
            Ok(password) => {
                lock.touch();
                Some(password)
            }
            Err(_) => {
                // Where this fails, `initdb` does too, and says why.
                let _ = fs::remove_dir_all(folder.join(DATA));
                drop(lock);
                self.throw_away();
                None
            }
        }
    }

    /// Packs `folder/data`, which no server has run on. What cannot be written is done without; nothing is left of it.
    pub(super) fn keep(&self, folder: &Path, password: &str) {
        let Ok(Some(lock)) = FileLock::attempt(&self.shelf.lock(&self.id), Hold::Exclusive) else { return };
        let partial = self.path(PARTIAL);
        let packed = match room(&self.shelf.folder) {
            Some(room) if room < ROOM => Err(io::Error::from(io::ErrorKind::StorageFull)),
            _ => pack(&partial, folder, password),
        };
        if packed.and_then(|()| fs::rename(&partial, self.path(EXTENSION))).is_err() {
            let _ = fs::remove_file(&partial);
            return lock.remove();
        }
        lock.touch();
        for (old, _) in self.shelf.ids().iter().skip(LIMIT) {
            throw_away(&self.shelf, old);
        }
    }

    /// Removes the archive unless somebody unpacks it just now.
    pub(super) fn throw_away(&self) {
        throw_away(&self.shelf, &self.id);
    }

    fn unpack_from(&self, archive: File, folder: &Path) -> io::Result<String> {
        let mut archive = Archive::new(archive);
        archive.set_preserve_mtime(false);
        archive.set_preserve_ownerships(self.is_of_another_user);
        let mut entries = archive.entries()?;
        let mut password = String::new();
        let first = entries.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
        first.take(PASSWORD_LENGTH as u64).read_to_string(&mut password)?;
        for entry in entries {
            entry?.unpack_in(folder)?;
        }
        Ok(password)
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.shelf.folder.join(&self.id).with_extension(extension)
    }
}

/// Removes archives that nobody writes any more. `state` is the workspace's `.onramp`.
pub(crate) fn clear_unfinished(state: &Path) {
    let shelf = shelf(state);
    let entries = fs::read_dir(&shelf.folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|extension| extension == PARTIAL)
            && let Ok(Some(_lock)) = FileLock::attempt(&shelf.lock(&id), Hold::Exclusive)
        {
            // What cannot be removed now can be next time.
            let _ = fs::remove_file(&path);
        }
    }
}

fn shelf(state: &Path) -> Shelf {
    Shelf { folder: state.join("databases/clusters") }
}

fn throw_away(shelf: &Shelf, id: &str) {
    shelf.throw_away(id, || {
        let file = shelf.folder.join(id);
        for extension in [EXTENSION, PARTIAL] {
            match fs::remove_file(file.with_extension(extension)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    });
}

fn pack(file: &Path, folder: &Path, password: &str) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    let mut archive = Builder::new(io::BufWriter::with_capacity(1 << 20, file));
    archive.follow_symlinks(false);
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(password.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, PASSWORD, password.as_bytes())?;
    archive.append_dir_all(DATA, folder.join(DATA))?;
    archive.into_inner()?.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_archive_goes_unless_somebody_is_writing_it() {
        let state = tempfile::tempdir().unwrap();
        let shelf = shelf(state.path());
        let writing = FileLock::attempt(&shelf.lock("a"), Hold::Exclusive).unwrap().unwrap();
        let names = ["a.partial", "b.tar"];
        let left = || names.iter().filter(|name| shelf.folder.join(name).exists()).count();
        for name in names {
            fs::write(shelf.folder.join(name), "half").unwrap();
        }
        clear_unfinished(state.path());
        assert_eq!(left(), 2);
        drop(writing);
        clear_unfinished(state.path());
        assert_eq!(left(), 1, "a complete one stays");
    }
}
