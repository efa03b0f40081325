//! Systems without `/proc`: macOS. What Linux has and they have not, and what follows for Onramp:
//!
//! - no list of processes without a library of its own: the leader's process group stands for its session. A
//!   child that makes a group or a session of its own is not found.
//! - no subreaper: an orphan goes to the system's first process at once, and nothing leads back to us. What
//!   has cut every tie survives an interrupted task.
//! - no start mark of a process, no mark of the boot: a process of the right number may be any process, so
//!   what a killed Onramp has left behind is not ended; its lease alone goes.
//! - no list of ignored signals without unsafe code.

use std::collections::{BTreeMap, BTreeSet};

use rustix::io::Errno;
use rustix::process::{Signal, kill_process_group, test_kill_process, test_kill_process_group};

use super::{Mark, Numbers, Orphan, Realm};

/// A reused number is taken for the process itself, which errs on the side of leaving it alone.
pub(super) fn started(pid: u32) -> Option<String> {
    let pid = super::pid(pid)?;
    test_kill_process(pid).is_ok().then(String::new)
}

pub(crate) fn mark(pid: u32) -> Option<Mark> {
    started(pid).map(|_| Mark { pid, started: 0 })
}

pub(crate) fn realm() -> Realm {
    Realm { boot: String::new(), namespace: String::new() }
}

pub(crate) fn numbers() -> Option<Numbers> {
    None
}

pub(crate) fn ignored_signals() -> u64 {
    0
}

/// The children of this process, which these systems do not list.
pub(crate) fn children() -> Option<BTreeSet<u32>> {
    None
}

/// Whether all children are leaders.
pub(crate) fn are_only(children: &BTreeSet<u32>, leaders: &BTreeMap<u32, u64>) -> bool {
    children.iter().all(|child| leaders.contains_key(child))
}

pub(crate) fn set_subreaper(_wanted: bool) -> bool {
    false
}

pub(crate) fn reap(_pid: u32) {}

/// Signals the process groups that a [`Table`] has named, and returns those that are not ours to signal.
pub(crate) fn signal_all(leaders: &[u32], signal: Signal) -> Vec<u32> {
    let refused = |leader: &u32| {
        super::pid(*leader).is_some_and(|group| kill_process_group(group, signal) == Err(Errno::PERM))
    };
    leaders.iter().copied().filter(refused).collect()
}

/// Stands for the list of processes that there is none of.
pub(crate) struct Table;

impl Table {
    pub(crate) fn read() -> Self {
        Self
    }

    pub(crate) fn get(&self, _pid: u32) -> Option<Mark> {
        None
    }

    /// The leaders whose process group has a live member; each stands for all of its group.
    pub(crate) fn members(&self, leaders: &BTreeSet<u32>) -> Vec<u32> {
        let is_alive =
            |leader: &u32| super::pid(*leader).is_some_and(|group| test_kill_process_group(group).is_ok());
        leaders.iter().copied().filter(is_alive).collect()
    }

    pub(crate) fn adopted_zombies(&self, _leaders: &BTreeMap<u32, u64>) -> Vec<u32> {
        Vec::new()
    }

    pub(crate) fn adopted(&self, _leaders: &BTreeMap<u32, u64>) -> impl Iterator<Item = u32> {
        std::iter::empty()
    }

    pub(crate) fn orphans(
        &self,
        _leaders: &BTreeMap<u32, u64>,
        _since: u64,
        _released: &BTreeSet<Mark>,
    ) -> Vec<Orphan> {
        Vec::new()
    }
}
