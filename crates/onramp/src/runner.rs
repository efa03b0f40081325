//! Runs plans: what is up to date is left alone, the rest is done and remembered.

mod batches;
mod builtins;
mod commands;
mod conclude;
mod forecast;
mod freshness;
mod key;
mod order;
mod per_file;
mod work;

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use onramp_core::{
    Execution, Failure, FailurePolicy, Level, Outcome, Plan, Reporter, RunSummary, TaskGraph, TaskId,
    TaskNode,
};

pub(crate) use batches::names;
pub(crate) use forecast::{Cause, Change, Prospect, foresee, show};
pub(crate) use per_file::explain_files;
pub(crate) use per_file::{
    Reason, Unknown, diff, forget_all as forget_clean_files, format_text, settings_markdown,
};

use crate::job::{Job, Kind};
use crate::plan::build;
use crate::session::Session;
use crate::task_lock::TaskLock;
use crate::{Error, ExitStatus};
use freshness::{Freshness, Key, Standing};
use per_file::Convergence;

/// Runs the plan of `selected` tasks, or shows it where the user asked for that, and returns how it ended.
pub(crate) fn run(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    run_by(session, verb, graph, selected, session.options.policy)
}

/// The same where tasks fail because of what they find: what one has found keeps no other from looking.
pub(crate) fn run_all(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    run_by(session, verb, graph, selected, FailurePolicy::KeepGoing)
}

fn run_by(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
    policy: FailurePolicy,
) -> Result<ExitStatus, Error> {
    let ordered = order::ordered(graph, selected)?;
    let graph = ordered.as_ref().unwrap_or(graph);
    if session.options.dry_run {
        return show(session, graph, selected);
    }
    let plan = plan_of(graph, selected)?;
    Ok(ExitStatus::of_run(&run_with(session, verb, graph, &plan, policy, &[])?))
}

/// The plan of the selected tasks.
pub(crate) fn plan_of(graph: &TaskGraph<Job>, selected: &[TaskId]) -> Result<Plan, Error> {
    graph.plan(selected).map_err(|unknown| {
        let names: Vec<String> = unknown.iter().map(TaskId::to_string).collect();
        Error::usage(format!("there is no task {}", names.join(", ")))
    })
}

