use std::fs;
use std::path::PathBuf;

use onramp::Failure;

use super::TASKS;
use crate::bench::graph::{Command, Graph, Shape};
use crate::bench::groups::expect_runs;
use crate::bench::measure::{Contestant, Results, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::tools::Tool;
use crate::bench::workplace::{Workplace, write_counter};

/// Runs everything when all of it is up to date. The tasks leave a trace here: the first run must leave one of each,
/// or the figures for cold runs are taken back as well, and the measured runs none.
pub(super) fn run_cached(
    workplace: &Workplace<'_>,
    shape: Shape,
    tools: &[&dyn Tool],
    cold: &mut Results,
) -> Result<Results, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 3 },
        Pace::Full => Turns { warm_up: 1, counted: 9 },
    };
    let mut traces: Vec<PathBuf> = Vec::new();
    let mut contestants: Vec<Contestant> = Vec::new();
    for tool in tools {
        let directory = workplace.repository(&format!("cached-{}", shape.name()), tool.name())?;
        let counter = directory.join("count");
        traces.push(write_counter(&counter)?);
        let graph = Graph::of_shape(shape, TASKS, &Command::Plain(counter.to_string_lossy().into_owned()));
        graph.write_inputs(&directory)?;
        workplace.write(&directory, *tool, &graph)?;
        workplace.commit(&directory)?;
        contestants.push(workplace.contestant(*tool, &directory, tool.run(graph.goal())));
    }
    let ran = |number: usize| fs::metadata(&traces[number]).map(|trace| trace.len());
    let what = format!("{TASKS} tasks, {}", shape.name());

    let first = measure(workplace, &format!("{what}, counted"), Turns::ONCE, &contestants)?;
    let mut ready = Vec::new();
    for (number, tool) in tools.iter().enumerate() {
        match first.of(tool.name()) {
            Ok(_) => expect_runs(cold, *tool, "a cold run", ran(number)?, TASKS as u64),
            Err(why) => cold.disqualify(tool.name(), why),
        }
        if cold.of(tool.name()).is_ok() && !tool.remembers().is_empty() {
            ready.push(contestants[number].clone());
        }
    }
    let mut results = measure(workplace, &format!("{what}, cached"), turns, &ready)?;
    for (number, tool) in tools.iter().enumerate() {
        if results.of(tool.name()).is_ok() {
            let again = ran(number)?.saturating_sub(TASKS as u64);
            expect_runs(&mut results, *tool, "cached runs", again, 0);
        }
    }
    Ok(results)
}
