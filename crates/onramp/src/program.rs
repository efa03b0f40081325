//! Programs as files: what tells one from the next, and which of them only stand for others.

use std::path::{Path, PathBuf};

use onramp_exec::Environment;

/// Programs that are installed under the names of others and decide at every call, by directory and
/// environment, which version of those to start.
const SHIMS: [&str; 4] = ["rustup", "volta-shim", "asdf", "mise"];

/// The files by which shims decide. They look in the working directory and in those above it.
const VERSION_FILES: [&str; 7] = [
    "rust-toolchain.toml",
    "rust-toolchain",
    ".python-version",
    ".tool-versions",
    ".node-version",
    ".nvmrc",
    "mise.toml",
];

/// Where Volta keeps its versions. A change of it means little to any other shim.
const VOLTA_FILE: &str = "package.json";

/// The variables by which shims decide, before any file.
const VERSION_VARIABLES: [&str; 2] = ["RUSTUP_TOOLCHAIN", "PYENV_VERSION"];

/// What tells one file of a program from the next, without a look into it: where it really lies, its size and its
/// time. Good for answers that may be asked for again; what a task's result stands on is told by content.
pub(crate) fn stamp(program: &Path) -> Option<String> {
    let path = program.canonicalize().ok()?;
    let metadata = path.metadata().ok()?;
    let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", path.display(), metadata.len(), modified.as_nanos()))
}

/// Whether a program only stands for another one, so that its file says nothing about what will run.
pub(crate) fn is_shim(program: &Path) -> bool {
    let lies_among_shims =
        |path: &Path| path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "shims");
    let file = real_file(program);
    let is_named_like_one = file.file_name().is_some_and(|name| SHIMS.iter().any(|shim| name == *shim));
    is_named_like_one || lies_among_shims(program) || lies_among_shims(&file)
}

/// The files that decide which program a shim starts in `directory`: those that exist there or above it, up to
/// `root`.
pub(crate) fn version_files(shim: &Path, directory: &Path, root: &Path) -> Vec<PathBuf> {
    let is_volta = real_file(shim).file_name().is_some_and(|name| name == "volta-shim");
    let names = VERSION_FILES.into_iter().chain(is_volta.then_some(VOLTA_FILE));
    let folders = directory.ancestors().take_while(|folder| folder.starts_with(root));
    let files = folders.flat_map(|folder| names.clone().map(|name| folder.join(name)));
    files.filter(|file| file.is_file()).collect()
}

/// The variables that decide which program a shim starts, as `NAME=value`.
pub(crate) fn version_variables(environment: &Environment) -> impl Iterator<Item = String> {
    VERSION_VARIABLES.into_iter().filter_map(|name| {
        let value = environment.get(name)?;
        Some(format!("{name}={}", value.to_string_lossy()))
    })
}

fn real_file(program: &Path) -> PathBuf {
    program.canonicalize().unwrap_or_else(|_| program.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn volta_alone_decides_by_the_package_and_none_looks_above_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = |name: &str| root.join(name);
        fs::create_dir_all(path("work/ui")).unwrap();
        for file in ["volta-shim", "mise", ".nvmrc", "work/.nvmrc", "work/ui/package.json"] {
            fs::write(path(file), "").unwrap();
        }
        for (shim, name) in [("volta-shim", "npm"), ("mise", "node")] {
            symlink(shim, path(name)).unwrap();
            assert!(is_shim(&path(name)));
        }
        let files = |name: &str| version_files(&path(name), &path("work/ui"), &path("work"));
        assert_eq!(files("npm"), [path("work/ui/package.json"), path("work/.nvmrc")]);
        assert_eq!(files("node"), [path("work/.nvmrc")]);
        assert!(!is_shim(&path(".nvmrc")));
    }
}
