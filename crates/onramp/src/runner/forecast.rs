use onramp_core::{Failure, Plan, TaskGraph, TaskId};

use super::freshness::Freshness;
use super::plan_of;
use crate::job::{Job, Work, written};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// What a run would do with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prospect {
    /// Nothing.
    UpToDate,
    /// Run it.
    Runs,
    /// Run it, as any other run would: it declares no inputs.
    AlwaysRuns,
}

/// What a run of the plan would do with each of its tasks, in order, without running any.
pub(crate) fn foresee(
    session: &Session,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<Vec<(TaskId, Prospect)>, Failure> {
    let freshness = Freshness::new(session, graph, plan);
    let mut forecast = Vec::with_capacity(plan.len());
    for place in 0..plan.len() {
        let node = freshness.node(place);
        // What needs a task that will run may be decided by what that one writes, which nobody can know yet.
        let settled = plan.needs(place).iter().all(|need| freshness.is_settled(*need));
        let prospect = if node.payload.cache.is_none() {
            if settled {
                freshness.assume_success(place)?;
            }
            Prospect::AlwaysRuns
        } else if settled && !session.options.force && freshness.is_up_to_date(place)? {
            Prospect::UpToDate
        } else {
            Prospect::Runs
        };
        forecast.push((node.id.clone(), prospect));
    }
    Ok(forecast)
}

/// Shows what a run of the selected tasks would do.
pub(crate) fn show(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    let plan = plan_of(graph, selected)?;
    let forecast = foresee(session, graph, &plan)?;
    if session.json() {
        let tasks: Vec<_> = forecast
            .iter()
            .zip(plan.nodes())
            .map(|((task, prospect), position)| {
                let runs = *prospect != Prospect::UpToDate;
                let mut entry = serde_json::json!({"task": task.to_string(), "would-run": runs});
                let job = &graph.nodes()[*position].payload;
                if let Some(cause) = &job.cause {
                    entry["affected-by"] = cause.json();
                    entry["partial"] = job.is_partial().into();
                }
                entry
            })
            .collect();
        session.answer_json(serde_json::json!({"version": SCHEMA_VERSION, "plan": tasks}));
        return Ok(ExitStatus::Success);
    }
    for ((task, prospect), position) in forecast.iter().zip(plan.nodes()) {
        let runs = *prospect != Prospect::UpToDate;
        let job = &graph.nodes()[*position].payload;
        let mut because = job.cause.as_ref().map(|cause| format!("  because {cause}")).unwrap_or_default();
        if job.is_partial() {
            because.push_str(", given its changed files alone");
        }
        session.answer(&format!("{} {task}{because}", if runs { "run       " } else { "up to date" }));
        if let (true, Work::Commands(work)) = (runs, &graph.nodes()[*position].payload.work) {
            for command in &work.commands {
                session.answer(&format!("             {}", written(command)));
            }
        }
    }
    Ok(ExitStatus::Success)
}
