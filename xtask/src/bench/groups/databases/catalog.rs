use std::fs;
use std::time::Duration;

use onramp::Failure;

use super::sixty_tables::{TABLES, sql};
use super::{Empty, Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Measured, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::postgresql::{Programs, Server};
use crate::bench::table::{Table, cell, time};
use crate::bench::workplace::Workplace;

const OWN: &str = "`onramp db catalog`";
const OWN_EMPTY: &str = "`onramp db catalog` of an empty database";
const DUMP: &str = "`pg_dump --schema-only`";

/// All objects of a database with sixty tables.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 2, counted: 7 },
        Pace::Full => Turns { warm_up: 3, counted: 25 },
    };
    let mut findings = Findings::default();
    let programs = match Programs::find(workplace.context) {
        Ok(programs) => programs,
        Err(failure) => {
            findings.budgets.push(budget(Err(failure.message)));
            return Ok(findings);
        }
    };
    let empty = Empty::write(workplace, "catalog", "source = \"local\"")?;
    let server = Server::write(workplace, &programs, "catalog")?;
    let contestants = contestants(workplace, &empty, &programs, &server)?;
    let measured = measure(workplace, "a catalog", turns, &contestants);
    server.remove(workplace.context)?;
    let results = measured?;

    let ours = results.of(OWN);
    findings.note_own("db catalog", &ours);
    let mut table = Table::new(["what", "processor / wall / memory"]);
    for name in contestants.iter().map(|contestant| contestant.name.as_str()) {
        table.row([name.to_owned(), cell(&results.of(name), &ours, results.memory_floor)]);
    }
    findings.budgets.push(budget(ours));
    findings.sections.push(Section {
        title: "A catalog".to_owned(),
        explanation: format!(
            "A database of {TABLES} tables of ten columns, with keys, checks, indexes and comments, on {}. The \
             whole command counts: start, connection, the catalog's queries and its text. What the server does is \
             not in the processor time. An empty database tells what the command costs without the tables. Medians \
             of {} runs.",
            programs.version, turns.counted
        ),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

fn contestants(
    workplace: &Workplace<'_>,
    empty: &Empty,
    programs: &Programs,
    server: &Server,
) -> Result<[Contestant; 3], Failure> {
    let tables = empty.folder.join("tables.sql");
    fs::write(&tables, sql())?;
    let before = empty.folder.join("before.sh");
    let psql = format!("{} --no-psqlrc --quiet --set=ON_ERROR_STOP=1", server.client("psql"));
    let text = format!(
        "set -e\nsh {ensure}\nif ! {psql} --command='SELECT 1' tables; then\n{createdb} empty\n{createdb} tables\n\
         {psql} --file={tables} tables\n{psql} --command='VACUUM ANALYZE' tables\nfi\n",
        ensure = server.ensure.display(),
        createdb = server.client("createdb"),
        tables = tables.display(),
    );
    fs::write(&before, text)?;
    let program = workplace.onramp.program.to_string_lossy().into_owned();
    let catalog = |database: &str| {
        vec![program.clone(), "db".to_owned(), "catalog".to_owned(), server.url("postgresql", database)]
    };
    let dump = [programs.path("pg_dump"), "--schema-only".to_owned(), server.url("postgresql", "tables")];
    let commands = [(OWN, catalog("tables")), (OWN_EMPTY, catalog("empty")), (DUMP, dump.to_vec())];
    Ok(commands.map(|(name, argv)| {
        let mut contestant = workplace.command(name, &empty.folder, argv);
        contestant.before = vec!["sh".to_owned(), before.to_string_lossy().into_owned()];
        contestant
    }))
}

fn budget(own: Measured) -> Budget {
    Budget::of_worst(
        "the catalog of 60 tables, with the whole command around it",
        ("≤ 50 ms wall time", 0.050),
        &[own],
        |sample| sample.wall.as_secs_f64(),
        |value| time(Duration::from_secs_f64(value)),
    )
}
