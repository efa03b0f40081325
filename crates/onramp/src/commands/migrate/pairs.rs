//! Which revisions of several dialects are the same change.

use std::collections::BTreeMap;

use clap::Args;
use onramp_core::{Dialect, Failure, Level, Reporter, Severity};
use onramp_migrate::{Cause, Change, Finding, Lack, Ledger, MigrateSpec, Pairing, Pairs, histories};
use serde_json::json;

use super::{findings, histories as listings, spec};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

/// Show which revisions of the dialects are the same change, and fail where one has no twin and nobody has said why
///
/// They are paired by the ledger, by id or by title, as `pairing` of [database] says. A revision that one dialect alone
/// needs is declared with its reason in [[database.only]], or has an entry in the ledger that says so.
#[derive(Args, Debug)]
pub(super) struct PairsArgs {
    /// Only changes that have no twin in some dialect, for whatever reason
    #[arg(long)]
    single: bool,
}

pub(super) fn run(session: &Session, args: &PairsArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    listings::settle(session)?;
    let (pairs, found) = pairs(&spec)?;
    let shown: Vec<&Change> =
        pairs.changes.iter().filter(|change| !args.single || !change.lacking.is_empty()).collect();
    if session.json() {
        answer_json(session, &spec, &pairs, &shown, &found);
    } else {
        answer(session, &spec, &pairs, &shown);
    }
    for finding in found.iter().filter(|finding| finding.severity == Severity::Warning) {
        session.reporter.notice(Level::Warning, &finding.message);
    }
    session.reporter.close();
    let errors: Vec<&Finding> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let Some(first) = errors.first() else {
        session.say(&format!("{}, paired by {}", count(pairs.changes.len(), "change"), pairs.by.name()));
        return Ok(ExitStatus::Success);
    };
    let message = match errors.len() {
        1 => first.message.clone(),
        several => format!("{}, such as: {}", count(several, "problem"), first.message),
    };
    Err(Error::from(Failure::task(message)).hint("onramp migrate pairs --single"))
}

/// The pairs, with what is wrong with them. Fails where a merge has left its marks in the ledger that they are read from.
pub(super) fn pairs(spec: &MigrateSpec) -> Result<(Pairs, Vec<Finding>), Failure> {
    let histories = histories(spec)?;
    // A ledger that cannot be read is told by the one who checks it.
    let ledger = Ledger::read(spec).ok().flatten();
    if matches!(spec.pairing, None | Some(Pairing::Ledger)) {
        super::ledger::refuse_conflict(ledger.as_ref())?;
    }
    let pairs = Pairs::of(spec, &histories, ledger.as_ref().map(|ledger| ledger.entries.as_slice()));
    let found = pairs.findings(spec, &histories);
    Ok((pairs, found))
}

fn answer(session: &Session, spec: &MigrateSpec, pairs: &Pairs, changes: &[&Change]) {
    let cell = |change: &Change, dialect: Dialect| match change.revisions.get(&dialect) {
        Some(id) => id.clone(),
        None => match change.lacking.get(&dialect) {
            Some(Lack::Unpaired { .. }) => "?".to_owned(),
            _ => "-".to_owned(),
        },
    };
    let width = |dialect: Dialect, label: &str| {
        let ids = changes.iter().map(|change| cell(change, dialect).chars().count());
        ids.chain([label.chars().count()]).max().unwrap_or(0)
    };
    let columns: Vec<(Dialect, &str, usize)> = spec
        .dialects
        .iter()
        .map(|dialect| (dialect.dialect, dialect.label.as_str(), width(dialect.dialect, &dialect.label)))
        .collect();
    let head: Vec<String> = columns.iter().map(|(_, label, width)| format!("{label:width$}")).collect();
    session.answer(&format!("{}  title", head.join("  ")));
    for change in changes {
        let cells: Vec<String> =
            columns.iter().map(|(dialect, _, width)| format!("{:width$}", cell(change, *dialect))).collect();
        let why: Vec<String> = change
            .lacking
            .iter()
            .map(|(dialect, lack)| {
                let label = spec.dialect(*dialect).map_or(dialect.name(), |spec| spec.label.as_str());
                why(pairs.by, label, lack)
            })
            .collect();
        let why = if why.is_empty() { String::new() } else { format!("  ({})", why.join("; ")) };
        session.answer(format!("{}  {}{why}", cells.join("  "), change.title).trim_end());
    }
}

/// Why there is no revision of a dialect, in a remark.
fn why(by: Pairing, label: &str, lack: &Lack) -> String {
    match lack {
        Lack::Unpaired { likely, cause } => {
            let why = match (cause, by) {
                (Cause::NoKey | Cause::Disregarded, Pairing::Id) => "no twin of that id",
                (Cause::NoKey | Cause::Disregarded, _) => "no twin of that title",
                (Cause::NoEntry, _) => "no twin, and no entry",
                (Cause::NotSaid, _) => "no twin in its entry",
            };
            let none = if *cause == Cause::Disregarded { "; the ledger's word does not count" } else { "" };
            let likely = likely.as_ref().map(|likely| format!("; likely `{likely}`"));
            format!("{why}{none}{}", likely.unwrap_or_default())
        }
        Lack::Only(reason) => reason.clone(),
        Lack::Ledger => "the ledger says so".to_owned(),
        Lack::BeforeBaseline => format!("before the baseline of {label}"),
    }
}

fn answer_json(session: &Session, spec: &MigrateSpec, pairs: &Pairs, changes: &[&Change], found: &[Finding]) {
    let changes: Vec<_> = changes
        .iter()
        .map(|change| {
            let revisions: BTreeMap<&str, Option<&String>> = spec
                .dialects
                .iter()
                .map(|dialect| (dialect.dialect.name(), change.revisions.get(&dialect.dialect)))
                .collect();
            let lacking: BTreeMap<&str, _> = change
                .lacking
                .iter()
                .map(|(dialect, lack)| {
                    let (why, reason, likely, cause) = match lack {
                        Lack::Unpaired { likely, cause } => {
                            ("unpaired", None, likely.as_ref(), Some(cause.name()))
                        }
                        Lack::Only(reason) => ("only", Some(reason), None, None),
                        Lack::Ledger => ("ledger", None, None, None),
                        Lack::BeforeBaseline => ("baseline", None, None, None),
                    };
                    (dialect.name(), json!({"why": why, "reason": reason, "likely": likely, "cause": cause}))
                })
                .collect();
            json!({"title": change.title, "revisions": revisions, "lacking": lacking})
        })
        .collect();
    session.answer_json(json!({
        "version": SCHEMA_VERSION,
        "pairing": pairs.by.name(),
        "changes": changes,
        "findings": findings::as_json(session, found),
    }));
}
