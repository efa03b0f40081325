//! A ledger in which a merge has left marks, made whole where both sides did nothing but add entries.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::{Dialect, Failure};

use super::check::name_of;
use super::page::Page;
use super::place::{New, with_new};
use super::{Ledger, LedgerEntry};
use crate::marks::{Version, as_of};
use crate::order::Ids;
use crate::{Finding, History, MigrateSpec};

/// A ledger without marks.
pub(super) struct United {
    pub(super) text: String,
    /// The titles of the entries that one side alone had, those of ours first.
    pub(super) titles: Vec<String>,
}

/// What the marks of a ledger come to: one finding for each place, with the reason where nobody but a person can decide.
pub(super) fn findings(ledger: &Ledger<'_>, reason: Option<&str>) -> Vec<Finding> {
    let find = |lines: &std::ops::Range<usize>| {
        let (first, last) = (lines.start + 1, lines.end);
        let place = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        let message = match reason {
            None => format!("a merge has left its marks in {place}; both sides have only added entries"),
            Some(reason) => {
                format!("a merge has left its marks in {place}, and a person has to solve that: {reason}")
            }
        };
        Finding::error("ledger-conflict", &ledger.spec.file, message)
            .at(u32::try_from(first).unwrap_or(u32::MAX))
    };
    ledger.conflicts.iter().map(|conflict| find(&conflict.lines)).collect()
}

/// The ledger with the entries of both sides in the order of the histories. `Err` says why nobody can tell what it is.
pub(super) fn united(
    spec: &MigrateSpec,
    ledger: &Ledger<'_>,
    histories: &BTreeMap<Dialect, History>,
) -> Result<Result<United, String>, Failure> {
    let side = |version| as_of(version, &ledger.text, &ledger.conflicts);
    let Some((ours, theirs)) = side(Version::Ours).zip(side(Version::Theirs)) else {
        return Ok(Err("the marks are not those of one conflict each".to_owned()));
    };
    let (ours, theirs) =
        (Ledger::of_text(spec, ledger.spec, ours)?, Ledger::of_text(spec, ledger.spec, theirs)?);
    if !ours.conflicts.is_empty() || !theirs.conflicts.is_empty() {
        return Ok(Err("marks that stand in code do not stand in code on both sides".to_owned()));
    }
    let (page, their_page) = (Page::of(&ours), Page::of(&theirs));
    let (own, added) =
        (only_in(&ours, &page, &theirs, &their_page), only_in(&theirs, &their_page, &ours, &page));
    let (rest, their_rest) = (page.without(&ours, &own), their_page.without(&theirs, &added));
    if let Some(line) = first_difference(&rest, &their_rest) {
        return Ok(Err(format!("the sides differ in more than entries, first in \"{line}\"")));
    }
    if let Some(base) = side(Version::Base) {
        let base = Ledger::of_text(spec, ledger.spec, base)?;
        if let Some(line) = first_difference(&Page::of(&base).without(&base, &[]), &rest) {
            return Ok(Err(format!("one side has changed what was there before, first in \"{line}\"")));
        }
    }
    if let Some(reason) = doubt(&ours, &own, &theirs, &added, histories) {
        return Ok(Err(reason));
    }
    let new: Vec<New> = added
        .iter()
        .map(|place| {
            let entry = &theirs.entries[*place];
            New { ids: ids_of(entry), text: their_page.block(&theirs.text, entry) }
        })
        .collect();
    let checked = ours.compare(spec, histories);
    let text = with_new(&ours, histories, &checked, &new);
    let united = Ledger::of_text(spec, ledger.spec, text)?;
    if !united.conflicts.is_empty()
        || !is_union(&united, (&ours, &page), &rest, (&theirs, &their_page), &added)
    {
        return Ok(Err("entries of one side change those of the other where they come together".to_owned()));
    }
    let title = |entry: &LedgerEntry| entry.title.clone().unwrap_or_else(|| name_of(entry));
    let titles = own.iter().map(|place| title(&ours.entries[*place]));
    let titles = titles.chain(added.iter().map(|place| title(&theirs.entries[*place]))).collect();
    Ok(Ok(United { text: united.text, titles }))
}

/// The entries of one side that the other one does not have, to the byte.
fn only_in(one: &Ledger<'_>, page: &Page<'_>, other: &Ledger<'_>, other_page: &Page<'_>) -> Vec<usize> {
    let mut known = blocks(other, other_page);
    let is_known = |block: &str| match known.get_mut(block) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    let mut is_known = is_known;
    let entries = one.entries.iter().enumerate();
    entries
        .filter(|(_, entry)| !is_known(page.bare_block(&one.text, entry)))
        .map(|(place, _)| place)
        .collect()
}

