use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use ignore::WalkBuilder;

use crate::Patterns;
use crate::digest::digest_path;

/// Each output by its path relative to the workspace root, with the digest of what lies there.
pub type OutputDigests = BTreeMap<String, String>;

/// Looks at what a task declares to write. Unlike inputs, outputs are looked for among ignored files too.
/// A literal path at which there is nothing is part of the answer, so a task that did not write what it
/// declared can be told from one that did.
pub fn digest_outputs(root: &Path, patterns: &Patterns) -> io::Result<OutputDigests> {
    let mut digests = OutputDigests::new();
    for prefix in patterns.prefixes() {
        let start = root.join(prefix);
        if !start.exists() {
            continue;
        }
        for entry in WalkBuilder::new(&start).standard_filters(false).build() {
            let entry = entry.map_err(io::Error::other)?;
            let Ok(path) = entry.path().strip_prefix(root) else { continue };
            if entry.file_type().is_some_and(|kind| !kind.is_dir()) && patterns.glob_matches(path) {
                digests.insert(path.to_string_lossy().into_owned(), digest_path(entry.path())?);
            }
        }
    }
    for literal in patterns.literals() {
        digests.insert(literal.to_string_lossy().into_owned(), digest_path(&root.join(literal))?);
    }
    Ok(digests)
}
