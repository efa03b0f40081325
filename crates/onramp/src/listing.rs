//! What listings and pictures say of a task.

use onramp_core::{TaskId, TaskNode};
use serde_json::{Value, json};

use crate::job::{Job, Work, written};

/// A task as `docs/formats.md` describes it.
pub(crate) fn task_json(node: &TaskNode<Job>) -> Value {
    let cache = node.payload.cache.as_ref();
    json!({
        "task": node.id.to_string(),
        "member": node.id.member(),
        "section": node.id.section(),
        "name": node.id.name(),
        "description": node.payload.description,
        "needs": node.needs.iter().map(TaskId::to_string).collect::<Vec<_>>(),
        "cached": cache.is_some(),
        "inputs": cache.map(|cache| &cache.inputs),
        "outputs": cache.map(|cache| &cache.outputs),
    })
}

/// What the workspace of a task is called in a heading; `None` for the one that one stands in.
pub(crate) fn workspace(node: &TaskNode<Job>) -> Option<String> {
    match node.id.member()? {
        "" => Some(format!("{} (/)", node.payload.checkout.config.project.name)),
        member => Some(member.to_owned()),
    }
}

/// The task's description, or its first command where it has none.
pub(crate) fn about(job: &Job) -> String {
    match (&job.description, &job.work) {
        (Some(description), _) => description.clone(),
        (None, Work::Commands(work)) => work.commands.first().map(written).unwrap_or_default(),
        (None, Work::Builtin(work)) => format!("built in: {}", work.names()),
        (None, Work::Rust { .. }) => String::new(),
    }
}