/// How often each entry is there.
fn blocks(ledger: &Ledger<'_>, page: &Page<'_>) -> BTreeMap<String, usize> {
    let mut blocks = BTreeMap::new();
    for entry in &ledger.entries {
        *blocks.entry(page.bare_block(&ledger.text, entry).to_owned()).or_default() += 1;
    }
    blocks
}

/// The first line that tells two texts apart, best of all one that the other does not have at all.
fn first_difference<'a>(one: &[&'a str], other: &[&'a str]) -> Option<&'a str> {
    let place = one.iter().zip(other).position(|(one, other)| one != other);
    let place = place.or((one.len() != other.len()).then_some(one.len().min(other.len())))?;
    let only_in = |one: &[&'a str], other: &[&'a str]| {
        let rest = one.get(place..).unwrap_or_default();
        rest.iter().find(|line| !other.contains(line)).copied()
    };
    let line = only_in(one, other).or_else(|| only_in(other, one));
    line.or_else(|| one.get(place).or(other.get(place)).copied()).map(str::trim)
}

fn ids_of(entry: &LedgerEntry) -> Ids {
    let ids = entry.ids.iter().filter_map(|(dialect, listed)| Some((*dialect, listed.id.clone()?)));
    ids.collect()
}

/// Why the entries that one side alone has might not be new ones.
fn doubt(
    ours: &Ledger<'_>,
    own: &[usize],
    theirs: &Ledger<'_>,
    added: &[usize],
    histories: &BTreeMap<Dialect, History>,
) -> Option<String> {
    let new = own.iter().map(|place| &ours.entries[*place]);
    for entry in new.chain(added.iter().map(|place| &theirs.entries[*place])) {
        let ids = ids_of(entry);
        if ids.is_empty() || entry.title.is_none() && ours.template.has_title() {
            return Some(format!("{} is not complete", name_of(entry)));
        }
        let unknown = ids
            .iter()
            .find(|(dialect, id)| histories.get(dialect).is_none_or(|history| history.get(id).is_none()));
        if let Some((_, id)) = unknown {
            // One side may have removed it together with its revision.
            return Some(format!("{} lists `{id}`, which no history has", name_of(entry)));
        }
    }
    let mut met = BTreeSet::new();
    let all = ours.entries.iter().chain(added.iter().map(|place| &theirs.entries[*place]));
    let mut ids = all.flat_map(ids_of);
    let twice = ids.find(|one| !met.insert(one.clone()))?;
    let lists = |ledger: &LedgerEntry| ids_of(ledger).get(&twice.0) == Some(&twice.1);
    let one = own.iter().map(|place| &ours.entries[*place]).find(|entry| lists(entry));
    let other = added.iter().map(|place| &theirs.entries[*place]).find(|entry| lists(entry));
    if let (Some(one), Some(other)) = (one, other)
        && (&one.title, ids_of(one)) == (&other.title, ids_of(other))
    {
        let blocks = (Page::of(ours), Page::of(theirs));
        let (block, their_block) =
            (blocks.0.bare_block(&ours.text, one), blocks.1.bare_block(&theirs.text, other));
        let (lines, their_lines): (Vec<&str>, Vec<&str>) =
            (block.lines().collect(), their_block.lines().collect());
        let first = first_difference(&lines, &their_lines).unwrap_or_default();
        return Some(format!("the sides have another text in {}, first in \"{first}\"", name_of(one)));
    }
    Some(format!("`{}` is listed in two entries then", twice.1))
}

/// Whether a text has all entries of ours and those that theirs has added, and nothing else is another than it was.
fn is_union(
    united: &Ledger<'_>,
    (ours, page): (&Ledger<'_>, &Page<'_>),
    rest: &[&str],
    (theirs, their_page): (&Ledger<'_>, &Page<'_>),
    added: &[usize],
) -> bool {
    let mut expected = blocks(ours, page);
    for place in added {
        let block = their_page.bare_block(&theirs.text, &theirs.entries[*place]).to_owned();
        *expected.entry(block).or_default() += 1;
    }
    let united_page = Page::of(united);
    let known: BTreeMap<String, usize> = blocks(united, &united_page);
    let own = only_in(ours, page, theirs, their_page);
    let of_both: BTreeSet<&str> = own
        .iter()
        .map(|place| page.bare_block(&ours.text, &ours.entries[*place]))
        .chain(added.iter().map(|place| their_page.bare_block(&theirs.text, &theirs.entries[*place])))
        .collect();
    let new: Vec<usize> = (0..united.entries.len())
        .filter(|place| of_both.contains(united_page.bare_block(&united.text, &united.entries[*place])))
        .collect();
    known == expected && united_page.without(united, &new) == rest
}
