//! A ledger mended, as far as it is certain what is right.

use std::collections::BTreeMap;

use onramp_core::{Dialect, Failure};

use super::check::Checked;
use super::missing::Undecided;
use super::page::Page;
use super::place::{New, with_new};
use super::{Ledger, union};
use crate::pairs::title;
use crate::{Finding, History, MigrateSpec};

/// What mending a ledger comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The content; as it was where nothing could be mended.
    pub text: String,
    /// The titles of the entries that one side of a merge has added and that stand together now.
    pub united: Vec<String>,
    /// The titles of the entries that were moved to their places.
    pub moved: Vec<String>,
    /// The titles of the entries that were written.
    pub written: Vec<String>,
    /// What is still wrong, with the reason where it could not be mended.
    pub findings: Vec<Finding>,
    /// The revisions that a person has to say something of first.
    pub undecided: Vec<Undecided>,
}

/// Mends the text of a ledger where it is certain what is right: entries that both sides of a merge have added are kept,
/// entries are moved to where the histories have them, and those that are missing are written. Nothing else of it changes.
/// As long as a merge has left marks in it, nothing else is done.
pub fn fix_ledger(
    spec: &MigrateSpec,
    ledger: &Ledger<'_>,
    histories: &BTreeMap<Dialect, History>,
) -> Result<Fixed, Failure> {
    let mut fixed = Fixed { text: ledger.text.clone(), ..Fixed::default() };
    if !ledger.conflicts.is_empty() {
        match union::united(spec, ledger, histories)? {
            Ok(united) => (fixed.text, fixed.united) = (united.text, united.titles),
            Err(reason) => {
                fixed.findings = union::findings(ledger, Some(&reason));
                return Ok(fixed);
            }
        }
    }
    loop {
        let now = Ledger::of_text(spec, ledger.spec, fixed.text.clone())?;
        let checked = now.compare(spec, histories);
        let mended = match sorted(spec, &now, &checked, histories)? {
            Some((text, titles)) => {
                fixed.moved.extend(titles);
                Some(text)
            }
            None => written(spec, &now, &checked, histories)?.map(|(text, titles)| {
                fixed.written.extend(titles);
                text
            }),
        };
        match mended {
            Some(text) => fixed.text = text,
            None => {
                fixed.findings = checked.findings;
                fixed.undecided = checked.missing.open;
                return Ok(fixed);
            }
        }
    }
}

/// The text with entries moved, and their titles. `None` where none can be, or the file would read in another way then.
fn sorted(
    spec: &MigrateSpec,
    now: &Ledger<'_>,
    checked: &Checked,
    histories: &BTreeMap<Dialect, History>,
) -> Result<Option<(String, Vec<String>)>, Failure> {
    let Some(text) = &checked.sorting.text else { return Ok(None) };
    let after = Ledger::of_text(spec, now.spec, text.clone())?;
    let (page, page_after) = (Page::of(now), Page::of(&after));
    let blocks = |ledger: &Ledger<'_>, page: &Page<'_>| {
        let entries = ledger.entries.iter();
        let mut blocks: Vec<String> =
            entries.map(|entry| page.bare_block(&ledger.text, entry).to_owned()).collect();
        blocks.sort();
        blocks
    };
    let misplaced = after.compare(spec, histories).sequence.misplaced.len();
    if blocks(now, &page) != blocks(&after, &page_after) || misplaced >= checked.sequence.misplaced.len() {
        return Ok(None);
    }
    let titles = checked.sorting.moved.iter().map(|place| {
        let entry = &now.entries[*place];
        entry.title.clone().unwrap_or_else(|| super::check::name_of(entry))
    });
    Ok(Some((text.clone(), titles.collect())))
}

/// The text with the entries that are missing, and their titles.
fn written(
    spec: &MigrateSpec,
    now: &Ledger<'_>,
    checked: &Checked,
    histories: &BTreeMap<Dialect, History>,
) -> Result<Option<(String, Vec<String>)>, Failure> {
    if checked.missing.certain.is_empty() {
        return Ok(None);
    }
    let page = Page::of(now);
    let titles: Vec<String> = checked.missing.certain.iter().map(|ids| title(ids, histories)).collect();
    let new: Vec<New> = checked
        .missing
        .certain
        .iter()
        .zip(&titles)
        .map(|(ids, title)| {
            let of = |dialect: &Dialect| ids.get(dialect).map(|id| (*dialect, id.as_str()));
            let revisions: Vec<(Dialect, &str)> = Dialect::ALL.iter().filter_map(of).collect();
            New { ids: ids.clone(), text: page.joined(&now.spec.entry(title, &revisions)) }
        })
        .collect();
    let text = with_new(now, histories, checked, &new);
    // An entry that cannot be read back would be written again and again.
    let listed = |ledger: &Ledger<'_>| {
        let found = ledger.compare(spec, histories).missing;
        found.certain.len() + found.open.len()
    };
    let after = Ledger::of_text(spec, now.spec, text.clone())?;
    let left = listed(&after);
    let before = checked.missing.certain.len() + checked.missing.open.len();
    Ok((left < before).then_some((text, titles)))
}
