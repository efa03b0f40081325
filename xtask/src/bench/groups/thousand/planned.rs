use onramp::Failure;

use crate::bench::graph::{Command, Graph, Shape};
use crate::bench::groups::{Findings, Section};
use crate::bench::measure::{Results, Turns, measure};
use crate::bench::table::{Table, cell};
use crate::bench::tools::Tool;
use crate::bench::workplace::Workplace;

/// How many tasks there are.
const TASKS: usize = 100_000;

/// A graph so deep, or so wide, that an algorithm which recurses or compares all with all does not survive it. The
/// tasks are planned and not run, since 100,000 processes would say nothing about it.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let mut table = Table::new(["tool", "chain", "wide"]);
    let mut columns = Vec::new();
    for shape in [Shape::Chain, Shape::Wide] {
        let mut graph = Graph::of_shape(shape, TASKS, &Command::Plain("/bin/true".to_owned()));
        for step in &mut graph.steps {
            step.inputs = vec!["in/all".to_owned()];
        }
        let mut contestants = Vec::new();
        for (tool, option) in planners(workplace) {
            let directory = workplace.workload(&format!("planned-{}", shape.name()), tool, &graph)?;
            let mut arguments = tool.run(graph.goal());
            arguments.insert(0, option.to_owned());
            contestants.push(workplace.contestant(tool, &directory, arguments));
        }
        let turns = Turns { warm_up: 0, counted: 3 };
        let what = format!("{TASKS} tasks, {}, planned", shape.name());
        let results = measure(workplace, &what, turns, &contestants)?;
        findings.note_own(&what, &results.of(workplace.onramp.name()));
        columns.push(results);
    }
    for (tool, _) in planners(workplace) {
        let cells = columns.iter().map(|results| {
            let ours = results.of(workplace.onramp.name());
            cell(&results.of(tool.name()), &ours, results.memory_floor)
        });
        table.row(std::iter::once(tool.name().to_owned()).chain(cells));
    }
    findings.sections.push(Section {
        title: "100,000 tasks, planned".to_owned(),
        explanation:
            "`onramp --dry-run`, `make --dry-run` and `just --dry-run`: the configuration is read, the graph \
                      is made and put in order, and nothing runs."
                .to_owned(),
        table,
        spreads: columns.iter().flat_map(Results::spreads).collect(),
    });
    Ok(findings)
}

/// The tools that can say what they would do, each with the option for it.
fn planners<'a>(workplace: &'a Workplace<'_>) -> Vec<(&'a dyn Tool, &'static str)> {
    let tools = workplace.tools().into_iter();
    tools
        .filter(|tool| ["onramp", "make", "just"].contains(&tool.name()))
        .map(|tool| (tool, "--dry-run"))
        .collect()
}
