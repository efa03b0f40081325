use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::lease::{EXTENSION, Lease, is_being_written};
use crate::platform::{self, Numbers, Table, is_alive};

/// How long a process without an owner may take for its end after TERM.
const GRACE: Duration = Duration::from_secs(2);

/// How long after KILL a process is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the processes are looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Ends what an Onramp that was killed or has crashed left running, by the leases in `directory`; see
/// [`Launcher::with_leases`](crate::Launcher::with_leases). The processes of a live owner are left alone, as
/// are those of another container that shares the workspace. Returns how many leases were cleared. What does
/// not end now is tried again by the next command, so nothing here is an error.
///
/// To be called after the leftovers that know a better end than TERM have got theirs, such as database
/// servers.
pub fn reap_leftovers(directory: &Path) -> usize {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    entries.filter_map(Result::ok).filter(|entry| reap(&entry.path())).count()
}

/// Whether the lease at `path` was cleared.
fn reap(path: &Path) -> bool {
    if path.extension().is_none_or(|extension| extension != EXTENSION) {
        return false;
    }
    let Ok(lease) = Lease::read(path) else { return false };
    let Some(lease) = lease else {
        return !is_being_written(path) && fs::remove_file(path).is_ok();
    };
    let realm = platform::realm();
    if lease.realm.boot == realm.boot {
        let is_ours_to_judge = lease.realm.namespace == realm.namespace && !is_alive(&lease.owner);
        if !is_ours_to_judge || !end_all(&lease) {
            return false;
        }
    }
    fs::remove_file(path).is_ok()
}

/// Ends what is left of a lease, and returns whether all of it is gone.
fn end_all(lease: &Lease) -> bool {
    let deadline = Instant::now() + GRACE;
    let mut asked = BTreeSet::new();
    let mut refused = BTreeSet::new();
    loop {
        let mut left = left(lease, &Table::read(), platform::numbers());
        left.retain(|pid| !refused.contains(pid));
        if left.is_empty() {
            return true;
        }
        let now = Instant::now();
        // An Onramp that the killed one has started is a leftover itself; whoever comes next ends it.
        if left.contains(&std::process::id()) || now >= deadline + PATIENCE {
            return false;
        }
        if now >= deadline {
            refused.extend(platform::signal_all(&left, Signal::KILL));
        } else {
            left.retain(|pid| asked.insert(*pid));
            refused.extend(platform::signal_all(&left, Signal::TERM));
            // A stopped process would keep the signal pending for ever.
            refused.extend(platform::signal_all(&left, Signal::CONT));
        }
        thread::sleep(LOOK);
    }
}

/// The live processes of a lease: those of the sessions of its leaders, with all descendants.
///
/// A session keeps its number while one of its processes lives, and no new process can get that number. So
/// where the leader is still there, by number and start, the session is its own. Where another process has
/// its number, the session has ended before. Where nobody has it, the processes with that session number
/// belong to the leader unless all of them had ended, the number was given out again, and the new leader has
/// ended too. That needs one round through all numbers: if the system has started fewer than half as many
/// processes since the lease was made, it cannot have happened; if more, these processes are left alone.
fn left(lease: &Lease, table: &Table, now: Option<Numbers>) -> Vec<u32> {
    let is_same_round = match (lease.numbers, now) {
        (Some(then), Some(now)) => {
            now.used >= then.used && now.used - then.used < then.available.min(now.available) / 2
        }
        _ => false,
    };
    let leaders = lease.leaders.iter().filter(|leader| match table.get(leader.pid) {
        Some(present) => present == **leader,
        None => is_same_round,
    });
    table.members(&leaders.map(|leader| leader.pid).collect())
}

#[cfg(test)]
mod tests;
