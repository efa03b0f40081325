use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};

/// The children of this process, those that it has adopted and zombies among them, in far less time than a look at
/// all processes takes; `None` where the system does not list them.
///
/// The system may leave one out while another one is being waited for. That changes the list, so it is read until
/// two readings agree, which nearly always are the first two.
pub(crate) fn children() -> Option<BTreeSet<u32>> {
    const MOST_READINGS: usize = 4;
    if has_none() {
        return Some(BTreeSet::new());
    }
    let mut before = read()?;
    for _ in 0..MOST_READINGS {
        let now = read()?;
        if now == before {
            return Some(now);
        }
        before = now;
    }
    None
}

/// Whether nothing descends from this process but the given leaders, and what descends from these: so nothing is
/// left of any other.
pub(crate) fn are_only(children: &BTreeSet<u32>, leaders: &BTreeMap<u32, u64>) -> bool {
    children.iter().all(|child| leaders.contains_key(child))
}

/// Whether this process has no child at all, of whatever thread, be it a zombie.
fn has_none() -> bool {
    let looking = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::All, looking).is_err_and(|error| error == Errno::CHILD)
}

/// Each thread has children of its own: those that it has started, and the main one those that are adopted.
fn read() -> Option<BTreeSet<u32>> {
    let (mut children, mut is_listed) = (BTreeSet::new(), false);
    for thread in fs::read_dir("/proc/self/task").ok()? {
        // A thread that ends meanwhile hands its children on, and the next reading finds them there.
        let Ok(text) = fs::read_to_string(thread.ok()?.path().join("children")) else { continue };
        is_listed = true;
        children.extend(text.split_ascii_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    // Not every kernel has the list.
    is_listed.then_some(children)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_tools::{launcher, sh};
    use std::sync::Arc;

    #[test]
    fn a_process_that_runs_is_among_them_and_one_that_has_ended_is_not() {
        let mut running = launcher().start(&sh("sleep 60"), Arc::new(crate::Discard)).unwrap();
        let pid = running.pid();
        let listed = (0..100).find_map(|_| children()).expect("this kernel lists them");
        assert!(listed.contains(&pid));
        assert!(are_only(&BTreeSet::from([pid]), &BTreeMap::from([(pid, 1)])));
        assert!(!are_only(&listed, &BTreeMap::new()));
        running.stop(crate::StopSignal::Kill, std::time::Duration::ZERO);
        assert!(!(0..100).find_map(|_| children()).unwrap().contains(&pid));
    }
}
