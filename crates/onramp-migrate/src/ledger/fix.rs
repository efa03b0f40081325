//! Entries that are missing, written in their places.

use std::collections::BTreeMap;

use onramp_core::{Dialect, Failure};

use super::place::with_new;
use super::{Ledger, check::Checked};
use crate::order::Ids;
use crate::pairs::{grouped, suggested, title};
use crate::{Finding, History, MigrateSpec, Pairing, Revision};

/// What mending a ledger comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The content; as it was where nothing could be mended.
    pub text: String,
    /// The titles of the entries that were written.
    pub written: Vec<String>,
    /// What is still wrong.
    pub findings: Vec<Finding>,
}

/// Writes the entries that are missing into the text of a ledger, each in its place, and changes nothing else of it.
pub fn fix_ledger(
    spec: &MigrateSpec,
    ledger: &Ledger<'_>,
    histories: &BTreeMap<Dialect, History>,
) -> Result<Fixed, Failure> {
    let checked = ledger.compare(spec, histories);
    let new = missing_changes(spec, histories, &checked);
    if new.is_empty() {
        return Ok(Fixed { text: ledger.text.clone(), written: Vec::new(), findings: checked.findings });
    }
    let written: Vec<String> = new.iter().map(|ids| title(ids, histories)).collect();
    let text = with_new(ledger, histories, &checked, &new, &written);
    let after = Ledger::of_text(spec, ledger.spec, text)?;
    let findings = after.check(spec, histories);
    Ok(Fixed { text: after.text, written, findings })
}

/// The revisions without an entry, those together that are one change.
fn missing_changes(
    spec: &MigrateSpec,
    histories: &BTreeMap<Dialect, History>,
    checked: &Checked,
) -> Vec<Ids> {
    let by = match spec.pairing {
        Some(by) if by != Pairing::Ledger => by,
        _ => suggested(histories),
    };
    let revisions: BTreeMap<Dialect, Vec<&Revision>> = checked
        .missing
        .iter()
        .filter_map(|(dialect, ids)| {
            let history = histories.get(dialect)?;
            Some((*dialect, ids.iter().filter_map(|id| history.get(id)).collect()))
        })
        .collect();
    let is_single = |ids: &Ids| spec.only.iter().any(|only| ids.get(&only.dialect) == Some(&only.revision));
    let mut changes = Vec::new();
    for ids in grouped(by, &revisions) {
        // What is declared to be alone is not paired by its title.
        if ids.len() > 1 && is_single(&ids) {
            changes.extend(ids.into_iter().map(|one| Ids::from([one])));
        } else {
            changes.push(ids);
        }
    }
    changes
}
