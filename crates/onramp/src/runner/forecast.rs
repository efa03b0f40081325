use onramp_core::{Failure, Plan, TaskGraph, TaskId};

use super::freshness::Freshness;
use super::plan_of;
use crate::job::{Job, Work, written};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

/// Whether each task of the plan would run, in order, without running any.
pub(crate) fn foresee(
    session: &Session,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<Vec<(TaskId, bool)>, Failure> {
    let freshness = Freshness::new(session, plan);
    let mut forecast = Vec::with_capacity(plan.len());
    for (place, position) in plan.nodes().iter().enumerate() {
        let node = &graph.nodes()[*position];
        // What needs a task that will run may be decided by what that one writes, which nobody can know yet.
        let unsettled = plan.needs(place).iter().any(|need| !freshness.is_settled(*need));
        let up_to_date = !unsettled && freshness.is_up_to_date(place, &node.payload)?;
        forecast.push((node.id.clone(), !up_to_date));
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
            .map(|(task, runs)| serde_json::json!({"task": task.to_string(), "would-run": runs}))
            .collect();
        session.printer.data(&serde_json::json!({"version": SCHEMA_VERSION, "plan": tasks}).to_string());
        return Ok(ExitStatus::Success);
    }
    for ((task, runs), position) in forecast.iter().zip(plan.nodes()) {
        session.printer.data(&format!("{} {task}", if *runs { "run       " } else { "up to date" }));
        if let (true, Work::Commands(work)) = (*runs, &graph.nodes()[*position].payload.work) {
            for command in &work.commands {
                session.printer.data(&format!("             {}", written(command)));
            }
        }
    }
    Ok(ExitStatus::Success)
}
