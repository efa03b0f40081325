//! Whether models and histories agree, and the histories with one another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Failure, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{
    Finding, MigrateSpec, Pending, Request, RowsPolicy, Schemas, Side, check, check_merge, history_catalog,
};
use serde_json::json;

use super::onto::Branches;
use super::parity::step::{Policy, Share, Step};
use super::parity::{OWN_TABLES, parity_task};
use super::{base, begin, evidence, findings, ledger, pairs, spec};
use crate::commands::reports::ReportArgs;
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// Fail where the models ask for what the histories do not have, or the histories are not what they should be
///
/// The ledger is compared with the histories, if there is one; revisions are paired, if the configuration says how; and
/// what a merge would make of the histories is looked at with `--onto`, and in a run of GitHub's for a pull request. With
/// `--base REVISION`, only what the models of that revision did not ask for already counts: a project whose
/// models and histories have long been apart can keep new differences out all the same.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Only what the models of this git revision did not ask for already
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// This dialect only; may be given more than once
    #[arg(long = "dialect", value_name = "DIALECT")]
    dialects: Vec<Dialect>,
    /// Fail where a merge with this git revision would leave a history with two heads; without REF, with the branch that
    /// others work from [default: the branch of the pull request, if GitHub runs this for one]
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "")]
    onto: Option<String>,
    #[command(flatten)]
    reports: ReportArgs,
}

pub(super) fn run(session: &Session, args: &CheckArgs) -> Result<ExitStatus, Error> {
    args.reports.about(session, "migrate", || look(session, args))
}

fn look(session: &Session, args: &CheckArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let known = spec.dialects.iter().map(|dialect| dialect.dialect);
    let dialects: Vec<Dialect> = match args.dialects.as_slice() {
        [] => known.collect(),
        asked => asked.to_vec(),
    };
    // Without a name everything counts: what is checked out is no base for itself.
    let named = args.base.as_deref().map(|revision| base::named(session, &spec, revision));
    let base = named.transpose()?.flatten();
    let request = Arc::new(Request { base, rows: RowsPolicy::Seed, ..Request::new("check") });
    let found: Arc<Mutex<Vec<(Dialect, Pending)>>> = Arc::default();
    let lock = begin(session)?;
    let merge = merge(session, &spec, args.onto.as_deref())?;
    let spec = Arc::new(spec);
    let ids: Vec<TaskId> = dialects.iter().map(|dialect| TaskId::new("migrate", dialect.name())).collect();
    let policy = if request.base.is_some() { Policy::Refuse } else { Policy::Tell };
    let parity = Step::of(session, &spec, &dialects, policy).map(Arc::new);
    let nodes = ids.iter().zip(&dialects).map(|(id, dialect)| {
        let (spec, request, found, dialect) =
            (Arc::clone(&spec), Arc::clone(&request), Arc::clone(&found), *dialect);
        let work = move |task: &TaskContext<'_>| {
            let step = |step: &str| task.step(step);
            let pending = check(&spec, dialect, &request, &super::engine_context(task, &step))?;
            let operations = pending.operations.clone();
            found.lock().unwrap_or_else(PoisonError::into_inner).push((dialect, pending));
            if operations.is_empty() {
                return Ok(());
            }
            let message = format!(
                "the models ask for {} that the history does not have",
                count(operations.len(), "operation")
            );
            let failure = Failure { tail: operations, ..Failure::task(message) };
            Err(failure.hint("onramp migrate --all-dialects -m NAME --adopt-drift"))
        };
        session.task(id.clone(), Vec::new(), work)
    });
    let mut nodes: Vec<TaskNode<Job>> = nodes.collect();
    let mut wanted = ids.clone();
    let told: Arc<Mutex<Vec<Finding>>> = Arc::default();
    let id = TaskId::new("migrate", "histories");
    let (kept, about) = (Arc::clone(&told), Arc::clone(&spec));
    let work = move |task: &TaskContext<'_>| {
        let (findings, hint) = look_at_histories(&about, merge.as_ref())?;
        kept.lock().unwrap_or_else(PoisonError::into_inner).extend(findings.iter().cloned());
        findings::tell(task, &findings, hint.as_deref())
    };
    // It takes no time, so it comes first.
    nodes.insert(0, session.task(id.clone(), Vec::new(), work));
    wanted.insert(0, id);
    if let Some(parity) = &parity {
        let (spec, request, found) = (Arc::clone(&spec), Arc::clone(&request), Arc::clone(&found));
        let parity = Arc::clone(parity);
        let work = move |task: &TaskContext<'_>| {
            let found = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
            parity.judge(&schemas(&spec, &request, &found, task)?, Share::All, None)
        };
        nodes.push(session.task(parity_task(), ids.clone(), work));
        wanted.push(parity_task());
    }
    let graph = TaskGraph::new(nodes).map_err(|_| Error::usage("a dialect was named twice"))?;
    let status = runner::run(session, "migrate", &graph, &wanted)?;
    drop(lock);
    let mut found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    found.sort_by_key(|(dialect, _)| *dialect);
    for (dialect, pending) in &found {
        let label = spec.dialect(*dialect).map_or(dialect.name(), |spec| spec.label.as_str());
        evidence::tell(session, label, &pending.evidence);
    }
    if let Some(parity) = &parity {
        parity.tell(session);
    }
    session.reporter.close();
    if session.json() {
        let dialects: Vec<_> = found
            .iter()
            .map(|(dialect, pending)| {
                json!({
                    "dialect": dialect.name(),
                    "operations": pending.operations,
                    "evidence": evidence::as_json(&pending.evidence),
                })
            })
            .collect();
        let findings = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "event": "checked",
            "dialects": dialects,
            "findings": findings::as_json(session, &findings),
            "parity": Step::as_json(parity.as_deref()),
        }));
    }
    Ok(status)
}

