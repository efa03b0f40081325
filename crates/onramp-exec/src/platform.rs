//! What differs between the systems that Onramp runs on.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

#[cfg(not(target_os = "linux"))]
use rustix::process::test_kill_process;
use rustix::process::{Pid, Signal, kill_process};

/// A process beyond doubt: process ids are reused, the start time of a process id is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessId {
    /// The process id.
    pub pid: u32,
    /// The system's own mark of when it started, comparable only for equality and only until the next boot.
    pub started: String,
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

/// The live processes of a session and all descendants of its leader. `leader` is the process id of the
/// session's first process, which is also the id of the session.
pub(crate) fn members(leader: u32) -> Vec<u32> {
    system::members(leader)
}

/// Sends a signal to each process; those that are gone by now are passed over.
pub(crate) fn signal(processes: &[u32], signal: Signal) {
    for process in processes {
        if let Some(pid) = i32::try_from(*process).ok().and_then(Pid::from_raw) {
            // The only errors are "no such process" and "not yours"; neither leaves anything to do.
            let _ = kill_process(pid, signal);
        }
    }
}

/// Whether a process of that number exists, whoever it is.
#[cfg(not(target_os = "linux"))]
fn exists(process: u32) -> bool {
    i32::try_from(process).ok().and_then(Pid::from_raw).is_some_and(|pid| test_kill_process(pid).is_ok())
}
