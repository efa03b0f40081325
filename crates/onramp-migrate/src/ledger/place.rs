//! Where entries stand in the text, and new or moved ones shall stand.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use super::check::Checked;
use super::page::Page;
use super::text;
use super::{Direction, Ledger, LedgerEntry, ListedId};
use crate::History;
use crate::order::{Ids, order};

/// Beside what a new entry goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    /// Above an entry.
    Above(usize),
    /// Below one.
    Below(usize),
    /// Where new entries go.
    New,
}

/// An entry that is about to stand in a ledger.
pub(super) struct New {
    /// The revisions that it lists.
    pub(super) ids: Ids,
    /// Its lines, each with its end.
    pub(super) text: String,
}

/// The text of a ledger with new entries, each in its place. Nothing that was there is changed.
pub(super) fn with_new(
    ledger: &Ledger<'_>,
    histories: &BTreeMap<Dialect, History>,
    checked: &Checked,
    new: &[New],
) -> String {
    let direction = checked.sequence.direction;
    let mut entries: Vec<usize> =
        (0..checked.known.len()).filter(|place| !checked.known[*place].is_empty()).collect();
    if direction == Direction::NewestFirst {
        entries.reverse();
    }
    let known = entries.iter().map(|place| checked.known[*place].clone());
    let ids: Vec<Ids> = known.chain(new.iter().map(|new| new.ids.clone())).collect();
    let places = order(&ids, histories).places;
    // What stands in a wrong place says nothing about where others go.
    let entry_at = |place: &usize| {
        let entry = *entries.get(*place)?;
        (!checked.sequence.misplaced.contains(&entry)).then_some(entry)
    };
    // Oldest first, by what they go beside.
    let mut groups: BTreeMap<Beside, Vec<usize>> = BTreeMap::new();
    for (rank, place) in places.iter().enumerate() {
        let Some(number) = place.checked_sub(entries.len()) else { continue };
        let older = places[..rank].iter().rev().find_map(entry_at);
        let newer = places[rank + 1..].iter().find_map(entry_at);
        let beside = match (direction, older, newer) {
            (Direction::NewestFirst, _, None) | (Direction::NewestLast, None, None) => Beside::New,
            (Direction::NewestFirst, Some(older), _) => Beside::Above(older),
            (Direction::NewestFirst, None, Some(newer)) => Beside::Below(newer),
            (Direction::NewestLast, Some(older), _) => Beside::Below(older),
            (Direction::NewestLast, None, Some(newer)) => Beside::Above(newer),
        };
        groups.entry(beside).or_default().push(number);
    }
    let page = Page::of(ledger);
    let mut insertions = Vec::new();
    let mut newest = Vec::new();
    for (beside, mut numbers) in groups {
        if direction == Direction::NewestFirst {
            numbers.reverse();
        }
        let texts: Vec<String> = numbers.iter().map(|number| new[*number].text.clone()).collect();
        match beside {
            Beside::Above(entry) => insertions.push(page.above(&ledger.entries[entry], &texts)),
            Beside::Below(entry) => insertions.push(page.below(&ledger.entries[entry], &texts)),
            Beside::New => newest = texts,
        }
    }
    insertions.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    let mut text = ledger.text.clone();
    for (place, inserted) in insertions {
        text.insert_str(place, &inserted);
    }
    if newest.is_empty() {
        return text;
    }
    match (direction, ledger.entries.first()) {
        // Without a line to go below, the newest goes above the first.
        (Direction::NewestFirst, Some(first)) if !ledger.spec.has_after(&ledger.text) => {
            let (place, inserted) = page.above(first, &newest);
            let mut text = text;
            // Whatever was inserted stands below that place.
            text.insert_str(place, &inserted);
            text
        }
        (Direction::NewestLast, _) => {
            newest.iter().fold(text, |text, entry| ledger.spec.insert_text(&text, entry))
        }
        (Direction::NewestFirst, _) => {
            newest.iter().rev().fold(text, |text, entry| ledger.spec.insert_text(&text, entry))
        }
    }
}

impl crate::LedgerSpec {
    /// Whether the text has the line below which entries go.
    pub(super) fn has_after(&self, text: &str) -> bool {
        self.after.as_ref().is_some_and(|after| text.lines().any(|line| line.trim_end() == after.trim_end()))
    }
}

