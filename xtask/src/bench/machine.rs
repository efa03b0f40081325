use std::fs;
use std::thread;

use onramp::xshell::cmd;
use onramp::{Failure, TaskContext};

/// What the figures were measured on: processor, cores and kernel, as one line without any name of the machine.
pub(super) fn description(context: &TaskContext<'_>) -> Result<String, Failure> {
    let shell = context.shell()?;
    // What a distribution or a host puts behind the version is nobody's business.
    let version = context.read(cmd!(shell, "uname -r"))?;
    let version = version.split(['-', '+']).next().unwrap_or_default().to_owned();
    let (system, processors) =
        (context.read(cmd!(shell, "uname -s"))?, context.read(cmd!(shell, "uname -m"))?);
    let kernel = format!("{system} {version} {processors}");
    let cores = thread::available_parallelism()?;
    let processor = match processor_of_linux() {
        Some(name) => name,
        None => context.read(cmd!(shell, "sysctl -n machdep.cpu.brand_string"))?,
    };
    Ok(format!("{processor}, {cores} cores, {kernel}"))
}

/// The day of the measurement, as `2026-01-31`.
pub(super) fn day(context: &TaskContext<'_>) -> Result<String, Failure> {
    let shell = context.shell()?;
    context.read(cmd!(shell, "date -u +%Y-%m-%d"))
}

/// The commit that was measured, with `+` behind it if the work tree has more.
pub(super) fn commit(context: &TaskContext<'_>) -> Result<String, Failure> {
    let shell = context.shell()?;
    let commit = context.read(cmd!(shell, "git rev-parse --short=10 HEAD"))?;
    let changes = context.read(cmd!(shell, "git status --porcelain"))?;
    Ok(if changes.is_empty() { commit } else { format!("{commit}+") })
}

/// The processor's name; `None` on another system than Linux.
fn processor_of_linux() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(": ").map(|(_, name)| name.trim().to_owned())
}
