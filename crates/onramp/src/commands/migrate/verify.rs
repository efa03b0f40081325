//! Revisions that lie in the tree, proved.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Failure, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{
    MigrateSpec, Request, RevisionFacts, Schemas, Subjects, Verified, history_catalog, verify,
};
use serde_json::json;

use super::parity::OWN_TABLES;
use super::parity::parity_task;
use super::parity::step::{Share, Step};
use super::proof::ProofArgs;
use super::subjects::{named, new_ones};
use super::{base, begin, evidence, lint, spec};
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Prove revisions that lie in the tree, whoever wrote them
///
/// Each is applied, reverted and applied again, as a new one would be; after the last one the models must ask for nothing
/// more. Without a name these are the revisions whose files the base revision does not have as they are now, committed or
/// not, and what follows them. Nothing is written.
#[derive(Args, Debug)]
pub(super) struct VerifyArgs {
    /// This revision and what follows it: its id, the beginning of that, or its file
    #[arg(value_name = "REVISION")]
    revision: Option<String>,
    /// This dialect only; may be given more than once
    #[arg(long = "dialect", value_name = "DIALECT")]
    dialects: Vec<Dialect>,
    #[command(flatten)]
    base: base::BaseArgs,
    #[command(flatten)]
    proof: ProofArgs,
    /// Let the revision change the rows of this table, or the values of this column, as in `flow` or `flow.owner`; may be
    /// given more than once
    #[arg(long, value_name = "NAME")]
    may_change: Vec<String>,
}

pub(super) fn run(session: &Session, args: &VerifyArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let dialects: Vec<Dialect> = match args.dialects.as_slice() {
        [] => spec.dialects.iter().map(|dialect| dialect.dialect).collect(),
        asked => asked.to_vec(),
    };
    let subjects = match &args.revision {
        Some(name) => named(session, &spec, &dialects, name, "verify")?,
        None => new_ones(session, &spec, &dialects, args.base.revision())?,
    };
    if session.options.dry_run {
        let steps = subjects.keys().map(|dialect| {
            let what = "revisions of the tree, applied, reverted and applied on a scratch database";
            (format!("migrate:{dialect}"), what.to_owned())
        });
        return Ok(super::show(session, &steps.collect::<Vec<_>>()));
    }
    let request = Request {
        again: args.again(),
        draft: None,
        base: args.base.find(session, &spec)?,
        may_change: args.may_change.clone(),
        ..args.proof.request("verify")
    };
    let parity = Step::of(session, &spec, &dialects, args.proof.parity());
    let lock = begin(session)?;
    let board = Arc::new(Board { spec, request, parity, verified: Mutex::default() });
    let graph = board.graph(session, subjects)?;
    let ids: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
    let status = runner::run(session, "migrate", &graph, &ids)?;
    drop(lock);
    let verified = board.verified();
    for one in &verified {
        for revision in &one.revisions {
            let label = format!("{}: {}", board.label(one.dialect), revision.id);
            evidence::tell(session, &label, &revision.evidence);
            let (id, files, facts) = (revision.id.clone(), revision.files.clone(), revision.facts.clone());
            let rows = board.request.rows;
            let revision = RevisionFacts { id, files, facts, rows, with_rows: None, refusal: None };
            lint::tell_written(session, &label, one.dialect, revision)?;
        }
    }
    if let Some(parity) = &board.parity {
        parity.tell(session);
    }
    session.reporter.close();
    answer(session, &board, &verified, status);
    Ok(status)
}

impl VerifyArgs {
    /// The command as it was given.
    fn again(&self) -> String {
        let mut words = vec!["onramp migrate verify".to_owned()];
        words.extend(self.revision.clone());
        words.extend(self.dialects.iter().map(|dialect| format!("--dialect {dialect}")));
        words.extend(self.base.words());
        words.extend(self.proof.words());
        words.extend(self.may_change.iter().map(|name| format!("--may-change {name}")));
        words.join(" ")
    }
}

/// What the tasks of one run hand on.
struct Board {
    spec: MigrateSpec,
    request: Request,
    /// The comparison of the dialects, where all of them are at work.
    parity: Option<Step>,
    verified: Mutex<Vec<Verified>>,
}

