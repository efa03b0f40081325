//! Revisions of this branch, put on top of those of another one.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Failure, Level, Reporter, TaskGraph, TaskId};
use onramp_git::FileState;
use onramp_migrate::{
    EngineSpec, MigrateSpec, Rebase, RebasedRevision, Request, Side, Verified, plan_rebase, verify,
};
use serde_json::json;

use super::onto::{self, Branches};
use super::proof::TrialArgs;
use super::{base, begin, evidence, spec};
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Put the revisions of this branch on top of those of another one, so that each history has one head again
///
/// After a merge, or a rebase, of two branches that both have added revisions, each dialect has two heads. What the other
/// branch has is older by definition, as it may be applied somewhere already: it is the one of `--onto`, else the branch
/// of a pull request, the main branch, or the first parent of the merge, the first of these that tells the heads apart.
/// The revisions of this branch follow its head from then on: by their `down_revision`, or by other names where the order
/// is that of names. All of them are proved before any file is changed; the ledger's entries go along. All files change,
/// or none.
#[derive(Args, Debug)]
pub(super) struct RebaseArgs {
    /// The git revision whose revisions are the older ones
    #[arg(long, value_name = "REF")]
    onto: Option<String>,
    /// Change the files without a proof of the revisions
    #[arg(long, conflicts_with_all = ["irreversible", "no_rows", "may_drop", "may_change"])]
    no_proof: bool,
    #[command(flatten)]
    proof: TrialArgs,
    /// Let a revision change the rows of this table, or the values of this column, as in `flow` or `flow.owner`; may be
    /// given more than once
    #[arg(long, value_name = "NAME")]
    may_change: Vec<String>,
}

impl RebaseArgs {
    /// The command as it was given.
    fn again(&self) -> String {
        let mut words = vec!["onramp migrate rebase".to_owned()];
        words.extend(self.onto.iter().map(|onto| format!("--onto {onto}")));
        words.extend(self.proof.words());
        words.extend(self.may_change.iter().map(|name| format!("--may-change {name}")));
        words.join(" ")
    }
}

pub(super) fn run(session: &Session, args: &RebaseArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    let lock = begin(session)?;
    let branches = Branches::around(session, &spec)?;
    let Some(rebase) = plan(session, &spec, &branches, args)? else {
        session.reporter.close();
        if session.json() {
            answer_json(session, None, args, &[]);
        } else {
            session.answer("each history has one head: nothing to do");
        }
        return Ok(ExitStatus::Success);
    };
    refuse_unsaved(session, &branches, &rebase)?;
    if session.options.dry_run {
        show(session, &rebase, args);
        return Ok(ExitStatus::Success);
    }
    let request = Request {
        again: args.again(),
        draft: None,
        base: match spec.engine {
            EngineSpec::Alembic(_) => base::find(session, &rebase.onto).map_err(onto::failure)?,
            EngineSpec::Command(_) => None,
        },
        may_change: args.may_change.clone(),
        ..args.proof.request("rebase")
    };
    let board = Arc::new(Board { spec, rebase, request, verified: Mutex::default() });
    let (graph, target) = board.graph(session, args.no_proof)?;
    let status = runner::run(session, "migrate", &graph, &[target])?;
    drop(lock);
    let verified = board.verified();
    for one in &verified {
        for revision in &one.revisions {
            let label = format!("{}: {}", board.label(one.dialect), revision.id);
            evidence::tell(session, &label, &revision.evidence);
        }
    }
    if status == ExitStatus::Success && args.no_proof {
        let message = "the revisions are not proved on top of the others: onramp migrate verify";
        session.reporter.notice(Level::Note, message);
    }
    if status == ExitStatus::Success {
        super::ledger::after_a_rebase(session, &board.spec);
    }
    session.reporter.close();
    if status == ExitStatus::Success {
        if session.json() {
            answer_json(session, Some(&board.rebase), args, &verified);
        } else {
            answer(session, &board);
        }
    }
    Ok(status)
}

