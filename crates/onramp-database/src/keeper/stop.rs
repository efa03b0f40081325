use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use onramp_exec::{ProcessId, is_alive};
use rustix::process::{Pid, Signal, kill_process};

use super::{Record, ServerFiles};
use crate::owner::Fate;

/// How long a keeper may take to stop its server; data that stay are written in that time.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Asks a keeper to stop its server, and waits for its end, with force once it takes too long. Only the very process
/// that the record names is ever signalled. The caller holds the server's lock. Returns whether the keeper is gone;
/// what it may have left behind is reaped like what any dead owner has left.
pub(crate) fn stop(files: &ServerFiles, record: &Record) -> bool {
    if record.keeper.fate() == Fate::Lives {
        let keeper = &record.keeper.process;
        signal(keeper, Signal::TERM);
        let deadline = Instant::now() + PATIENCE;
        while is_alive(keeper) {
            if Instant::now() >= deadline {
                signal(keeper, Signal::KILL);
            }
            thread::sleep(LOOK);
        }
    }
    let is_gone = record.keeper.is_gone();
    if is_gone {
        // It is gone already where the keeper could do it.
        let _ = fs::remove_file(files.record());
    }
    is_gone
}

fn signal(process: &ProcessId, signal: Signal) {
    if is_alive(process)
        && let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw)
    {
        // "No such process" leaves nothing to do.
        let _ = kill_process(pid, signal);
    }
}
