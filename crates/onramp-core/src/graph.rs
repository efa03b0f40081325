use std::collections::{HashMap, VecDeque};
use std::fmt;

use crate::TaskId;

/// A node of the graph as it is handed in: a task, the tasks it needs, and what the caller keeps with it.
#[derive(Clone, Debug)]
pub struct TaskNode<T> {
    /// The task.
    pub id: TaskId,
    /// The tasks that must succeed before it starts.
    pub needs: Vec<TaskId>,
    /// What the caller keeps with the task, usually its action.
    pub payload: T,
}

/// All tasks with their needs. Every need exists and no task needs itself by any path.
///
/// All algorithms here are iterative and linear in tasks plus needs: a chain of 100,000 tasks is as good
/// as a handful.
#[derive(Debug)]
pub struct TaskGraph<T> {
    nodes: Vec<TaskNode<T>>,
    index: HashMap<TaskId, usize>,
    needs: Vec<Vec<usize>>,
}

/// Why a set of tasks is not a graph that can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphError {
    /// Two tasks have this name.
    Duplicate(TaskId),
    /// A task needs one that does not exist.
    UnknownNeed {
        /// The task.
        task: TaskId,
        /// What it needs.
        need: TaskId,
    },
    /// A task needs itself. The path leads from a task through its needs back to the same task, which stands
    /// at both ends.
    Cycle(Vec<TaskId>),
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(task) => write!(f, "two tasks are called `{task}`"),
            Self::UnknownNeed { task, need } => write!(f, "`{task}` needs `{need}`, which does not exist"),
            Self::Cycle(path) => {
                let path: Vec<_> = path.iter().map(TaskId::to_string).collect();
                write!(f, "tasks need one another in a circle: {}", path.join(" -> "))
            }
        }
    }
}

impl std::error::Error for GraphError {}

impl<T> TaskGraph<T> {
    /// Builds the graph, or tells everything that is wrong with it.
    pub fn new(nodes: Vec<TaskNode<T>>) -> Result<Self, Vec<GraphError>> {
        let mut errors = Vec::new();
        let mut index = HashMap::with_capacity(nodes.len());
        for (position, node) in nodes.iter().enumerate() {
            if index.insert(node.id.clone(), position).is_some() {
                errors.push(GraphError::Duplicate(node.id.clone()));
            }
        }
        let mut needs = Vec::with_capacity(nodes.len());
        for node in &nodes {
            let mut positions = Vec::with_capacity(node.needs.len());
            for need in &node.needs {
                match index.get(need) {
                    Some(position) => positions.push(*position),
                    None => {
                        errors.push(GraphError::UnknownNeed { task: node.id.clone(), need: need.clone() })
                    }
                }
            }
            positions.sort_unstable();
            positions.dedup();
            needs.push(positions);
        }
        let graph = Self { nodes, index, needs };
        if let Some(cycle) = graph.cycle() {
            errors.push(GraphError::Cycle(cycle));
        }
        if errors.is_empty() { Ok(graph) } else { Err(errors) }
    }

    /// The tasks, in the order in which they were handed in.
    pub fn nodes(&self) -> &[TaskNode<T>] {
        &self.nodes
    }

    /// A task by its name.
    pub fn get(&self, id: &TaskId) -> Option<&TaskNode<T>> {
        self.index.get(id).map(|position| &self.nodes[*position])
    }

    /// The part of the graph that the selected tasks stand on: they and all they need, each after its needs.
    /// Names that do not exist are returned as the error.
    pub fn plan(&self, selected: &[TaskId]) -> Result<Plan, Vec<TaskId>> {
        let mut roots = Vec::with_capacity(selected.len());
        let mut unknown = Vec::new();
        for id in selected {
            match self.index.get(id) {
                Some(position) => roots.push(*position),
                None => unknown.push(id.clone()),
            }
        }
        if unknown.is_empty() { Ok(self.closure(&roots)) } else { Err(unknown) }
    }

    fn closure(&self, roots: &[usize]) -> Plan {
        let mut wanted = vec![false; self.nodes.len()];
        let mut stack = roots.to_vec();
        while let Some(position) = stack.pop() {
            if !std::mem::replace(&mut wanted[position], true) {
                stack.extend(&self.needs[position]);
            }
        }
        let order: Vec<usize> = self.topological().into_iter().filter(|position| wanted[*position]).collect();
        let place: HashMap<usize, usize> =
            order.iter().enumerate().map(|(place, position)| (*position, place)).collect();
        let needs = order
            .iter()
            .map(|position| self.needs[*position].iter().map(|need| place[need]).collect())
            .collect();
        let follows = vec![Vec::new(); order.len()];
        Plan { nodes: order, needs, follows }
    }

