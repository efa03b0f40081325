//! What is wrong with a ledger.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;

use super::missing::{Known, Missing};
use super::sequence::Sequence;
use super::sorting::Sorting;
use super::twins::Twins;
use super::{Ledger, LedgerEntry, union};
use crate::nearest::nearest;
use crate::order::Ids;
use crate::{Finding, History, MigrateSpec, Revision};

/// What came to light about a ledger.
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// The revisions that no entry has, and that none seems to have meant.
    pub(super) missing: Missing,
    /// What each entry has of revisions that exist.
    pub(super) known: Vec<Ids>,
    /// The order of the entries.
    pub(super) sequence: Sequence,
    /// What can be done about it.
    pub(super) sorting: Sorting,
}

impl Ledger<'_> {
    /// Compares the ledger with the histories of all dialects: every revision is listed once, beside its twin, in the
    /// order of the histories. Where a merge has left marks, these are all that can be told.
    pub fn check(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Vec<Finding> {
        match union::united(spec, self, histories) {
            _ if !self.is_there => self.without_file(spec, histories),
            _ if self.conflicts.is_empty() => self.compare(spec, histories).findings,
            Ok(Ok(_)) => union::findings(self, None),
            Ok(Err(reason)) => union::findings(self, Some(&reason)),
            Err(failure) => union::findings(self, Some(&failure.message)),
        }
    }

    /// Where there is no file, that is why entries are missing, and told once.
    fn without_file(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Vec<Finding> {
        let found = self.compare(spec, histories).findings;
        let (missing, mut rest): (Vec<Finding>, Vec<Finding>) =
            found.into_iter().partition(|finding| finding.code == "ledger-missing");
        if !missing.is_empty() {
            let revisions = if missing.len() == 1 { "revision" } else { "revisions" };
            let message = format!("there is no such file, and {} {revisions} to list", missing.len());
            rest.insert(0, Finding::error("ledger-file", &self.spec.file, message));
        }
        rest
    }

    pub(super) fn compare(&self, spec: &MigrateSpec, histories: &BTreeMap<Dialect, History>) -> Checked {
        let mut work = Work {
            ledger: self,
            spec,
            histories,
            twins: Twins::of(spec, histories),
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
        let sequence = Sequence::of(self, &work.known, histories);
        let sorting = Sorting::of(self, &work.known, &work.faulty(), &sequence);
        work.tell_order(&sequence, &sorting);
        let missing = work.missing(&sequence);
        let mut findings = work.findings;
        findings.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
        Checked { findings, missing, known: work.known, sequence, sorting }
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
                            "`{id}` and `{}` are no pair: `{twin}` is the one that {}",
                            listed.id.as_deref().unwrap_or_default(),
                            self.twins.likeness(id, &title)
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
        let described = self.twins.describe(twin, title);
        match self.listed.get(&(dialect, twin.to_owned())) {
            Some((_, elsewhere)) => {
                let message =
                    format!("{label} has {described}, `{twin}`, which stands alone in line {elsewhere}");
                self.find("ledger-pair", line, message);
            }
            None => {
                self.meant.insert((dialect, twin.to_owned()));
                let message = format!("{label} has {described} after all: `{twin}`");
                self.find("ledger-none", line, message);
            }
        }
    }

    /// The entries that something has been found about.
    fn faulty(&self) -> BTreeSet<usize> {
        let line = |finding: &Finding| usize::try_from(finding.line?).ok()?.checked_sub(1);
        let lines: Vec<usize> = self.findings.iter().filter_map(line).collect();
        let is_faulty = |place: &usize| {
            let entry = &self.ledger.entries[*place];
            lines.iter().any(|line| entry.lines.contains(line))
        };
        (0..self.ledger.entries.len()).filter(is_faulty).collect()
    }

    fn tell_order(&mut self, sequence: &Sequence, sorting: &Sorting) {
        for crossed in &sequence.crossed {
            let entry = &self.ledger.entries[*crossed];
            let message = format!(
                "{} pairs revisions that cannot both be right: its dialects have them in different orders",
                name_of(entry)
            );
            self.find("ledger-pair", entry.line, message);
        }
        for place in &sequence.misplaced {
            let entry = &self.ledger.entries[*place];
            let belongs = sequence.belongs(self.ledger, *place);
            let mut message = format!("{} belongs {belongs}, as the histories have it", name_of(entry));
            if let Some(reason) = sorting.kept.get(place) {
                message.push_str(&format!("; it has to be moved by hand: {reason}"));
            }
            self.find("ledger-order", entry.line, message);
        }
    }

    /// The revisions that are in no entry; each is told at its own file.
    fn missing(&mut self, sequence: &Sequence) -> Missing {
        let mut missing: BTreeSet<(Dialect, String)> = BTreeSet::new();
        for (dialect, history) in self.histories {
            let baseline = self.spec.dialect(*dialect).ok().and_then(|spec| spec.baseline.as_deref());
            let before = baseline.filter(|id| history.get(id).is_some()).map(|id| history.way_to(id));
            let is_needed =
                |id: &str| baseline == Some(id) || before.as_ref().is_none_or(|before| !before.contains(id));
            for revision in history.iter() {
                let key = (*dialect, revision.id.clone());
                let is_known = self.listed.contains_key(&key) || self.meant.contains(&key);
                if !is_known && is_needed(&revision.id) {
                    missing.insert(key);
                }
            }
        }
        let listed =
            |dialect: Dialect, id: &str| self.listed.get(&(dialect, id.to_owned())).map(|(_, line)| *line);
        let about = Known {
            spec: self.spec,
            ledger: self.ledger,
            histories: self.histories,
            twins: &self.twins,
            known: &self.known,
            sequence,
            listed: &listed,
            meant: &self.meant,
        };
        let found = Missing::of(&about, &missing);
        let ledger = self.ledger.spec.file.file_name().unwrap_or_default().display().to_string();
        let mut tell = |code, dialect: Dialect, id: &str, why: &str| {
            let Some(revision) = self.histories.get(&dialect).and_then(|history| history.get(id)) else {
                return;
            };
            let label = self.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str());
            let message = format!("revision `{id}` of {label} has no entry in {ledger}{why}");
            self.findings.push(Finding::error(code, revision.first_file(), message).at(1));
        };
        let certain = found.certain.iter().flatten();
        for (dialect, id) in certain.filter(|(dialect, id)| missing.contains(&(**dialect, (*id).clone()))) {
            tell("ledger-missing", *dialect, id, "");
        }
        for open in &found.open {
            tell("ledger-unpaired", open.dialect, &open.id, &format!(", and {}", open.why));
        }
        found
    }

    fn title(&self, dialect: Dialect, id: &str) -> String {
        let revision = self.histories.get(&dialect).and_then(|history| history.get(id));
        revision.map(Revision::title).unwrap_or_default()
    }
}

/// An entry in a sentence.
pub(super) fn name_of(entry: &LedgerEntry) -> String {
    match &entry.title {
        Some(title) => format!("the entry \"{title}\""),
        None => format!("the entry in line {}", entry.line),
    }
}
