//! The order of the tasks that change files.
//!
//! Two tools that change the same files must not run at once, and their order must be the same each time: the
//! one that is written first in the configuration runs first, those of the workspace before those of its
//! members. Only tasks that run anyhow are put into an order; none runs for the sake of another's place in it.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use onramp_core::{Failure, TaskGraph, TaskId, TaskNode};

use super::plan_of;
use crate::Error;
use crate::job::Job;
use crate::plan::build;

/// The graph with an order among the tasks that change files, of the selected ones and those they need.
/// `None` if there is nothing to put into an order.
pub(super) fn ordered(graph: &TaskGraph<Job>, selected: &[TaskId]) -> Result<Option<TaskGraph<Job>>, Error> {
    let plan = plan_of(graph, selected)?;
    let mut fixers: Vec<usize> =
        plan.nodes().iter().copied().filter(|position| graph.nodes()[*position].payload.is_fixer()).collect();
    if fixers.len() < 2 {
        return Ok(None);
    }
    fixers.sort_unstable();
    let mut nodes = graph.nodes().to_vec();
    let reaches = fixers.iter().map(|position| reach(&nodes[*position])).collect::<Result<Vec<_>, _>>()?;
    let mut dependents = dependents(&nodes);
    // By place: which of the earlier fixers each comes behind, by whatever path.
    let mut ahead: Vec<Vec<bool>> = Vec::with_capacity(fixers.len());
    for (place, later) in fixers.iter().enumerate() {
        let behind = behind(*later, &dependents);
        let mut ahead_of_this = vec![false; place];
        // The nearest first: what comes before that one needs no order of its own.
        for (other, earlier) in fixers[..place].iter().enumerate().rev() {
            // What needs the later one, by whatever path, has its order already.
            let is_ordered = ahead_of_this[other] || behind.contains(earlier);
            if !is_ordered && reaches[place].overlaps(&reaches[other]) {
                put_behind(&mut nodes, *later, *earlier);
                dependents[*earlier].push(*later);
                ahead_of_this[other] = true;
                ahead_of_this.iter_mut().zip(&ahead[other]).for_each(|(this, also)| *this |= also);
            }
        }
        ahead.push(ahead_of_this);
    }
    build(nodes).map(Some)
}

/// The files that a task may change, absolute, so that those of different checkouts can be compared.
enum Reach {
    /// Any below this folder: its tool looks for itself.
    Below(PathBuf),
    /// These, by their names as bytes, which compare faster than paths.
    Files(HashSet<OsString>),
}

impl Reach {
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Below(one), Self::Below(two)) => one.starts_with(two) || two.starts_with(one),
            (Self::Below(folder), Self::Files(files)) | (Self::Files(files), Self::Below(folder)) => {
                files.iter().any(|file| Path::new(file).starts_with(folder))
            }
            (Self::Files(one), Self::Files(two)) => !one.is_disjoint(two),
        }
    }
}

fn reach(node: &TaskNode<Job>) -> Result<Reach, Failure> {
    let checkout = &node.payload.checkout;
    let work = &node.payload.work;
    match work.files() {
        Some(set) if !set.include.is_empty() => {
            let files = checkout.candidates(work.directory(), set)?;
            let absolute = |file: PathBuf| checkout.root.join(file).into_os_string();
            Ok(Reach::Files(files.into_iter().map(absolute).collect()))
        }
        _ => Ok(Reach::Below(checkout.root.clone())),
    }
}

/// For each node the positions of those that need it.
fn dependents(nodes: &[TaskNode<Job>]) -> Vec<Vec<usize>> {
    let positions: HashMap<&TaskId, usize> =
        nodes.iter().enumerate().map(|(position, node)| (&node.id, position)).collect();
    let mut dependents = vec![Vec::new(); nodes.len()];
    for (position, node) in nodes.iter().enumerate() {
        for need in node.needs.iter().filter_map(|need| positions.get(need)) {
            dependents[*need].push(position);
        }
    }
    dependents
}

/// All nodes that cannot start before this one has succeeded.
fn behind(node: usize, dependents: &[Vec<usize>]) -> HashSet<usize> {
    let mut behind = HashSet::new();
    let mut pending = vec![node];
    while let Some(position) = pending.pop() {
        pending.extend(dependents[position].iter().filter(|dependent| behind.insert(**dependent)));
    }
    behind
}

fn put_behind(nodes: &mut [TaskNode<Job>], later: usize, earlier: usize) {
    let earlier = nodes[earlier].id.clone();
    let later = &mut nodes[later];
    if later.needs.contains(&earlier) {
        return;
    }
    later.payload.work.follow(earlier.clone());
    later.needs.push(earlier);
}
