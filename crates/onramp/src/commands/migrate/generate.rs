use std::sync::{Arc, Mutex, PoisonError};

use onramp_core::{Dialect, Failure, Level, Reporter, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{
    MigrateSpec, ProofPolicy, Proposal, ProposedRevision, Published, Request, propose, publish,
};
use serde_json::json;

use super::parity::parity_task;
use super::parity::step::{Share, Step};
use super::{begin, evidence, lint};
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// What the tasks of one migrate hand on to one another.
struct Board {
    spec: MigrateSpec,
    request: Request,
    /// The comparison of the dialects, where all of them are at work.
    parity: Option<Step>,
    proposals: Mutex<Vec<Proposal>>,
    published: Mutex<Option<Published>>,
}

/// One task per dialect, and one that moves everything into place once all of them have succeeded.
pub(super) fn run(
    session: &Session,
    spec: MigrateSpec,
    dialects: &[Dialect],
    request: Request,
    parity: Option<Step>,
) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        return show(session, &spec, dialects, parity.as_ref());
    }
    let lock = begin(session)?;
    let board =
        Arc::new(Board { spec, request, parity, proposals: Mutex::default(), published: Mutex::default() });
    let graph = graph(session, &board, dialects)?;
    let publishing = TaskId::new("migrate", "publish");
    let status = runner::run(session, "migrate", &graph, std::slice::from_ref(&publishing))?;
    drop(lock);
    for proposal in board.proposals() {
        let label = board.label(proposal.dialect());
        evidence::tell(session, label, proposal.evidence());
        if let Proposal::Revision(ProposedRevision { id, facts: Some(facts), .. }) = &proposal {
            lint::tell(session, label, id, facts);
        }
    }
    if let Some(parity) = &board.parity {
        parity.tell(session);
    }
    let published = board.published.lock().unwrap_or_else(PoisonError::into_inner).take();
    if board.request.proof == ProofPolicy::Draft
        && published.as_ref().is_some_and(|all| !all.revisions.is_empty())
    {
        session
            .reporter
            .notice(Level::Note, "drafts are not proved; when you have changed them: onramp migrate verify");
    }
    session.reporter.close();
    if let Some(published) = &published {
        answer(session, &board, published);
    }
    Ok(status)
}

fn graph(session: &Session, board: &Arc<Board>, dialects: &[Dialect]) -> Result<TaskGraph<Job>, Error> {
    let ids: Vec<TaskId> = dialects.iter().map(|dialect| TaskId::new("migrate", dialect.name())).collect();
    let mut nodes: Vec<TaskNode<Job>> = Vec::new();
    for (id, dialect) in ids.iter().zip(dialects) {
        let (board, dialect) = (Arc::clone(board), *dialect);
        nodes.push(session.task(id.clone(), Vec::new(), move |task| board.propose(dialect, task)));
    }
    let mut before_publishing = ids.clone();
    if board.parity.is_some() {
        let board = Arc::clone(board);
        nodes.push(session.task(parity_task(), ids, move |_| board.compare()));
        before_publishing.push(parity_task());
    }
    let board = Arc::clone(board);
    let publish = TaskId::new("migrate", "publish");
    nodes.push(session.task(publish, before_publishing, move |_| board.publish()));
    TaskGraph::new(nodes).map_err(|_| Error::usage("a dialect was named twice"))
}

impl Board {
    fn propose(&self, dialect: Dialect, task: &TaskContext<'_>) -> Result<(), Failure> {
        let step = |step: &str| task.step(step);
        let context = super::engine_context(task, &step);
        let proposal = propose(&self.spec, dialect, &self.request, &context)?;
        self.proposals.lock().unwrap_or_else(PoisonError::into_inner).push(proposal);
        Ok(())
    }

    /// Whether the dialects' schemas have become more different.
    fn compare(&self) -> Result<(), Failure> {
        let Some(parity) = &self.parity else { return Ok(()) };
        let proposals = self.proposals.lock().unwrap_or_else(PoisonError::into_inner);
        let schemas = proposals.iter().filter_map(|proposal| Some((proposal.dialect(), proposal.schemas()?)));
        parity.judge(&schemas.collect(), Share::All, Some(&self.request.again))
    }

