use std::fmt::Write as _;
use std::time::Duration;

use onramp::Failure;

use super::groups::Findings;
use super::options::Pace;
use super::table::Table;
use super::workplace::Workplace;
use super::{budget, machine};

/// Where the page lies.
pub(super) const FILE: &str = "docs/benchmarks.md";

const READING: &str = "\
Figures are processor time / wall time / memory. Processor time is user and system time of a command and of everything
it started and waited for; memory is that of its largest single process. Medians of runs in which the tools took turns,
so that whatever else the machine did hit all of them; in brackets the processor time as a multiple of Onramp's.

Trust processor times and ratios. Wall times and single figures move by a tenth and more from run to run, more on a
machine that others use. Every workload was also run with tasks that leave a trace, and a tool whose cold run did not
run all tasks, or whose cached run did run one, is shown as failed. Everything ran with an empty environment but for
`PATH` and `HOME`, with telemetry off. `PYTHONDONTWRITEBYTECODE`, which some images set, is not passed on either.";

const NOT_MEASURED: &str = "\
Not measured here: the network, other file systems than the one `target` lies on, and the budgets of verbs that do not
exist yet (restarts of services). Cold means that a tool has forgotten its results; the files are in the page cache all
the same. A memory of `< N MiB` is below what the measuring process can tell.";

/// The whole page.
pub(super) fn text(
    workplace: &Workplace<'_>,
    findings: &Findings,
    elapsed: Duration,
) -> Result<String, Failure> {
    let context = workplace.context;
    let mut page = "# Benchmarks\n\n".to_owned();
    let _ = writeln!(page, "Written by `cargo xtask bench`; rerun it with `cargo xtask bench --write`.\n");
    let _ = writeln!(page, "- **Machine**: {}", machine::description(context)?);
    let _ = writeln!(page, "- **Day**: {}, in {} s", machine::day(context)?, elapsed.as_secs());
    let _ = writeln!(page, "- **Onramp**: commit {}, optimised build", workplace.commit);
    for (name, version) in &workplace.peers.versions {
        let _ = writeln!(page, "- **{name}**: {version}");
    }
    for (name, why) in &workplace.peers.missing {
        let _ = writeln!(page, "- **{name}** is left out: {why}");
    }
    if workplace.pace == Pace::Quick {
        page.push_str("\nA quick run: few turns, few tools. For the record, run it without `--quick`.\n");
    }
    if !findings.budgets.is_empty() {
        let _ = writeln!(page, "\n## Budgets\n\n{}", budget::table(&findings.budgets).to_string().trim_end());
    }
    for section in &findings.sections {
        let table: &Table = &section.table;
        let _ = write!(page, "\n## {}\n\n{}\n\n{table}", section.title, wrapped(&section.explanation));
        page.push_str(&noise(&section.spreads));
    }
    let _ = write!(page, "\n## How to read this\n\n{READING}\n\n{NOT_MEASURED}\n");
    Ok(page)
}

/// How much the runs of one command differed, for those who doubt a figure.
fn noise(spreads: &[f64]) -> String {
    let mut sorted = spreads.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(&most) = sorted.last() else { return String::new() };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let typical = percent(sorted[sorted.len() / 2]);
    format!(
        "\nThe processor times of one command lay {typical} of their median apart in the typical case, {} in the \
         worst.\n",
        percent(most)
    )
}

/// Breaks a paragraph into lines of at most 119 characters.
fn wrapped(paragraph: &str) -> String {
    const WIDTH: usize = 119;
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typical_and_the_worst_spread_are_told() {
        let told = noise(&[0.05, 0.5, 0.1]);
        assert!(told.contains("lay 10 % of") && told.contains("50 % in the worst"), "{told}");
        assert_eq!(noise(&[]), "");
    }

    #[test]
    fn paragraphs_are_broken_between_words() {
        let text = wrapped(&"0123456789 ".repeat(12));
        assert_eq!(text.lines().map(str::len).collect::<Vec<_>>(), [109, 21]);
    }
}
