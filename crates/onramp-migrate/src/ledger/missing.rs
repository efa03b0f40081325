//! Revisions that no entry has: which of them can get one, and which a person has to decide about.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use super::twins::Twins;
use super::{Ledger, sequence::Sequence};
use crate::order::{Ids, order};
use crate::pairs::{Cause, Change, Lack, Pairs, no_twin};
use crate::{History, MigrateSpec, Pairing};

/// The revisions without an entry.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// The changes whose entries are certain: with a revision of each dialect, or a reason why there is none.
    pub(super) certain: Vec<Ids>,
    /// The others.
    pub(super) open: Vec<Undecided>,
}

/// A revision that no entry can be written for, before a person has said what it belongs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Its dialect.
    pub dialect: Dialect,
    /// Its id.
    pub id: String,
    /// The dialect in which nobody knows its twin.
    pub lacking: Dialect,
    /// Whether that dialect has no revision that could be it.
    pub is_alone: bool,
    /// Why nobody knows it, as the end of a sentence.
    pub why: String,
}

/// What is known of a ledger that some revisions are missing in.
pub(super) struct Known<'a> {
    pub(super) spec: &'a MigrateSpec,
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) histories: &'a BTreeMap<Dialect, History>,
    pub(super) twins: &'a Twins,
    /// What each entry has of revisions that exist.
    pub(super) known: &'a [Ids],
    pub(super) sequence: &'a Sequence,
    /// The line in which each revision is listed.
    pub(super) listed: &'a dyn Fn(Dialect, &str) -> Option<u32>,
    /// Revisions that some entry seems to mean.
    pub(super) meant: &'a BTreeSet<(Dialect, String)>,
}

impl Missing {
    /// Tells those apart that are `missing`.
    pub(super) fn of(about: &Known<'_>, missing: &BTreeSet<(Dialect, String)>) -> Self {
        let mut found = Self::default();
        if missing.is_empty() {
            return found;
        }
        let pairs = Pairs::of(about.spec, about.histories, Some(&about.ledger.entries));
        for change in pairs.changes.iter().flat_map(|change| about.apart(change)) {
            let own: Vec<(Dialect, String)> =
                change.revisions.iter().map(|(dialect, id)| (*dialect, id.clone())).collect();
            if !own.iter().any(|one| missing.contains(one)) {
                continue;
            }
            let open: Vec<Undecided> = own
                .iter()
                .filter(|one| missing.contains(one))
                .filter_map(|(dialect, id)| about.doubt(&pairs, &change, *dialect, id))
                .collect();
            if open.is_empty() {
                found.certain.push(change.revisions);
            } else {
                found.open.extend(open);
            }
        }
        found.leave_out_crossing(about);
        found
    }

    /// A pair that the histories have in different orders is none, whatever it is called.
    fn leave_out_crossing(&mut self, about: &Known<'_>) {
        let known: Vec<Ids> = about.known.iter().filter(|ids| !ids.is_empty()).cloned().collect();
        let crossed = |certain: &[Ids]| {
            let all: Vec<Ids> = known.iter().chain(certain).cloned().collect();
            order(&all, about.histories).crossed.len()
        };
        let before = about.sequence.crossed.len();
        if crossed(&self.certain) <= before {
            return;
        }
        let mut kept = Vec::new();
        for ids in std::mem::take(&mut self.certain) {
            kept.push(ids);
            if crossed(&kept) > before
                && let Some(ids) = kept.pop()
            {
                for (dialect, id) in &ids {
                    let twin = ids.iter().find(|(other, _)| *other != dialect);
                    let (lacking, twin) = twin.map_or((*dialect, id), |(other, twin)| (*other, twin));
                    let why = format!(
                        "`{twin}`, which it belongs with by its {}, comes before or behind what other pairs say",
                        about.by_what()
                    );
                    let (dialect, id) = (*dialect, id.clone());
                    self.open.push(Undecided { dialect, id, lacking, is_alone: false, why });
                }
            }
        }
        self.certain = kept;
    }
}

impl Known<'_> {
    /// A change, or its revisions one by one where one of them is declared to be alone.
    fn apart(&self, change: &Change) -> Vec<Change> {
        let is_alone = |dialect: &Dialect, id: &String| {
            self.spec.only.iter().any(|only| only.dialect == *dialect && only.revision == *id)
        };
        if change.revisions.len() < 2 || !change.revisions.iter().any(|(dialect, id)| is_alone(dialect, id)) {
            return vec![change.clone()];
        }
        let one = |(dialect, id): (&Dialect, &String)| {
            let others = self.histories.keys().filter(|other| *other != dialect);
            let lack = || match is_alone(dialect, id) {
                true => Lack::Only(String::new()),
                false => Lack::Unpaired { likely: None, cause: Cause::NoKey },
            };
            Change {
                title: change.title.clone(),
                revisions: Ids::from([(*dialect, id.clone())]),
                lacking: others.map(|other| (*other, lack())).collect(),
            }
        };
        change.revisions.iter().map(one).collect()
    }

    /// What keeps a revision that no entry has from getting one.
    fn doubt(&self, pairs: &Pairs, change: &Change, dialect: Dialect, id: &str) -> Option<Undecided> {
        let undecided = |lacking: Dialect, why: String| {
            Some(Undecided { dialect, id: id.to_owned(), lacking, is_alone: false, why })
        };
        let listed = |twin: &str, line: u32| format!("its twin `{twin}` stands in line {line} without it");
        let mut others = change.revisions.iter().filter(|(other, _)| **other != dialect);
        for (other, twin) in others.clone() {
            if let Some(line) = (self.listed)(*other, twin) {
                return undecided(*other, listed(twin, line));
            }
            if self.meant.contains(&(*other, twin.clone())) {
                return undecided(*other, format!("an entry seems to mean its twin `{twin}`"));
            }
        }
        let unpaired = change.lacking.iter().find_map(|(lacking, lack)| match lack {
            Lack::Unpaired { likely, .. } => Some((*lacking, likely.as_ref())),
            _ => None,
        });
        if let Some((lacking, likely)) = unpaired {
            let twin = self.twins.of_revision(dialect, id, lacking);
            if let Some((twin, line)) = twin.and_then(|twin| Some((twin, (self.listed)(lacking, twin)?))) {
                return undecided(lacking, listed(twin, line));
            }
            let label = self.spec.dialect(lacking).map_or(lacking.name(), |spec| spec.label.as_str());
            let revision = self.histories.get(&dialect).and_then(|history| history.get(id))?;
            let likely = likely.map(|likely| format!("; `{likely}` is likely meant to be it"));
            let why = no_twin(self.twins.by, revision, label) + &likely.unwrap_or_default();
            return undecided(lacking, why).map(|found| Undecided { is_alone: true, ..found });
        }
        let is_certain =
            |(other, twin): (&Dialect, &String)| self.twins.of_revision(dialect, id, *other) == Some(twin);
        if pairs.by != Pairing::Ledger || others.clone().all(is_certain) {
            return None;
        }
        let (other, _) = others.next()?;
        undecided(*other, format!("several revisions have its {}", self.by_what()))
    }

    fn by_what(&self) -> &'static str {
        match self.twins.by {
            Pairing::Id => "id",
            Pairing::Slug | Pairing::Ledger => "title",
        }
    }
}