    fn publish(&self) -> Result<(), Failure> {
        let mut proposals = self.proposals.lock().unwrap_or_else(PoisonError::into_inner);
        proposals.sort_by_key(Proposal::dialect);
        let published = publish(&self.spec, &proposals, &self.request.message)?;
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = Some(published);
        Ok(())
    }

    /// What was proved, in the order of the dialects.
    fn proposals(&self) -> Vec<Proposal> {
        let mut proposals = self.proposals.lock().unwrap_or_else(PoisonError::into_inner).clone();
        proposals.sort_by_key(Proposal::dialect);
        proposals
    }

    fn label(&self, dialect: Dialect) -> &str {
        self.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str())
    }
}

/// Says on standard output what was written.
fn answer(session: &Session, board: &Board, published: &Published) {
    let workspace = session.workspace();
    let relative = |path: &std::path::Path| workspace.relative(path).display().to_string();
    if session.json() {
        let revisions: Vec<_> = published
            .revisions
            .iter()
            .map(|revision| {
                let files: Vec<String> = revision.files.iter().map(|file| relative(file)).collect();
                json!({
                    "dialect": revision.dialect.name(),
                    "revision": revision.id,
                    "file": files.first(),
                    "files": files,
                })
            })
            .collect();
        let evidence: serde_json::Map<_, _> = board
            .proposals()
            .iter()
            .map(|proposal| (proposal.dialect().name().to_owned(), evidence::as_json(proposal.evidence())))
            .collect();
        let unchanged: Vec<_> = published.unchanged.iter().map(|dialect| dialect.name()).collect();
        let answer = json!({
            "version": SCHEMA_VERSION,
            "event": "migrated",
            "proved": board.request.proof == ProofPolicy::Prove,
            "revisions": revisions,
            "unchanged": unchanged,
            "evidence": evidence,
            "parity": Step::as_json(board.parity.as_ref()),
            "ledger": published.ledger.as_deref().map(relative),
        });
        session.answer_json(answer);
        return;
    }
    if published.revisions.is_empty() {
        session.answer("no change in the models: nothing written");
        return;
    }
    let width = board.spec.dialects.iter().map(|dialect| dialect.label.chars().count()).max().unwrap_or(0);
    for revision in &published.revisions {
        let (mut label, mut id) = (board.label(revision.dialect), revision.id.as_str());
        let id_width = id.chars().count();
        for file in &revision.files {
            session.answer(&format!("{label:width$}  {id:id_width$}  {}", relative(file)));
            (label, id) = ("", "");
        }
    }
    for dialect in &published.unchanged {
        session.answer(&format!("{:width$}  no change in the models", board.label(*dialect)));
    }
    if let Some(ledger) = &published.ledger {
        session.answer(&format!("{:width$}  {}", "ledger", relative(ledger)));
    }
}

fn show(
    session: &Session,
    spec: &MigrateSpec,
    dialects: &[Dialect],
    parity: Option<&Step>,
) -> Result<ExitStatus, Error> {
    let relative = |path: &std::path::Path| session.workspace().relative(path).display().to_string();
    let mut steps = Vec::new();
    for dialect in dialects {
        let versions = relative(&spec.dialect(*dialect)?.versions);
        let what = format!("one new revision below {versions}, proved on a scratch database");
        steps.push((format!("migrate:{dialect}"), what));
    }
    if parity.is_some() {
        steps.push((parity_task().to_string(), "the schemas of the dialects compared".to_owned()));
    }
    let ledger = spec.ledger.as_ref().map(|ledger| format!(", then an entry in {}", relative(&ledger.file)));
    steps.push(("migrate:publish".to_owned(), format!("all files into place{}", ledger.unwrap_or_default())));
    Ok(super::show(session, &steps))
}
