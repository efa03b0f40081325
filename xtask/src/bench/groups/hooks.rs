//! Hooks before a commit, and formatters with nothing to do, on a tree of real files.

mod rivals;
mod tree;

use std::path::Path;
use std::time::Duration;

use onramp::Failure;

use self::rivals::{Rival, Rivals};
use self::tree::Tree;
use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Measured, Results, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::workplace::Workplace;

/// The tools alone, one after the other.
const RAW: &str = "the tools alone";

/// What is staged and what is not when the hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// One file is staged.
    One,
    /// One file is staged in part, and twenty others are changed and not staged.
    Partly,
    /// Fifty files are staged.
    Fifty,
}

impl State {
    const ALL: [Self; 3] = [Self::One, Self::Partly, Self::Fifty];

    fn name(self) -> &'static str {
        match self {
            Self::One => "one staged file",
            Self::Partly => "one staged in part, 20 not staged",
            Self::Fifty => "50 staged files",
        }
    }
}

pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let rivals = match Rivals::install(workplace) {
        Ok(rivals) => rivals,
        Err(failure) => {
            let why = failure.tail.last().unwrap_or(&failure.message).clone();
            findings.budgets.extend(budgets(&[], &Err(why.clone()), &[Err(why.clone()), Err(why)]));
            return Ok(findings);
        }
    };
    let tree = Tree::install(workplace, &rivals)?;
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 3 },
        Pace::Full => Turns { warm_up: 2, counted: 11 },
    };
    let mut commits = Vec::new();
    for state in State::ALL {
        commits.push((state, compare(workplace, &rivals, &tree, state, turns)?));
    }
    let whole = whole_tree(workplace, &rivals, &tree, turns)?;
    let own = rivals.own.name();
    for (state, results) in &commits {
        findings.note_own(state.name(), &results.of(own));
    }
    for name in [FMT, WHITESPACE] {
        findings.note_own(name, &whole.of(name));
    }
    findings.budgets.extend(budgets(
        &commits,
        &whole.of(FMT),
        &[whole.of(WHITESPACE), whole.of(PREK_WHITESPACE)],
    ));
    findings.sections.push(commit_section(&rivals, &tree, &commits, turns));
    findings.sections.push(whole_section(&whole, turns));
    Ok(findings)
}

const FMT: &str = "`onramp fmt`, nothing to do";
const RUFF: &str = "`ruff format`, nothing to do";
const LS_FILES: &str = "`git ls-files -m`";
const WHITESPACE: &str = "onramp's two whitespace checks";
const PREK_WHITESPACE: &str = "prek's two whitespace checks";

fn compare(
    workplace: &Workplace<'_>,
    rivals: &Rivals,
    tree: &Tree,
    state: State,
    turns: Turns,
) -> Result<Results, Failure> {
    let mut contestants = Vec::new();
    for rival in rivals.all() {
        let directory = tree.copy(workplace, rival, state)?;
        contestants.push(rivals.contestant(workplace, rival, &directory));
    }
    contestants.push(rivals.raw(workplace, RAW, &tree.copy_plain(workplace, state)?, &tree.staged(state)));
    // A shadow is made once, and so are the environments of others.
    measure(workplace, state.name(), turns, &contestants)
}

/// What is done to all files: formatters that have nothing to do, and checks in process.
fn whole_tree(
    workplace: &Workplace<'_>,
    rivals: &Rivals,
    tree: &Tree,
    turns: Turns,
) -> Result<Results, Failure> {
    let own = tree.copy(workplace, &rivals.own, State::One)?;
    let prek = rivals.prek.as_ref().map(|prek| tree.copy(workplace, prek, State::One)).transpose()?;
    let program = workplace.onramp.program.to_string_lossy().into_owned();
    let ruff = rivals.program("ruff").to_string_lossy().into_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let command = |name: &str, directory: &Path, argv: Vec<String>| -> Contestant {
        rivals.with_path(workplace.command(name, directory, argv))
    };
    let mut contestants = vec![
        command(FMT, &own, words(&[&program, "fmt", "ruff"])),
        command(RUFF, &own, words(&[&ruff, "format", "--force-exclude", "."])),
        command(LS_FILES, &own, words(&["git", "ls-files", "-m"])),
        command(WHITESPACE, &own, words(&[&program, "fmt", "whitespace", "--check", "--force"])),
    ];
    if let (Some(directory), Some(rival)) = (prek, &rivals.prek) {
        let argv = rivals.whitespace_of_prek(rival);
        contestants.push(command(PREK_WHITESPACE, &directory, argv));
    }
    measure(workplace, "all files", turns, &contestants)
}

