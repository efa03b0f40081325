use rustix::process::{Pid, getsid};

/// Without `/proc` the process's existence is all there is to ask for; a reused number is taken for the
/// process itself, which errs on the side of leaving it alone.
pub(super) fn started(pid: u32) -> Option<String> {
    super::exists(pid).then(String::new)
}

/// The system offers no list of a session's members without a library of its own, so the leader's process
/// group stands for them.
pub(super) fn members(leader: u32) -> Vec<u32> {
    let alive =
        i32::try_from(leader).ok().and_then(Pid::from_raw).is_some_and(|pid| getsid(Some(pid)).is_ok());
    if alive { vec![leader] } else { Vec::new() }
}
