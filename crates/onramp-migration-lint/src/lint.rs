use std::collections::BTreeSet;

use onramp_core::Dialect;
use onramp_database::rows::Missing;

use crate::nulls::Nulls;
use crate::rules::{
    Companions, Found, companions, data, enumerations, is_refusal, locks, refused, rows, sqlite, transactions,
};
use crate::sql::{Parsed, Piece, parse_each, split};
use crate::world::{Seen, World};
use crate::{Allowed, Cause, Finding, Level, Refusal, Report, Revision, Settings, Statement, Transaction};

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

/// What the rules say about a revision that has come to its end.
pub fn lint(revision: &Revision<'_>, settings: &Settings) -> Report {
    lint_trial(revision, &[], settings)
}

/// What the rules say about a revision that was refused there, each refusal being a finding itself.
pub fn lint_trial(revision: &Revision<'_>, refusals: &[Refusal], settings: &Settings) -> Report {
    lint_watched(revision, None, refusals, settings)
}

/// The same, where somebody has watched what became of rows that were in the tables.
pub fn lint_watched(
    revision: &Revision<'_>,
    missing: Option<&Missing>,
    refusals: &[Refusal],
    settings: &Settings,
) -> Report {
    let seen = Seen::of(missing, revision.before, revision.after);
    let mut world = World::new(revision.before, revision.after).seen(seen);
    let mut steps = steps(revision);
    settle(&mut steps, world.anew());
    let mut found = Vec::new();
    let ended = refusals.iter().find(|refusal| refusal.cause == Cause::Revision);
    let last = ended.and_then(|refusal| refusal.statement);
    for (place, step) in steps.iter().enumerate() {
        let is_first = place == 0 || steps[place - 1].index != step.index;
        for refusal in refusals.iter().filter(|refusal| is_first && refusal.statement == Some(step.index)) {
            found.push(refused(refusal, &steps, &world));
        }
        found.extend(locks(step, &world));
        // What was refused has changed nothing.
        if last.is_none_or(|last| step.index < last) {
            world.apply(&step.parsed);
        }
    }
    let of_none = refusals.iter().filter(|refusal| refusal.statement.is_none());
    found.extend(of_none.map(|refusal| refused(refusal, &steps, &world)));
    let done = steps.iter().position(|step| last == Some(step.index)).unwrap_or(steps.len());
    if !refusals.iter().any(|refusal| refusal.cause == Cause::Somewhere) {
        found.extend(data(&steps[..done], &world));
        found.extend(enumerations(&steps[..done], revision));
    }
    if let Some(missing) = missing {
        let more = rows(missing, &steps, &world, &found);
        found.extend(more);
    }
    match revision.dialect() {
        Dialect::Postgresql => found.extend(transactions(&steps, revision.before)),
        Dialect::Sqlite => found.extend(sqlite(&steps, revision)),
    }
    let is_copy = |index: usize| {
        steps.iter().any(|step| step.index == index && matches!(step.parsed, Parsed::CopyRows { .. }))
    };
    report(found, settings, &is_copy)
}

/// Finds the conditions that are true of every row, `world` being the one before the statements.
fn settle(steps: &mut [Step<'_>], mut world: World<'_>) {
    let nulls = Nulls::of(&world);
    for step in steps {
        nulls.settle(&mut step.parsed, &world);
        world.apply(&step.parsed);
    }
}

/// The statements one by one, with what is known of their transactions.
fn steps<'a>(revision: &Revision<'a>) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let (mut number, mut last) = (0, None);
    for (index, statement) in revision.statements.iter().enumerate() {
        let mut open = statement.transaction;
        for piece in split(&statement.text, revision.dialect()) {
            let mut all = parse_each(&piece.tokens);
            if last != Some(open) {
                number += 1;
            }
            let transaction = open;
            let own = all.pop().unwrap_or(Parsed::Other);
            match own {
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
            if matches!(own, Parsed::Begin) {
                number += 1;
            }
            let within = all.into_iter().map(|parsed| (piece.clone(), parsed)).collect::<Vec<_>>();
            for (piece, parsed) in within.into_iter().chain([(piece, own)]) {
                steps.push(Step { index, statement, piece, parsed, transaction, number });
            }
        }
    }
    steps
}

fn report(found: Vec<Found>, settings: &Settings, is_copy: &dyn Fn(usize) -> bool) -> Report {
    let mut report = Report::default();
    let mut met = BTreeSet::new();
    let mut findings: Vec<Finding> = Vec::new();
    for Found { rule, object, message, statement, line } in found {
        let level = settings.levels.get(rule.code).copied().unwrap_or(rule.level);
        let finding = Finding { rule, level, object, message, statement, line };
        if level == Level::Off {
            // Nobody hears of it, but there is what is allowed.
            let allows = settings.allows.iter().enumerate().filter(|(_, allow)| allow.meets(&finding));
            met.extend(allows.map(|(place, _)| place));
        } else if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    // What is about no statement comes first, but for the end of the revision.
    let is_end = |finding: &Finding| is_refusal(finding.rule) && finding.statement.is_none();
    findings.sort_by_key(|finding| (is_end(finding), finding.statement));
    let reasons: Vec<Option<&str>> = findings
        .iter()
        .map(|finding| {
            let allows = settings.allows.iter().enumerate().filter(|(_, allow)| allow.meets(finding));
            let mut reason = None;
            for (place, allow) in allows {
                met.insert(place);
                reason.get_or_insert(allow.reason.as_str());
            }
            reason
        })
        .collect();
    for (finding, reason) in findings.iter().zip(&reasons) {
        let reason_of = |other: &Finding| {
            findings.iter().position(|known| known == other).and_then(|place| reasons[place])
        };
        let verdict =
            reason.map_or_else(|| by_companions(finding, &findings, is_copy, reason_of), Verdict::Allowed);
        match verdict {
            Verdict::Allowed(reason) => {
                report.allowed.push(Allowed { finding: finding.clone(), reason: reason.to_owned() });
            }
            Verdict::Told => report.findings.push(finding.clone()),
            Verdict::ToldElsewhere => {}
        }
    }
    report.unmet = (0..settings.allows.len()).filter(|place| !met.contains(place)).collect();
    report
}

/// What becomes of a finding.
enum Verdict<'a> {
    Told,
    Allowed(&'a str),
    /// Another one says the same, and why.
    ToldElsewhere,
}

/// A refusal is allowed with what says the same, and not told beside an error that does.
fn by_companions<'a>(
    finding: &Finding,
    findings: &[Finding],
    is_copy: &dyn Fn(usize) -> bool,
    reason_of: impl Fn(&Finding) -> Option<&'a str>,
) -> Verdict<'a> {
    let (companions, is_same_statement) = match companions(finding, findings, is_copy) {
        Companions::AtStatement(companions) => (companions, true),
        Companions::OfTable(companions) => (companions, false),
        Companions::Nowhere => return Verdict::Told,
    };
    let reasons: Option<Vec<&str>> = companions.iter().map(|one| reason_of(one)).collect();
    match reasons.as_deref() {
        Some([first, ..]) => Verdict::Allowed(first),
        None if is_same_statement
            && companions.iter().any(|one| one.level == Level::Error && reason_of(one).is_none()) =>
        {
            Verdict::ToldElsewhere
        }
        _ => Verdict::Told,
    }
}
