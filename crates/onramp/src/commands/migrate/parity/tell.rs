use std::collections::BTreeSet;

use onramp_core::{Dialect, Failure};
use onramp_parity::{Difference, Finding};

use super::{Board, Compared};
use crate::words::count;

/// How many lines that could be declared are shown.
const SHOWN: usize = 8;

/// What becomes of names that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Listed,
    Counted,
}

/// A finding in one line, where nobody sees the table.
pub(in crate::commands::migrate) fn line(finding: &Finding, labels: [&str; 2]) -> String {
    let object = &finding.object;
    match &finding.difference {
        Difference::Only { side, text } => {
            format!("{object}: only {} has it: {}", labels[side.index()], one_line(text))
        }
        Difference::Differs { attribute, left, right } => {
            let [left, right] = [left, right].map(|text| one_line(text.as_deref().unwrap_or("none")));
            format!("{object}: {attribute} is {left} in {}, {right} in {}", labels[0], labels[1])
        }
        Difference::OutsideMap { left, right } => {
            let [first, second] = labels;
            format!("{object}: the type map does not know {left} of {first} and {right} of {second}")
        }
    }
}

/// The name of what is wrong, for machines.
pub(super) fn code(finding: &Finding) -> &'static str {
    match &finding.difference {
        Difference::Only { .. } => "parity-only",
        Difference::Differs { .. } => "parity-differs",
        Difference::OutsideMap { .. } => "parity-type",
    }
}

/// Where differences are declared that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands::migrate) enum Home {
    /// In the configuration.
    Configuration,
    /// In a file that the command names.
    Named(String),
    /// There is none yet.
    Nowhere,
}

/// How differences would be declared, each once.
pub(in crate::commands::migrate) fn declarations<'a>(
    findings: impl IntoIterator<Item = (&'a Finding, [Dialect; 2])>,
    home: &Home,
) -> Option<String> {
    let mut lines = BTreeSet::new();
    for (finding, dialects) in findings {
        // Of one dialect nothing can be declared.
        if dialects[0] != dialects[1] {
            lines.insert(finding.declaration(dialects));
        }
    }
    if lines.is_empty() {
        return None;
    }
    let home = match home {
        Home::Configuration => "in onramp.toml",
        Home::Named(file) => &format!("in {file}"),
        Home::Nowhere => "in a file that --declared FILE names",
    };
    let mut text = format!("what is meant is declared {home}, with a reason:\n[database.parity]");
    let shown = lines.iter().take(SHOWN);
    for key in ["exceptions", "types"] {
        let of_key: Vec<&str> =
            shown.clone().filter(|(own, _)| *own == key).map(|(_, line)| line.as_str()).collect();
        match of_key.as_slice() {
            [] => {}
            [line] => text.push_str(&format!("\n{key} = [{line}]")),
            several => text.push_str(&format!("\n{key} = [\n    {},\n]", several.join(",\n    "))),
        }
    }
    if lines.len() > SHOWN {
        text.push_str(&format!("\nand {} more, in --format json", lines.len() - SHOWN));
    }
    Some(text)
}

/// Whether all is well; the table tells the rest.
pub(super) fn verdict(board: &Board, all: &[Compared]) -> Result<(), Failure> {
    let differences: usize = all.iter().map(|compared| compared.report.findings.len()).sum();
    let stale: usize = all.iter().map(|compared| compared.report.stale.len()).sum();
    if differences == 0 && stale == 0 {
        return Ok(());
    }
    let names: Vec<&str> = board.sides.iter().map(|side| side.label.as_str()).collect();
    let mut told = Vec::new();
    if differences > 0 {
        told.push(format!(
            "the schemas of {} differ in {}",
            names.join(" and "),
            count(differences, "point")
        ));
    }
    if stale > 0 {
        told.push(format!("{} in [database.parity] met by nothing", count(stale, "declaration")));
    }
    let failure = Failure::task(told.join("; "));
    let findings = all.iter().flat_map(|compared| {
        compared.report.findings.iter().map(|finding| (finding, compared.report.dialects))
    });
    Err(match declarations(findings, &board.home) {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// A text without its line ends.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
