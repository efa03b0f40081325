//! Where suites write their reports.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use super::reader::{Piece, read};
use crate::checkout::Checkout;

/// Folders in which nobody's reports lie, and that are large.
const SKIPPED: [&str; 3] = [".git", "node_modules", ".onramp"];

/// The files that `glob`, written relative to `directory`, means now, sorted. A glob that is the name of a folder
/// means the XML files in it.
pub(super) fn find(checkout: &Checkout, directory: &Path, glob: &str) -> Result<Vec<PathBuf>, Failure> {
    let patterns = checkout.patterns(directory, &[glob.to_owned()])?;
    let literal: PathBuf = Path::new(glob)
        .iter()
        .take_while(|part| !part.to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let start = directory.join(literal);
    if start.is_file() {
        return Ok(vec![start]);
    }
    let is_folder = patterns.matches(checkout.relative(&start));
    let mut found = Vec::new();
    let mut pending = vec![start];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if SKIPPED.iter().all(|skipped| name != *skipped) {
                    pending.push(path);
                }
            } else if patterns.matches(checkout.relative(&path))
                && (!is_folder || path.extension().is_some_and(|extension| extension == "xml"))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes the JUnit reports among the files that `glob` means. What is anything else stays: the glob may mean
/// more than it should.
pub(super) fn remove(checkout: &Checkout, directory: &Path, glob: &str) -> Result<(), Failure> {
    for file in find(checkout, directory, glob)? {
        // What lies behind a link is somebody else's.
        let is_own = onramp_cache::is_plainly_below(&checkout.root, checkout.relative(&file));
        if is_own && is_report(&file) {
            match fs::remove_file(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let message =
                        format!("{}, of an earlier run, could not be removed: {error}", file.display());
                    return Err(Failure::environment(message));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether a file begins as a JUnit report does, though it may be broken further down.
fn is_report(file: &Path) -> bool {
    let mut root = None;
    // The first element is all that is wanted, so the reading ends there.
    drop(read(file, |piece| {
        if let Piece::Start(name, _) = piece {
            root = Some(name);
        }
        Err(String::new())
    }));
    root.is_some_and(|name| name == "testsuites" || name == "testsuite")
}