/// Runs a plan and returns what became of each task.
pub(crate) fn run_plan(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<RunSummary, Error> {
    run_with(session, verb, graph, plan, session.options.policy, &[])
}

/// The same for a plan from which tasks are left out that somebody might expect, each with the reason.
pub(crate) fn run_with(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    plan: &Plan,
    policy: FailurePolicy,
    left_out: &[(TaskId, String)],
) -> Result<RunSummary, Error> {
    let freshness = Freshness::new(session, graph, plan);
    let convergence = Convergence::new(session, &freshness, plan)?;
    let run = |place| match run_task(session, &freshness, &convergence, place) {
        Ok(outcome) => outcome,
        Err(failure) => Outcome::Failed(failure),
    };
    Ok(execute(session, verb, graph, plan, policy, left_out, &run))
}

/// What is done about a task, which it is given with its work.
pub(crate) type Each<'a> =
    dyn Fn(&TaskNode<Job>, &dyn Fn() -> Result<(), Failure>) -> Result<(), Failure> + Sync + 'a;

/// Runs a plan whose tasks are no results of anything: each does its work, whatever is known of it, as `each` has it.
pub(crate) fn run_each(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    plan: &Plan,
    policy: FailurePolicy,
    left_out: &[(TaskId, String)],
    each: &Each<'_>,
) -> RunSummary {
    let run = |place: usize| {
        let node = &graph.nodes()[plan.nodes()[place]];
        let work = || work::perform(session, &node.id, &node.payload, &Arc::default());
        each(node, &work).map_or_else(Outcome::Failed, |()| Outcome::Passed)
    };
    execute(session, verb, graph, plan, policy, left_out, &run)
}

/// Has each task of a plan run, by its place, and leaves behind what later runs want to know.
fn execute(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    plan: &Plan,
    policy: FailurePolicy,
    left_out: &[(TaskId, String)],
    run: &(dyn Fn(usize) -> Outcome + Sync),
) -> RunSummary {
    let reporter = session.events();
    let execution = Execution {
        verb,
        graph,
        plan,
        jobs: session.options.jobs,
        policy,
        cancel: session.launcher.cancel(),
        left_out,
        reporter: &*reporter,
    };
    let started = SystemTime::now();
    let summary = execution.run(&run);
    conclude::conclude(session, graph, plan, &summary, started);
    summary
}

/// What is done around a task's work, which it is given.
pub(crate) type Around<'a> = dyn Fn(&dyn Fn() -> Result<(), Failure>) -> Result<(), Failure> + Sync + 'a;

/// Runs one task whose needs have been met, whatever is known of it, and records nothing. `around` is given its work
/// to do, while nobody else does it.
pub(crate) fn run_alone(
    session: &Session,
    verb: &str,
    node: &TaskNode<Job>,
    around: &Around<'_>,
) -> Result<RunSummary, Error> {
    let graph = build(vec![TaskNode { needs: Vec::new(), ..node.clone() }])?;
    let plan = plan_of(&graph, std::slice::from_ref(&node.id))?;
    let reporter = session.events();
    let execution = Execution {
        verb,
        graph: &graph,
        plan: &plan,
        jobs: session.options.jobs,
        policy: session.options.policy,
        cancel: session.launcher.cancel(),
        left_out: &[],
        reporter: &*reporter,
    };
    let run = || {
        let _lock = lock(session, node)?;
        if let Some(cache) = node.payload.cache.as_ref().filter(|cache| cache.kind == Kind::ChangesTree) {
            // What it leaves behind is not looked at, so nothing of it is known afterwards.
            node.payload.checkout.last.forget(&cache.record)?;
        }
        around(&|| work::perform(session, &node.id, &node.payload, &Arc::default()))
    };
    Ok(execution.run(&|_| run().map_or_else(Outcome::Failed, |()| Outcome::Passed)))
}

fn run_task(
    session: &Session,
    freshness: &Freshness<'_>,
    convergence: &Convergence,
    place: usize,
) -> Result<Outcome, Failure> {
    let _busy = session.run.workers.begin();
    let node = freshness.node(place);
    if per_file::work_of(session, &node.id, &node.payload).is_some() {
        return per_file::run(session, freshness, convergence, place);
    }
    let mut key = freshness.key(place)?;
    if let Some(outcome) = satisfied(session, freshness, place, &key)? {
        return Ok(outcome);
    }
    let lock = lock(session, node)?;
    // Whoever had the lock may have done the work, or was killed and has left somebody who still does.
    if lock.waited {
        session.reap_leftovers();
        key = freshness.key(place)?;
        if let Some(outcome) = satisfied(session, freshness, place, &key)? {
            return Ok(outcome);
        }
    }
    let before = freshness.begin(place, &key)?;
    let transcript = Arc::default();
    let started = Instant::now();
    let result = work::perform(session, &node.id, &node.payload, &transcript);
    let elapsed = started.elapsed();
    // Whatever became of it, it may have written files.
    session.doubt_files();
    result.map_err(|failure| per_file::explain(session, &node.id, &node.payload, failure))?;
    freshness.conclude(place, &key, &before, &transcript, elapsed)?;
    Ok(Outcome::Passed)
}

/// How the task ends without being run, if a result is known that can take the place of a run.
fn satisfied(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    key: &Key,
) -> Result<Option<Outcome>, Failure> {
    if session.options.force {
        return Ok(None);
    }
    let standing = freshness.standing(place, key)?;
    match &standing {
        Standing::Unknown => Ok(None),
        Standing::UpToDate(result) => {
            freshness.accept(place, key, result);
            Ok(Some(Outcome::UpToDate))
        }
        Standing::Restorable { .. } => {
            let lock = lock(session, freshness.node(place))?;
            if lock.waited {
                session.reap_leftovers();
            }
            // Another look, now that nobody else is at it.
            let standing = freshness.standing(place, key)?;
            if !freshness.restore(place, key, &standing)? {
                return Ok(None);
            }
            session.doubt_files();
            if let Standing::Restorable { result, .. } | Standing::UpToDate(result) = &standing {
                freshness.accept(place, key, result);
            }
            Ok(Some(Outcome::Restored))
        }
    }
}

/// Keeps other runs in this worktree from doing the same work at the same time, where it changes files.
fn lock(session: &Session, node: &TaskNode<Job>) -> Result<TaskLock, Failure> {
    if !node.payload.changes_files(&node.id) || !session.has_state() {
        return Ok(TaskLock::unneeded());
    }
    // By the task's own workspace, so that a run that stands in a member meets one that stands above it.
    let state = &node.payload.checkout.state;
    // Where it cannot be made, there is no lock either.
    drop(state.create());
    let path = state.lock(&TaskId::new(node.id.section(), node.id.name()).to_string());
    TaskLock::acquire(&path, session.launcher.cancel(), |pid| {
        let message = format!("{} waits, because process {pid} is running it", node.id);
        session.reporter.notice(Level::Note, &message);
        // It may have changed what is known of the tree.
        session.doubt_files();
    })
}
