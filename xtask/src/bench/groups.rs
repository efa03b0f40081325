//! What is measured, in groups that can be asked for one by one. A new row of the budget table gets its place here.

mod audit;
mod databases;
mod experiments;
mod hooks;
mod migrate;
mod parity;
mod setup;
mod startup;
mod thousand;

use onramp::Failure;

use super::budget::Budget;
use super::measure::{Measured, Results};
use super::table::Table;
use super::tools::Tool;
use super::workplace::Workplace;

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Startup,
    Thousand,
    Setup,
    Databases,
    Parity,
    Migrate,
    Hooks,
    Audit,
    Experiments,
}

impl Group {
    pub(super) const ALL: [Self; 8] = [
        Self::Startup,
        Self::Thousand,
        Self::Setup,
        Self::Databases,
        Self::Parity,
        Self::Migrate,
        Self::Hooks,
        Self::Audit,
        Self::Experiments,
    ];

    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Thousand => "thousand",
            Self::Setup => "setup",
            Self::Databases => "databases",
            Self::Parity => "parity",
            Self::Migrate => "migrate",
            Self::Hooks => "hooks",
            Self::Audit => "audit",
            Self::Experiments => "experiments",
        }
    }

    /// Measures it.
    pub(super) fn run(self, workplace: &Workplace<'_>) -> Result<Findings, Failure> {
        match self {
            Self::Startup => startup::run(workplace),
            Self::Thousand => thousand::run(workplace),
            Self::Setup => setup::run(workplace),
            Self::Databases => databases::run(workplace),
            Self::Parity => parity::run(workplace),
            Self::Migrate => migrate::run(workplace),
            Self::Hooks => hooks::run(workplace),
            Self::Audit => audit::run(workplace),
            Self::Experiments => experiments::run(workplace),
        }
    }
}

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) sections: Vec<Section>,
    pub(super) budgets: Vec<Budget>,
    /// What Onramp should have done and did not.
    pub(super) own_failures: Vec<String>,
}

/// A table with its heading and what has to be known to read it.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) explanation: String,
    pub(super) table: Table,
    /// See [`Results::spreads`]; empty where nothing was measured more than once.
    pub(super) spreads: Vec<f64>,
}

impl Findings {
    pub(super) fn extend(&mut self, other: Self) {
        self.sections.extend(other.sections);
        self.budgets.extend(other.budgets);
        self.own_failures.extend(other.own_failures);
    }

    /// Remembers a failure of Onramp itself.
    fn note_own(&mut self, what: &str, measured: &Measured) {
        if let Err(why) = measured {
            self.own_failures.push(format!("{what}: {why}"));
        }
    }
}

/// Takes back what a tool is said to have needed if it did not run as many steps as it should have.
fn expect_runs(results: &mut Results, tool: &dyn Tool, when: &str, ran: u64, expected: u64) {
    if ran != expected {
        results.disqualify(tool.name(), format!("{when} ran {ran} steps, not {expected}"));
    }
}
