use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::ProcessId;

use crate::lease::Lease;
use crate::{Place, blame_storage, platform, random};

/// How the name of every scratch folder begins; nothing else is ever removed on the word of a lease.
pub(crate) const PREFIX: &str = "onramp-db-";

/// How much memory must be free for a database to be kept there, in bytes.
const ROOM: u64 = 256 * 1024 * 1024;

/// A folder that a database lives in, removed when dropped. Its lease sees to it that it is removed by the
/// next Onramp where this one was killed.
#[derive(Debug)]
pub struct ScratchFolder {
    path: PathBuf,
    lease: Lease,
    lease_path: PathBuf,
    is_left: bool,
}

impl ScratchFolder {
    /// Makes an empty folder with mode 0700 and a short path: in memory where there is room, else in
    /// `place.temporary`. `label` is the first word of its lease's name. Fails where a file cannot be written.
    pub fn create(place: &Place, label: &str) -> Result<Self, Failure> {
        let mut parent = place.temporary.clone();
        let mut create = || {
            fs::create_dir_all(place.leases())?;
            parent = match platform::memory_folder(ROOM) {
                Some(folder) => folder,
                None => fs::canonicalize(&place.temporary)?,
            };
            Self::create_in(&parent, place, label)
        };
        create().map_err(|error: io::Error| {
            let message = format!("no folder for a scratch database could be made: {error}");
            blame_storage(Failure::environment(message), &[&place.state, &parent])
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes in the lease that a server runs in the folder.
    pub(crate) fn note_server(&mut self, server: ProcessId) -> io::Result<()> {
        self.lease.server = Some(server);
        self.lease.write(&self.lease_path)
    }

    /// Notes in the lease that a database is asked for, on a server that does not end with us.
    pub(crate) fn note_database(&mut self, name: &str) -> io::Result<()> {
        self.lease.database = Some(name.to_owned());
        self.lease.write(&self.lease_path)
    }

    /// Notes in the lease that a container engine was asked for a container.
    #[cfg(feature = "containers")]
    pub(crate) fn note_engine(&mut self, engine: &str) -> io::Result<()> {
        self.lease.engine = Some(engine.to_owned());
        self.lease.write(&self.lease_path)
    }

    /// Leaves folder and lease to the next Onramp.
    #[cfg(feature = "containers")]
    pub(crate) fn leave(mut self) {
        self.is_left = true;
    }

    /// The lease comes first: a folder without one would stay for ever if this process were killed.
    fn create_in(parent: &Path, place: &Place, label: &str) -> io::Result<Self> {
        let path = parent.join(format!("{PREFIX}{}", random::word(10)?));
        let lease = Lease::own(path.clone(), &place.workspace);
        let lease_path = Lease::new_path(&place.leases(), label);
        lease.write(&lease_path)?;
        if let Err(error) = DirBuilder::new().mode(0o700).create(&path) {
            // The folder is not ours, so it must not be removed on dropping; the lease is.
            let _ = fs::remove_file(&lease_path);
            return Err(error);
        }
        Ok(Self { path, lease, lease_path, is_left: false })
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // The lease stays where the folder could not be removed: the next start tries again.
        if !self.is_left && remove_folder(&self.path).is_ok() {
            let _ = fs::remove_file(&self.lease_path);
        }
    }
}

/// Removes a folder and all that is in it; one that does not exist is fine.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_leaves_neither_folder_nor_lease() {
        let workspace = tempfile::tempdir().unwrap();
        let place = Place {
            state: workspace.path().join(".onramp"),
            workspace: workspace.path().to_path_buf(),
            temporary: workspace.path().to_path_buf(),
        };
        let folder = ScratchFolder::create(&place, "sqlite").unwrap();
        let path = folder.path().to_path_buf();
        fs::write(path.join("a"), "").unwrap();
        assert_eq!(fs::read_dir(place.leases()).unwrap().count(), 1);
        drop(folder);
        assert!(!path.exists());
        assert_eq!(fs::read_dir(place.leases()).unwrap().count(), 0);
    }
}