/// The plan, on top of the first branch that tells the heads apart.
fn plan(
    session: &Session,
    spec: &MigrateSpec,
    branches: &Branches<'_>,
    args: &RebaseArgs,
) -> Result<Option<Rebase>, Error> {
    if let Some(onto) = &args.onto {
        let side = branches.side(&branches.named(onto)?)?;
        return Ok(plan_rebase(spec, &side)?);
    }
    let mut candidates = branches.likely()?;
    let first = branches.repository().first_side_of_merge().map_err(onto::failure)?;
    candidates.extend(first);
    let tree = Side::read(spec, "", &spec.root)?;
    for name in &candidates {
        let side = branches.side(name)?;
        if side.tells_apart(spec, &tree) {
            let plan = plan_rebase(spec, &side)?;
            if plan.is_some() {
                session.say(&format!("on top of what {name} has"));
            }
            return Ok(plan);
        }
    }
    if !tree.has_several_heads(spec) {
        return Ok(None);
    }
    let tried = if candidates.is_empty() { "no branch is known".to_owned() } else { candidates.join(", ") };
    let message = format!("which of the heads is the older one nobody can tell: {tried}");
    Err(Error::from(Failure::task(message)).hint("onramp migrate rebase --onto REF"))
}

/// What changes must be in git, so that nobody loses what it was.
fn refuse_unsaved(session: &Session, branches: &Branches<'_>, rebase: &Rebase) -> Result<(), Error> {
    let workspace = session.workspace();
    let files = rebase.files().into_iter().filter(|change| change.before.is_some());
    let files: BTreeSet<PathBuf> =
        files.map(|change| workspace.relative(change.file).to_path_buf()).collect();
    let files: Vec<PathBuf> = files.into_iter().collect();
    let states = branches.repository().states(&files).map_err(onto::failure)?;
    let Some((file, state)) = states.first() else { return Ok(()) };
    let name = file.display();
    let message = match state {
        FileState::Unmerged => format!("{name} is not merged yet"),
        FileState::Unstaged => format!("{name} has changes that are not committed"),
        FileState::Untracked => format!("{name} is not committed"),
    };
    let names: Vec<String> =
        states.iter().map(|(file, _)| shell_words::quote(&file.display().to_string()).into_owned()).collect();
    Err(Error::from(Failure::task(message)).hint(format!("git add {}", names.join(" "))))
}

/// What would be changed, as differences.
fn show(session: &Session, rebase: &Rebase, args: &RebaseArgs) {
    session.reporter.close();
    if session.json() {
        answer_json(session, Some(rebase), args, &[]);
        return;
    }
    for change in rebase.files() {
        let name = session.workspace().relative(change.file);
        let moved_from = rebase
            .files()
            .into_iter()
            .find(|other| change.before.is_none() && other.after.is_none() && other.before == change.after);
        match (change.before, change.after, moved_from) {
            (_, _, Some(from)) => {
                let from = session.workspace().relative(from.file).display().to_string();
                session.answer(&format!("rename {from} to {}", name.display()));
            }
            (Some(before), Some(after), _) => {
                session.answer(runner::diff(name, before, after).trim_end());
            }
            (None, Some(_), None) => session.answer(&format!("new {}", name.display())),
            // Said where it goes to, or taken by another one of the branch.
            (_, None, _) => {}
        }
    }
}

/// What the tasks of one run hand on.
struct Board {
    spec: MigrateSpec,
    rebase: Rebase,
    request: Request,
    verified: Mutex<Vec<Verified>>,
}

