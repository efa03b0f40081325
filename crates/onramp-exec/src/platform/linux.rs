mod children;
mod table;

use std::fs::{self, File};
use std::io::Read;
use std::process;

use rustix::process::{Signal, WaitOptions, child_subreaper, getpid, set_child_subreaper, waitpid};

use super::{Mark, Numbers, Orphan, Realm};
pub(crate) use children::{are_only, children};
pub(crate) use table::Table;

/// The fields of `/proc/PID/stat` that matter here.
#[derive(Clone, Copy, Debug)]
struct Stat {
    pid: u32,
    state: char,
    parent: u32,
    session: u32,
    started: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        // In one reading: the system does not tell how long it is, and a library would feel its way.
        let mut buffer = [0; 1024];
        let read = File::open(format!("/proc/{pid}/stat")).ok()?.read(&mut buffer).ok()?;
        let text = String::from_utf8_lossy(&buffer[..read]);
        // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        Some(Self {
            pid,
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
            session: fields.nth(1)?.parse().ok()?,
            started: fields.nth(15)?.parse().ok()?,
        })
    }

    /// A zombie has ended and only waits for its parent to notice.
    fn is_live(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }

    fn mark(&self) -> Mark {
        Mark { pid: self.pid, started: self.started }
    }
}

pub(super) fn started(pid: u32) -> Option<String> {
    Stat::read(pid).filter(Stat::is_live).map(|stat| stat.started.to_string())
}

/// The process that has this number now, be it a zombie.
pub(crate) fn mark(pid: u32) -> Option<Mark> {
    Stat::read(pid).map(|stat| stat.mark())
}

/// Where process ids are comparable now.
pub(crate) fn realm() -> Realm {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    Realm { boot: boot.trim().to_owned(), namespace: namespace.to_string_lossy().into_owned() }
}

/// How far the system has come in handing out process ids. It counts the whole machine, so in a container
/// more numbers look used than are.
pub(crate) fn numbers() -> Option<Numbers> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let used = stat.lines().find_map(|line| line.strip_prefix("processes "))?.trim().parse().ok()?;
    let available = fs::read_to_string("/proc/sys/kernel/pid_max").ok()?.trim().parse().ok()?;
    Some(Numbers { used, available })
}

/// The signals that this process ignores, the lowest bit for signal 1.
pub(crate) fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Has the orphans among this process's descendants become its children, or no longer. Returns whether that
/// changed anything: who started us may have asked for the same, and it is not ours to take back then.
pub(crate) fn set_subreaper(wanted: bool) -> bool {
    let is = child_subreaper().is_ok_and(|setting| setting.is_some());
    is != wanted && set_child_subreaper(wanted.then(getpid)).is_ok()
}

/// Takes note of the end of an adopted child, without which its number would stay in use. The caller sees
/// to it that nobody else waits for this child.
pub(crate) fn reap(pid: u32) {
    let is_ours = |stat: &Stat| !stat.is_live() && stat.parent == process::id();
    if let Some(child) = super::pid(pid)
        && Stat::read(pid).as_ref().is_some_and(is_ours)
    {
        // The only error is that it is no child any more, and then there is nothing to note.
        let _ = waitpid(Some(child), WaitOptions::NOHANG);
    }
}

/// Sends a signal to each of the processes that a [`Table`] has named, and returns those that are not ours
/// to signal.
pub(crate) fn signal_all(processes: &[u32], signal: Signal) -> Vec<u32> {
    processes.iter().copied().filter(|process| !super::signal(*process, signal)).collect()
}
