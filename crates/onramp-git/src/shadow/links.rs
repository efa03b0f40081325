use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Links what tools need and nobody stages from `work_tree` into `tree`: of each path the first part that is only in
/// the work tree. What is gone there goes here, too.
pub(super) fn make(work_tree: &Path, tree: &Path, needed: &[PathBuf]) -> io::Result<()> {
    for path in needed {
        let mut part = PathBuf::new();
        for component in path.components() {
            part.push(component);
            let (original, place) = (work_tree.join(&part), tree.join(&part));
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_dir() => continue,
                Ok(metadata) if metadata.is_symlink() && !original.exists() => fs::remove_file(&place)?,
                Err(_) if original.exists() => symlink(&original, &place)?,
                _ => {}
            }
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_that_only_the_work_tree_has_is_linked() {
        let folder = tempfile::tempdir().unwrap();
        let (work_tree, tree) = (folder.path().join("w"), folder.path().join("t"));
        fs::create_dir_all(work_tree.join("ui/node_modules/a")).unwrap();
        fs::create_dir_all(tree.join("ui")).unwrap();
        let needed = [PathBuf::from("ui/node_modules/.lock"), PathBuf::from(".venv/bin")];
        make(&work_tree, &tree, &needed).unwrap();
        make(&work_tree, &tree, &needed).unwrap();
        assert!(tree.join("ui/node_modules").is_symlink() && tree.join("ui/node_modules/a").is_dir());
        assert!(!tree.join(".venv").is_symlink());
        fs::remove_dir_all(work_tree.join("ui")).unwrap();
        make(&work_tree, &tree, &needed).unwrap();
        assert!(!tree.join("ui/node_modules").is_symlink());
    }
}
