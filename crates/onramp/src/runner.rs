//! Runs plans: what is up to date is left alone, the rest is done and remembered.

mod batches;
mod commands;
mod forecast;
mod freshness;
mod key;
mod order;
mod work;

use onramp_core::{
    Execution, Failure, Level, Outcome, Plan, Reporter, RunSummary, TaskGraph, TaskId, TaskNode,
};

pub(crate) use forecast::{Prospect, foresee, show};

use crate::job::Job;
use crate::plan::build;
use crate::session::Session;
use crate::state::State;
use crate::task_lock::TaskLock;
use crate::{Error, ExitStatus};
use freshness::Freshness;

/// Runs the plan of `selected` tasks, or shows it where the user asked for that, and returns how it ended.
pub(crate) fn run(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    let ordered = order::ordered(graph, selected)?;
    let graph = ordered.as_ref().unwrap_or(graph);
    if session.options.dry_run {
        return show(session, graph, selected);
    }
    let plan = plan_of(graph, selected)?;
    Ok(ExitStatus::of_run(&run_plan(session, verb, graph, &plan)?))
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
    session.create_state()?;
    let freshness = Freshness::new(session, graph, plan);
    let reporter = session.events();
    let execution = Execution {
        verb,
        graph,
        plan,
        jobs: session.options.jobs,
        policy: session.options.policy,
        cancel: session.launcher.cancel(),
        reporter: &*reporter,
    };
    Ok(execution.run(&|place| match run_task(session, &freshness, place) {
        Ok(outcome) => outcome,
        Err(failure) => Outcome::Failed(failure),
    }))
}

/// Runs one task whose needs have been met, whatever is known of it, and records nothing.
pub(crate) fn run_alone(session: &Session, verb: &str, node: &TaskNode<Job>) -> Result<RunSummary, Error> {
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
        reporter: &*reporter,
    };
    Ok(execution.run(&|_| {
        let result = lock(session, node).and_then(|_lock| work::perform(session, &node.id, &node.payload));
        result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }))
}

fn run_task(session: &Session, freshness: &Freshness<'_>, place: usize) -> Result<Outcome, Failure> {
    if !session.options.force && freshness.is_up_to_date(place)? {
        return Ok(Outcome::UpToDate);
    }
    let lock = lock(session, freshness.node(place))?;
    // Whoever had the lock may have done the work.
    if !session.options.force && lock.waited && freshness.is_up_to_date(place)? {
        return Ok(Outcome::UpToDate);
    }
    let before = freshness.begin(place)?;
    let node = freshness.node(place);
    let result = work::perform(session, &node.id, &node.payload);
    // Whatever became of it, it may have written files: its own, those of a member, or those around it.
    session.checkouts.iter().for_each(|checkout| checkout.forget_tree());
    result?;
    freshness.settle(place, before)?;
    Ok(Outcome::Passed)
}

/// Keeps other runs in this worktree from doing the same work at the same time, where it changes files.
fn lock(session: &Session, node: &TaskNode<Job>) -> Result<TaskLock, Failure> {
    if !node.payload.changes_files(&node.id) {
        return Ok(TaskLock::unneeded());
    }
    // By the task's own workspace, so that a run that stands in a member meets one that stands above it.
    let state = State::of(&node.payload.checkout.root);
    state.create()?;
    let path = state.lock(&TaskId::new(node.id.section(), node.id.name()).to_string());
    TaskLock::acquire(&path, session.launcher.cancel(), |pid| {
        let message = format!("{} waits, because process {pid} is running it", node.id);
        session.reporter.notice(Level::Note, &message);
        // It may have changed what is known of the tree.
        session.checkouts.iter().for_each(|checkout| checkout.forget_tree());
    })
}
