//! One new column on the example product, on both dialects: by `migrate` and by hand.

mod by_hand;
pub(super) mod project;

use std::fs;

use onramp::Failure;

use self::by_hand::{Start, by_hand, databases_at_head, sqlite_head};
use self::project::Project;
use super::{Findings, Section};
use crate::bench::budget::Budget;
use crate::bench::measure::{Contestant, Measured, Turns, measure};
use crate::bench::options::Pace;
use crate::bench::postgresql::{Programs, Server};
use crate::bench::table::{Table, cell};
use crate::bench::workplace::Workplace;

/// The names in the table.
const OWN: &str = "`onramp migrate --all-dialects`";
const FLOOR: &str = "floor: one import of the models, one comparison";

/// `migrate --all-dialects` when server, template and baseline are there.
pub(super) fn run(workplace: &Workplace<'_>) -> Result<Findings, Failure> {
    let turns = match workplace.pace {
        Pace::Quick => Turns { warm_up: 1, counted: 2 },
        Pace::Full => Turns { warm_up: 1, counted: 7 },
    };
    let mut findings = Findings::default();
    let programs = match Programs::find(workplace.context) {
        Ok(programs) => programs,
        Err(failure) => {
            findings.budgets.extend(budgets(|_| Err(failure.message.clone())));
            return Ok(findings);
        }
    };
    let project = Project::prepare(workplace)?;
    let server = Server::write(workplace, &programs, "by-hand")?;
    let contestants = contestants(workplace, &project, &server)?;
    let measured = measure(workplace, "a migration of both dialects", turns, &contestants);
    // What the measurement left running has ended with it; the folders are still there.
    project.end_servers(workplace)?;
    server.remove(workplace.context)?;
    let results = measured?;

    let ours = results.of(OWN);
    findings.note_own("migrate", &ours);
    let mut table = Table::new(["what", "processor / wall / memory", "wall, as a multiple"]);
    for contestant in &contestants {
        let measured = results.of(&contestant.name);
        let multiple = match (&measured, &ours) {
            (Ok(sample), Ok(ours)) => format!("{:.1}×", sample.wall.as_secs_f64() / ours.wall.as_secs_f64()),
            _ => "–".to_owned(),
        };
        table.row([contestant.name.clone(), cell(&measured, &ours, results.memory_floor), multiple]);
    }
    findings.budgets.extend(budgets(|name| results.of(name)));
    findings.sections.push(Section {
        title: "One new column, both dialects".to_owned(),
        explanation: explanation(turns, &programs),
        table,
        spreads: results.spreads(),
    });
    Ok(findings)
}

fn contestants(
    workplace: &Workplace<'_>,
    project: &Project,
    server: &Server,
) -> Result<[Contestant; 4], Failure> {
    let program = workplace.onramp.program.to_string_lossy();
    let words = [&*program, "migrate", "--all-dialects", "-m", "add flow owner"];
    let mut own = workplace.command(OWN, &project.folder, words.map(str::to_owned).to_vec());
    own.before = project.script("reset.sh", project.reset())?;
    own.check = project.script("check.sh", project.check())?;

    let file = project.beside.join("floor.py");
    fs::write(&file, include_str!("migrate/floor.py"))?;
    let argv = vec!["python".to_owned(), file.to_string_lossy().into_owned(), sqlite_head(project)];
    let mut floor = project.command(workplace, FLOOR, argv);
    let before = project.reset().to_owned() + &databases_at_head(project, server);
    floor.before = project.script("floor-before.sh", &before)?;

    let by_hand = |start| by_hand(workplace, project, server, start);
    Ok([own, by_hand(Start::Head)?, by_hand(Start::Nothing)?, floor])
}

fn budgets(of: impl Fn(&str) -> Measured) -> [Budget; 2] {
    [
        Budget::of_share(
            "`migrate --all-dialects`, warm, beside the work by hand",
            ("≥ 8 times faster", 1.0 / 8.0),
            &of(OWN),
            &of(Start::Head.name()),
            |share| format!("{:.1} times", 1.0 / share),
        ),
        Budget::of_share(
            "the same, beside one import of the models and one comparison",
            ("≤ 1.5 times the wall time", 1.5),
            &of(OWN),
            &of(FLOOR),
            |share| format!("{share:.2} times"),
        ),
    ]
}

fn explanation(turns: Turns, programs: &Programs) -> String {
    format!(
        "The example product gets one column more in a model. `migrate` writes a revision of each dialect and proves \
         it on a database with rows, both at once; its servers, its waiting Pythons and its templates are there, and so is what it knows of the \
         models of the last commit. By hand: steps 29 to 32 of the product's `docs/contributing.md`, `alembic` with \
         `upgrade head`, `revision --autogenerate`, `upgrade head`, `downgrade -1` and `upgrade head` for one dialect \
         after the other, without the time that a person takes to type and read, without rows, and without a \
         comparison of schemas. The floor is a single process that imports the models and has Alembic compare them \
         with a SQLite database once. All have the same environment, whose compiled bytecode is there and may be \
         written (`PYTHONDONTWRITEBYTECODE` is not set), and servers with the same settings ({}, without \
         durability). Their own time is not in the processor time, nor is that of what waiting Pythons fork; so the \
         budgets are of wall time. Before each run, and not measured, new revisions \
         and the entry in the ledger are taken away and databases by hand are made anew; after each, a revision of \
         each dialect must be there. The budgets hold against databases that are at the head already. Medians of {} \
         runs.",
        programs.version, turns.counted
    )
}
