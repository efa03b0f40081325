use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use onramp::xshell::{Shell, cmd};
use onramp::{Failure, TaskContext};

/// The model that the demo changes, and the line that it puts behind another one.
const MODEL: &str = "src/flowline/database/flows.py";
const ANCHOR: &str = "    name: Mapped[Name]";
const COLUMN: &str = "    owner: Mapped[str | None] = mapped_column(String(200))";

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
    copy_tracked_files(context, &shell, &copy)?;
    make_repository(context, &shell, &copy)?;
    add_column(context, &copy)?;
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

fn copy_tracked_files(context: &TaskContext<'_>, shell: &Shell, copy: &Path) -> Result<(), Failure> {
    context.step("copy examples/flowline to target/demo/flowline");
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    let listing = context.read(cmd!(shell, "git ls-files -co --exclude-standard -- examples/flowline"))?;
    for file in listing.lines() {
        let source = context.root().join(file);
        let target = copy.join(Path::new(file).strip_prefix("examples/flowline").unwrap_or(Path::new(file)));
        // A file that is deleted and not yet committed is still listed.
        if source.is_file() {
            fs::create_dir_all(target.parent().unwrap_or(copy))?;
            fs::copy(source, target)?;
        }
    }
    Ok(())
}

fn make_repository(context: &TaskContext<'_>, shell: &Shell, copy: &Path) -> Result<(), Failure> {
    shell.change_dir(copy);
    context.run(cmd!(shell, "git init --quiet"))?;
    context.run(cmd!(shell, "git add --all"))?;
    let identity = ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];
    context.run(cmd!(shell, "git {identity...} commit --quiet --no-verify -m Clone"))
}

fn add_column(context: &TaskContext<'_>, copy: &Path) -> Result<(), Failure> {
    context.step("add a column `owner` to the model of flows");
    let file = copy.join(MODEL);
    let text = fs::read_to_string(&file)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let anchor = lines.iter().position(|line| line.starts_with(ANCHOR));
    let place =
        anchor.ok_or_else(|| Failure::task(format!("{MODEL} has no line that starts with `{ANCHOR}`")))?;
    lines.insert(place + 1, COLUMN);
    fs::write(file, lines.join("\n") + "\n")?;
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