impl Board {
    /// A task for the proof of each dialect, and one that puts the files into place.
    fn graph(self: &Arc<Self>, session: &Session, no_proof: bool) -> Result<(TaskGraph<Job>, TaskId), Error> {
        let mut nodes = Vec::new();
        let applied = Arc::new(self.rebase.applied_to(&self.spec));
        let proved = self.rebase.dialects.iter().filter(|_| !no_proof);
        for dialect in proved.map(|rebased| rebased.dialect) {
            let (board, applied) = (Arc::clone(self), Arc::clone(&applied));
            let work = move |task: &TaskContext<'_>| {
                let Some(subjects) = board.rebase.subjects(dialect) else { return Ok(()) };
                let step = |step: &str| task.step(step);
                let context = super::engine_context(task, &step);
                let verified = verify(&applied, dialect, &subjects, &board.request, &context)
                    .map_err(Rebase::not_done)?;
                board.verified.lock().unwrap_or_else(PoisonError::into_inner).push(verified);
                Ok(())
            };
            nodes.push(session.task(TaskId::new("migrate", dialect.name()), Vec::new(), work));
        }
        let board = Arc::clone(self);
        let publish = TaskId::new("migrate", "publish");
        let needs = nodes.iter().map(|node| node.id.clone()).collect();
        nodes.push(session.task(publish.clone(), needs, move |_| board.rebase.carry_out(&board.spec)));
        let graph = TaskGraph::new(nodes).map_err(|_| Error::usage("a dialect was named twice"))?;
        Ok((graph, publish))
    }

    /// What was proved, in the order of the dialects.
    fn verified(&self) -> Vec<Verified> {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner).clone();
        verified.sort_by_key(|one| one.dialect);
        verified
    }

    fn label(&self, dialect: onramp_core::Dialect) -> &str {
        self.spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str())
    }
}

/// Says on standard output what follows what now.
fn answer(session: &Session, board: &Board) {
    let relative = |path: &PathBuf| session.workspace().relative(path).display().to_string();
    let width = board.spec.dialects.iter().map(|dialect| dialect.label.chars().count()).max().unwrap_or(0);
    for rebased in &board.rebase.dialects {
        let label = board.label(rebased.dialect);
        for revision in &rebased.revisions {
            let what = what_happened(revision);
            let file = revision.files.first().map(relative).unwrap_or_default();
            session.answer(&format!("{label:width$}  {}  {what}  {file}", revision.id));
        }
    }
    if let Some(ledger) = &board.rebase.ledger {
        session.answer(&format!("{:width$}  {}", "ledger", relative(ledger)));
    }
}

fn what_happened(revision: &RebasedRevision) -> String {
    let follows = format!("follows {}", revision.down.join(" and "));
    match (&revision.old_down, &revision.old_id) {
        (Some(old), _) if old.is_empty() => follows,
        (Some(old), _) => format!("{follows}, no longer {}", old.join(" and ")),
        (None, Some(old)) => format!("{follows}, was {old}"),
        (None, None) => format!("{follows}, as before"),
    }
}

fn answer_json(session: &Session, rebase: Option<&Rebase>, args: &RebaseArgs, verified: &[Verified]) {
    let relative = |path: &PathBuf| session.workspace().relative(path).display().to_string();
    let dialects = rebase.into_iter().flat_map(|rebase| &rebase.dialects).map(|rebased| {
        let revisions = rebased.revisions.iter().map(|revision| {
            let proofs = verified.iter().filter(|one| one.dialect == rebased.dialect);
            let proof = proofs.flat_map(|one| &one.revisions).find(|one| one.id == revision.id);
            json!({
                "revision": revision.id,
                "was": revision.old_id,
                "follows": revision.down,
                "followed": revision.old_down,
                "files": revision.files.iter().map(relative).collect::<Vec<_>>(),
                "evidence": proof.map(|proof| evidence::as_json(&proof.evidence)),
            })
        });
        json!({
            "dialect": rebased.dialect.name(),
            "onto": rebased.onto,
            "revisions": revisions.collect::<Vec<_>>(),
        })
    });
    let dialects: Vec<_> = dialects.collect();
    session.answer_json(json!({
        "version": SCHEMA_VERSION,
        "event": "rebased",
        "onto": rebase.map(|rebase| &rebase.onto),
        "changed": rebase.is_some() && !session.options.dry_run,
        "proved": rebase.is_some() && !session.options.dry_run && !args.no_proof,
        "dialects": dialects,
        "ledger": rebase.and_then(|rebase| rebase.ledger.as_ref()).map(relative),
    }));
}
