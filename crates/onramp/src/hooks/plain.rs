//! The hooks that look at the work tree.

use onramp_core::TaskId;

use super::Hook;
use super::selection::Selected;
use super::skipped::Skipped;
use crate::job::Work;
use crate::plan::{self, Request};
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

pub(super) fn run(
    session: &Session,
    hook: &Hook,
    selected: &Selected,
    skipped: &Skipped,
) -> Result<ExitStatus, Error> {
    skipped.tell(session, hook.stage);
    let tasks: Vec<TaskId> = selected.tasks.iter().map(|chosen| chosen.id.clone()).collect();
    let tasks = [tasks, selected.others.clone()].concat();
    let graph = plan::graph(session, &Request::default())?;
    let handed = hook.handed(session);
    let mut nodes = graph.nodes().to_vec();
    for node in nodes.iter_mut().filter(|node| tasks.contains(&node.id)) {
        if let Work::Commands(work) = &mut node.payload.work {
            let wants_file = work.commands.iter().any(|command| command.mentions("message-file"));
            if !wants_file && work.arguments.is_empty() {
                work.arguments.clone_from(&hook.arguments);
            }
            work.handed = Some(std::sync::Arc::clone(&handed));
        }
    }
    let graph = plan::build(nodes)?;
    let plan = runner::plan_of(&graph, &tasks)?;
    Ok(ExitStatus::of_run(&runner::run_plan(session, hook.stage.name(), &graph, &plan)?))
}
