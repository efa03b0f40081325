//! Changelogs of Liquibase, which include one another: the order is that of the one that nobody includes.

mod changelog;
mod content;
mod document;
mod index;
mod sql;
mod walk;
mod xml;
mod yaml;

use std::collections::HashSet;
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
    let mut groups: Vec<Vec<&document::Document<'_>>> = Vec::new();
    for document in loose {
        let folder = document.folder();
        let above = chains.iter_mut().filter(|(_, chain)| folder.starts_with(&chain.folder));
        if let Some((_, chain)) = above.max_by_key(|(_, chain)| chain.folder.as_os_str().len()) {
            chain.strays.push((document.file.path.clone(), "no changelog includes it".to_owned()));
            continue;
        }
        let belongs = |group: &&mut Vec<&document::Document<'_>>| {
            group
                .iter()
                .any(|other| folder.starts_with(other.folder()) || folder.parent() == other.folder().parent())
        };
        match groups.iter_mut().find(belongs) {
            Some(group) => group.push(document),
            None => groups.push(vec![document]),
        }
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
