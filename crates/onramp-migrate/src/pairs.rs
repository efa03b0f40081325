//! Which revisions of several dialects are the same change.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::{Dialect, Failure};

use crate::ledger::LedgerEntry;
use crate::nearest::nearest;
use crate::order::{Ids, order};
use crate::{Finding, History, MigrateSpec, Pairing, Revision};

/// The changes that the histories of a project consist of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs {
    /// By what revisions were paired.
    pub by: Pairing,
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// What is declared and does not hold.
    pub stale: Vec<Finding>,
}

/// A change, with its revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it does.
    pub title: String,
    /// Its revisions, at most one of each dialect.
    pub revisions: BTreeMap<Dialect, String>,
    /// Why it has none of the other dialects.
    pub lacking: BTreeMap<Dialect, Lack>,
}

/// Why a change has no revision of a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nobody has said why.
    Unpaired {
        /// The revision of that dialect that it most likely belongs to: their titles differ little.
        likely: Option<String>,
        /// Why there seems to be none.
        cause: Cause,
    },
    /// The configuration says so, with the reason.
    Only(String),
    /// The ledger says so.
    Ledger,
    /// It is older than the revision that a dialect's history begins with.
    BeforeBaseline,
}

/// Why a revision seems to have no twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No revision of the dialect has its id, or its title: whatever they are paired by.
    NoKey,
    /// The same, and the ledger says that there is none; but what counts is the id or the title.
    Disregarded,
    /// No entry of the ledger lists it, and no other revision without an entry is called the same.
    NoEntry,
    /// Its entry in the ledger says nothing of the dialect, or lists a revision there that does not exist.
    NotSaid,
}

impl Cause {
    /// Its name, which does not change.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoKey => "no-key",
            Self::Disregarded => "disregarded",
            Self::NoEntry => "no-entry",
            Self::NotSaid => "not-said",
        }
    }
}

impl Pairs {
    /// Pairs the revisions of all dialects. `entries` are those of the ledger, if there is one that can be read.
    pub fn of(
        spec: &MigrateSpec,
        histories: &BTreeMap<Dialect, History>,
        entries: Option<&[LedgerEntry]>,
    ) -> Self {
        let by = match (spec.pairing, entries) {
            (Some(Pairing::Ledger) | None, Some(_)) => Pairing::Ledger,
            (Some(Pairing::Ledger) | None, None) => suggested(histories),
            (Some(by), _) => by,
        };
        let mut declared: BTreeMap<usize, BTreeSet<Dialect>> = BTreeMap::new();
        let mut groups: Vec<Ids> = Vec::new();
        let mut known: BTreeSet<(Dialect, &str)> = BTreeSet::new();
        for entry in entries.filter(|_| by == Pairing::Ledger).into_iter().flatten() {
            let mut ids = Ids::new();
            let mut without = BTreeSet::new();
            for (dialect, listed) in &entry.ids {
                match &listed.id {
                    None => drop(without.insert(*dialect)),
                    Some(id) => {
                        let is_there =
                            histories.get(dialect).is_some_and(|history| history.get(id).is_some());
                        if is_there && known.insert((*dialect, id)) {
                            ids.insert(*dialect, id.clone());
                        }
                    }
                }
            }
            if !ids.is_empty() {
                declared.insert(groups.len(), without);
                groups.push(ids);
            }
        }
        let rest: BTreeMap<Dialect, Vec<&Revision>> = histories
            .iter()
            .map(|(dialect, history)| {
                let unknown = history.in_order().into_iter();
                let unknown = unknown.filter(|revision| !known.contains(&(*dialect, revision.id.as_str())));
                (*dialect, unknown.collect())
            })
            .collect();
        let way = if by == Pairing::Ledger { suggested(histories) } else { by };
        groups.extend(grouped(way, &rest));
        let places = order(&groups, histories).places;
        let no_dialects = BTreeSet::new();
        let mut changes: Vec<Change> = places
            .iter()
            .map(|place| {
                let ids = &groups[*place];
                let without = declared.get(place).unwrap_or(&no_dialects);
                let lacking = histories.keys().filter(|dialect| !ids.contains_key(dialect)).map(|dialect| {
                    let lack = match only_reason(spec, ids) {
                        Some(reason) => Lack::Only(reason),
                        None if without.contains(dialect) => Lack::Ledger,
                        None => {
                            let cause = match by {
                                Pairing::Ledger if declared.contains_key(place) => Cause::NotSaid,
                                Pairing::Ledger => Cause::NoEntry,
                                _ if says_none(entries.unwrap_or_default(), ids, *dialect) => {
                                    Cause::Disregarded
                                }
                                _ => Cause::NoKey,
                            };
                            Lack::Unpaired { likely: None, cause }
                        }
                    };
                    (*dialect, lack)
                });
                Change { title: title(ids, histories), revisions: ids.clone(), lacking: lacking.collect() }
            })
            .collect();
        excuse_before_baselines(spec, histories, &mut changes);
        name_likely_twins(histories, &mut changes);
        let stale = stale(spec, histories, &changes);
        Self { by, changes, stale }
    }

