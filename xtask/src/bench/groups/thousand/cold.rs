use std::fs;

use onramp::Failure;

use super::TASKS;
use crate::bench::graph::{Command, Graph, Shape};
use crate::bench::measure::{Results, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::tools::Tool;
use crate::bench::workplace::Workplace;

/// The floor: a shell that starts as many programs as there are tasks.
pub(super) const SPAWNER: &str = "bare processes";

/// Runs everything with nothing remembered.
pub(super) fn run_cold(
    workplace: &Workplace<'_>,
    shape: Shape,
    tools: &[&dyn Tool],
) -> Result<Results, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 0, counted: 1 },
        Pace::Full => Turns { warm_up: 1, counted: 5 },
    };
    let graph = Graph::of_shape(shape, TASKS, &Command::Plain("/bin/true".to_owned()));
    let mut contestants = Vec::new();
    for tool in tools {
        let directory = workplace.workload(&format!("cold-{}", shape.name()), *tool, &graph)?;
        let mut contestant = workplace.contestant(*tool, &directory, tool.run(graph.goal()));
        contestant.discard = tool.remembers().iter().map(|&name| name.to_owned()).collect();
        contestants.push(contestant);
    }
    let script = workplace.folder.join("bare.sh");
    // No loop: not even counting is to be part of the floor.
    fs::write(&script, "/bin/true\n".repeat(TASKS) + ":\n")?;
    let argv = vec!["sh".to_owned(), script.to_string_lossy().into_owned()];
    contestants.push(workplace.command(SPAWNER, &workplace.folder, argv));
    measure(workplace, &format!("{TASKS} tasks, {}, cold", shape.name()), turns, &contestants)
}
