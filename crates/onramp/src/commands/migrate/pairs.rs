//! Which revisions of several dialects are the same change.

use std::collections::BTreeMap;

use clap::Args;
use onramp_core::{Dialect, Failure, Level, Reporter, Severity};
use onramp_migrate::{Change, Finding, Lack, Ledger, MigrateSpec, Pairs, histories};
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
        answer(session, &spec, &shown);
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

/// The pairs, with what is wrong with them.
pub(super) fn pairs(spec: &MigrateSpec) -> Result<(Pairs, Vec<Finding>), Failure> {
    let histories = histories(spec)?;
    // A ledger that cannot be read is told by the one who checks it.
    let ledger = Ledger::read(spec).ok().flatten();
    let pairs = Pairs::of(spec, &histories, ledger.as_ref().map(|ledger| ledger.entries.as_slice()));
    let found = pairs.findings(spec, &histories);
    Ok((pairs, found))
}

fn answer(session: &Session, spec: &MigrateSpec, changes: &[&Change]) {
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
        let why: Vec<String> = change.lacking.values().filter_map(why).collect();
        let why = if why.is_empty() { String::new() } else { format!("  ({})", why.join("; ")) };
        session.answer(format!("{}  {}{why}", cells.join("  "), change.title).trim_end());
    }
}

/// Why there is no revision, in a remark.
fn why(lack: &Lack) -> Option<String> {
    match lack {
        Lack::Unpaired { likely: Some(likely) } => Some(format!("no twin; likely `{likely}`")),
        Lack::Unpaired { likely: None } => Some("no twin".to_owned()),
        Lack::Only(reason) => Some(reason.clone()),
        Lack::Ledger => None,
        Lack::BeforeBaseline => Some("before the baseline".to_owned()),
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
                    let (why, reason, likely) = match lack {
                        Lack::Unpaired { likely } => ("unpaired", None, likely.as_ref()),
                        Lack::Only(reason) => ("only", Some(reason), None),
                        Lack::Ledger => ("ledger", None, None),
                        Lack::BeforeBaseline => ("baseline", None, None),
                    };
                    (dialect.name(), json!({"why": why, "reason": reason, "likely": likely}))
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
