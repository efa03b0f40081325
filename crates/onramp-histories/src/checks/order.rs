use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::chain::{Chain, Entry, Form};
use crate::finding::{Code, Finding};
use crate::graph;

/// Ids that are there twice, and what the entries of a graph say about one another.
pub(super) fn check(chain: &Chain, found: &mut Vec<Finding>) {
    duplicates(chain, found);
    if chain.form.is_graph() {
        parents(chain, found);
        heads(chain, found);
    }
}

/// What the tool takes for the same.
fn identity(chain: &Chain, entry: &Entry) -> Option<String> {
    match (chain.form, &entry.number) {
        // A script of a release has the release in its id; its number is only an order.
        (Form::Releases, _) => None,
        (Form::Named | Form::Alembic | Form::Django | Form::Code | Form::ForwardFolders, _) | (_, None) => {
            Some(entry.id.clone())
        }
        // A baseline may have the version of a script.
        (Form::Versioned, Some(number)) => Some(format!("{} {}", entry.id.starts_with('B'), number.key())),
        (_, Some(number)) => Some(number.key()),
    }
}

fn duplicates(chain: &Chain, found: &mut Vec<Finding>) {
    let mut first: HashMap<String, &Entry> = HashMap::new();
    for entry in &chain.entries {
        let Some(identity) = identity(chain, entry) else { continue };
        match first.get(&identity) {
            None => drop(first.insert(identity, entry)),
            Some(other) => {
                let name = other.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                let id = if chain.form == Form::Liquibase { &entry.slug } else { &entry.id };
                let place = match other.line {
                    Some(line) => format!("{name}, line {line},"),
                    None => name.into_owned(),
                };
                let message = format!("has the id `{id}`, and so has {place}");
                let message = message.trim_end_matches(',');
                found.push(Finding::new(Code::DuplicateId, &entry.file, message).at(entry.line));
            }
        }
    }
}

fn parents(chain: &Chain, found: &mut Vec<Finding>) {
    let ids: HashSet<&str> = chain.entries.iter().map(|entry| entry.id.as_str()).collect();
    let replaced = graph::replaced(&chain.entries);
    let is_known = |id: &str| ids.contains(id) || replaced.contains_key(id);
    for entry in &chain.entries {
        for parent in entry.parents.iter().filter(|parent| !is_known(parent)) {
            let message = format!("follows `{parent}`, which does not exist");
            found.push(Finding::new(Code::MissingParent, &entry.file, message));
        }
    }
    let circles = graph::in_circles(&chain.entries);
    if let Some(entry) = chain.entries.iter().find(|entry| circles.contains(&entry.id)) {
        let several: Vec<&str> = circles.iter().map(String::as_str).take(5).collect();
        let message = format!("follows itself through others: {}", several.join(", "));
        found.push(Finding::new(Code::Circle, &entry.file, message));
    }
}

fn heads(chain: &Chain, found: &mut Vec<Finding>) {
    let heads = graph::heads(&chain.entries);
    if heads.len() < 2 {
        return;
    }
    let labels = labels(chain);
    let of_heads: Vec<BTreeSet<&str>> = heads.iter().map(|head| labels_of(chain, &labels, head)).collect();
    let distinct: BTreeSet<&BTreeSet<&str>> = of_heads.iter().collect();
    let is_meant = distinct.len() == heads.len();
    let names = heads.iter().map(|head| format!("`{head}`")).collect::<Vec<_>>().join(", ");
    for head in &heads {
        let Some(entry) = chain.entries.iter().find(|entry| entry.id == *head) else { continue };
        let finding = Finding::new(
            Code::SeveralHeads,
            &entry.file,
            format!("is one of {} heads: {names}", heads.len()),
        );
        // Branches that are called by labels are there to stay.
        found.push(if is_meant { finding.into_note() } else { finding });
    }
}

/// The entries that begin a branch with a name.
fn labels(chain: &Chain) -> BTreeMap<&str, &[String]> {
    let labelled = chain.entries.iter().filter(|entry| !entry.labels.is_empty());
    labelled.map(|entry| (entry.id.as_str(), entry.labels.as_slice())).collect()
}

/// The names of the branches that an entry lies on.
fn labels_of<'a>(chain: &'a Chain, labels: &BTreeMap<&str, &'a [String]>, id: &'a str) -> BTreeSet<&'a str> {
    if labels.is_empty() {
        return BTreeSet::new();
    }
    let parents: HashMap<&str, &[String]> =
        chain.entries.iter().map(|entry| (entry.id.as_str(), entry.parents.as_slice())).collect();
    let (mut seen, mut open, mut found) = (HashSet::new(), vec![id], BTreeSet::new());
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            found.extend(labels.get(id).into_iter().flat_map(|labels| labels.iter()).map(String::as_str));
            open.extend(parents.get(id).into_iter().flat_map(|parents| parents.iter()).map(String::as_str));
        }
    }
    found
}
