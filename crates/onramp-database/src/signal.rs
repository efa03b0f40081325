use onramp_exec::{ProcessId, is_alive};
use rustix::process::{Pid, Signal, kill_process};

/// Signals that very process. Its start mark is compared right before, so a reused number is never hit; where the
/// system has no such marks, nobody is signalled: the number may be anybody's.
pub(crate) fn signal(process: &ProcessId, signal: Signal) {
    if is_known(process)
        && is_alive(process)
        && let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw)
    {
        // "No such process" leaves nothing to do, and "not yours" nothing that could be done.
        let _ = kill_process(pid, signal);
    }
}

/// Whether a process can be told from a later one of the same number.
pub(crate) fn is_known(process: &ProcessId) -> bool {
    !process.started.is_empty()
}
