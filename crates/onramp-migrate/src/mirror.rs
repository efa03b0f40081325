use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

/// What a stand-in has of the revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revisions {
    /// Files of its own.
    Copied,
    /// Links in a folder of its own.
    Linked,
}

/// Builds `tree`, a stand-in for `root` in which the folders on the way down to `root/versions` are real ones, that one
/// too, and all else beside them is a link to the original. Neither the state folder `skipped` nor `.git` is linked: no tool
/// shall find its way into them.
pub(crate) fn mirror(
    root: &Path,
    versions: &Path,
    tree: &Path,
    skipped: &Path,
    revisions: Revisions,
) -> io::Result<()> {
    let (mut original, mut copy) = (root.to_path_buf(), tree.to_path_buf());
    for component in versions.components() {
        let Component::Normal(name) = component else {
            let message = format!("{} is no plain path", versions.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        fs::create_dir(&copy)?;
        link_all_but(&original, &copy, &[name, OsStr::new(".git")], skipped)?;
        original.push(name);
        copy.push(name);
    }
    match revisions {
        Revisions::Copied => copy_folder(&original, &copy),
        Revisions::Linked => {
            fs::create_dir(&copy)?;
            link_all_but(&original, &copy, &[OsStr::new("__pycache__")], skipped)
        }
    }
}

fn link_all_but(original: &Path, copy: &Path, names: &[&OsStr], skipped: &Path) -> io::Result<()> {
    for entry in fs::read_dir(original)? {
        let entry = entry?;
        let name = entry.file_name();
        if !names.contains(&name.as_os_str()) && entry.path() != skipped {
            symlink(entry.path(), copy.join(name))?;
        }
    }
    Ok(())
}

/// Copies files and folders, what links lead to as well; compiled Python is left out.
fn copy_folder(original: &Path, copy: &Path) -> io::Result<()> {
    fs::create_dir(copy)?;
    for entry in fs::read_dir(original)? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|name| *name != "__pycache__") else { continue };
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            // An editor's lock file is a link to nowhere.
            Err(_) => continue,
        };
        if metadata.is_dir() {
            copy_folder(&path, &copy.join(name))?;
        } else if metadata.is_file() {
            // The content alone: a read-only file's mode would keep formatters from it.
            fs::write(copy.join(name), fs::read(&path)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_down_is_real_and_the_rest_is_linked() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        for directory in ["src/flow/versions/sqlite/__pycache__", ".git", ".onramp", "docs"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        for file in
            ["ruff.toml", "src/flow/a.py", "src/flow/versions/env.py", "src/flow/versions/sqlite/1.py"]
        {
            fs::write(root.join(file), file).unwrap();
        }
        symlink("nowhere", root.join("src/flow/versions/sqlite/.#2.py")).unwrap();
        let tree = folder.path().join("tree");
        mirror(&root, Path::new("src/flow/versions/sqlite"), &tree, &root.join(".onramp"), Revisions::Copied)
            .unwrap();
        for link in ["ruff.toml", "docs", "src/flow/a.py", "src/flow/versions/env.py"] {
            assert_eq!(fs::read_link(tree.join(link)).unwrap(), root.join(link), "{link}");
        }
        let versions = tree.join("src/flow/versions/sqlite");
        let names: Vec<_> =
            fs::read_dir(&versions).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["1.py"]);
        assert!(!versions.join("1.py").is_symlink());
        assert!(!tree.join(".git").exists() && !tree.join(".onramp").exists());

        let tree = folder.path().join("linked");
        let versions = Path::new("src/flow/versions/sqlite");
        mirror(&root, versions, &tree, &root.join(".onramp"), Revisions::Linked).unwrap();
        assert!(!tree.join(versions).is_symlink() && !tree.join(versions).join("__pycache__").exists());
        assert!(tree.join(versions).join("1.py").is_symlink());
    }
}
