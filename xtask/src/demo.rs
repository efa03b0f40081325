use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use onramp::xshell::{Shell, cmd};
use onramp::{Failure, TaskContext};

use crate::flowline;

/// What is run in the copy, one verb after the other. The suite `database` compares the migrations with the
/// models, so its turn comes when the new revision is there.
const VERBS: [&[&str]; 7] = [
    &["setup"],
    &["fmt", "--check"],
    &["lint"],
    &["test", "unit", "ui"],
    &["build"],
    &["migrate", "--all-dialects", "-m", "add flow owner"],
    &["test", "database"],
];

/// Copies flowline to a scratch folder, adds a column to a model, and takes it from clone to two migrations.
pub(crate) fn run(context: &TaskContext<'_>) -> Result<(), Failure> {
    let copy = context.root().join("target/demo/flowline");
    let shell = context.shell()?;
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    flowline::copy(context, &copy)?;
    flowline::make_repository(context, &shell, &copy)?;
    flowline::add_column(context, &copy)?;
    let mut times = Vec::new();
    for verb in VERBS {
        let started = Instant::now();
        context.onramp(&copy, verb)?;
        times.push((verb.join(" "), started.elapsed()));
    }
    show_result(context, &shell, &copy)?;
    show_times(context, &times);
    // The next demo begins with a copy of its own; nothing waits for it.
    context.onramp(&copy, &["db", "down"])?;
    Ok(())
}

fn show_result(context: &TaskContext<'_>, shell: &Shell, copy: &Path) -> Result<(), Failure> {
    let added = context.read(cmd!(shell, "git ls-files --others --exclude-standard"))?;
    for file in added.lines() {
        context.print(&format!("\n── {file}\n"));
        context.print(fs::read_to_string(copy.join(file))?.trim_end());
    }
    context.print("\n── MIGRATION-NOTES.md\n");
    let ledger = context.read(cmd!(shell, "git diff --unified=0 -- MIGRATION-NOTES.md"))?;
    let entry = ledger.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++"));
    context.print(&entry.map(|line| &line[1..]).collect::<Vec<_>>().join("\n"));
    Ok(())
}

/// Where everything took its time, as bars of one scale.
fn show_times(context: &TaskContext<'_>, times: &[(String, Duration)]) {
    const WIDTH: f64 = 40.0;
    let longest = times.iter().map(|(_, time)| time.as_secs_f64()).fold(f64::MIN_POSITIVE, f64::max);
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    context.print("\n── where the time went\n");
    for (verb, time) in times {
        let bar = "█".repeat((time.as_secs_f64() / longest * WIDTH).ceil() as usize);
        let name = verb.split(" -m").next().unwrap_or(verb);
        context.print(&format!("{name:24} {:6.1} s  {bar}", time.as_secs_f64()));
    }
    context.print(&format!("{:24} {:6.1} s", "all", total.as_secs_f64()));
    context.print("\nThe product and its two new revisions are in target/demo/flowline.");
}
