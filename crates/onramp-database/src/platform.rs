//! What differs between the systems that Onramp runs on.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use std::path::{Path, PathBuf};

/// A mark under which process ids and start marks mean the same: this boot of this machine, and on Linux
/// this process namespace. Without such a mark it is empty.
pub(crate) fn realm() -> Realm {
    system::realm()
}

/// Within which the ids of processes are comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Realm {
    /// The boot, as the system names it.
    pub(crate) boot: String,
    /// The namespace of process ids; a container has one of its own.
    pub(crate) namespace: String,
}

/// The start mark of a live process of that number, in the form that [`onramp_exec::is_alive`] compares.
pub(crate) fn started(pid: u32) -> Option<String> {
    system::started(pid)
}

/// A folder kept in memory with at least `room` bytes left, that everybody may create entries in.
pub(crate) fn memory_folder(room: u64) -> Option<PathBuf> {
    system::memory_folder(room)
}

/// The processes whose working directory lies in `folder`, as far as the system tells.
pub(crate) fn processes_in(folder: &Path) -> Vec<u32> {
    system::processes_in(folder)
}
