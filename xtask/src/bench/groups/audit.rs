//! What it costs to read a large repository's histories.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onramp::Failure;

use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Turns, measure};
use crate::bench::options::Pace;
use crate::bench::table::{Table, cell, time};
use crate::bench::workplace::Workplace;

/// The files of the histories: SQL of four dialects in two files each, revisions of Alembic in two dialects, and metadata.
const SQL: usize = 300;
const REVISIONS: usize = 400;
const ENTRIES: usize = 100;

/// The files of all of them.
const FILES: usize = SQL * 4 * 2 + REVISIONS * 2 + ENTRIES * 3;

/// The histories of 3,500 files, in a repository with a tag and without.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 5 },
        Pace::Full => Turns { warm_up: 3, counted: 15 },
    };
    let names = ["no release", "held against a tag"];
    let mut contestants = Vec::new();
    for name in names {
        let directory = histories(workplace, name)?;
        if name != names[0] {
            let shell = workplace.context.shell()?;
            shell.change_dir(&directory);
            workplace.context.read(onramp::xshell::cmd!(shell, "git tag v1"))?;
        }
        let program = workplace.onramp.program.display().to_string();
        let argv = [program.as_str(), "migrate", "audit", "db", "--format", "json"].map(str::to_owned);
        contestants.push(workplace.command(name, &directory, argv.to_vec()));
    }
    let directory = workplace.repository("audit", names[0])?;
    let floor = "`cat` of all files";
    let argv = ["sh", "-c", "find db -type f -print0 | xargs -0 cat"].map(str::to_owned);
    contestants.push(workplace.command(floor, &directory, argv.to_vec()));
    let results = measure(workplace, "an audit", turns, &contestants)?;

    let mut findings = Findings::default();
    let ours = names.map(|name| results.of(name));
    ours.iter().for_each(|measured| findings.note_own("migrate audit", measured));
    let mut table = Table::new(["audit of 3,500 files", "cost"]);
    for name in names.into_iter().chain([floor]) {
        table.row([name.to_owned(), cell(&results.of(name), &ours[0], results.memory_floor)]);
    }
    findings.budgets.push(Budget::of_worst(
        "`migrate audit` of 3,500 files",
        ("≤ 1 s, processor and wall", 1.0),
        &ours,
        |sample| sample.processor.max(sample.wall).as_secs_f64(),
        |value| time(Duration::from_secs_f64(value)),
    ));
    findings.sections.push(Section {
        title: "`migrate audit`".to_owned(),
        explanation: format!(
            "{FILES} files: up and down scripts of four dialects, revisions of Alembic in two, folders with metadata. \
             Medians of {} runs.",
            turns.counted
        ),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

/// Writes the histories into a repository of their own.
fn histories(workplace: &Workplace<'_>, name: &str) -> Result<PathBuf, Failure> {
    let directory = workplace.repository("audit", name)?;
    let put = |path: &str, text: &str| -> Result<(), Failure> {
        let path = directory.join("db").join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        Ok(fs::write(path, text)?)
    };
    let columns: String = (0..20).map(|column| format!("    column_{column} INTEGER NOT NULL,\n")).collect();
    for dialect in ["sqlite", "postgres", "mysql", "cockroach"] {
        for number in 1..=SQL {
            let name = format!("migrations/{dialect}/{number:04}_add_table_{number}");
            put(
                &format!("{name}.up.sql"),
                &format!("CREATE TABLE t{number} (\n{columns}    id INTEGER\n);\n"),
            )?;
            put(&format!("{name}.down.sql"), &format!("DROP TABLE t{number};\n"))?;
        }
    }
    let operations: String = (0..20)
        .map(|column| {
            format!("    op.add_column('t', sa.Column('column_{column}', sa.Integer(), nullable=False))\n")
        })
        .collect();
    for dialect in ["sqlite", "postgresql"] {
        for number in 0..REVISIONS {
            let down = if number == 0 { "None".to_owned() } else { format!("'{:012x}'", number - 1) };
            let text = format!(
                "\"\"\"Add\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{number:012x}'\ndown_revision = {down}\n\n\ndef upgrade():\n{operations}\n\ndef downgrade():\n{operations}"
            );
            put(&format!("alembic/versions/{dialect}/{number:012x}_add_{number}.py"), &text)?;
        }
    }
    for number in 1..=ENTRIES {
        let folder = format!("graph/migrations/{number}_step");
        put(
            &format!("{folder}/up.sql"),
            &format!("CREATE TABLE g{number} (\n{columns}    id INTEGER\n);\n"),
        )?;
        put(&format!("{folder}/down.sql"), &format!("DROP TABLE g{number};\n"))?;
        let parent = if number == 1 { String::new() } else { (number - 1).to_string() };
        put(&format!("{folder}/metadata.yaml"), &format!("name: step\nparents: [{parent}]\n"))?;
    }
    workplace.commit(&directory)?;
    Ok(directory)
}