    /// The changes that lack a revision of some dialect, and nobody has said why.
    pub fn unpaired(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_unpaired())
    }

    /// What is wrong: changes without a twin, and what is declared in vain.
    pub fn findings(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Vec<Finding> {
        let mut findings = self.stale.clone();
        for change in self.unpaired() {
            let Some((dialect, id)) = change.revisions.first_key_value() else { continue };
            let Some(revision) = histories.get(dialect).and_then(|history| history.get(id)) else { continue };
            for (lacking, lack) in &change.lacking {
                let Lack::Unpaired { likely, cause } = lack else { continue };
                let label = spec.dialect(*lacking).map_or(lacking.name(), |spec| spec.label.as_str());
                let ledger = spec.ledger.as_ref().and_then(|ledger| ledger.file.file_name());
                let ledger = ledger.unwrap_or_default().display();
                let by = if self.by == Pairing::Ledger { suggested(histories) } else { self.by };
                let no_key = no_twin(by, revision, label);
                let why = match cause {
                    Cause::NoKey => no_key,
                    Cause::Disregarded => {
                        format!("{no_key}; what {ledger} says of it counts with pairing = \"ledger\" alone")
                    }
                    Cause::NoEntry => format!("{ledger} has no entry of it, and {no_key}"),
                    Cause::NotSaid => format!("its entry in {ledger} does not name one"),
                };
                let mut message = format!("revision `{id}` has no twin of {label}: {why}");
                if let Some(likely) = likely {
                    message.push_str(&format!("; `{likely}` is likely meant to be it"));
                }
                findings.push(Finding::error("unpaired", revision.first_file(), message));
            }
        }
        findings
    }
}

impl Change {
    /// Whether it lacks a revision of some dialect, and nobody has said why.
    pub fn is_unpaired(&self) -> bool {
        self.lacking.values().any(|lack| matches!(lack, Lack::Unpaired { .. }))
    }
}

/// The histories of all dialects of a project.
pub fn histories(spec: &MigrateSpec) -> Result<BTreeMap<Dialect, History>, Failure> {
    let read = |dialect: &crate::DialectSpec| Ok((dialect.dialect, History::of(spec, dialect)?));
    spec.dialects.iter().map(read).collect()
}

/// By what the revisions of several histories seem to be paired: ids, if more of these are the same than of titles.
pub(crate) fn suggested(histories: &BTreeMap<Dialect, History>) -> Pairing {
    let mut all = histories.values();
    let (Some(first), Some(second)) = (all.next(), all.next()) else { return Pairing::Slug };
    let ids = first.iter().filter(|revision| second.get(&revision.id).is_some()).count();
    let slugs: BTreeSet<String> = second.iter().map(Revision::slug).filter(|slug| !slug.is_empty()).collect();
    let slugs = first.iter().filter(|revision| slugs.contains(&revision.slug())).count();
    if ids >= slugs && ids > 0 { Pairing::Id } else { Pairing::Slug }
}

/// Revisions that have the same key, in the order of the dialects. What has a title twice in one history is paired in
/// the order of the histories.
pub(crate) fn grouped(by: Pairing, revisions: &BTreeMap<Dialect, Vec<&Revision>>) -> Vec<Ids> {
    let mut groups: Vec<Ids> = Vec::new();
    let mut known: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for (dialect, revisions) in revisions {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for revision in revisions {
            let key = match by {
                Pairing::Id => revision.id.clone(),
                Pairing::Slug | Pairing::Ledger => revision.slug(),
            };
            let ids = Ids::from([(*dialect, revision.id.clone())]);
            if key.is_empty() {
                groups.push(ids);
                continue;
            }
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            match known.get(&(key.clone(), *count)) {
                Some(place) => groups[*place].extend(ids),
                None => {
                    known.insert((key, *count), groups.len());
                    groups.push(ids);
                }
            }
        }
    }
    groups
}

/// What a change does, as the first of its revisions says that says anything.
pub(crate) fn title(ids: &Ids, histories: &BTreeMap<Dialect, History>) -> String {
    let revisions = ids.iter().filter_map(|(dialect, id)| histories.get(dialect)?.get(id));
    let mut titles = revisions.map(Revision::title).filter(|title| !title.is_empty());
    titles.next().or_else(|| ids.values().next().cloned()).unwrap_or_default()
}

/// What is not there where a revision has no twin, by what they are paired.
pub(crate) fn no_twin(by: Pairing, revision: &Revision, label: &str) -> String {
    let title = revision.title();
    match by {
        Pairing::Id => format!("{label} has no revision of that id"),
        _ if title.is_empty() => "it has no title".to_owned(),
        Pairing::Slug | Pairing::Ledger => format!("{label} has no revision called \"{title}\""),
    }
}

