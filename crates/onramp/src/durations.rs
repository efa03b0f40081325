//! How long tasks took, so that a later run can be split evenly over several machines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use onramp_core::{Outcome, RunSummary, TaskId};
use serde::{Deserialize, Serialize};

use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::whole_file;

/// The file as it is written: tasks with the milliseconds that they take.
#[derive(Default, Deserialize, Serialize)]
struct Durations {
    version: u32,
    tasks: BTreeMap<String, u64>,
}

/// What is known of how long tasks take; nothing where the file does not exist or cannot be read.
pub(crate) fn read(file: &Path) -> BTreeMap<String, Duration> {
    let tasks = load(file).tasks.into_iter();
    tasks.map(|(task, milliseconds)| (task, Duration::from_millis(milliseconds))).collect()
}

/// After a run: remembers how long its tasks took, those that ran and succeeded. One that failed may have ended
/// long before its time. What is known of other tasks stays, unless they are no longer in the configuration.
pub(crate) fn record(session: &Session, summary: &RunSummary) -> Result<(), String> {
    let mut ran = summary.tasks.iter().filter(|ended| ended.outcome == Outcome::Passed).peekable();
    if ran.peek().is_none() {
        return Ok(());
    }
    let names = session
        .checkouts
        .iter()
        .flat_map(|checkout| checkout.config.tasks.iter().map(|task| checkout.name(&task.id)));
    let names: BTreeSet<TaskId> = names.collect();
    let mut ran = ran.filter(|ended| names.contains(&ended.task)).peekable();
    if ran.peek().is_none() {
        return Ok(());
    }
    let file = session.state.durations();
    let mut durations = load(&file);
    durations.version = SCHEMA_VERSION;
    for ended in ran {
        let milliseconds = u64::try_from(ended.elapsed.as_millis()).unwrap_or(u64::MAX);
        durations
            .tasks
            .entry(ended.task.to_string())
            .and_modify(|known| *known = smoothed(*known, milliseconds))
            .or_insert(milliseconds);
    }
    durations.tasks.retain(|task, _| task.parse().is_ok_and(|task: TaskId| names.contains(&task)));
    write(&file, &durations).map_err(|error| format!("{} could not be written: {error}", file.display()))
}

/// One slow run must not turn a split upside down: the new measurement counts as much as all earlier ones.
fn smoothed(known: u64, measured: u64) -> u64 {
    known / 2 + measured / 2 + (known % 2 + measured % 2) / 2
}

fn load(file: &Path) -> Durations {
    let bytes = fs::read(file).unwrap_or_default();
    let durations: Durations = serde_json::from_slice(&bytes).unwrap_or_default();
    if durations.version == SCHEMA_VERSION { durations } else { Durations::default() }
}

fn write(file: &Path, durations: &Durations) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(durations)? + "\n";
    whole_file::replace(file, |new| fs::write(new, text))
}
