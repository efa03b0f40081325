//! What it costs to compare two dialects.

use std::fs;
use std::time::Duration;

use onramp::Failure;

use super::databases::Empty;
use super::databases::sixty_tables::{TABLES, sql, sqlite_sql};
use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Measured, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::postgresql::{Programs, Server};
use crate::bench::table::{Table, cell, time};
use crate::bench::workplace::Workplace;

const OWN: &str = "`onramp migrate parity`";
const POSTGRESQL: &str = "`onramp db catalog` of PostgreSQL alone";
const SQLITE: &str = "`onramp db catalog` of SQLite alone";

/// The one difference that there is.
const DECLARED: &str = "\n[database.parity]\nexceptions = [{ object = \"index *_settings\", only = \"postgresql\", \
                        reason = \"SQLite has no index on documents\" }]\n";

/// Makes a database of SQLite; the statements are in a file.
const MAKE_SQLITE: &str = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); \
                           c.executescript(open(sys.argv[2]).read()); c.commit()";

/// Two schemas with sixty tables, one of each dialect.
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
    let empty = Empty::write(workplace, "parity", "source = \"local\"")?;
    let configuration = empty.folder.join("onramp.toml");
    fs::write(&configuration, fs::read_to_string(&configuration)? + DECLARED)?;
    let server = Server::write(workplace, &programs, "parity")?;
    let contestants = contestants(workplace, &empty, &server)?;
    let measured = measure(workplace, "parity", turns, &contestants);
    server.remove(workplace.context)?;
    let results = measured?;

    let ours = results.of(OWN);
    findings.note_own("migrate parity", &ours);
    let mut table = Table::new(["what", "processor / wall / memory"]);
    for name in contestants.iter().map(|contestant| contestant.name.as_str()) {
        table.row([name.to_owned(), cell(&results.of(name), &ours, results.memory_floor)]);
    }
    findings.budgets.push(budget(beyond(&ours, &[results.of(POSTGRESQL), results.of(SQLITE)])));
    findings.sections.push(Section {
        title: "Parity".to_owned(),
        explanation: format!(
            "{TABLES} tables of ten columns in each dialect, with keys, checks and indexes, on {}. Both catalogs are read \
             at once, so the floor is the slower of the two alone; the budget is about what is beyond that. The schemas \
             are equal but for an index that is declared, or the command would fail. Medians of {} runs.",
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
    server: &Server,
) -> Result<[Contestant; 3], Failure> {
    let [tables, sqlite_tables] = ["tables.sql", "sqlite.sql"].map(|name| empty.folder.join(name));
    fs::write(&tables, sql())?;
    fs::write(&sqlite_tables, sqlite_sql())?;
    let file = empty.folder.join("tables.db");
    let psql = format!("{} --no-psqlrc --quiet --set=ON_ERROR_STOP=1", server.client("psql"));
    let text = format!(
        "set -e\nsh {ensure}\nif ! {psql} --command='SELECT 1' tables; then\n{createdb} tables\n\
         {psql} --file={tables} tables\n{psql} --command='VACUUM ANALYZE' tables\nfi\n\
         test -f {file} || python3 -I -S -c '{MAKE_SQLITE}' {file} {sqlite}\n",
        ensure = server.ensure.display(),
        createdb = server.client("createdb"),
        tables = tables.display(),
        file = file.display(),
        sqlite = sqlite_tables.display(),
    );
    let before = empty.folder.join("before.sh");
    fs::write(&before, text)?;
    let program = workplace.onramp.program.to_string_lossy().into_owned();
    let (file, url) = (file.to_string_lossy().into_owned(), server.url("postgresql", "tables"));
    let argv = |words: &[&str]| {
        std::iter::once(program.as_str()).chain(words.iter().copied()).map(str::to_owned).collect::<Vec<_>>()
    };
    let commands = [
        (OWN, argv(&["migrate", "parity", &file, &url])),
        (POSTGRESQL, argv(&["db", "catalog", &url])),
        (SQLITE, argv(&["db", "catalog", &file])),
    ];
    Ok(commands.map(|(name, argv)| {
        let mut contestant = workplace.command(name, &empty.folder, argv);
        contestant.before = vec!["sh".to_owned(), before.to_string_lossy().into_owned()];
        contestant
    }))
}

/// How much longer it takes than the slowest of others, in seconds.
fn beyond(own: &Measured, floors: &[Measured]) -> Result<f64, String> {
    let own = own.clone()?.wall.as_secs_f64();
    let floors: Vec<f64> = floors
        .iter()
        .map(|floor| floor.clone().map(|sample| sample.wall.as_secs_f64()))
        .collect::<Result<_, _>>()?;
    Ok((own - floors.into_iter().fold(0.0, f64::max)).max(0.0))
}

fn budget(figure: Result<f64, String>) -> Budget {
    Budget::of_figure(
        "parity of two catalogs of 60 tables, beyond loading them",
        ("≤ 200 ms wall time", 0.200),
        figure,
        |value| time(Duration::from_secs_f64(value)),
    )
}
