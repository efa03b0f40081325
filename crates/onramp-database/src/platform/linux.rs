use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statfs};

use super::Realm;

/// `TMPFS_MAGIC` of statfs(2).
const TMPFS: i64 = 0x0102_1994;

pub(super) fn realm() -> Realm {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    Realm { boot: boot.trim().to_owned(), namespace: namespace.to_string_lossy().into_owned() }
}

pub(super) fn started(pid: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let live = !matches!(*fields.first()?, "Z" | "X");
    live.then_some((*fields.get(19)?).to_owned())
}

pub(super) fn memory_folder(room: u64) -> Option<PathBuf> {
    let folder = Path::new("/dev/shm");
    let state = statfs(folder).ok()?;
    let block = u64::try_from(state.f_bsize).ok()?;
    let fits = state.f_bavail.saturating_mul(block) >= room;
    let in_memory = state.f_type == TMPFS;
    let writable = access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok();
    (in_memory && fits && writable).then(|| folder.to_path_buf())
}

pub(super) fn processes_in(folder: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|directory| directory.starts_with(folder))
        })
        .collect()
}
