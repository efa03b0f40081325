mod cached;
mod cold;
mod planned;

use std::time::Duration;

use onramp::Failure;

use self::cached::run_cached;
use self::cold::{SPAWNER, run_cold};
use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::graph::Shape;
use crate::bench::measure::{Measured, Results};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::tools::Tool;
use crate::bench::workplace::Workplace;

/// How many tasks there are.
const TASKS: usize = 1000;

/// What a workload of one shape cost.
struct OfShape {
    shape: Shape,
    cold: Results,
    cached: Results,
}

/// 1,000 tasks that do nothing, cold and all cached.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let tools = tools(workplace);
    let mut shapes = Vec::new();
    for shape in [Shape::Chain, Shape::Wide] {
        let mut cold = run_cold(workplace, shape, &tools)?;
        let cached = run_cached(workplace, shape, &tools, &mut cold)?;
        shapes.push(OfShape { shape, cold, cached });
    }
    let mut findings = Findings::default();
    for OfShape { shape, cold, cached } in &shapes {
        let ours = workplace.onramp.name();
        findings.note_own(&format!("{TASKS} tasks, {}, cold", shape.name()), &cold.of(ours));
        findings.note_own(&format!("{TASKS} tasks, {}, cached", shape.name()), &cached.of(ours));
    }
    findings.budgets.extend(budgets(workplace, &shapes));
    findings.sections.push(section(workplace, &tools, &shapes));
    if workplace.pace == Pace::Full {
        findings.extend(planned::run(workplace)?);
    }
    Ok(findings)
}

/// Onramp and its peers; for every day only make, which is on most machines and faster than the others.
fn tools<'a>(workplace: &'a Workplace<'_>) -> Vec<&'a dyn Tool> {
    let daily = |tool: &&dyn Tool| tool.name() == "onramp" || tool.name() == "make";
    let all = workplace.tools().into_iter();
    all.filter(|tool| workplace.pace == Pace::Full || daily(tool)).collect()
}

fn section(workplace: &Workplace<'_>, tools: &[&dyn Tool], shapes: &[OfShape]) -> Section {
    let mut table = Table::new(std::iter::once("tool".to_owned()).chain(shapes.iter().flat_map(
        |OfShape { shape, .. }| ["cold", "cached"].map(|state| format!("{}, {state}", shape.name())),
    )));
    for name in tools.iter().map(|tool| tool.name()).chain([SPAWNER]) {
        let never_cached =
            name == SPAWNER || tools.iter().any(|tool| tool.name() == name && tool.remembers().is_empty());
        let mut cells = vec![name.to_owned()];
        for OfShape { cold, cached, .. } in shapes {
            let in_state = |results: &Results| {
                let ours = results.of(workplace.onramp.name());
                cell(&results.of(name), &ours, results.memory_floor)
            };
            cells.push(in_state(cold));
            cells.push(if never_cached { "–".to_owned() } else { in_state(cached) });
        }
        table.row(cells);
    }
    Section {
        title: "1,000 tasks that do nothing".to_owned(),
        explanation: "Each is `/bin/true` with one input file of one line, all in git; in a chain each needs the one before it, \
                      wide means that the last one needs all others. Two at a time, but for just, which has no such \
                      limit. make writes a stamp for each task through a shell; its built-in suffix rules are off, with \
                      them it takes 15 times as long when all is cached. turbo finds a stand-in for npm that is \
                      `/bin/true` itself. The last line is a shell that does nothing but start the 1,000 \
                      programs one after the other: what no runner can get below."
            .to_owned(),
        table,
        spreads: shapes.iter().flat_map(|shape| [shape.cold.spreads(), shape.cached.spreads()].concat()).collect(),
    }
}

fn budgets(workplace: &Workplace<'_>, shapes: &[OfShape]) -> [Budget; 3] {
    let ours = workplace.onramp.name();
    let cached: Vec<Measured> = shapes.iter().map(|shape| shape.cached.of(ours)).collect();
    let above: Vec<Measured> = shapes
        .iter()
        .map(|shape| {
            let (own, bare) = (shape.cold.of(ours)?, shape.cold.of(SPAWNER)?);
            let per_task = own.processor.saturating_sub(bare.processor) / TASKS as u32;
            Ok(crate::bench::measure::Sample { processor: per_task, ..own })
        })
        .collect();
    let seconds = |value: f64| time(Duration::from_secs_f64(value));
    [
        Budget::of_worst(
            "1,000 cached tasks, the slower shape",
            ("≤ 0.2 s processor time", 0.2),
            &cached,
            |sample| sample.processor.as_secs_f64(),
            seconds,
        ),
        Budget::of_worst(
            "1,000 cached tasks, the larger shape",
            ("≤ 60 MiB", 60.0),
            &cached,
            |sample| sample.memory as f64 / 1024.0,
            |mebibytes| format!("{mebibytes:.0} MiB"),
        ),
        Budget::of_worst(
            "a cold task above its own process, the slower shape",
            ("≤ 1 ms processor time", 0.001),
            &above,
            |sample| sample.processor.as_secs_f64(),
            |value| format!("{:.2} ms", value * 1000.0),
        ),
    ]
}
