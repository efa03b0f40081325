//! `cargo xtask bench`: what Onramp costs, and whether it is right, beside its peers and in one run with them.
//!
//! A workload is a [`graph::Graph`], which every tool writes down in its own language ([`tools`]). A group
//! ([`groups`]) makes workloads, has commands measured by `scripts/measure.py`, and returns tables and what is
//! to be held against the budgets. A figure of a tool that did not do its work is never shown: each workload is
//! also run with commands that leave a trace, and a run that failed is told as such.

mod budget;
mod graph;
mod groups;
mod json;
mod machine;
mod measure;
mod options;
mod page;
mod peers;
mod postgresql;
mod table;
mod tools;
mod workplace;

use std::time::Instant;

use onramp::{Failure, TaskContext};

use self::groups::Findings;
use self::options::Asked;
use self::workplace::Workplace;

/// Measures what the arguments ask for, prints it, and writes `docs/benchmarks.md` where that is asked for.
pub(crate) fn run(context: &TaskContext<'_>) -> Result<(), Failure> {
    let options = match options::read(context.arguments())? {
        Asked::Usage => {
            context.print(options::USAGE);
            return Ok(());
        }
        Asked::Run(options) => options,
    };
    let started = Instant::now();
    let workplace = Workplace::prepare(context, &options)?;
    let mut findings = Findings::default();
    for group in &options.groups {
        context.check_cancelled()?;
        findings.extend(group.run(&workplace)?);
    }
    context.step("clear up");
    workplace.clean()?;
    let page = page::text(&workplace, &findings, started.elapsed())?;
    context.print(&page);
    if options.write {
        std::fs::write(context.root().join(page::FILE), &page)?;
        context.note(&format!("{} is written", page::FILE));
    }
    verdict(&findings)
}

/// A measurement of Onramp itself that failed is a failure of the bench; one of a peer is only told.
fn verdict(findings: &Findings) -> Result<(), Failure> {
    match findings.own_failures.as_slice() {
        [] => Ok(()),
        failures => Err(Failure::task(format!("Onramp did not do its work: {}", failures.join("; ")))),
    }
}
