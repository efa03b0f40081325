use std::collections::HashSet;
use std::path::Path;

use crate::chain::Chain;
use crate::walk::Folder;

/// Parts of names of SQL files that lie beside migrations and are none.
const BESIDE: [&str; 14] = [
    "schema",
    "structure",
    "seed",
    "init",
    "latest",
    "dump",
    "fixture",
    "baseline",
    "test",
    "setup",
    "reset",
    "teardown",
    "template",
    "example",
];

/// Remembers the files of a folder that look like migrations of a chain and belong to none.
pub(super) fn find(chain: &mut Chain, folder: &Folder, claimed: &HashSet<&Path>) {
    for file in folder.files.iter().filter(|file| !claimed.contains(file.path.as_path())) {
        let name = file.name.to_ascii_lowercase();
        let is_sql = name.ends_with(".sql");
        let is_beside = BESIDE.iter().any(|part| name.contains(part));
        let is_numbered = name.starts_with(|letter: char| letter.is_ascii_digit());
        let why = match (is_sql, is_numbered) {
            (true, false) if !is_beside => "has no number, so no tool takes it for a migration",
            (true, true) => "begins with digits that no tool takes for a number",
            (false, _) if name.contains(".sql") => "does not end like a migration",
            (false, true) if name.contains(".up") || name.contains(".down") => {
                "does not end like a migration"
            }
            _ => continue,
        };
        chain.strays.push((file.path.clone(), why.to_owned()));
    }
    for (other, what) in &folder.others {
        let name = other.name.to_ascii_lowercase();
        if name.contains(".sql") || name.starts_with(|letter: char| letter.is_ascii_digit()) {
            let message = format!("cannot be read: it is {what}");
            chain.fault(crate::Code::Unreadable, &other.path, None, message);
        }
    }
}