/// What is wrong with the histories beside one another: after a merge, as pairs, and as the ledger has them; with what to do
/// about the first of these.
fn look_at_histories(
    spec: &MigrateSpec,
    merge: Option<&Merge>,
) -> Result<(Vec<Finding>, Option<String>), Failure> {
    let (mut findings, mut hint) = (Vec::new(), None);
    if let Some(merge) = merge {
        findings.extend(merge.findings.iter().cloned());
        hint = (!merge.findings.is_empty()).then(|| merge.hint());
    }
    if spec.ledger.is_some() {
        let (found, fix) = ledger::findings(spec)?;
        findings.extend(found);
        hint = hint.or(fix);
    }
    // Pairs are read from the ledger, and nobody knows what one with marks of a merge says.
    let is_clear = findings.iter().all(|finding| finding.code != "ledger-conflict");
    if is_clear && (spec.pairing.is_some() || !spec.only.is_empty() || has_baseline(spec)) {
        let (_, found) = pairs::pairs(spec)?;
        hint = hint.or((!found.is_empty()).then(|| "onramp migrate pairs --single".to_owned()));
        findings.extend(found);
    }
    Ok((findings, hint))
}

fn has_baseline(spec: &MigrateSpec) -> bool {
    spec.dialects.iter().any(|dialect| dialect.baseline.is_some())
}

/// What a merge with a branch would make of the histories.
struct Merge {
    /// The branch.
    name: String,
    /// Whether all of it is here already.
    is_done: bool,
    /// What would be wrong then.
    findings: Vec<Finding>,
}

impl Merge {
    /// What to type.
    fn hint(&self) -> String {
        let rebase = format!("onramp migrate rebase --onto {}", self.name);
        if self.is_done { rebase } else { format!("git merge {} && {rebase}", self.name) }
    }
}

/// What would be wrong after a merge with a branch; `None` where there is none to look at.
fn merge(session: &Session, spec: &MigrateSpec, onto: Option<&str>) -> Result<Option<Merge>, Error> {
    if onto.is_none() && session.options.base_branch.is_none() {
        return Ok(None);
    }
    let branches = match Branches::around(session, spec) {
        Ok(branches) => branches,
        // Where nobody has asked, there need be no git.
        Err(_) if onto.is_none() => return Ok(None),
        Err(error) => return Err(error),
    };
    let name = match onto {
        Some(name) if !name.is_empty() => Some(branches.named(name)?),
        _ => branches.to_compare(onto.is_some())?,
    };
    let Some(name) = name else { return Ok(None) };
    let (theirs, base) = (branches.side(&name)?, branches.base(&name)?);
    let ours = Side::read(spec, "", &spec.root)?;
    let is_done = branches.has_merged(&name)?;
    Ok(Some(Merge { findings: check_merge(spec, &ours, &theirs, &base), name, is_done }))
}

/// What the histories lead to now, and what those of the base do. Without a base nothing is new.
fn schemas(
    spec: &MigrateSpec,
    request: &Request,
    found: &[(Dialect, Pending)],
    task: &TaskContext<'_>,
) -> Result<BTreeMap<Dialect, Schemas>, Failure> {
    let step = |step: &str| task.step(step);
    let context = super::engine_context(task, &step);
    let mut schemas = BTreeMap::new();
    for (dialect, pending) in found {
        let after = Arc::clone(&pending.catalog);
        let before = match &request.base {
            None => Arc::clone(&after),
            Some(base) => {
                Arc::new(history_catalog(spec, *dialect, Some(base), &OWN_TABLES, &context)?.catalog)
            }
        };
        schemas.insert(*dialect, Schemas { before, after });
    }
    Ok(schemas)
}
