use onramp_core::{FailurePolicy, Plan, TaskGraph, TaskId};

use super::{FileHooks, FileNode};
use crate::job::Job;
use crate::session::Session;

/// What a failure means: the hooks of the file run to the end, and whatever is theirs is told at once.
pub(crate) fn policy(session: &Session, file: Option<&FileHooks>) -> FailurePolicy {
    match file {
        Some(file) if !file.fail_fast => FailurePolicy::KeepGoing,
        _ => session.options.policy,
    }
}

/// The order of the file among nodes that may change what others see: each waits for those before it, and needs those
/// whose failure ends the run.
pub(crate) fn take_turns(nodes: &mut [FileNode]) -> Turns {
    let mut turns = Turns::default();
    let mut ends_run: Option<TaskId> = None;
    let mut before: Option<TaskId> = None;
    for FileNode { node, ends_run: ends, .. } in nodes {
        node.needs.extend(ends_run.clone());
        turns.pairs.extend(before.replace(node.id.clone()).map(|before| (before, node.id.clone())));
        if *ends {
            ends_run = Some(node.id.clone());
        }
    }
    turns
}

/// Which node comes after which, however that ended.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    pairs: Vec<(TaskId, TaskId)>,
}

impl Turns {
    /// Puts the order into a plan.
    pub(crate) fn order(&self, graph: &TaskGraph<Job>, plan: &mut Plan) {
        let places: Vec<&TaskId> = plan.nodes().iter().map(|node| &graph.nodes()[*node].id).collect();
        let place = |id: &TaskId| places.iter().position(|other| *other == id);
        let pairs: Vec<_> =
            self.pairs.iter().filter_map(|(earlier, later)| Some((place(earlier)?, place(later)?))).collect();
        pairs.into_iter().for_each(|(earlier, later)| plan.take_turns(earlier, later));
    }
}