    /// Kahn's algorithm, first come first served, so that tasks keep the order of the configuration where
    /// nothing else decides. Tasks on or behind a cycle are missing from the result.
    fn topological(&self) -> Vec<usize> {
        let mut dependents = vec![Vec::new(); self.nodes.len()];
        let mut waiting: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        for (position, needs) in self.needs.iter().enumerate() {
            for need in needs {
                dependents[*need].push(position);
            }
        }
        let mut ready: VecDeque<usize> = (0..self.nodes.len()).filter(|p| waiting[*p] == 0).collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(position) = ready.pop_front() {
            order.push(position);
            for dependent in &dependents[position] {
                waiting[*dependent] -= 1;
                if waiting[*dependent] == 0 {
                    ready.push_back(*dependent);
                }
            }
        }
        order
    }

    /// One cycle, if there is any: every task that Kahn's algorithm leaves over has a need that is left over
    /// too, so walking along such needs must come back to where it has been.
    fn cycle(&self) -> Option<Vec<TaskId>> {
        let mut left = vec![true; self.nodes.len()];
        for position in self.topological() {
            left[position] = false;
        }
        let mut position = left.iter().position(|left| *left)?;
        let mut seen_at = vec![None; self.nodes.len()];
        let mut path = Vec::new();
        loop {
            if let Some(start) = seen_at[position] {
                let mut cycle: Vec<TaskId> =
                    path[start..].iter().map(|p: &usize| self.nodes[*p].id.clone()).collect();
                cycle.push(cycle[0].clone());
                return Some(cycle);
            }
            seen_at[position] = Some(path.len());
            path.push(position);
            position = *self.needs[position].iter().find(|need| left[**need])?;
        }
    }
}

/// The selected part of a graph, in an order in which every task comes after its needs.
#[derive(Clone, Debug)]
pub struct Plan {
    nodes: Vec<usize>,
    needs: Vec<Vec<usize>>,
    follows: Vec<Vec<usize>>,
}

impl Plan {
    /// How many tasks it has.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it has no task at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Positions in [`TaskGraph::nodes`], each after its needs. A place in this list is what
    /// [`Schedule`](crate::Schedule) counts in.
    pub fn nodes(&self) -> &[usize] {
        &self.nodes
    }

    /// The places of the tasks that the task at `place` needs.
    pub fn needs(&self, place: usize) -> &[usize] {
        &self.needs[place]
    }

    /// Has the task at `later` not start before the one at `earlier` has ended, in whatever way: they take turns, and
    /// neither needs the other. Whoever asks for a circle gets tasks that never start.
    pub fn take_turns(&mut self, earlier: usize, later: usize) {
        self.follows[later].push(earlier);
    }

    /// The places of the tasks that must have ended before the one at `place` starts, whether or not they succeeded.
    pub fn follows(&self, place: usize) -> &[usize] {
        &self.follows[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Result<TaskGraph<()>, Vec<GraphError>> {
        let id = |name: &str| TaskId::new("task", name);
        TaskGraph::new(
            edges
                .iter()
                .map(|(name, needs)| TaskNode {
                    id: id(name),
                    needs: needs.iter().map(|need| id(need)).collect(),
                    payload: (),
                })
                .collect(),
        )
    }

    fn names(graph: &TaskGraph<()>, selected: &[&str]) -> Vec<String> {
        let selected: Vec<_> = selected.iter().map(|name| TaskId::new("task", *name)).collect();
        let plan = graph.plan(&selected).unwrap();
        plan.nodes().iter().map(|p| graph.nodes()[*p].id.name().to_owned()).collect()
    }

    #[test]
    fn a_plan_has_the_needs_first_and_nothing_else() {
        let graph = graph(&[("c", &["b"]), ("b", &["a"]), ("a", &[]), ("x", &["a"])]).unwrap();
        assert_eq!(names(&graph, &["c"]), ["a", "b", "c"]);
        assert_eq!(names(&graph, &["x", "b"]), ["a", "b", "x"]);
    }

    #[test]
    fn a_cycle_is_told_with_its_path() {
        let errors = graph(&[("in", &["a"]), ("a", &["b"]), ("b", &["c"]), ("c", &["a"])]).unwrap_err();
        assert_eq!(
            errors[0].to_string(),
            "tasks need one another in a circle: task:a -> task:b -> task:c -> task:a"
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let errors = graph(&[("a", &["nope"]), ("a", &[]), ("b", &["b"])]).unwrap_err();
        assert_eq!(errors.len(), 3, "{errors:?}");
    }

    #[test]
    fn a_chain_of_100_000_tasks_does_not_overflow_the_stack() {
        let id = |n: usize| TaskId::new("task", n.to_string());
        let nodes = (0..100_000usize)
            .rev()
            .map(|n| TaskNode {
                id: id(n),
                needs: if n == 0 { vec![] } else { vec![id(n - 1)] },
                payload: (),
            })
            .collect();
        let graph = TaskGraph::new(nodes).unwrap();
        let plan = graph.plan(&[id(99_999)]).unwrap();
        assert_eq!(plan.len(), 100_000);
        assert_eq!(graph.nodes()[plan.nodes()[0]].id, id(0));
    }
}
