//! Pictures of the task graph: in the languages of Graphviz and Mermaid, and drawn on a page.
//!
//! # Theory of operation
//!
//! The page is drawn in layers (`onramp_pictures::layered`). Each connected part of the graph is placed by itself, and
//! where there are several members each part of a member, with a frame around them; [`layout`] packs the parts.
//! Nothing recurses, and what grows faster than tasks and needs has a limit.

mod dot;
mod layout;
mod mermaid;
mod page;
mod svg;

use onramp_core::{Plan, Secrets, TaskGraph};
use serde_json::{Value, json};

pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;
pub(crate) use page::page;

use crate::job::Job;
use crate::listing;

/// What pictures show of a part of the graph. All texts are masked.
pub(crate) struct Picture {
    /// The tasks, each after those it needs.
    pub(crate) tasks: Vec<PictureTask>,
    /// The other workspaces that tasks belong to, in the order in which they appear.
    pub(crate) members: Vec<String>,
}

/// A task in a picture.
pub(crate) struct PictureTask {
    /// Its full name.
    pub(crate) name: String,
    /// Its name without the member: `test:unit`.
    pub(crate) short: String,
    /// The member it belongs to, as a position in [`Picture::members`].
    pub(crate) member: Option<usize>,
    /// One line about it.
    pub(crate) about: String,
    /// What it needs, as positions in [`Picture::tasks`].
    pub(crate) needs: Vec<usize>,
    /// What a listing says of it.
    pub(crate) listed: Value,
}

impl Picture {
    /// The picture of a plan.
    pub(crate) fn new(graph: &TaskGraph<Job>, plan: &Plan, secrets: &Secrets) -> Self {
        let mut members: Vec<String> = Vec::new();
        let mut tasks = Vec::with_capacity(plan.len());
        for (place, position) in plan.nodes().iter().enumerate() {
            let node = &graph.nodes()[*position];
            let member = listing::workspace(node).map(|name| {
                let name = secrets.mask(&name).into_owned();
                members.iter().position(|known| *known == name).unwrap_or_else(|| {
                    members.push(name);
                    members.len() - 1
                })
            });
            tasks.push(PictureTask {
                name: secrets.mask(&node.id.to_string()).into_owned(),
                short: secrets.mask(&format!("{}:{}", node.id.section(), node.id.name())).into_owned(),
                member,
                about: secrets.mask(&listing::about(&node.payload)).into_owned(),
                needs: plan.needs(place).to_vec(),
                listed: listing::task_json(node),
            });
        }
        Self { tasks, members }
    }

    /// The picture as `docs/formats.md` describes it.
    pub(crate) fn json(&self) -> Value {
        let tasks: Vec<&Value> = self.tasks.iter().map(|task| &task.listed).collect();
        json!({"version": crate::reporter::SCHEMA_VERSION, "tasks": tasks})
    }

    /// The tasks of each member, those of the workspace itself first.
    fn by_member(&self) -> Vec<(Option<&str>, Vec<usize>)> {
        let mut groups: Vec<(Option<&str>, Vec<usize>)> = vec![(None, Vec::new())];
        groups.extend(self.members.iter().map(|member| (Some(member.as_str()), Vec::new())));
        for (position, task) in self.tasks.iter().enumerate() {
            groups[task.member.map_or(0, |member| member + 1)].1.push(position);
        }
        groups
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A picture of tasks that are written as `member/section:name` with what they need.
    pub(crate) fn picture(tasks: &[(&str, &[usize])]) -> Picture {
        let mut members: Vec<String> = Vec::new();
        let tasks = tasks.iter().map(|(name, needs)| {
            let (member, short) = match name.split_once('/') {
                Some((member, short)) => (Some(member), short),
                None => (None, *name),
            };
            let member = member.map(|member| {
                members.iter().position(|known| known == member).unwrap_or_else(|| {
                    members.push(member.to_owned());
                    members.len() - 1
                })
            });
            PictureTask {
                name: (*name).to_owned(),
                short: short.to_owned(),
                member,
                about: String::new(),
                needs: needs.to_vec(),
                listed: json!({"task": name}),
            }
        });
        Picture { tasks: tasks.collect(), members }
    }
}
