//! `many-tasks COUNT chain|fan`: runs as many tasks that do nothing, in one process, and tells the most memory that
//! this took. Each needs the one before it, or none; one more needs the last one, or all.

use std::ffi::OsString;
use std::process::ExitCode;

use onramp::{Failure, Onramp, TaskContext};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, shape] = arguments.as_slice() else { return ExitCode::from(2) };
    let (Ok(count), is_chain) = (count.parse::<usize>(), shape == "chain") else { return ExitCode::from(2) };
    let mut onramp = Onramp::new();
    for number in 0..count {
        onramp = onramp.task(format!("t{number}"), "Does nothing", |_| Ok(()));
        if is_chain && number > 0 {
            onramp = onramp.needs([format!("task:t{}", number - 1)]);
        }
    }
    let first = if is_chain { count.saturating_sub(1) } else { 0 };
    let needs = (first..count).map(|number| format!("task:t{number}"));
    let onramp = onramp.task("all", "Tells the memory", tell_memory).needs(needs);
    onramp.main_from(["many-tasks", "run", "all", "--quiet"].map(OsString::from))
}

/// Prints what the system calls the high-water mark of the process, in KiB; nothing where it does not tell.
fn tell_memory(context: &TaskContext<'_>) -> Result<(), Failure> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        context.print(&format!("peak {}", peak.trim()));
    }
    Ok(())
}
