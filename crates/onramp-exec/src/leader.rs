use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::launcher::Child;
use crate::platform::{self, Mark, Orphan, Table};

/// What is known of this process's children. There is one for all launchers, because the system knows one
/// parent, however many launchers that parent has.
struct Children {
    /// Those that a launcher has started and somebody waits for: process ids and starts.
    leaders: BTreeMap<u32, u64>,
    /// The start of the first one ever. What is older descends from none of them.
    first: Option<u64>,
    /// Orphans that a successful process has left behind on purpose.
    released: BTreeSet<Mark>,
    /// Whether it was us who asked for orphans.
    is_subreaper: bool,
}

static CHILDREN: Mutex<Children> = Mutex::new(Children {
    leaders: BTreeMap::new(),
    first: None,
    released: BTreeSet::new(),
    is_subreaper: false,
});

fn children() -> MutexGuard<'static, Children> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which processes are ended with a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those of its session and all descendants.
    Session,
    /// And the orphans that have started since it has, which are its own as long as no other leader lives.
    OwnOrphans,
    /// And the orphans of all leaders.
    AllOrphans,
}

/// What lives at one moment.
#[derive(Default)]
pub(crate) struct Look {
    /// All that is within reach.
    pub(crate) live: Vec<u32>,
    /// Those of the live whose parent has ended, so that they are our children now.
    pub(crate) adopted: Vec<u32>,
    /// All orphans, within reach or not.
    pub(crate) orphans: Vec<Orphan>,
}

/// A process that was started here and leads a session. While this value lives, the process is known as ours.
pub(crate) struct Leader {
    mark: Mark,
}

impl Leader {
    /// Starts a process by `spawn`, and calls `note` before anything else can happen to it.
    pub(crate) fn start(
        spawn: impl FnOnce() -> io::Result<Child>,
        note: impl FnOnce(Mark),
    ) -> io::Result<(Child, Self)> {
        // Held until the child is known: whoever looks for orphans in between would take it for one.
        let mut children = children();
        if children.first.is_none() {
            children.is_subreaper |= platform::set_subreaper(true);
        }
        let child = spawn()?;
        let pid = child.id();
        // Nobody has waited for it yet, so it has a start even if it has ended.
        let mark = platform::mark(pid).unwrap_or(Mark { pid, started: 0 });
        children.leaders.insert(pid, mark.started);
        children.first.get_or_insert(mark.started);
        note(mark);
        Ok((child, Self { mark }))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.mark.pid
    }

    /// Whether no other leader lives.
    pub(crate) fn is_alone(&self) -> bool {
        children().leaders.keys().all(|pid| *pid == self.mark.pid)
    }

    /// Looks at what lives now, and takes note of adopted children that have ended.
    pub(crate) fn look(&self, reach: Reach) -> Look {
        if self.has_left_nothing() {
            return Look::default();
        }
        // The table comes first: each leader in it is known by the time that the lock is ours.
        let table = Table::read();
        let children = children();
        for zombie in table.adopted_zombies(&children.leaders) {
            platform::reap(zombie);
        }
        let since = children.first.unwrap_or(self.mark.started);
        let orphans = table.orphans(&children.leaders, since, &children.released);
        let mut live = table.members(&BTreeSet::from([self.mark.pid]));
        let within = orphans.iter().filter(|orphan| self.reaches(orphan, reach));
        live.extend(within.map(|orphan| orphan.mark.pid));
        let adopted = table.adopted(&children.leaders).filter(|pid| live.contains(pid)).collect();
        Look { live, adopted, orphans }
    }

    /// Whether it has ended and nothing is there that could descend from it: as a subreaper, this process would be
    /// the parent of whatever has lost its own. This is how nearly every process ends, and it spares a look at all
    /// of the system.
    fn has_left_nothing(&self) -> bool {
        let Some(listed) = platform::children() else { return false };
        let children = children();
        children.is_subreaper
            && !listed.contains(&self.mark.pid)
            && platform::are_only(&listed, &children.leaders)
    }

    fn reaches(&self, orphan: &Orphan, reach: Reach) -> bool {
        match reach {
            Reach::Session => false,
            Reach::OwnOrphans => orphan.family >= self.mark.started,
            Reach::AllOrphans => true,
        }
    }

    /// Lets orphans live on, whatever becomes of the run: this leader has succeeded, and what it has left
    /// behind outside its session is a daemon. Orphans that are older than the leader are not its own.
    pub(crate) fn release(&self, orphans: &[Orphan]) {
        let own = orphans.iter().filter(|orphan| self.reaches(orphan, Reach::OwnOrphans));
        let mut children = children();
        children.released.retain(|mark| platform::mark(mark.pid) == Some(*mark));
        children.released.extend(own.map(|orphan| orphan.mark));
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        children().leaders.remove(&self.mark.pid);
    }
}

/// Does something, which need not return, as a process that asks for no orphans: the setting would survive
/// the change to another program, which knows nothing of it.
pub(crate) fn without_orphans<T>(act: impl FnOnce() -> T) -> T {
    let children = children();
    if children.is_subreaper {
        platform::set_subreaper(false);
    }
    let result = act();
    if children.is_subreaper {
        platform::set_subreaper(true);
    }
    result
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::test_tools::{launcher, sh};
    use rustix::process::child_subreaper;

    #[test]
    fn another_program_in_our_place_adopts_nobody() {
        launcher().capture(&sh("true")).unwrap();
        assert_eq!(without_orphans(|| child_subreaper().unwrap()), None);
        assert!(child_subreaper().unwrap().is_some());
    }
}