/// The text with the entries of some revisions moved to where new ones go, in the order of the histories, with all that
/// stands between their lines and below them up to the next one. `None` where they stand there already.
pub(crate) fn reordered(
    ledger: &Ledger<'_>,
    histories: &BTreeMap<Dialect, History>,
    moved: &BTreeSet<(Dialect, String)>,
) -> Option<String> {
    let direction = ledger.direction(histories);
    let page = Page::of(ledger);
    let ids_of = |entry: &LedgerEntry| -> Ids {
        let ids = entry.ids.iter().filter_map(|(dialect, listed)| Some((*dialect, listed.id.clone()?)));
        ids.collect()
    };
    let is_moved =
        |entry: &LedgerEntry| ids_of(entry).into_iter().any(|(dialect, id)| moved.contains(&(dialect, id)));
    let own: Vec<usize> =
        (0..ledger.entries.len()).filter(|place| is_moved(&ledger.entries[*place])).collect();
    if own.is_empty() {
        return None;
    }
    let ids: Vec<Ids> = own.iter().map(|place| ids_of(&ledger.entries[*place])).collect();
    let mut sorted: Vec<usize> = order(&ids, histories).places.into_iter().map(|place| own[place]).collect();
    if direction == Direction::NewestFirst {
        sorted.reverse();
    }
    let others = |place: usize| !own.contains(&place);
    let stand_there = match direction {
        Direction::NewestFirst => (0..own.len()).all(|place| !others(place)),
        Direction::NewestLast => {
            (ledger.entries.len() - own.len()..ledger.entries.len()).all(|place| !others(place))
        }
    };
    if stand_there && sorted == own {
        return None;
    }
    let blocks: Vec<String> =
        sorted.iter().map(|place| page.block(&ledger.text, &ledger.entries[*place])).collect();
    // Entries of others keep what stands between them; each one that goes takes the blank lines below it along.
    let mut text = ledger.text.clone();
    for place in own.iter().rev() {
        let range = page.range(&ledger.entries[*place]);
        let rest = &text[range.end..];
        let blanks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let blanks = if range.start == 0 || page.blank { blanks } else { 0 };
        text.replace_range(range.start..range.end + blanks, "");
    }
    let rest = text::lines(&text, !ledger.template.has_fence());
    let left = text::entries(&ledger.template, &ledger.spec.none, &rest);
    let new_page = page.with_lines(rest);
    let (place, inserted) = match (direction, left.first(), left.last()) {
        (Direction::NewestFirst, Some(first), _) => new_page.above(first, &blocks),
        (Direction::NewestLast, _, Some(last)) => new_page.below(last, &blocks),
        // Nothing else is there, so what was moved stands where it stood, in its order.
        _ => {
            let start = page.range(&ledger.entries[own[0]]).start.min(text.len());
            let separator = if page.blank { page.newline } else { "" };
            (start, blocks.join(separator))
        }
    };
    let mut result = text.clone();
    result.insert_str(place, &inserted);
    Some(result)
}

/// The text with other ids in the entries that `known`, the entries of another branch, does not have. The error is the
/// second of two such entries with the same id, of which only one can be meant.
pub(crate) fn with_other_ids(
    ledger: &Ledger<'_>,
    known: &[LedgerEntry],
    renamed: &BTreeMap<(Dialect, &str), &str>,
) -> Result<String, ListedId> {
    let lines = text::lines(&ledger.text, !ledger.template.has_fence());
    let is_known = |entry: &LedgerEntry| {
        let same = |other: &LedgerEntry| {
            let ids = |entry: &LedgerEntry| {
                entry.ids.iter().map(|(dialect, listed)| (*dialect, listed.id.clone())).collect::<Vec<_>>()
            };
            other.title == entry.title && ids(other) == ids(entry)
        };
        known.iter().any(same)
    };
    let mut edits: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
    let mut met = BTreeSet::new();
    for entry in ledger.entries.iter().filter(|entry| !is_known(entry)) {
        for (dialect, listed) in &entry.ids {
            let Some(old) = &listed.id else { continue };
            let Some(new) = renamed.get(&(*dialect, old.as_str())) else { continue };
            if !met.insert((*dialect, old)) {
                return Err(listed.clone());
            }
            let line = &lines[usize::try_from(listed.line).unwrap_or(1) - 1];
            match column_of(ledger, line.text, *dialect, old) {
                Some(column) => drop(edits.insert(line.start + column, (old.len(), new))),
                // It stands there more than once, as in a link.
                None => edits.extend(
                    line.text
                        .match_indices(old.as_str())
                        .map(|(column, _)| (line.start + column, (old.len(), *new))),
                ),
            }
        }
    }
    let mut text = ledger.text.clone();
    for (place, (length, new)) in edits.into_iter().rev() {
        text.replace_range(place..place + length, new);
    }
    Ok(text)
}

/// Where the id of a dialect stands in a line: the occurrence without which the line would say something else of it.
fn column_of(ledger: &Ledger<'_>, line: &str, dialect: Dialect, id: &str) -> Option<usize> {
    let says = |line: &str| {
        let (_, found) = ledger.template.line_of(line, &ledger.spec.none)?;
        found.ids.into_iter().find(|(of, _)| *of == dialect).map(|(_, id)| id)
    };
    line.match_indices(id).map(|(column, _)| column).find(|column| {
        let mut other = line.to_owned();
        // Of the same length, and nobody's id.
        other.replace_range(*column..column + id.len(), &"0".repeat(id.len().max(1)));
        let marked = says(&other);
        marked.is_some() && marked.as_deref() != Some(id)
    })
}
