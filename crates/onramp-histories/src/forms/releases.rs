use std::collections::BTreeSet;

use super::sql_files::{by_dialect, numbered};
use super::{manifest, read_sql};
use crate::chain::{Chain, Entry, Form, Script};
use crate::dialect::DialectName;
use crate::name::Name;
use crate::number::Number;
use crate::sql;
use crate::walk::{Folder, Listed, Tree};

/// The history whose folders are called after releases, if a folder has one, and the places of those that belong to it.
pub(crate) fn read(tree: &Tree, place: usize) -> Option<(Vec<Chain>, Vec<usize>)> {
    let folder = &tree.folders[place];
    let named: Vec<(Number, usize)> = folder
        .folders
        .iter()
        .filter_map(|inner| Some((release(&tree.folders[*inner].name)?, *inner)))
        .filter(|(_, inner)| has_scripts(&tree.folders[*inner]))
        .collect();
    let has_sql = |inner: usize| tree.folders[inner].files.iter().any(|file| file.name.contains(".sql"));
    let with_sql = named.iter().filter(|(_, inner)| has_sql(*inner)).count();
    // A release may have nothing but code, among others that have SQL.
    let mut releases = if with_sql * 2 >= named.len() { named } else { Vec::new() };
    let has_manifest = releases
        .iter()
        .any(|(_, inner)| tree.folders[*inner].files.iter().any(|file| file.name == "manifest.json"));
    if releases.is_empty() || (releases.len() < 2 && !has_manifest) {
        return None;
    }
    releases.sort_by(|left, right| left.0.compare(&right.0));
    let all: Vec<(Name, &Listed)> =
        releases.iter().flat_map(|(_, inner)| numbered(&tree.folders[*inner].files)).collect();
    let inner: Vec<(&Number, &Folder)> =
        releases.iter().map(|(number, inner)| (number, &tree.folders[*inner])).collect();
    let mut chains = by_dialect(&folder.path, Form::Releases, &all, |chain, files| {
        for (number, folder) in &inner {
            add(chain, number, folder, files);
        }
    });
    let snapshots: Vec<_> =
        snapshots(tree, place).into_iter().filter(|file| sql::changes_schemas(&text(file))).collect();
    for chain in &mut chains {
        chain.snapshots = snapshots.iter().map(|file| file.path.clone()).collect();
    }
    Some((chains, releases.into_iter().map(|(_, inner)| inner).collect()))
}

/// The version that a folder is called after: `v1.0`, `0.10`, `72`.
pub(super) fn release(name: &str) -> Option<Number> {
    let digits = name.strip_prefix('v').unwrap_or(name);
    // Dates are the names of diesel's folders, and no releases.
    let is_version = digits.len() <= 12 && !digits.is_empty() && !digits.contains('_');
    Number::of_version(digits).filter(|number| is_version && !number.is_time())
}

fn has_scripts(folder: &Folder) -> bool {
    let names: BTreeSet<&str> = folder.files.iter().map(|file| file.name.as_str()).collect();
    let is_folder_entry = names.contains("up.sql") || names.contains("migration.sql");
    !is_folder_entry && (names.contains("manifest.json") || !numbered(&folder.files).is_empty())
}

/// Adds the scripts of a release: in the order of its manifest, else of their numbers.
fn add(chain: &mut Chain, release: &Number, folder: &Folder, wanted: &[(Name, &Listed)]) {
    let listed = manifest::listed(chain, folder);
    let names: Vec<(Option<Name>, &Listed, u128)> = match listed {
        Some(names) => {
            let file = |name: &String| folder.files.iter().find(|file| file.name == *name);
            let files = names.iter().filter_map(file).enumerate();
            files.map(|(place, file)| (None, file, place as u128)).collect()
        }
        None => {
            let of_it = |file: &Listed| file.path.parent() == Some(folder.path.as_path());
            let files = wanted.iter().filter(|(_, file)| of_it(file));
            files.map(|(name, file)| (Some(name.clone()), *file, name.number.parts[0])).collect()
        }
    };
    for (name, file, place) in names {
        let mut parts = release.parts.clone();
        // Releases have different depths; a script comes after all of them.
        parts.resize(8, 0);
        parts.push(place);
        // Twins differ by the dialect behind the name, and have one id.
        let ending = file.name.rsplit_once('.').filter(|(_, last)| DialectName::of_word(last).is_some());
        let plain = ending.map_or(file.name.as_str(), |(before, _)| before);
        let number = Number { text: format!("{}/{plain}", folder.name), parts };
        let mut entry = Entry {
            id: number.text.clone(),
            slug: name.as_ref().map_or_else(|| file.name.clone(), |name| name.slug.clone()),
            number: Some(number),
            file: file.path.clone(),
            files: vec![file.path.clone()],
            ..Entry::default()
        };
        if name.as_ref().is_none_or(Name::is_sql) {
            let text = read_sql(chain, file);
            entry.is_empty = text.as_ref().is_some_and(|text| !text.is_cut && sql::is_empty(&text.text));
            let no_transaction =
                text.is_some_and(|text| crate::sections::begins_without_transaction(&text.text));
            entry.up.push(Script::whole(&file.path, no_transaction));
        }
        chain.entries.push(entry);
    }
}

/// The files beside the releases that hold the whole schema.
fn snapshots(tree: &Tree, place: usize) -> Vec<&Listed> {
    let above = tree.folders[place].parent.into_iter().flat_map(|above| &tree.folders[above].files);
    let files = tree.folders[place].files.iter().chain(above);
    let is_one = |file: &&Listed| {
        let name = file.name.to_ascii_lowercase();
        name.ends_with(".sql") && (name.contains("schema") || name.contains("latest"))
    };
    files.filter(is_one).collect()
}

fn text(file: &Listed) -> String {
    crate::text::Text::read(&file.path).map(|text| text.text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_releases() {
        for name in ["v1.0", "0.10", "72", "v12"] {
            assert!(release(name).is_some(), "{name}");
        }
        for name in ["20240101", "2024-01-01-000000_x", "versioned", "v", "1_9", ""] {
            assert!(release(name).is_none(), "{name}");
        }
    }
}
