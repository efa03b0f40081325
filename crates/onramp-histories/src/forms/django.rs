use std::collections::{BTreeMap, HashSet};

use super::read;
use crate::Code;
use crate::chain::{Chain, Down, Entry, Form};
use crate::python::Migration;
use crate::walk::{Listed, Tree};

/// The migrations of one application of Django, if the folder has them. What other applications have is not asked.
pub(crate) fn read_folder(tree: &Tree, place: usize) -> Option<Chain> {
    let folder = &tree.folders[place];
    let is_migration = |file: &&Listed| file.name.ends_with(".py") && !file.name.starts_with(['_', '~', '.']);
    let files: Vec<&Listed> = folder.files.iter().filter(is_migration).collect();
    let is_numbered =
        |file: &&&Listed| file.name.len() > 5 && file.name.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if files.iter().filter(is_numbered).count() == 0 {
        return None;
    }
    let mut chain = Chain::new(&folder.path, Form::Django);
    let mut found: Vec<(&Listed, String, Migration)> = Vec::new();
    for file in files {
        let Some(text) = read(&mut chain, file) else { continue };
        let stem = file.name.strip_suffix(".py").unwrap_or(&file.name).to_owned();
        match Migration::parse(&text.text).filter(|_| text.text.contains("django")) {
            Some(migration) => found.push((file, stem, migration)),
            None if stem.starts_with(|letter: char| letter.is_ascii_digit()) => {
                let why = "Django loads it, and it has no class `Migration`";
                chain.strays.push((file.path.clone(), why.to_owned()));
            }
            None => {}
        }
    }
    if found.is_empty() {
        return None;
    }
    let stems: HashSet<&str> = found.iter().map(|(_, stem, _)| stem.as_str()).collect();
    let label = label(&found, &stems);
    let own = |pairs: &[(String, String)]| -> Vec<String> {
        let of_it = pairs.iter().filter(|(app, _)| Some(app) == label.as_ref());
        of_it.map(|(_, name)| name.clone()).filter(|name| !name.starts_with("__")).collect()
    };
    for (file, stem, migration) in &found {
        let slug = stem.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim_start_matches('_');
        chain.entries.push(Entry {
            id: stem.clone(),
            slug: slug.to_owned(),
            parents: own(&migration.dependencies),
            replaces: own(&migration.replaces),
            file: file.path.clone(),
            files: vec![file.path.clone()],
            down: Down::Unknown,
            ..Entry::default()
        });
    }
    for (other, what) in &folder.others {
        if other.name.ends_with(".py") {
            chain.fault(Code::Unreadable, &other.path, None, format!("cannot be read: it is {what}"));
        }
    }
    Some(chain)
}

/// What the application calls itself: of the names in the dependencies, the one whose migrations lie here most often.
fn label(found: &[(&Listed, String, Migration)], stems: &HashSet<&str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, stem, migration) in found {
        for (app, name) in &migration.dependencies {
            // Each application has an `0001_initial`; and none follows itself.
            if stems.contains(name.as_str()) && name != stem {
                *counts.entry(app).or_default() += if name.ends_with("_initial") { 1 } else { 10 };
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(app, _)| app.to_owned())
}
