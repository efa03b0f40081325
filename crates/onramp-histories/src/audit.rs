use std::path::PathBuf;

use crate::chain::Chain;
use crate::checks::{self, Set};
use crate::declared::Declared;
use crate::find::Histories;
use crate::finding::{Code, Finding, Level};
use crate::released::Released;

/// A history, and what there is to know about it.
#[derive(Clone, Debug)]
pub struct Audited {
    /// The history.
    pub chain: Chain,
    /// What was found, the worst first, then by file.
    pub findings: Vec<Finding>,
}

/// What an audit has come to.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Each history, sorted by folder.
    pub histories: Vec<Audited>,
    /// Which of them are those of one project in several dialects.
    pub sets: Vec<Set>,
    /// What belongs to no history: folders that could not be listed.
    pub elsewhere: Vec<Finding>,
}

impl Audit {
    /// Holds histories against themselves and, where they are known, against releases and against what the project declares.
    /// `now` is in seconds since 1970.
    pub fn of(histories: Histories, now: i64, released: &[Released], declared: &Declared) -> Self {
        let found = checks::findings(&histories, now, released, declared);
        let unread = histories.unread.iter();
        let elsewhere = unread.map(|(folder, why)| {
            Finding::new(Code::Unreadable, folder.clone(), format!("cannot be listed: {why}"))
        });
        Self {
            sets: checks::sets(&histories.chains),
            elsewhere: elsewhere.collect(),
            histories: histories
                .chains
                .into_iter()
                .zip(found)
                .map(|(chain, findings)| Audited { chain, findings })
                .collect(),
        }
    }

    /// A history with what is for all dialects of its project, in the order in which it is applied.
    pub fn whole(&self, place: usize) -> Chain {
        let mut chain = self.histories[place].chain.clone();
        let set = self.sets.iter().find(|set| set.places.contains(&place));
        if let Some(shared) = set.and_then(|set| set.shared) {
            chain.entries.extend(self.histories[shared].chain.entries.iter().cloned());
            chain.sort();
        }
        chain
    }

    /// All findings.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.histories.iter().flat_map(|audited| &audited.findings).chain(&self.elsewhere)
    }

    /// How many findings of a level there are.
    pub fn count(&self, level: Level) -> usize {
        self.findings().filter(|finding| finding.level == level).count()
    }

    /// The files of all histories.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.histories.iter().flat_map(|audited| &audited.chain.entries).flat_map(|entry| &entry.files)
    }
}
