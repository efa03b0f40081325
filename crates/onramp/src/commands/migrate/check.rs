//! Whether models and histories agree.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Failure, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{MigrateSpec, Pending, Request, RowsPolicy, Schemas, check, history_catalog};
use serde_json::json;

use super::parity::step::{Policy, Share, Step};
use super::parity::{OWN_TABLES, parity_task};
use super::{base, begin, evidence, spec};
use crate::context::{RustWork, TaskContext};
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// Fail where the models ask for what the histories do not have
///
/// With `--base REVISION`, only what the models of that revision did not ask for already counts: a project whose
/// models and histories have long been apart can keep new differences out all the same.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Only what the models of this git revision did not ask for already
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// This dialect only; may be given more than once
    #[arg(long = "dialect", value_name = "DIALECT")]
    dialects: Vec<Dialect>,
}

pub(super) fn run(session: &Session, args: &CheckArgs) -> Result<ExitStatus, Error> {
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
    let spec = Arc::new(spec);
    let lock = begin(session)?;
    let ids: Vec<TaskId> = dialects.iter().map(|dialect| TaskId::new("migrate", dialect.name())).collect();
    let policy = if request.base.is_some() { Policy::Refuse } else { Policy::Tell };
    let parity = Step::of(session, &spec, &dialects, policy).map(Arc::new);
    let nodes = ids.iter().zip(&dialects).map(|(id, dialect)| {
        let (spec, request, found, dialect) =
            (Arc::clone(&spec), Arc::clone(&request), Arc::clone(&found), *dialect);
        let work: RustWork = Arc::new(move |task: &TaskContext<'_>| {
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
        });
        TaskNode {
            id: id.clone(),
            needs: Vec::new(),
            payload: Job::rust(Arc::clone(session.workspace()), work),
        }
    });
    let mut nodes: Vec<TaskNode<Job>> = nodes.collect();
    let mut wanted = ids.clone();
    if let Some(parity) = &parity {
        let (spec, request, found) = (Arc::clone(&spec), Arc::clone(&request), Arc::clone(&found));
        let parity = Arc::clone(parity);
        let work: RustWork = Arc::new(move |task: &TaskContext<'_>| {
            let found = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
            parity.judge(&schemas(&spec, &request, &found, task)?, Share::All, None)
        });
        let payload = Job::rust(Arc::clone(session.workspace()), work);
        nodes.push(TaskNode { id: parity_task(), needs: ids.clone(), payload });
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
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "event": "checked",
            "dialects": dialects,
            "parity": Step::as_json(parity.as_deref()),
        }));
    }
    Ok(status)
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
        let after = pending.catalog.clone();
        let before = match &request.base {
            None => after.clone(),
            Some(base) => history_catalog(spec, *dialect, Some(base), &OWN_TABLES, &context)?.catalog,
        };
        schemas.insert(*dialect, Schemas { before, after });
    }
    Ok(schemas)
}
