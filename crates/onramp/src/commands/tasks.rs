use onramp_core::TaskId;
use serde_json::json;

use crate::job::{Form, Job, Work, written};
use crate::plan::{self, Request};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::{Error, ExitStatus};

pub(crate) fn run(session: &Session) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request { format: Form::Fix, ..Request::default() })?;
    // What one stands in comes first, then what is named from the outermost workspace.
    let (above, below): (Vec<_>, Vec<_>) = graph.nodes().iter().partition(|node| node.id.is_absolute());
    let nodes: Vec<_> = below.into_iter().chain(above).collect();
    if session.json() {
        let tasks: Vec<_> = nodes
            .iter()
            .map(|node| {
                json!({
                    "task": node.id.to_string(),
                    "description": node.payload.description,
                    "needs": node.needs.iter().map(TaskId::to_string).collect::<Vec<_>>(),
                    "cached": node.payload.cache.is_some(),
                })
            })
            .collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "tasks": tasks}));
        return Ok(ExitStatus::Success);
    }
    if graph.nodes().is_empty() {
        session.say("no tasks: the configuration has no section such as [test.NAME]");
    }
    let width = graph.nodes().iter().map(|node| node.id.to_string().len()).max().unwrap_or(0);
    let mut group = None;
    let mut lines = Vec::with_capacity(nodes.len());
    for node in nodes {
        let next = (node.id.member(), node.id.section());
        if group.is_some_and(|group| group != next) {
            lines.push(String::new());
        }
        group = Some(next);
        let text = about(&node.payload);
        lines.push(format!("{:width$}  {text}", node.id.to_string()).trim_end().to_owned());
    }
    if !lines.is_empty() {
        session.answer(&lines.join("\n"));
    }
    Ok(ExitStatus::Success)
}

/// The task's description, or its first command where it has none.
fn about(job: &Job) -> String {
    match (&job.description, &job.work) {
        (Some(description), _) => description.clone(),
        (None, Work::Commands(work)) => work.commands.first().map(written).unwrap_or_default(),
        (None, Work::Rust { .. }) => String::new(),
    }
}