impl Board {
    fn graph(
        self: &Arc<Self>,
        session: &Session,
        subjects: BTreeMap<Dialect, Subjects>,
    ) -> Result<TaskGraph<Job>, Error> {
        let nodes = subjects.into_iter().map(|(dialect, subjects)| {
            let board = Arc::clone(self);
            let work = move |task: &TaskContext<'_>| {
                let step = |step: &str| task.step(step);
                let context = super::engine_context(task, &step);
                let verified = verify(&board.spec, dialect, &subjects, &board.request, &context)?;
                board.verified.lock().unwrap_or_else(PoisonError::into_inner).push(verified);
                Ok(())
            };
            let id = TaskId::new("migrate", dialect.name());
            session.task(id, Vec::new(), work)
        });
        let mut nodes: Vec<TaskNode<Job>> = nodes.collect();
        if self.parity.is_some() {
            let board = Arc::clone(self);
            let needs = nodes.iter().map(|node| node.id.clone()).collect();
            let work = move |task: &TaskContext<'_>| board.compare(task);
            nodes.push(session.task(parity_task(), needs, work));
        }
        TaskGraph::new(nodes).map_err(|_| Error::usage("a dialect was named twice"))
    }

    /// Whether the revisions make the dialects' schemas more different. A dialect without any is at its head before
    /// and after.
    fn compare(&self, task: &TaskContext<'_>) -> Result<(), Failure> {
        let Some(parity) = &self.parity else { return Ok(()) };
        let mut schemas: BTreeMap<Dialect, Schemas> =
            self.verified().iter().filter_map(|one| Some((one.dialect, one.schemas()?))).collect();
        if schemas.is_empty() {
            return Ok(());
        }
        let is_whole = parity.dialects().all(|dialect| schemas.contains_key(&dialect));
        let share = if is_whole { Share::All } else { Share::Some };
        let step = |step: &str| task.step(step);
        let context = super::engine_context(task, &step);
        for dialect in parity.dialects() {
            if let Entry::Vacant(place) = schemas.entry(dialect) {
                let head = history_catalog(&self.spec, dialect, None, &OWN_TABLES, &context)?.catalog;
                place.insert(Schemas::unchanged(Arc::new(head)));
            }
        }
        parity.judge(&schemas, share, Some(&self.request.again))
    }

    /// What was proved, in the order of the dialects.
    fn verified(&self) -> Vec<Verified> {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner).clone();
        verified.sort_by_key(|one| one.dialect);
        verified
    }

    fn label(&self, dialect: Dialect) -> &str {
        self.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str())
    }
}

/// Says on standard output what was proved.
fn answer(session: &Session, board: &Board, verified: &[Verified], status: ExitStatus) {
    let relative = |path: &Path| session.workspace().relative(path).display().to_string();
    if session.json() {
        let revisions = verified.iter().flat_map(|one| {
            one.revisions.iter().map(|revision| {
                let files: Vec<String> = revision.files.iter().map(|file| relative(file)).collect();
                json!({
                    "dialect": one.dialect.name(),
                    "revision": revision.id,
                    "files": files,
                    "evidence": evidence::as_json(&revision.evidence),
                })
            })
        });
        let revisions: Vec<_> = revisions.collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "event": "verified", "revisions": revisions, "parity": Step::as_json(board.parity.as_ref())}));
        return;
    }
    if status == ExitStatus::Success && verified.iter().all(|one| one.revisions.is_empty()) {
        let base = board.request.base.as_ref().map_or("the base", |base| base.name.as_str());
        session.answer(&format!("no revision is new since {base}: nothing to prove"));
        return;
    }
    let width = verified.iter().map(|one| board.label(one.dialect).chars().count()).max().unwrap_or(0);
    for one in verified {
        for revision in &one.revisions {
            let file = revision.files.first().map(|file| relative(file)).unwrap_or_default();
            session.answer(&format!("{:width$}  {}  proved  {file}", board.label(one.dialect), revision.id));
        }
    }
}
