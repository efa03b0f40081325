//! Entries moved to where the histories have them.
//!
//! Entries change places with one another, and whatever stands between them stays where it is. So an entry is moved only
//! where nothing but blank lines and other entries lies on its way: of anything else nobody knows whether it goes along.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Ledger;
use super::check::name_of;
use super::page::Page;
use super::sequence::Sequence;
use crate::order::Ids;

/// What can be done about the order.
pub(super) struct Sorting {
    /// The text, where something of it could be moved.
    pub(super) text: Option<String>,
    /// The entries that are moved.
    pub(super) moved: BTreeSet<usize>,
    /// Why the other misplaced entries stay.
    pub(super) kept: BTreeMap<usize, String>,
}

impl Sorting {
    /// What can be done, where something is wrong with the entries `faulty` for themselves.
    pub(super) fn of(
        ledger: &Ledger<'_>,
        known: &[Ids],
        faulty: &BTreeSet<usize>,
        sequence: &Sequence,
    ) -> Self {
        let mut sorting = Self { text: None, moved: BTreeSet::new(), kept: BTreeMap::new() };
        if sequence.misplaced.is_empty() {
            return sorting;
        }
        let page = Page::of(ledger);
        let way = Way { ledger, known, faulty, page: &page };
        // By entry, how far down it belongs.
        let ranks: BTreeMap<usize, usize> =
            sequence.in_the_file().into_iter().enumerate().map(|(rank, entry)| (entry, rank)).collect();
        let mut then: Vec<usize> = (0..ledger.entries.len()).collect();
        for run in way.runs() {
            let settled = |entries: Range<usize>| {
                let settled = entries.filter(|entry| !sequence.misplaced.contains(entry));
                settled.filter_map(|entry| ranks.get(&entry).copied()).collect::<Vec<_>>()
            };
            let above = settled(0..run.start).into_iter().max();
            let below = settled(run.end..ledger.entries.len()).into_iter().min();
            let belongs_here = |entry: &usize| {
                let rank = ranks[entry];
                above.is_none_or(|above| above < rank) && below.is_none_or(|below| rank < below)
            };
            let moved: Vec<usize> = run
                .clone()
                .filter(|entry| sequence.misplaced.contains(entry) && belongs_here(entry))
                .collect();
            if moved.is_empty() {
                continue;
            }
            // One that belongs elsewhere keeps its place.
            let slots: Vec<usize> =
                run.filter(|entry| !sequence.misplaced.contains(entry) || moved.contains(entry)).collect();
            let mut sorted = slots.clone();
            sorted.sort_by_key(|entry| ranks[entry]);
            slots.into_iter().zip(sorted).for_each(|(slot, entry)| then[slot] = entry);
            sorting.moved.extend(moved);
        }
        for entry in sequence.misplaced.difference(&sorting.moved) {
            sorting.kept.insert(*entry, way.obstacle(*entry, sequence, &ranks));
        }
        if !sorting.moved.is_empty() {
            sorting.text = Some(page.with_entries_at(ledger, &then));
        }
        sorting
    }
}

/// What lies between the entries of a ledger.
struct Way<'a> {
    ledger: &'a Ledger<'a>,
    known: &'a [Ids],
    faulty: &'a BTreeSet<usize>,
    page: &'a Page<'a>,
}

impl Way<'_> {
    /// Entries below one another that may change places.
    fn runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for entry in (0..self.ledger.entries.len()).filter(|entry| self.unclear(*entry).is_none()) {
            match runs.last_mut() {
                Some(run) if run.end == entry && self.between(entry - 1).is_none() => run.end = entry + 1,
                _ => runs.push(entry..entry + 1),
            }
        }
        runs
    }

    /// The line, from 1, of what stands between an entry and the next one, if anything does.
    fn between(&self, entry: usize) -> Option<usize> {
        let begin = self.ledger.entries[entry].lines.end;
        let end = self.ledger.entries.get(entry + 1)?.lines.start;
        self.page.first_text(begin..end)
    }

    /// Why nobody knows where an entry begins, ends or belongs.
    fn unclear(&self, entry: usize) -> Option<String> {
        let found = &self.ledger.entries[entry];
        if self.known[entry].is_empty() {
            return Some(format!("{} lists no revision that exists", name_of(found)));
        }
        if self.faulty.contains(&entry) {
            return Some(format!("something else is wrong with {}", name_of(found)));
        }
        if found.title.is_none() && self.ledger.template.has_title() {
            return Some(format!("the entry in line {} has no title", found.line));
        }
        // Below a heading everything up to the next one belongs to it, but what ends the file may be about all of it.
        let is_last = entry + 1 == self.ledger.entries.len();
        let tail = self.page.apart_from_entry(self.ledger, found)?;
        let is_owned = self.ledger.template.heading().is_some() && !is_last;
        (!is_owned).then(|| format!("line {} may be part of {} or not", tail, name_of(found)))
    }

    /// The first thing that an entry cannot be moved past, on its way to where it belongs.
    fn obstacle(&self, entry: usize, sequence: &Sequence, ranks: &BTreeMap<usize, usize>) -> String {
        let is_settled = |other: &usize| !sequence.misplaced.contains(other) && ranks.contains_key(other);
        let rank = ranks[&entry];
        let down = (entry + 1..self.ledger.entries.len()).filter(is_settled);
        let down: Vec<usize> = down.take_while(|other| ranks[other] < rank).collect();
        let up = (0..entry).rev().filter(is_settled);
        let up: Vec<usize> = up.take_while(|other| ranks[other] > rank).collect();
        let (entries, gaps): (Vec<usize>, Vec<usize>) = match (down.last(), up.last()) {
            (Some(last), _) => ((entry..=*last).collect(), (entry..*last).collect()),
            (None, Some(first)) => ((*first..=entry).rev().collect(), (*first..entry).rev().collect()),
            (None, None) => (vec![entry], Vec::new()),
        };
        let unclear = entries.iter().find_map(|other| self.unclear(*other));
        let between = gaps.iter().find_map(|gap| self.between(*gap));
        let between = between.map(|line| format!("line {line} stands in between, and is part of no entry"));
        between.or(unclear).unwrap_or_else(|| "another entry stands in its way".to_owned())
    }
}
