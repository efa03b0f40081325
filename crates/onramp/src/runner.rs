//! Runs plans: what is up to date is left alone, the rest is done and remembered.

mod forecast;
mod freshness;
mod work;

use onramp_core::{Execution, Failure, Outcome, Plan, RunSummary, TaskGraph, TaskId};

pub(crate) use forecast::{foresee, show};

use crate::job::Job;
use crate::session::Session;
use crate::{Error, ExitStatus};
use freshness::Freshness;

/// Runs the plan of `selected` tasks, or shows it where the user asked for that, and returns how it ended.
pub(crate) fn run(
    session: &Session,
    verb: &str,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        return show(session, graph, selected);
    }
    let plan = plan_of(graph, selected)?;
    Ok(ExitStatus::of_run(&run_plan(session, verb, graph, &plan)?))
}

/// The plan of the selected tasks.
fn plan_of(graph: &TaskGraph<Job>, selected: &[TaskId]) -> Result<Plan, Error> {
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
    let freshness = Freshness::new(session, plan);
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
    Ok(execution.run(&|place| {
        let node = &graph.nodes()[plan.nodes()[place]];
        match run_task(session, &freshness, place, &node.id, &node.payload) {
            Ok(outcome) => outcome,
            Err(failure) => Outcome::Failed(failure),
        }
    }))
}

fn run_task(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    id: &TaskId,
    job: &Job,
) -> Result<Outcome, Failure> {
    if !session.options.force && freshness.is_up_to_date(place, job)? {
        return Ok(Outcome::UpToDate);
    }
    let before = freshness.begin(job)?;
    work::perform(session, id, job)?;
    job.checkout.forget_tree();
    freshness.settle(place, id, job, before)?;
    Ok(Outcome::Passed)
}
