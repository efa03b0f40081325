use std::collections::BTreeSet;

use onramp_core::Dialect;

use crate::rules::{Found, data, enumerations, locks, sqlite, transactions};
use crate::sql::{Parsed, Piece, parse, split};
use crate::world::World;
use crate::{Allowed, Finding, Level, Report, Revision, Settings, Statement, Transaction};

/// One statement of a revision.
pub(crate) struct Step<'a> {
    /// Its place among those that were executed; several may have been given to the database at once.
    pub(crate) index: usize,
    pub(crate) statement: &'a Statement,
    pub(crate) piece: Piece,
    pub(crate) parsed: Parsed,
    /// Whether a transaction is open.
    pub(crate) transaction: Transaction,
    /// Which one, counted from the beginning.
    pub(crate) number: usize,
}

impl Step<'_> {
    pub(crate) fn line(&self) -> Option<u32> {
        self.statement.line
    }
}

/// What the rules say about a revision.
pub fn lint(revision: &Revision<'_>, settings: &Settings) -> Report {
    let steps = steps(revision);
    let mut found = Vec::new();
    let mut world = World::new(revision.before, revision.after);
    for step in &steps {
        found.extend(locks(step, &world));
        world.apply(&step.parsed);
    }
    found.extend(data(&steps, &world));
    found.extend(enumerations(&steps, revision));
    match revision.dialect() {
        Dialect::Postgresql => found.extend(transactions(&steps, revision.before)),
        Dialect::Sqlite => found.extend(sqlite(&steps, revision)),
    }
    report(found, settings)
}

/// The statements one by one, with what is known of their transactions.
fn steps<'a>(revision: &Revision<'a>) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let (mut number, mut last) = (0, None);
    for (index, statement) in revision.statements.iter().enumerate() {
        let mut open = statement.transaction;
        for piece in split(&statement.text, revision.dialect()) {
            let parsed = parse(&piece.tokens);
            if last != Some(open) {
                number += 1;
            }
            let transaction = open;
            match parsed {
                Parsed::Begin => open = Transaction::Inside,
                Parsed::End => {
                    // What comes next is in no transaction, or in the next one.
                    open = if statement.transaction == Transaction::Inside {
                        open
                    } else {
                        Transaction::Outside
                    };
                    number += 1;
                }
                _ => {}
            }
            last = Some(open);
            if matches!(parsed, Parsed::Begin) {
                number += 1;
            }
            steps.push(Step { index, statement, piece, parsed, transaction, number });
        }
    }
    steps
}

fn report(found: Vec<Found>, settings: &Settings) -> Report {
    let mut report = Report::default();
    let mut met = BTreeSet::new();
    let mut findings: Vec<Finding> = Vec::new();
    for Found { rule, object, message, statement, line } in found {
        let level = settings.levels.get(rule.code).copied().unwrap_or(rule.level);
        let finding = Finding { rule, level, object, message, statement, line };
        if level != Level::Off && !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings.sort_by_key(|finding| finding.statement);
    for finding in findings {
        let allows = settings.allows.iter().enumerate().filter(|(_, allow)| allow.meets(&finding));
        let mut reason = None;
        for (place, allow) in allows {
            met.insert(place);
            reason.get_or_insert_with(|| allow.reason.clone());
        }
        match reason {
            Some(reason) => report.allowed.push(Allowed { finding, reason }),
            None => report.findings.push(finding),
        }
    }
    report.unmet = (0..settings.allows.len()).filter(|place| !met.contains(place)).collect();
    report
}
