//! What differs between systems.

use std::path::Path;

/// The process that has a file open, with its command line.
#[cfg(target_os = "linux")]
pub(crate) fn holder(file: &Path) -> Option<String> {
    let wanted = file.canonicalize().ok()?;
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    for process in processes {
        let name = process.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let open = std::fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        if open.into_iter().any(|entry| std::fs::read_link(entry.path()).is_ok_and(|path| path == wanted)) {
            let words = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            return Some(format!("process {pid} (`{}`)", words.trim()));
        }
    }
    None
}

/// Nobody can be asked here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(_file: &Path) -> Option<String> {
    None
}
