//! What a task touches outside its workspace, as few words as will do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::words::count;

/// What belongs to the system and its libraries, and to no configuration of anybody.
const SYSTEM: [&str; 17] = [
    "/bin",
    "/dev",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
];

/// The files by the folder of the user or of the system that they belong to, each with how many there are:
/// `~/.npmrc`, `~/.cache (12 files)`, `/etc/mime.types`.
pub(super) fn summary(files: &[PathBuf], home: Option<&Path>, temporary: &Path) -> Vec<String> {
    let mut groups: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let is_system = SYSTEM.iter().any(|folder| file.starts_with(folder));
        if is_system || file.starts_with(temporary) {
            continue;
        }
        let in_home = home.and_then(|home| file.strip_prefix(home).ok());
        let (file, parts) = match in_home {
            Some(path) => (Path::new("~").join(path), 2),
            None => (file.clone(), 3),
        };
        groups.entry(file.iter().take(parts).collect()).or_default().push(file);
    }
    let text = |(group, files): (PathBuf, Vec<PathBuf>)| match files.as_slice() {
        [file] if *file == group => group.display().to_string(),
        files => format!("{} ({})", group.display(), count(files.len(), "file")),
    };
    groups.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_the_system_is_left_out_and_the_rest_is_short() {
        let files = [
            "/etc/ld.so.cache",
            "/etc/mime.types",
            "/etc/ssl/openssl.cnf",
            "/h/me/.npmrc",
            "/h/me/.cache/a/b",
            "/h/me/.cache/c",
            "/opt/tool/lib/x",
            "/opt/tool/lib/y",
            "/tmp/scratch/z",
            "/usr/lib/python3/os.py",
        ];
        let files = files.map(PathBuf::from);
        assert_eq!(
            summary(&files, Some(Path::new("/h/me")), Path::new("/tmp")),
            ["/etc/mime.types", "/etc/ssl (1 file)", "/opt/tool (2 files)", "~/.cache (2 files)", "~/.npmrc",]
        );
    }
}
