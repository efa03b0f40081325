use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::Patterns;
use crate::digest::digest_path;
use crate::walk::{Visibility, files_below};

/// Each output by its path relative to the workspace root, with the digest of what lies there.
pub type OutputDigests = BTreeMap<String, String>;

/// Looks at what a task declares to write. Unlike inputs, outputs are looked for among ignored files too.
/// A literal path at which there is nothing is part of the answer, so a task that did not write what it
/// declared can be told from one that did; a literal path that is a folder means every file in it.
pub fn digest_outputs(root: &Path, patterns: &Patterns) -> io::Result<OutputDigests> {
    let mut digests = OutputDigests::new();
    let mut add = |path: &Path| -> io::Result<()> {
        digests.insert(path.to_string_lossy().into_owned(), digest_path(&root.join(path))?);
        Ok(())
    };
    for prefix in patterns.prefixes() {
        let start = root.join(prefix);
        if start.exists() {
            let files = files_below(root, &start, Visibility::All)?;
            files.iter().filter(|file| patterns.glob_matches(file)).try_for_each(|file| add(file))?;
        }
    }
    for literal in patterns.literals() {
        add(literal)?;
        let path = root.join(literal);
        if path.is_dir() && !path.is_symlink() {
            files_below(root, &path, Visibility::All)?.iter().try_for_each(|file| add(file))?;
        }
    }
    Ok(digests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_is_every_file_in_it_and_its_absence_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let patterns = Patterns::new(Path::new(""), ["dist"]).unwrap();
        let outputs = || digest_outputs(root, &patterns).unwrap();
        assert_eq!(outputs()["dist"], "absent");
        fs::create_dir_all(root.join("dist/deep")).unwrap();
        fs::write(root.join("dist/.gitignore"), "*\n").unwrap();
        fs::write(root.join("dist/deep/a"), "one").unwrap();
        let first = outputs();
        assert_eq!(first.keys().collect::<Vec<_>>(), ["dist", "dist/.gitignore", "dist/deep/a"]);
        fs::write(root.join("dist/deep/a"), "two").unwrap();
        assert_ne!(outputs(), first);
    }
}