/// Whether an entry of some revision says that a dialect has none.
fn says_none(entries: &[LedgerEntry], ids: &Ids, lacking: Dialect) -> bool {
    entries.iter().any(|entry| {
        let lists = |(dialect, id): (&Dialect, &String)| {
            entry.ids.get(dialect).is_some_and(|listed| listed.id.as_ref() == Some(id))
        };
        ids.iter().any(lists) && entry.ids.get(&lacking).is_some_and(|listed| listed.id.is_none())
    })
}

fn only_reason(spec: &MigrateSpec, ids: &Ids) -> Option<String> {
    let is_meant = |only: &&crate::OnlySpec| ids.get(&only.dialect) == Some(&only.revision);
    spec.only.iter().find(is_meant).map(|only| only.reason.clone())
}

/// A dialect whose history begins with a revision has no twin for what the others have before that; what it has itself
/// before it needs none either.
fn excuse_before_baselines(
    spec: &MigrateSpec,
    histories: &BTreeMap<Dialect, History>,
    changes: &mut [Change],
) {
    for dialect in &spec.dialects {
        let (of, Some(baseline)) = (dialect.dialect, &dialect.baseline) else { continue };
        let Some(history) = histories.get(&of).filter(|history| history.get(baseline).is_some()) else {
            continue;
        };
        let before = history.way_to(baseline);
        // In others it begins with the twin of the first revision from the baseline on.
        let from = changes.iter().position(|change| {
            change.revisions.len() > 1
                && change.revisions.get(&of).is_some_and(|id| id == baseline || !before.contains(id.as_str()))
        });
        for (place, change) in changes.iter_mut().enumerate() {
            let own = change.revisions.get(&of);
            let is_excused = match own {
                Some(id) => before.contains(id.as_str()),
                None => from.is_none_or(|from| place < from),
            };
            if is_excused {
                let open = change.lacking.iter_mut();
                let open = open.filter(|(lacking, lack)| {
                    matches!(lack, Lack::Unpaired { .. }) && (own.is_some() || **lacking == of)
                });
                open.for_each(|(_, lack)| *lack = Lack::BeforeBaseline);
            }
        }
    }
}

fn name_likely_twins(histories: &BTreeMap<Dialect, History>, changes: &mut [Change]) {
    let open = changes.iter().filter(|change| change.is_unpaired());
    let slug_of = |dialect: &Dialect, id: &str| histories.get(dialect)?.get(id).map(Revision::slug);
    let slugs: Vec<(Dialect, String, String)> = open
        .flat_map(|change| &change.revisions)
        .filter_map(|(dialect, id)| Some((*dialect, id.clone(), slug_of(dialect, id)?)))
        .filter(|(.., slug)| !slug.is_empty())
        .collect();
    for change in changes {
        let own: Vec<String> =
            change.revisions.iter().filter_map(|(dialect, id)| slug_of(dialect, id)).collect();
        for (lacking, lack) in &mut change.lacking {
            let Lack::Unpaired { likely, .. } = lack else { continue };
            let of_it = || slugs.iter().filter(|(dialect, ..)| dialect == lacking);
            let near = own.iter().find_map(|slug| nearest(slug, of_it().map(|(.., slug)| slug.as_str())));
            let twin = near.and_then(|near| of_it().find(|(.., slug)| slug == near));
            *likely = twin.map(|(_, id, _)| id.clone());
        }
    }
}

/// What the configuration declares and what does not hold.
fn stale(spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>, changes: &[Change]) -> Vec<Finding> {
    let file = spec.root.join("onramp.toml");
    let mut findings = Vec::new();
    let unknown = |history: &History, id: &str| {
        let near = nearest(id, history.iter().map(|revision| revision.id.as_str()));
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    };
    let declared = |only: &crate::OnlySpec, message: String| match &only.place {
        Some((file, line)) => Finding::warning("only-stale", file, message).at(*line),
        None => Finding::warning("only-stale", &file, message),
    };
    for only in &spec.only {
        let Some(history) = histories.get(&only.dialect) else { continue };
        if history.get(&only.revision).is_none() {
            let hint = unknown(history, &only.revision);
            let message = format!(
                "[[database.only]] names `{}`, which is no revision of {}{hint}",
                only.revision, only.dialect
            );
            findings.push(declared(only, message));
            continue;
        }
        let is_meant = |change: &&Change| change.revisions.get(&only.dialect) == Some(&only.revision);
        let twin = changes.iter().find(is_meant).filter(|change| change.lacking.is_empty());
        if let Some((dialect, id)) =
            twin.and_then(|change| change.revisions.iter().find(|(dialect, _)| **dialect != only.dialect))
        {
            let message = format!(
                "[[database.only]] names `{}`, which has a twin after all: `{id}` of {dialect}",
                only.revision
            );
            findings.push(declared(only, message));
        }
    }
    for dialect in &spec.dialects {
        let (Some(baseline), Some(history)) = (&dialect.baseline, histories.get(&dialect.dialect)) else {
            continue;
        };
        if history.get(baseline).is_none() {
            let hint = unknown(history, baseline);
            let message = format!("the baseline `{baseline}` is no revision of {}{hint}", dialect.dialect);
            findings.push(Finding::error("baseline-unknown", &file, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
