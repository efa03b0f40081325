use std::collections::HashMap;

use onramp_core::TaskId;

use crate::Diagnostic;
use crate::config::{Config, ServiceNeed};
use crate::draft::Draft;
use crate::spot::Spot;

/// Reports the circles in which tasks and services need one another, over all workspaces, each where its first
/// need is written.
pub(crate) fn report_cycles(drafts: &[&Draft], configs: &[Option<Config>]) -> Vec<Diagnostic> {
    let mut nodes = Vec::new();
    for (draft, config) in drafts.iter().zip(configs) {
        nodes.extend(config.iter().flat_map(nodes_of).map(|(id, needs)| Node { draft, id, needs }));
    }
    let named = |node: &Node<'_>, id: &TaskId| id.named_from_outermost(&node.draft.path);
    let positions: HashMap<TaskId, usize> =
        nodes.iter().enumerate().map(|(position, node)| (named(node, &node.id), position)).collect();
    let position = |node: &Node<'_>, need: &TaskId| positions.get(&named(node, need)).copied();
    let needs: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| node.needs.iter().filter_map(|need| position(node, need)).collect())
        .collect();
    let mut found = Vec::new();
    for cycle in cycles(&needs) {
        let Some(first) = cycle.first().map(|position| &nodes[*position]) else { continue };
        let path: Vec<String> = cycle
            .iter()
            .chain(cycle.first())
            .map(|position| &nodes[*position])
            .map(|node| format!("`{}`", named(node, &node.id).seen_from(&first.draft.path)))
            .collect();
        let message = match path.as_slice() {
            [only, _] => format!("{only} needs itself"),
            _ => format!("tasks need one another in a circle: {}", path.join(" -> ")),
        };
        let second = cycle.get(1).or(cycle.first()).copied();
        let written = first.needs.iter().find(|need| position(first, need) == second);
        let cx = first.draft.context();
        let spot = Spot::root().key(first.id.section()).key(first.id.name()).key("needs");
        cx.report_part(&spot, &written.map(TaskId::to_string).unwrap_or_default(), message, None);
        found.extend(cx.into_diagnostics());
    }
    found
}

/// A task or service, and what it needs as its file names it.
struct Node<'a> {
    draft: &'a Draft,
    id: TaskId,
    needs: Vec<TaskId>,
}

fn nodes_of(config: &Config) -> impl Iterator<Item = (TaskId, Vec<TaskId>)> {
    let tasks = config.tasks.iter().map(|task| (task.id.clone(), task.needs.clone()));
    let services = config.services.iter().map(|service| {
        let needs = service.needs.iter().filter_map(|need| match need {
            ServiceNeed::Task(id) => Some(id.clone()),
            ServiceNeed::Service(name) => Some(TaskId::new("service", name)),
            ServiceNeed::Database(_) => None,
        });
        (TaskId::new("service", &service.name), needs.collect())
    });
    tasks.chain(services)
}

/// The circles among nodes that need one another, each as the positions along it, beginning with the one that
/// is met first. Nodes of a circle that was found are not looked at again, so no two share a node.
///
/// Linear in nodes and needs, and iterative: a depth-first search whose path is kept in a list.
fn cycles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut states = vec![State::New; needs.len()];
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..needs.len() {
        enter(start, &mut states, &mut path);
        while let Some((node, next)) = path.last_mut() {
            let Some(need) = needs[*node].get(*next).copied() else {
                states[*node] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match states[need] {
                State::New => enter(need, &mut states, &mut path),
                State::OnPath(place) => {
                    let cycle: Vec<usize> = path.drain(place..).map(|(node, _)| node).collect();
                    cycle.iter().for_each(|node| states[*node] = State::Done);
                    found.push(cycle);
                }
                State::Done => {}
            }
        }
    }
    found
}

#[derive(Clone, Copy)]
enum State {
    New,
    /// At this place of the path.
    OnPath(usize),
    Done,
}

fn enter(node: usize, states: &mut [State], path: &mut Vec<(usize, usize)>) {
    if matches!(states[node], State::New) {
        states[node] = State::OnPath(path.len());
        path.push((node, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_circle_is_found_once_from_where_it_is_entered() {
        for (needs, expected) in [
            (vec![vec![1], vec![2], vec![]], vec![]),
            (vec![vec![0]], vec![vec![0]]),
            (vec![vec![1], vec![2], vec![1]], vec![vec![1, 2]]),
            (vec![vec![1, 2], vec![0], vec![3], vec![2]], vec![vec![0, 1], vec![2, 3]]),
            (vec![vec![2], vec![2], vec![3], vec![]], vec![]),
        ] {
            assert_eq!(cycles(&needs), expected, "{needs:?}");
        }
    }

    #[test]
    fn a_circle_of_100_000_does_not_overflow_the_stack() {
        let needs: Vec<_> = (0..100_000).map(|node| vec![(node + 1) % 100_000]).collect();
        assert_eq!(cycles(&needs)[0].len(), 100_000);
    }
}
