//! Who runs again what must run again, and nothing else, and is what lies there afterwards right?

mod artifacts;
mod without_outputs;

use std::fs;
use std::path::Path;

use onramp::Failure;

use super::{Findings, Section};
use crate::bench::graph::Graph;
use crate::bench::measure::{Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::Table;
use crate::bench::tools::Tool;
use crate::bench::workplace::Workplace;

/// The file that each step leaves a line in.
const TRACE: &str = "ran";

/// What is done to a workload before it is run once more.
struct Change {
    what: &'static str,
    /// What the cell of Onramp has to say.
    expected: &'static str,
    apply: fn(&mut Scene<'_>) -> Result<(), Failure>,
}

/// A workload in the language of one tool.
struct Scene<'a> {
    workplace: &'a Workplace<'a>,
    tool: &'a dyn Tool,
    directory: std::path::PathBuf,
    graph: Graph,
}

/// An experiment: a workload, and what happens to it.
struct Experiment {
    name: &'static str,
    title: &'static str,
    explanation: &'static str,
    graph: fn() -> Graph,
    changes: &'static [Change],
    /// What is wrong with what the run left, if anything; looked at after each.
    verdict: fn(&Path) -> Result<&'static str, Failure>,
}

/// Both experiments, with every tool that remembers something.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    for experiment in [artifacts::EXPERIMENT, without_outputs::EXPERIMENT] {
        findings.extend(carry_out(workplace, &experiment)?);
    }
    Ok(findings)
}

fn carry_out(workplace: &Workplace<'_>, experiment: &Experiment) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let columns = experiment.changes.iter().map(|change| change.what);
    let mut table = Table::new(std::iter::once("tool").chain(columns));
    let is_own = |tool: &&dyn Tool| tool.name() == workplace.onramp.name();
    let remembers = |tool: &&dyn Tool| !tool.remembers().is_empty();
    let tools = workplace.tools().into_iter().filter(remembers);
    for tool in tools.filter(|tool| workplace.pace == Pace::Full || is_own(tool)) {
        let graph = (experiment.graph)();
        let directory = workplace.workload(experiment.name, tool, &graph)?;
        let mut scene = Scene { workplace, tool, directory, graph };
        let mut cells = vec![tool.name().to_owned()];
        for change in experiment.changes {
            (change.apply)(&mut scene)?;
            let cell = scene.run(experiment, change.what)?;
            if is_own(&tool) && cell != change.expected {
                let told =
                    format!("{}, {}: `{cell}`, not `{}`", experiment.name, change.what, change.expected);
                findings.own_failures.push(told);
            }
            cells.push(cell);
        }
        table.row(cells);
    }
    let (title, explanation) = (experiment.title.to_owned(), experiment.explanation.to_owned());
    findings.sections.push(Section { title, explanation, table, spreads: Vec::new() });
    Ok(findings)
}

impl Scene<'_> {
    /// Runs the workload and tells how many steps ran, and what is wrong with what they left.
    fn run(&self, experiment: &Experiment, change: &str) -> Result<String, Failure> {
        let trace = self.directory.join(TRACE);
        fs::write(&trace, "")?;
        let arguments = self.tool.run(self.graph.goal());
        let contestant = self.workplace.contestant(self.tool, &self.directory, arguments);
        let what = format!("{}, {change}: {}", experiment.name, self.tool.name());
        let results = measure(self.workplace, &what, Turns::ONCE, &[contestant])?;
        let ran = fs::read_to_string(&trace)?.lines().count();
        let verdict = match results.of(self.tool.name()) {
            Ok(_) => (experiment.verdict)(&self.directory)?,
            Err(_) => "**error**",
        };
        Ok(format!("{ran} {verdict}").trim_end().to_owned())
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Failure> {
        Ok(fs::write(self.directory.join(file), text)?)
    }
}
