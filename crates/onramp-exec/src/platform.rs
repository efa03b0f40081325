//! What differs between the systems that Onramp runs on.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

pub(crate) use system::{
    Table, are_only, children, ignored_signals, mark, numbers, realm, reap, set_subreaper, signal_all,
};

/// A process beyond doubt: process ids are reused, the start time of a process id is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessId {
    /// The process id.
    pub pid: u32,
    /// The system's own mark of when it started, comparable only for equality and only until the next boot.
    pub started: String,
}

/// A process beyond doubt, as this crate knows it: with a start that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) pid: u32,
    /// In the system's own unit since boot; 0 where the system does not tell.
    pub(crate) started: u64,
}

/// A process that descends from one of ours and is tied to none of them any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Orphan {
    pub(crate) mark: Mark,
    /// The start of the eldest of its family, the one that has cut the ties.
    pub(crate) family: u64,
}

/// Within which process ids and start marks mean the same. Parts that the system does not tell are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Realm {
    /// This boot of this machine.
    pub(crate) boot: String,
    /// The namespace of process ids; a container has one of its own.
    pub(crate) namespace: String,
}

/// How far the system has come in handing out process ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// How many processes and threads were started since boot.
    pub(crate) used: u64,
    /// How many numbers there are; they are handed out in a circle.
    pub(crate) available: u64,
}

/// The process that this code runs in.
pub fn own_process() -> ProcessId {
    let pid = std::process::id();
    process(pid).unwrap_or(ProcessId { pid, started: String::new() })
}

/// The live process that has this number now, if any.
pub fn process(pid: u32) -> Option<ProcessId> {
    system::started(pid).map(|started| ProcessId { pid, started })
}

/// Whether that very process, and not a later one of the same number, is still alive.
pub fn is_alive(process: &ProcessId) -> bool {
    system::started(process.pid).is_some_and(|started| started == process.started)
}

/// Whether this process ignores a signal now. Asked before anybody installs a handler, this is what its
/// starter wanted: `nohup` has HUP ignored. Where the system does not tell, which is everywhere but on Linux,
/// the answer is no.
pub fn ignores(signal: Signal) -> bool {
    let place = u32::try_from(signal.as_raw() - 1).ok();
    place.and_then(|place| ignored_signals().checked_shr(place)).is_some_and(|signals| signals & 1 == 1)
}

/// Sends a signal to one process and to nothing else. Returns whether it may be signalled at all: one that is
/// gone may, one of another user may not.
pub(crate) fn signal(process: u32, signal: Signal) -> bool {
    let Some(pid) = pid(process) else { return true };
    kill_process(pid, signal) != Err(Errno::PERM)
}

fn pid(process: u32) -> Option<Pid> {
    i32::try_from(process).ok().and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_told() {
        // Programs in Rust ignore PIPE from their start on, and nothing else.
        assert_eq!(ignores(Signal::PIPE), cfg!(target_os = "linux"));
        assert!(!ignores(Signal::TERM));
    }

    #[test]
    fn a_later_process_of_the_same_number_is_another_one() {
        let own = own_process();
        assert!(is_alive(&own));
        assert!(!is_alive(&ProcessId { started: format!("{}0", own.started), ..own }) || own_is_unmarked());
    }

    fn own_is_unmarked() -> bool {
        own_process().started.is_empty()
    }
}
