use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp::Failure;

use super::{Findings, Section, expect_runs};
use crate::bench::budget::Budget;
use crate::bench::graph::{Command, Graph, Step};
use crate::bench::json;
use crate::bench::measure::{Contestant, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::tools::Tool;
use crate::bench::workplace::{Workplace, write_counter};

/// The tree: so many folders with so many files each.
const FOLDERS: usize = 100;
const FILES: usize = 50;

/// The commands of others that look at each file.
const FLOORS: [(&str, &[&str]); 3] = [
    ("`find`, one lstat for each file", &["find", "src", "-type", "f", "-size", "-1000000"]),
    ("`git ls-files -m`", &["git", "ls-files", "-m"]),
    ("`git status --short`", &["git", "status", "--short"]),
];

/// `setup` with 5,000 input files of which none has changed.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 2, counted: 7 },
        Pace::Full => Turns { warm_up: 3, counted: 25 },
    };
    let directory = tree(workplace)?;
    let mut contestants = Vec::new();
    let mut traces = Vec::new();
    let tools: Vec<&dyn Tool> =
        workplace.tools().into_iter().filter(|tool| !tool.remembers().is_empty()).collect();
    for tool in &tools {
        let (contestant, trace) = entrant(workplace, *tool, &directory)?;
        contestants.push(contestant);
        traces.push(trace);
    }
    workplace.commit(&directory)?;
    let first = measure(workplace, "a first setup", Turns::ONCE, &contestants)?;
    for (name, command) in FLOORS {
        let argv = command.iter().map(|&word| word.to_owned()).collect();
        contestants.push(workplace.command(name, &directory, argv));
    }
    let mut results = measure(workplace, "a setup that has nothing to do", turns, &contestants)?;
    for (tool, trace) in tools.iter().zip(&traces) {
        match first.of(tool.name()) {
            Ok(_) => expect_runs(&mut results, *tool, "all runs together", fs::metadata(trace)?.len(), 1),
            Err(why) => results.disqualify(tool.name(), format!("the first run: {why}")),
        }
    }

    let ours = results.of(workplace.onramp.name());
    let mut findings = Findings::default();
    findings.note_own("setup", &ours);
    let mut table = Table::new(["tool", "nothing to do"]);
    for name in contestants.iter().map(|contestant| contestant.name.as_str()) {
        table.row([name.to_owned(), cell(&results.of(name), &ours, results.memory_floor)]);
    }
    findings.budgets.push(Budget::of_worst(
        "`setup` when nothing changed, 5,000 files",
        ("≤ 50 ms, processor and wall", 0.050),
        &[ours],
        |sample| sample.processor.max(sample.wall).as_secs_f64(),
        |value| time(Duration::from_secs_f64(value)),
    ));
    findings.sections.push(Section {
        title: "`setup` when nothing changed".to_owned(),
        explanation: format!(
            "A git repository of {} files in {FOLDERS} folders, all of them inputs of one task; for make and just they \
             are listed one by one, the others have a glob. Medians of {} runs.",
            FOLDERS * FILES,
            turns.counted
        ),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

/// The paths of all files of the tree.
fn files() -> impl Iterator<Item = String> {
    (0..FOLDERS).flat_map(|folder| (0..FILES).map(move |file| format!("src/part{folder}/file{file}.txt")))
}

/// The tree, in one repository for all: their configurations and memories have different names.
fn tree(workplace: &Workplace<'_>) -> Result<PathBuf, Failure> {
    let directory = workplace.repository("setup", "all")?;
    for file in files() {
        let path = directory.join(&file);
        fs::create_dir_all(path.parent().unwrap_or(&directory))?;
        fs::write(path, format!("{file}\n").repeat(40))?;
    }
    Ok(directory)
}

/// Writes the configuration of a tool. Returns what to run, and where one sees how often it ran.
fn entrant(
    workplace: &Workplace<'_>,
    tool: &dyn Tool,
    directory: &Path,
) -> Result<(Contestant, PathBuf), Failure> {
    let counter = directory.join(format!("count-{}", tool.name().replace(' ', "-")));
    let trace = write_counter(&counter)?;
    if tool.name() == workplace.onramp.name() {
        let run = json::string(&counter.to_string_lossy());
        let text =
            format!("[project]\nname = \"bench\"\n\n[setup.tree]\nrun = {run}\ninputs = [\"src/**\"]\n");
        fs::write(directory.join("onramp.toml"), text)?;
        return Ok((workplace.contestant(tool, directory, vec!["setup".to_owned()]), trace));
    }
    let inputs = if tool.has_globs() { vec!["src/**".to_owned()] } else { files().collect() };
    let step = Step {
        name: "tree".to_owned(),
        command: Command::Plain(counter.to_string_lossy().into_owned()),
        inputs,
        outputs: Vec::new(),
        needs: Vec::new(),
    };
    let graph = Graph { steps: vec![step] };
    workplace.write(directory, tool, &graph)?;
    Ok((workplace.contestant(tool, directory, tool.run(graph.goal())), trace))
}
