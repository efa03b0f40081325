use std::fs;
use std::path::PathBuf;

use onramp::Failure;

use super::{Findings, Section, expect_runs};
use crate::bench::budget::Budget;
use crate::bench::graph::{Command, Graph, Shape};
use crate::bench::measure::{Contestant, Measured, Results, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::tools::Tool;
use crate::bench::workplace::{Workplace, write_counter};

/// How many tasks the configuration has.
const TASKS: usize = 20;

/// The name of the floor in tables.
const FLOOR: &str = "`/bin/true`";

/// A tool with its configuration.
struct Entrant<'a> {
    tool: &'a dyn Tool,
    graph: Graph,
    directory: PathBuf,
    trace: PathBuf,
}

/// What a single command costs.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 2, counted: 7 },
        Pace::Full => Turns { warm_up: 3, counted: 25 },
    };
    let entrants = entrants(workplace)?;
    let tools = || entrants.iter().map(|entrant| (entrant.tool, &entrant.directory));

    let help =
        tools().map(|(tool, directory)| workplace.contestant(tool, directory, vec!["--help".to_owned()]));
    let help = compare(workplace, "`--help`", turns, help)?;
    let lists = tools().filter_map(|(tool, directory)| {
        tool.list().map(|arguments| workplace.contestant(tool, directory, arguments))
    });
    let lists = compare(workplace, "the list of tasks", turns, lists)?;
    let cached = run_cached(workplace, turns, &entrants)?;

    let mut findings = Findings::default();
    let mut own = Vec::new();
    let mut table = Table::new(["tool", "`--help`", "list of 20 tasks", "run one task that is up to date"]);
    let names = entrants.iter().map(|entrant| entrant.tool.name()).chain([FLOOR]);
    for name in names {
        let cells = [&help, &lists, &cached].map(|results| {
            let lists_nothing = std::ptr::eq(results, &lists)
                && tools().any(|(tool, _)| tool.name() == name && tool.list().is_none());
            let ours = results.of(workplace.onramp.name());
            if lists_nothing {
                "–".to_owned()
            } else {
                cell(&results.of(name), &ours, results.memory_floor)
            }
        });
        table.row(std::iter::once(name.to_owned()).chain(cells));
    }
    for (what, results) in [("--help", &help), ("tasks", &lists), ("a cached task", &cached)] {
        let measured = results.of(workplace.onramp.name());
        findings.note_own(what, &measured);
        own.push(measured);
    }
    findings.budgets.push(budget(&own));
    findings.sections.push(Section {
        title: "One command".to_owned(),
        explanation: format!(
            "A configuration of {TASKS} tasks; medians of {} runs, as processor time / wall time / memory of the \
             largest process. In brackets: processor time as a multiple of Onramp's. just without `[cache]` is never \
             up to date: it runs the task, which does nothing.",
            turns.counted
        ),
        table,
        spreads: [&help, &lists, &cached].into_iter().flat_map(Results::spreads).collect(),
    });
    Ok(findings)
}

fn entrants<'a>(workplace: &'a Workplace<'_>) -> Result<Vec<Entrant<'a>>, Failure> {
    let mut entrants = Vec::new();
    for tool in workplace.tools() {
        let directory = workplace.repository("startup", tool.name())?;
        // A counted step tells whether it ran; where it is to run each time, it must cost as little as can be.
        let counter = directory.join("count");
        let trace = write_counter(&counter)?;
        let command =
            if tool.remembers().is_empty() { "/bin/true".into() } else { counter.to_string_lossy() };
        let graph = Graph::of_shape(Shape::Wide, TASKS, &Command::Plain(command.into_owned()));
        graph.write_inputs(&directory)?;
        workplace.write(&directory, tool, &graph)?;
        workplace.commit(&directory)?;
        entrants.push(Entrant { tool, graph, directory, trace });
    }
    Ok(entrants)
}

/// Measures the contestants and the floor.
fn compare(
    workplace: &Workplace<'_>,
    what: &str,
    turns: Turns,
    contestants: impl Iterator<Item = Contestant>,
) -> Result<Results, Failure> {
    let floor = workplace.command(FLOOR, &workplace.folder, vec!["/bin/true".to_owned()]);
    let contestants: Vec<Contestant> = contestants.chain([floor]).collect();
    measure(workplace, what, turns, &contestants)
}

fn run_cached(workplace: &Workplace<'_>, turns: Turns, entrants: &[Entrant<'_>]) -> Result<Results, Failure> {
    let contestants = || {
        entrants.iter().map(|entrant| {
            let arguments = entrant.tool.run(&entrant.graph.steps[0]);
            workplace.contestant(entrant.tool, &entrant.directory, arguments)
        })
    };
    let make_goal_cached = compare(workplace, "a first run of one task", Turns::ONCE, contestants())?;
    let mut results = compare(workplace, "a task that is up to date", turns, contestants())?;
    for Entrant { tool, trace, .. } in entrants {
        if let Err(why) = make_goal_cached.of(tool.name()) {
            results.disqualify(tool.name(), format!("the first run: {why}"));
        } else if !tool.remembers().is_empty() {
            let ran = fs::metadata(trace)?.len();
            expect_runs(&mut results, *tool, "all runs together", ran, 1);
        }
    }
    Ok(results)
}

fn budget(own: &[Measured]) -> Budget {
    let show = |seconds: f64| time(std::time::Duration::from_secs_f64(seconds));
    Budget::of_worst(
        "`--help`, `tasks`, a cached task: the slowest of them",
        ("≤ 20 ms processor time", 0.020),
        own,
        |sample| sample.processor.as_secs_f64(),
        show,
    )
}
