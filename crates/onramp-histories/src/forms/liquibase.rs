//! Changelogs of Liquibase, which include one another: the order is that of the one that nobody includes.

mod changelog;
mod content;
mod document;
mod index;
mod sql;
mod walk;
mod xml;
mod yaml;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::chain::Chain;
use crate::parts::Part;
use crate::walk::Tree;
use changelog::{Item, Notation};
use document::Documents;
use walk::Walk;

/// The histories of changelogs below all folders, each with the place of the folder that it begins in.
pub(crate) fn read(tree: &Tree) -> Vec<(usize, Chain)> {
    let documents = Documents::of(tree);
    let included: HashSet<&Path> = documents.all().flat_map(|document| document.includes()).collect();
    let (mut reached, mut chains): (HashSet<&Path>, Vec<(usize, Chain)>) = (HashSet::new(), Vec::new());
    let is_root = |path: &Path| !included.contains(path);
    let (roots, others): (Vec<_>, Vec<_>) =
        documents.all().partition(|document| is_root(&document.file.path));
    let (roots, loose): (Vec<_>, Vec<_>) = roots.into_iter().partition(|document| document.has_includes());
    // Of those that include one another in a circle, and are included by nobody else, the first one by name begins.
    for document in roots.into_iter().chain(others) {
        if !reached.contains(document.file.path.as_path()) {
            let walk = Walk::from(&documents, &[document]);
            reached.extend(walk.reached());
            chains.push((document.place, walk.chain()));
        }
    }
    let of_chains: HashMap<PathBuf, usize> =
        chains.iter().map(|(_, chain)| chain.folder.clone()).zip(0..).collect();
    let mut groups: Vec<Vec<&document::Document<'_>>> = Vec::new();
    // The first group that has something in a folder, and in a folder beside another.
    let (mut by_folder, mut by_parent): (HashMap<&Path, usize>, HashMap<Option<&Path>, usize>) =
        Default::default();
    for document in loose {
        let folder = document.folder();
        if let Some(place) = folder.ancestors().find_map(|above| of_chains.get(above)) {
            let chain = &mut chains[*place].1;
            chain.strays.push((document.file.path.clone(), "no changelog includes it".to_owned()));
            continue;
        }
        let of_folders = folder.ancestors().filter_map(|above| by_folder.get(above));
        let belongs = of_folders.chain(by_parent.get(&folder.parent())).min().copied();
        let place = belongs.unwrap_or(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(document),
            None => groups.push(vec![document]),
        }
        by_folder.entry(folder).or_insert(place);
        by_parent.entry(folder.parent()).or_insert(place);
    }
    for group in groups {
        chains.push((group[0].place, Walk::from(&documents, &group).chain()));
    }
    chains
}

/// The files of SQL that are parts of changelogs, and of nothing else.
pub(crate) fn claimed(chains: &[(usize, Chain)]) -> HashSet<PathBuf> {
    let files = chains.iter().flat_map(|(_, chain)| {
        chain.entries.iter().map(|entry| &entry.file).chain(chain.strays.iter().map(|(file, _)| file))
    });
    files.filter(|file| file.extension().is_some_and(|it| it == "sql")).cloned().collect()
}

/// The changesets of a file that is a changelog, or is included by one.
pub(crate) fn parts(name: &str, text: &str) -> Option<Vec<Part>> {
    let changelog = Notation::of(name)?.read_included(text)?.ok()?;
    let file = changelog.logical.unwrap_or_default();
    let sets = changelog.items.into_iter().filter_map(|item| match item {
        Item::Set(set) => Some(set),
        Item::Include(_) => None,
    });
    let parts = sets.map(|set| {
        let file = set.logical.as_ref().unwrap_or(&file);
        Part {
            key: format!("{file}::{}::{}", set.id, set.author),
            shown: format!("changeset `{}` of {}", set.id, set.author),
            line: set.line,
            content: set.content,
            may_change: set.may_change,
        }
    });
    Some(parts.collect())
}

/// Tells apart what SQL does, but for blanks.
pub(crate) fn content(text: &str) -> u64 {
    let mut content = content::Content::default();
    content.add(text);
    content.finish()
}
