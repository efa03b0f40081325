//! The order of a ledger's entries, held against that of the histories.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use super::check::name_of;
use super::{Direction, Ledger};
use crate::History;
use crate::order::{Ids, order, out_of_order};

/// How the entries follow one another.
pub(super) struct Sequence {
    pub(super) direction: Direction,
    /// The entries that list revisions which exist, oldest first, as the histories have them.
    sorted: Vec<usize>,
    /// The entries that do not stand where the histories have them: the fewest that must move.
    pub(super) misplaced: BTreeSet<usize>,
    /// The entries that no order is right for.
    pub(super) crossed: Vec<usize>,
}

impl Sequence {
    /// That of the entries which have the revisions `known`.
    pub(super) fn of(ledger: &Ledger<'_>, known: &[Ids], histories: &BTreeMap<Dialect, History>) -> Self {
        let direction = ledger.direction(histories);
        let mut entries: Vec<usize> = (0..known.len()).filter(|place| !known[*place].is_empty()).collect();
        if direction == Direction::NewestFirst {
            entries.reverse();
        }
        let ids: Vec<Ids> = entries.iter().map(|place| known[*place].clone()).collect();
        let order = order(&ids, histories);
        let mut ranks = vec![0; ids.len()];
        order.places.iter().enumerate().for_each(|(rank, place)| ranks[*place] = rank);
        let crossed: Vec<usize> = order.crossed.iter().map(|place| entries[*place]).collect();
        let misplaced = match crossed.is_empty() {
            true => out_of_order(&ranks).into_iter().map(|place| entries[place]).collect(),
            false => BTreeSet::new(),
        };
        let sorted = order.places.iter().map(|place| entries[*place]).collect();
        Self { direction, sorted, misplaced, crossed }
    }

    /// The entries as they shall stand in the file.
    pub(super) fn in_the_file(&self) -> Vec<usize> {
        match self.direction {
            Direction::NewestFirst => self.sorted.iter().rev().copied().collect(),
            Direction::NewestLast => self.sorted.clone(),
        }
    }

    /// Where an entry belongs, beside its neighbours of then.
    pub(super) fn belongs(&self, ledger: &Ledger<'_>, entry: usize) -> String {
        let line = self.in_the_file();
        let place = line.iter().position(|other| *other == entry).unwrap_or(0);
        match place.checked_sub(1) {
            Some(above) => format!("below {}", name_of(&ledger.entries[line[above]])),
            None => match line.get(place + 1) {
                Some(below) => format!("above {}", name_of(&ledger.entries[*below])),
                None => "there".to_owned(),
            },
        }
    }
}
