//! What differs between systems.

use std::path::Path;

/// The process that has a file open, with its command line.
#[cfg(target_os = "linux")]
pub(crate) fn holder(file: &Path) -> Option<String> {
    let process = open_in(file, |_| true)?;
    let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
    let words = String::from_utf8_lossy(&words).replace('\0', " ");
    Some(format!("process {} (`{}`)", process.file_name()?.display(), words.trim()))
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(_file: &Path) -> Option<String> {
    None
}

/// Whether a process has a file open to write to it, as far as that can be known: others' processes tell nobody.
#[cfg(target_os = "linux")]
pub(crate) fn is_open_for_writing(file: &Path) -> bool {
    let writes = |descriptor: &Path| {
        let told = std::fs::read_to_string(descriptor).unwrap_or_default();
        let flags = told.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & rustix::fs::OFlags::ACCMODE.bits() != 0)
    };
    open_in(file, writes).is_some()
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_open_for_writing(_file: &Path) -> bool {
    false
}

/// The folder of a process that has a file open, and of whose descriptor that holds, given the file that tells about it.
#[cfg(target_os = "linux")]
fn open_in(file: &Path, holds: impl Fn(&Path) -> bool) -> Option<std::path::PathBuf> {
    let wanted = file.canonicalize().ok()?;
    let is_process = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.parse::<u32>().is_ok());
    let processes = std::fs::read_dir("/proc").ok()?.flatten().filter(|entry| is_process(&entry.file_name()));
    processes.map(|process| process.path()).find(|process| {
        let open = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        let mut open = open.filter(|entry| std::fs::read_link(entry.path()).is_ok_and(|path| path == wanted));
        open.any(|entry| holds(&process.join("fdinfo").join(entry.file_name())))
    })
}
