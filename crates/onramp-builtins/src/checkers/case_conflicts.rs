use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::Finding;

const NAME: &str = "case-conflicts";

/// The files among `paths` whose name, or the name of a folder on the way to them, differs in nothing but case from
/// that of another one among `all`. A file system that does not tell them apart has room for one of them only. Of a
/// folder its first file is told.
pub fn case_conflicts<P: AsRef<Path>>(paths: &[P], all: &[P]) -> Vec<Finding> {
    // The spellings of each name, by the name without its case.
    let mut spellings: HashMap<PathBuf, Vec<&Path>> = HashMap::new();
    let mut known: std::collections::HashSet<&Path> = std::collections::HashSet::new();
    for path in all.iter().chain(paths).map(AsRef::as_ref) {
        for part in parts(path).take_while(|part| known.insert(part)) {
            spellings.entry(folded(part)).or_default().push(part);
        }
    }
    spellings.retain(|_, spellings| spellings.len() > 1);
    let mut told = std::collections::HashSet::new();
    let mut found = Vec::new();
    for path in paths.iter().map(AsRef::as_ref) {
        // The outermost folder first: what is below it is in conflict for its sake.
        let ways: Vec<&Path> = parts(path).collect();
        for part in ways.into_iter().rev() {
            let Some(same) = spellings.get(&folded(part)) else { continue };
            if told.insert(part) {
                let others: Vec<String> = same
                    .iter()
                    .filter(|other| **other != part)
                    .map(|other| format!("`{}`", other.display()))
                    .collect();
                let what =
                    if part == path { String::new() } else { format!("the folder `{}` ", part.display()) };
                let message = format!("{what}differs from {} in case only", others.join(", "));
                found.push(Finding {
                    path: path.to_path_buf(),
                    line: None,
                    column: None,
                    code: NAME,
                    message,
                });
            }
            break;
        }
    }
    found
}

/// A path and the folders on the way to it, the innermost first.
fn parts(path: &Path) -> impl Iterator<Item = &Path> {
    path.ancestors().filter(|part| !part.as_os_str().is_empty())
}

fn folded(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(name) => name.to_lowercase().into(),
        None => {
            use std::os::unix::ffi::OsStrExt;
            OsStr::from_bytes(&path.as_os_str().as_bytes().to_ascii_lowercase()).into()
        }
    }
}
