//! What is wrong with a ledger.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use super::{Direction, Ledger, LedgerEntry};
use crate::nearest::nearest;
use crate::order::{Ids, order, out_of_order};
use crate::pairs::suggested;
use crate::{Finding, History, MigrateSpec, Pairing, Revision};

/// What came to light about a ledger.
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// The revisions that no entry has, and that none seems to have meant.
    pub(super) missing: BTreeMap<Dialect, Vec<String>>,
    /// What each entry has of revisions that exist.
    pub(super) known: Vec<Ids>,
    /// The entries that do not stand where the histories have them.
    pub(super) misplaced: BTreeSet<usize>,
}

impl Ledger<'_> {
    /// Compares the ledger with the histories of all dialects: every revision is listed once, beside its twin, in the
    /// order of the histories.
    pub fn check(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Vec<Finding> {
        self.compare(spec, histories).findings
    }

    pub(super) fn compare(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Checked {
        let mut work = Work {
            ledger: self,
            spec,
            histories,
            twins: Twins::of(histories),
            findings: Vec::new(),
            listed: BTreeMap::new(),
            meant: BTreeSet::new(),
            known: vec![Ids::new(); self.entries.len()],
        };
        for place in 0..self.entries.len() {
            work.take(place);
        }
        for place in 0..self.entries.len() {
            work.check_pair(place);
        }
        let misplaced = work.check_order();
        let missing = work.missing();
        let mut findings = work.findings;
        findings.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
        Checked { findings, missing, known: work.known, misplaced }
    }
}

/// Which revisions have a title, or an id, that exactly one revision of another dialect has as well.
struct Twins(BTreeMap<(Dialect, String), Vec<(Dialect, String)>>);

impl Twins {
    fn of(histories: &BTreeMap<Dialect, History>) -> Self {
        let by = suggested(histories);
        let key = |revision: &Revision| match by {
            Pairing::Id => revision.id.clone(),
            Pairing::Slug | Pairing::Ledger => revision.slug(),
        };
        let mut by_key: BTreeMap<String, Vec<(Dialect, String)>> = BTreeMap::new();
        for (dialect, history) in histories {
            for revision in history.iter() {
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
        Self(twins)
    }

    fn of_revision(&self, dialect: Dialect, id: &str, other: Dialect) -> Option<&str> {
        let twins = self.0.get(&(dialect, id.to_owned()))?;
        twins.iter().find(|(of, _)| *of == other).map(|(_, id)| id.as_str())
    }
}

struct Work<'a> {
    ledger: &'a Ledger<'a>,
    spec: &'a MigrateSpec,
    histories: &'a BTreeMap<Dialect, History>,
    twins: Twins,
    findings: Vec<Finding>,
    /// Where each id is listed first, whatever dialect it is of.
    listed: BTreeMap<(Dialect, String), (usize, u32)>,
    /// Revisions that some entry seems to mean.
    meant: BTreeSet<(Dialect, String)>,
    known: Vec<Ids>,
}

impl Work<'_> {
    fn find(&mut self, code: &'static str, line: u32, message: String) {
        self.findings.push(Finding::error(code, &self.ledger.spec.file, message).at(line));
    }

    fn label(&self, dialect: Dialect) -> String {
        self.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str()).to_owned()
    }

    /// Looks at the ids of an entry, each for itself.
    fn take(&mut self, place: usize) {
        let entry = &self.ledger.entries[place];
        for (dialect, history) in self.histories {
            let Some(listed) = entry.ids.get(dialect) else {
                let name = name_of(entry);
                let message = format!("{name} says nothing of {}", self.label(*dialect));
                self.find("ledger-incomplete", entry.line, message);
                continue;
            };
            let Some(id) = &listed.id else { continue };
            if history.get(id).is_none() {
                self.take_unknown(*dialect, history, id, listed.line);
                continue;
            }
            match self.listed.get(&(*dialect, id.clone())) {
                Some((_, first)) => {
                    let message = format!("revision `{id}` is listed in line {first} already");
                    self.find("ledger-twice", listed.line, message);
                }
                None => {
                    self.listed.insert((*dialect, id.clone()), (place, listed.line));
                    self.known[place].insert(*dialect, id.clone());
                }
            }
        }
    }

    fn take_unknown(&mut self, dialect: Dialect, history: &History, id: &str, line: u32) {
        let others = self.histories.iter().filter(|(other, _)| **other != dialect);
        if let Some((other, _)) = others.into_iter().find(|(_, history)| history.get(id).is_some()) {
            self.meant.insert((*other, id.to_owned()));
            let mut message = format!(
                "revision `{id}` is one of {}, and listed as one of {}",
                self.label(*other),
                self.label(dialect)
            );
            if let Some(twin) = self.twins.of_revision(*other, id, dialect).map(str::to_owned) {
                message.push_str(&format!("; did you mean `{twin}`?"));
                self.meant.insert((dialect, twin));
            }
            self.find("ledger-dialect", line, message);
            return;
        }
        let mut message = format!("no history of {} has a revision `{id}`", self.label(dialect));
        if let Some(near) = nearest(id, history.iter().map(|revision| revision.id.as_str())) {
            message.push_str(&format!("; did you mean `{near}`?"));
            self.meant.insert((dialect, near.to_owned()));
        }
        self.find("ledger-unknown", line, message);
    }

    /// Whether what stands in one entry belongs together, and nothing that stands elsewhere.
    fn check_pair(&mut self, place: usize) {
        let entry = &self.ledger.entries[place];
        let known = self.known[place].clone();
        for (dialect, id) in &known {
            for other in self.histories.keys().copied().filter(|other| other != dialect) {
                let Some(twin) = self.twins.of_revision(*dialect, id, other).map(str::to_owned) else {
                    continue;
                };
                let title = self.title(*dialect, id);
                match entry.ids.get(&other) {
                    // Each pair is told once, from its first dialect.
                    Some(listed) if listed.id.as_ref() == Some(&twin) || other < *dialect => {}
                    Some(listed) if listed.id.is_some() && !known.contains_key(&other) => {
                        self.mean(other, &twin, listed.line);
                    }
                    Some(listed) if listed.id.is_some() => {
                        let message = format!(
                            "`{id}` and `{}` are no pair: `{twin}` is the one that is called \"{title}\" too",
                            listed.id.as_deref().unwrap_or_default()
                        );
                        self.find("ledger-pair", listed.line, message);
                    }
                    Some(listed) => self.check_none(other, &twin, &title, listed.line),
                    None => drop(self.meant.insert((other, twin))),
                }
            }
        }
        // From the second dialect, where the first one has none.
        for (dialect, id) in &known {
            for other in self.histories.keys().copied().filter(|other| other < dialect) {
                let is_none = entry.ids.get(&other).is_some_and(|listed| listed.id.is_none());
                let twin = self.twins.of_revision(*dialect, id, other).map(str::to_owned);
                if let (true, Some(twin)) = (is_none, twin) {
                    let line = entry.ids[&other].line;
                    // Of a pair in two entries the first dialect's tells.
                    if !self.listed.contains_key(&(other, twin.clone())) {
                        let title = self.title(*dialect, id);
                        self.check_none(other, &twin, &title, line);
                    }
                }
            }
        }
    }

    /// A line with an id that nobody knows was meant for that revision.
    fn mean(&mut self, dialect: Dialect, twin: &str, line: u32) {
        if self.listed.contains_key(&(dialect, twin.to_owned())) {
            return;
        }
        self.meant.insert((dialect, twin.to_owned()));
        let is_told = |found: &&mut Finding| found.code == "ledger-unknown" && found.line == Some(line);
        if let Some(found) = self.findings.iter_mut().find(is_told)
            && !found.message.contains("did you mean")
        {
            found.message.push_str(&format!("; did you mean `{twin}`?"));
        }
    }

    /// An entry that says that a dialect has no revision, which it has.
    fn check_none(&mut self, dialect: Dialect, twin: &str, title: &str, line: u32) {
        let label = self.label(dialect);
        match self.listed.get(&(dialect, twin.to_owned())) {
            Some((_, elsewhere)) => {
                let message = format!(
                    "{label} has a revision \"{title}\", `{twin}`, which stands alone in line {elsewhere}"
                );
                self.find("ledger-pair", line, message);
            }
            None => {
                self.meant.insert((dialect, twin.to_owned()));
                let message = format!("{label} has a revision \"{title}\" after all: `{twin}`");
                self.find("ledger-none", line, message);
            }
        }
    }

    fn title(&self, dialect: Dialect, id: &str) -> String {
        let revision = self.histories.get(&dialect).and_then(|history| history.get(id));
        revision.map(Revision::title).unwrap_or_default()
    }

    fn check_order(&mut self) -> BTreeSet<usize> {
        let direction = self.ledger.direction(self.histories);
        let mut entries: Vec<usize> =
            (0..self.known.len()).filter(|place| !self.known[*place].is_empty()).collect();
        if direction == Direction::NewestFirst {
            entries.reverse();
        }
        let ids: Vec<Ids> = entries.iter().map(|place| self.known[*place].clone()).collect();
        let order = order(&ids, self.histories);
        for crossed in &order.crossed {
            let entry = &self.ledger.entries[entries[*crossed]];
            let message = format!(
                "{} pairs revisions that cannot both be right: its dialects have them in different orders",
                name_of(entry)
            );
            self.find("ledger-pair", entry.line, message);
        }
        let mut ranks = vec![0; ids.len()];
        order.places.iter().enumerate().for_each(|(rank, place)| ranks[*place] = rank);
        let mut misplaced = BTreeSet::new();
        if !order.crossed.is_empty() {
            return misplaced;
        }
        for place in out_of_order(&ranks) {
            let entry = &self.ledger.entries[entries[place]];
            let older = ranks[place].checked_sub(1).map(|rank| entries[order.places[rank]]);
            let newer = order.places.get(ranks[place] + 1).map(|place| entries[*place]);
            // The neighbour above, in the order of the file.
            let (above, below) = match direction {
                Direction::NewestFirst => (newer, older),
                Direction::NewestLast => (older, newer),
            };
            let belongs = match (above, below) {
                (Some(above), _) => format!("below {}", name_of(&self.ledger.entries[above])),
                (None, Some(below)) => format!("above {}", name_of(&self.ledger.entries[below])),
                (None, None) => continue,
            };
            let message = format!("{} belongs {belongs}, as the histories have it", name_of(entry));
            self.find("ledger-order", entry.line, message);
            misplaced.insert(entries[place]);
        }
        misplaced
    }

    /// The revisions that are in no entry; each is told at its own file.
    fn missing(&mut self) -> BTreeMap<Dialect, Vec<String>> {
        let mut missing: BTreeMap<Dialect, Vec<String>> = BTreeMap::new();
        let ledger = self.ledger.spec.file.file_name().unwrap_or_default().display().to_string();
        for (dialect, history) in self.histories {
            let baseline = self.spec.dialect(*dialect).ok().and_then(|spec| spec.baseline.as_deref());
            let before = baseline.filter(|id| history.get(id).is_some()).map(|id| history.way_to(id));
            let is_needed =
                |id: &str| baseline == Some(id) || before.as_ref().is_none_or(|before| !before.contains(id));
            for revision in history.in_order() {
                let key = (*dialect, revision.id.clone());
                if self.listed.contains_key(&key) || self.meant.contains(&key) || !is_needed(&revision.id) {
                    continue;
                }
                let message = format!(
                    "revision `{}` of {} has no entry in {ledger}",
                    revision.id,
                    self.label(*dialect)
                );
                self.findings.push(Finding::error("ledger-missing", revision.first_file(), message).at(1));
                missing.entry(*dialect).or_default().push(revision.id.clone());
            }
        }
        missing
    }
}

/// An entry in a sentence.
fn name_of(entry: &LedgerEntry) -> String {
    match &entry.title {
        Some(title) => format!("the entry \"{title}\""),
        None => format!("the entry in line {}", entry.line),
    }
}
