//! What it costs to look at what revisions do.

use std::time::Duration;

use onramp::Failure;

use super::migrate::project::Project;
use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::workplace::Workplace;

/// The newest revisions of the example product, of which the rules say nothing.
const REVISIONS: [&str; 2] = ["ed40c2871a9b", "06a3e9f7b5d4"];

/// The names in the table.
const OWN: &str = "`onramp migrate lint`, both dialects, once more";
const FIRST: &str = "the same for the first time, on servers that are there";
const FLOOR: &str = "floor: `onramp migrate heads`, which reads the same histories";

/// `migrate lint` of one revision of each dialect.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 3 },
        Pace::Full => Turns { warm_up: 2, counted: 15 },
    };
    let project = Project::prepare(workplace)?;
    let contestants = contestants(workplace, &project)?;
    let measured = measure(workplace, "a look at revisions", turns, &contestants);
    project.end_servers(workplace)?;
    let results = measured?;

    let (mut findings, ours) = (Findings::default(), results.of(OWN));
    findings.note_own("migrate lint", &ours);
    let mut table = Table::new(["what", "processor / wall / memory"]);
    for name in contestants.iter().map(|contestant| contestant.name.as_str()) {
        table.row([name.to_owned(), cell(&results.of(name), &ours, results.memory_floor)]);
    }
    let show = |value| time(Duration::from_secs_f64(value));
    findings.budgets.extend([
        Budget::of_worst(
            "`migrate lint` of one revision of each dialect, once more",
            ("≤ 300 ms wall time", 0.300),
            std::slice::from_ref(&ours),
            |sample| sample.wall.as_secs_f64(),
            show,
        ),
        Budget::of_share(
            "the same, beside the command that only reads the histories",
            ("≤ 5 times the wall time", 5.0),
            &ours,
            &results.of(FLOOR),
            |share| format!("{share:.1} times"),
        ),
    ]);
    findings.sections.push(Section {
        title: "A look at what revisions do".to_owned(),
        explanation: format!(
            "The newest revision of each dialect of the example product. What a revision does is kept, so that it is looked at \
             once more without a database and without Python; for the first time it is applied, with servers, templates and \
             waiting Pythons there. Medians of {} runs.",
            turns.counted
        ),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

fn contestants(workplace: &Workplace<'_>, project: &Project) -> Result<[Contestant; 3], Failure> {
    let program = workplace.onramp.program.to_string_lossy().into_owned();
    let command = |name: &str, words: &[&str]| {
        let argv = std::iter::once(program.clone()).chain(words.iter().map(|word| (*word).to_owned()));
        project.command(workplace, name, argv.collect())
    };
    let lint = ["migrate", "lint", REVISIONS[0], REVISIONS[1]];
    let known = "test -n \"$(ls .onramp/databases/facts)\"\n";
    let mut own = command(OWN, &lint);
    own.check = project.script("lint-check.sh", known)?;
    let mut first = command(FIRST, &lint);
    first.before = project.script("lint-before.sh", "rm -rf .onramp/databases/facts\n")?;
    first.check = project.script("lint-check.sh", known)?;
    // In this order: what one leaves behind is what the next one of a round begins with.
    Ok([first, own, command(FLOOR, &["migrate", "heads"])])
}