fn commit_section(rivals: &Rivals, tree: &Tree, commits: &[(State, Results)], turns: Turns) -> Section {
    let mut columns = vec!["before a commit".to_owned()];
    columns.extend(State::ALL.map(|state| state.name().to_owned()));
    let mut table = Table::new(columns);
    let names = rivals.all().into_iter().map(Rival::name).chain([RAW]);
    for name in names {
        let mut row = vec![name.to_owned()];
        for (_, results) in commits {
            row.push(cell(&results.of(name), &results.of(rivals.own.name()), results.memory_floor));
        }
        table.row(row);
    }
    Section {
        title: "Hooks before a commit".to_owned(),
        explanation: format!(
            "{} files of seven packages of the Python Package Index, {} of them Python. Three checks, the same for \
             all: `ruff check`, `ruff format --check` and `codespell`, none of which finds anything. The last row is \
             these alone, one after the other. Medians of {} runs. Tool versions: {}.",
            tree.files,
            tree.python_files,
            turns.counted,
            rivals.versions.join(", ")
        ),
        table,
        spreads: commits.iter().flat_map(|(_, results)| results.spreads()).collect(),
    }
}

fn whole_section(whole: &Results, turns: Turns) -> Section {
    let mut table = Table::new(["all files", "processor / wall / memory"]);
    let ours = whole.of(FMT);
    for name in [FMT, RUFF, LS_FILES, WHITESPACE, PREK_WHITESPACE] {
        table.row([name.to_owned(), cell(&whole.of(name), &ours, whole.memory_floor)]);
    }
    Section {
        title: "All files".to_owned(),
        explanation: format!(
            "The same tree. `onramp fmt` has one formatter, `ruff format`, whose files have not changed since it ran. \
             The whitespace checks (end of lines, end of files) read all files that are text. Medians of {} runs.",
            turns.counted
        ),
        table,
        spreads: whole.spreads(),
    }
}

fn budgets(commits: &[(State, Results)], fmt: &Measured, whitespace: &[Measured; 2]) -> Vec<Budget> {
    let of = |state: State, name: &str| -> Measured {
        let found = commits.iter().find(|(other, _)| *other == state);
        found.map_or_else(|| Err("not measured".to_owned()), |(_, results)| results.of(name))
    };
    let own = rivals::OWN;
    // What a hook costs beside the tools, in seconds of processor time.
    let above = |state: State, name: &str| -> Result<f64, String> {
        let (tool, raw) = (of(state, name)?, of(state, RAW)?);
        Ok(tool.processor.as_secs_f64() - raw.processor.as_secs_f64())
    };
    let show = |seconds: f64| time(Duration::from_secs_f64(seconds.max(0.0)));
    vec![
        Budget::of_figure(
            "a hook with one staged file, above the tools alone",
            ("≤ 20 ms processor", 0.020),
            above(State::One, own),
            show,
        ),
        Budget::of_figure(
            "the same, beside what prek costs above them",
            ("≤ half", 0.5),
            above(State::One, own).and_then(|own| Ok(own / above(State::One, rivals::PREK)?)),
            |share| format!("{share:.2}"),
        ),
        Budget::of_figure(
            "a hook with changes that are not staged, more than without",
            ("≤ 20 ms processor", 0.020),
            above(State::Partly, own).and_then(|partly| Ok(partly - above(State::One, own)?)),
            show,
        ),
        Budget::of_figure(
            "a hook with 50 staged files, beside the tools alone",
            ("≤ 1.1 times the processor time", 1.1),
            of(State::Fifty, own).and_then(|tool| {
                Ok(tool.processor.as_secs_f64() / of(State::Fifty, RAW)?.processor.as_secs_f64())
            }),
            |share| format!("{share:.2} times"),
        ),
        Budget::of_figure(
            "`fmt` with nothing to do",
            ("≤ 30 ms processor", 0.030),
            fmt.clone().map(|sample| sample.processor.as_secs_f64()),
            show,
        ),
        Budget::of_figure(
            "whitespace checks over all files, beside prek's",
            ("< 1 times the processor time", 1.0),
            whitespace[0].clone().and_then(|own| {
                Ok(own.processor.as_secs_f64() / whitespace[1].clone()?.processor.as_secs_f64())
            }),
            |share| format!("{share:.2} times"),
        ),
    ]
}
