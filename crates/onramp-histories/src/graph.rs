//! Histories whose entries name the ones that they follow.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::chain::Entry;

/// The ids that squashed entries take the place of, each with the one that does.
pub(crate) fn replaced(entries: &[Entry]) -> HashMap<&str, &str> {
    let of = |entry: &'_ Entry| entry.replaces.len();
    let several = entries.iter().filter(|entry| of(entry) > 0);
    several.flat_map(|entry| entry.replaces.iter().map(|old| (old.as_str(), entry.id.as_str()))).collect()
}

/// The ids that none follows, sorted. What a squashed entry replaces is none, and counts as that entry where it is followed.
pub(crate) fn heads(entries: &[Entry]) -> Vec<&str> {
    let replaced = replaced(entries);
    let actual = |id: &'_ str| -> String { (*replaced.get(id).unwrap_or(&id)).to_owned() };
    let mut followed: HashSet<String> = HashSet::new();
    for entry in entries {
        for parent in &entry.parents {
            let parent = actual(parent);
            // Within the squashed ones nothing is followed.
            if actual(&entry.id) != parent {
                followed.insert(parent);
            }
        }
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.into_iter().filter(|id| !replaced.contains_key(id) && !followed.contains(*id)).collect()
}

/// Puts each entry behind those that it follows, and otherwise by id. Those of a circle, and what follows them, come last.
pub(crate) fn sort(entries: &mut [Entry]) {
    let order: HashMap<String, usize> =
        order(entries).into_iter().enumerate().map(|(place, id)| (id, place)).collect();
    entries.sort_by(|left, right| {
        let place = |entry: &Entry| order.get(&entry.id).copied().unwrap_or(usize::MAX);
        place(left).cmp(&place(right)).then_with(|| left.file.cmp(&right.file))
    });
}

/// The ids that are in a circle, or follow one.
pub(crate) fn in_circles(entries: &[Entry]) -> BTreeSet<String> {
    let order: HashSet<String> = order(entries).into_iter().collect();
    let ids = entries.iter().map(|entry| entry.id.clone());
    ids.filter(|id| !order.contains(id)).collect()
}

/// The ids that can be put in order, each behind those that it follows.
fn order(entries: &[Entry]) -> Vec<String> {
    let known: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut followers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        // A second one of an id does not count.
        if open.contains_key(entry.id.as_str()) {
            continue;
        }
        let parents: BTreeSet<&str> =
            entry.parents.iter().map(String::as_str).filter(|parent| known.contains(parent)).collect();
        open.insert(&entry.id, parents.len());
        for parent in parents {
            followers.entry(parent).or_default().push(&entry.id);
        }
    }
    let mut free: BTreeSet<&str> = open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(open.len());
    while let Some(id) = free.pop_first() {
        order.push(id.to_owned());
        for follower in followers.get(id).into_iter().flatten() {
            if let Some(count) = open.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    free.insert(follower);
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        let entry = |word: &str| {
            let (id, parents) = word.split_once('<').unwrap_or((word, ""));
            let parents = parents.split('+').filter(|parent| !parent.is_empty()).map(str::to_owned).collect();
            Entry { id: id.to_owned(), parents, ..Entry::default() }
        };
        text.split(' ').map(entry).collect()
    }

    #[test]
    fn heads_order_and_circles() {
        let mut several = entries("d<b+c c<a b<a a");
        assert_eq!(heads(&several), ["d"]);
        sort(&mut several);
        let ids: Vec<&str> = several.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d"]);
        let broken = entries("a<c b<a c<b d");
        assert_eq!(in_circles(&broken).into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(heads(&broken), ["d"]);
    }

    #[test]
    fn squashed_entries_stand_for_what_they_replace() {
        let mut several = entries("1 2<1 3<2 s 4<3");
        several[3].replaces = ["1", "2", "3"].map(str::to_owned).to_vec();
        assert_eq!(heads(&several), ["4"]);
        several.pop();
        assert_eq!(heads(&several), ["s"]);
    }
}
