//! Which revisions belong together, as far as they say so themselves.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use crate::pairs::suggested;
use crate::{History, MigrateSpec, Pairing, Revision};

/// Which revisions have a title, or an id, that exactly one revision of another dialect has as well.
pub(super) struct Twins {
    /// By what they are known: an id or a title.
    pub(super) by: Pairing,
    twins: BTreeMap<(Dialect, String), Vec<(Dialect, String)>>,
}

impl Twins {
    /// Those of the histories. What is declared to be alone has no twin, whatever it is called.
    pub(super) fn of(spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Self {
        let by = match spec.pairing {
            Some(by @ (Pairing::Id | Pairing::Slug)) => by,
            Some(Pairing::Ledger) | None => suggested(histories),
        };
        let key = |revision: &Revision| match by {
            Pairing::Id => revision.id.clone(),
            Pairing::Slug | Pairing::Ledger => revision.slug(),
        };
        let is_alone = |dialect: Dialect, revision: &Revision| {
            spec.only.iter().any(|only| only.dialect == dialect && only.revision == revision.id)
        };
        let mut by_key: BTreeMap<String, Vec<(Dialect, String)>> = BTreeMap::new();
        for (dialect, history) in histories {
            for revision in history.iter().filter(|revision| !is_alone(*dialect, revision)) {
                by_key.entry(key(revision)).or_default().push((*dialect, revision.id.clone()));
            }
        }
        let mut twins = BTreeMap::new();
        for (key, of_it) in by_key {
            let dialects: BTreeSet<Dialect> = of_it.iter().map(|(dialect, _)| *dialect).collect();
            if key.is_empty() || dialects.len() != of_it.len() {
                continue;
            }
            for one in &of_it {
                twins.insert(one.clone(), of_it.iter().filter(|other| *other != one).cloned().collect());
            }
        }
        Self { by, twins }
    }

    pub(super) fn of_revision(&self, dialect: Dialect, id: &str, other: Dialect) -> Option<&str> {
        let twins = self.twins.get(&(dialect, id.to_owned()))?;
        twins.iter().find(|(of, _)| *of == other).map(|(_, id)| id.as_str())
    }

    /// What a revision and its twin have in common, behind "the one that": `is called "Add tags" too`.
    pub(super) fn likeness(&self, id: &str, title: &str) -> String {
        match self.by {
            Pairing::Id => format!("has the id `{id}` too"),
            Pairing::Slug | Pairing::Ledger => format!("is called \"{title}\" too"),
        }
    }

    /// A revision in a sentence, by what its twin is known: `a revision "Add tags"`.
    pub(super) fn describe(&self, id: &str, title: &str) -> String {
        match self.by {
            Pairing::Id => format!("a revision of the id `{id}`"),
            Pairing::Slug | Pairing::Ledger => format!("a revision \"{title}\""),
        }
    }
}
