//! Which suites of a split run are this machine's.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

use onramp_config::Section;
use onramp_core::{Bundle, Shard, TaskGraph, TaskId, split};

use crate::durations;
use crate::job::{Job, Work};
use crate::session::Session;
use crate::{Error, runner};

/// This machine's part of the selected suites, in their order. Each suite is part of exactly one shard, and one that
/// splits itself of every one.
///
/// A suite that another one needs runs together with it, so both stay on one machine. Only what a suite needs that
/// splits itself runs on every machine.
pub(crate) fn share(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
    shard: Shard,
) -> Result<Vec<TaskId>, Error> {
    let plan = runner::plan_of(graph, selected)?;
    let known = durations::read(&session.state.durations());
    let mut groups = Groups::default();
    // By place in the plan: a group of the suites that run with the task, if there is any.
    let mut behind: Vec<Option<usize>> = Vec::with_capacity(plan.len());
    let mut members: Vec<(usize, &TaskId)> = Vec::new();
    for (place, position) in plan.nodes().iter().enumerate() {
        let node = &graph.nodes()[*position];
        let needed = plan.needs(place).iter().filter_map(|need| behind[*need]);
        let mut group = needed.reduce(|a, b| groups.join(a, b));
        if is_split_here(&node.id, &node.payload) {
            let own = group.unwrap_or_else(|| groups.add());
            members.push((own, &node.id));
            group = Some(own);
        }
        behind.push(group);
    }
    let mut bundles: BTreeMap<usize, Bundle> = BTreeMap::new();
    for (group, task) in &members {
        let duration = known.get(&task.to_string()).copied();
        bundles.entry(groups.find(*group)).or_default().push(((*task).clone(), duration));
    }
    let of = NonZeroUsize::new(shard.of()).unwrap_or(NonZeroUsize::MIN);
    let bundles: Vec<Bundle> = bundles.into_values().collect();
    let elsewhere: HashSet<&TaskId> = std::iter::zip(&bundles, split(&bundles, of))
        .filter(|(_, chosen)| *chosen != shard.number())
        .flat_map(|(bundle, _)| bundle.iter().map(|(task, _)| task))
        .collect();
    Ok(selected.iter().filter(|task| !elsewhere.contains(task)).cloned().collect())
}

/// Whether it is a suite that does not split itself.
fn is_split_here(id: &TaskId, job: &Job) -> bool {
    let splits_itself = matches!(&job.work, Work::Commands(work) if work.splits_itself());
    id.section() == Section::Test.name() && !splits_itself
}

/// Sets of suites that grow together.
#[derive(Default)]
struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    fn add(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn find(&mut self, group: usize) -> usize {
        let mut group = group;
        while self.parents[group] != group {
            // Halves the way for the next one.
            self.parents[group] = self.parents[self.parents[group]];
            group = self.parents[group];
        }
        group
    }

    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b)] = a.min(b);
        a.min(b)
    }
}
