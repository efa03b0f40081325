//! What the tests of this crate have in common.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Secrets};

use crate::{Environment, Launcher, ProcessSpec, is_alive, process};

/// How long something may take that must come about, on a machine with much to do.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn environment() -> Environment {
    Environment::new([("PATH".into(), "/usr/bin:/bin".into())])
}

pub(crate) fn sh(script: &str) -> ProcessSpec {
    ProcessSpec::new(["sh", "-c", script], "/", environment())
}

pub(crate) fn launcher() -> Launcher {
    Launcher::new(Cancel::new(), Secrets::new()).grace(Duration::from_millis(200))
}

/// Reads the process id that a script wrote, waiting until it has.
pub(crate) fn pid_in(path: &Path) -> u32 {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(pid) = std::fs::read_to_string(path).unwrap_or_default().trim().parse() {
            return pid;
        }
        assert!(Instant::now() < deadline, "the script wrote no process id");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn lives(pid: u32) -> bool {
    process(pid).is_some_and(|process| is_alive(&process))
}

/// Waits until something holds that must come about.
pub(crate) fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never came about");
        thread::sleep(Duration::from_millis(5));
    }
}
