use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use super::{Mark, Orphan, Stat};

/// All processes of the system at one moment.
pub(crate) struct Table {
    /// This process and its session.
    own: Stat,
    processes: Vec<Stat>,
}

impl Table {
    /// Looks at all processes. Without `/proc` there are none.
    pub(crate) fn read() -> Self {
        let numbers = fs::read_dir("/proc").into_iter().flatten();
        let numbers = numbers.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let pid = std::process::id();
        let unknown = Stat { pid, state: 'R', parent: 0, session: 0, started: 0 };
        Self { own: Stat::read(pid).unwrap_or(unknown), processes: numbers.filter_map(Stat::read).collect() }
    }

    /// The process that has this number, be it a zombie.
    pub(crate) fn get(&self, pid: u32) -> Option<Mark> {
        self.processes.iter().find(|stat| stat.pid == pid).map(Stat::mark)
    }

    /// The live processes of some sessions and all descendants of these. A leader is the first process of its
    /// session, and has the session's number; it need not live any more.
    pub(crate) fn members(&self, leaders: &BTreeSet<u32>) -> Vec<u32> {
        let seeds = self.processes.iter();
        let seeds = seeds.filter(|stat| leaders.contains(&stat.session) || leaders.contains(&stat.pid));
        self.live_family(seeds).map(|stat| stat.pid).collect()
    }

    /// The children that this process has adopted and that have ended. `leaders` are those that it has
    /// started itself; somebody waits for each of them.
    pub(crate) fn adopted_zombies(&self, leaders: &BTreeMap<u32, u64>) -> Vec<u32> {
        self.children(leaders).filter(|stat| !stat.is_live()).map(|stat| stat.pid).collect()
    }

    /// The children that this process has adopted.
    pub(crate) fn adopted(&self, leaders: &BTreeMap<u32, u64>) -> impl Iterator<Item = u32> {
        self.children(leaders).map(|stat| stat.pid)
    }

    /// The live processes that descend from one of the `leaders` of this process and are tied to none of
    /// them any more: neither by their session nor by their parents. Only those that started at `since` or
    /// later and are not `released` count; what descends from a released one is left out with it.
    pub(crate) fn orphans(
        &self,
        leaders: &BTreeMap<u32, u64>,
        since: u64,
        released: &BTreeSet<Mark>,
    ) -> Vec<Orphan> {
        let is_loose = |stat: &&Stat| {
            stat.started >= since && !leaders.contains_key(&stat.session) && !released.contains(&stat.mark())
        };
        let eldest = self.children(leaders).filter(is_loose);
        let orphans = eldest.flat_map(|eldest| {
            let family = self.live_family(std::iter::once(eldest));
            family.map(|stat| Orphan { mark: stat.mark(), family: eldest.started })
        });
        orphans.filter(|orphan| !released.contains(&orphan.mark)).collect()
    }

    /// The children of this process that it has not started. All that it starts through a launcher has a
    /// session of its own, and so have all that descend from these; a child in our session was started by
    /// other means, and is the business of whoever did that.
    fn children(&self, leaders: &BTreeMap<u32, u64>) -> impl Iterator<Item = &Stat> {
        self.processes.iter().filter(|stat| {
            stat.parent == self.own.pid
                && stat.session != self.own.session
                && !leaders.contains_key(&stat.pid)
        })
    }

    /// Those of the given processes and of their descendants that live.
    fn live_family<'a>(&'a self, seeds: impl Iterator<Item = &'a Stat>) -> impl Iterator<Item = &'a Stat> {
        let mut family: HashSet<u32> = seeds.map(|stat| stat.pid).collect();
        // A child may have a smaller number than its parent, so the search repeats until nothing is added.
        let mut before = 0;
        while before < family.len() {
            before = family.len();
            for stat in &self.processes {
                if family.contains(&stat.parent) {
                    family.insert(stat.pid);
                }
            }
        }
        self.processes.iter().filter(move |stat| stat.is_live() && family.contains(&stat.pid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(pid: u32, state: char, parent: u32, session: u32, started: u64) -> Stat {
        Stat { pid, state, parent, session, started }
    }

    /// Onramp is 10 in session 9; its leaders are 20 and 30.
    fn table() -> Table {
        Table {
            own: stat(10, 'S', 1, 9, 100),
            processes: vec![
                stat(10, 'S', 1, 9, 100),
                stat(11, 'S', 10, 9, 205), // somebody's own child in our session
                stat(12, 'S', 10, 12, 90), // was there before us
                stat(20, 'S', 10, 20, 200),
                stat(21, 'S', 20, 20, 201),
                stat(19, 'S', 21, 19, 202), // a session of its own, but a parent in ours
                stat(22, 'S', 10, 20, 203), // has lost its parent, but not its session
                stat(30, 'Z', 10, 30, 210),
                stat(40, 'S', 10, 40, 211), // an orphan
                stat(41, 'S', 40, 41, 212), // its child
                stat(42, 'Z', 10, 42, 213),
                stat(50, 'S', 10, 50, 204), // another orphan
            ],
        }
    }

    fn leaders() -> BTreeMap<u32, u64> {
        BTreeMap::from([(20, 200), (30, 210)])
    }

    fn pids(orphans: &[Orphan]) -> Vec<u32> {
        orphans.iter().map(|orphan| orphan.mark.pid).collect()
    }

    #[test]
    fn members_are_sessions_with_all_descendants() {
        assert_eq!(table().members(&BTreeSet::from([20])), [20, 21, 19, 22]);
        assert_eq!(table().members(&BTreeSet::from([30, 40])), [40, 41]);
    }

    #[test]
    fn an_orphan_is_tied_to_no_leader() {
        assert_eq!(pids(&table().orphans(&leaders(), 200, &BTreeSet::new())), [40, 41, 50]);
        let later = table().orphans(&leaders(), 210, &BTreeSet::new());
        assert_eq!(pids(&later), [40, 41]);
        assert!(later.iter().all(|orphan| orphan.family == 211), "a child is as old as its family");
    }

    #[test]
    fn a_released_orphan_is_left_out_with_its_descendants() {
        let released = BTreeSet::from([Mark { pid: 40, started: 211 }, Mark { pid: 50, started: 1 }]);
        assert_eq!(pids(&table().orphans(&leaders(), 200, &released)), [50]);
    }

    #[test]
    fn the_zombie_of_a_leader_is_left_to_who_waits_for_it() {
        assert_eq!(table().adopted_zombies(&leaders()), [42]);
    }
}
