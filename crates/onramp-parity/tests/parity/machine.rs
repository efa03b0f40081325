use std::sync::Mutex;

use onramp_database::Client;
use onramp_database::catalog::Catalog;
use onramp_parity::{Finding, Report, Rules, compare};
use onramp_testing::Scratch;

/// A database of a server, which is emptied for each case.
pub(crate) struct Machine {
    scratch: Mutex<Scratch>,
}

impl Machine {
    /// `None`, and said so, where there is no server.
    pub(crate) fn start() -> Option<Self> {
        let mut scratch = Scratch::postgresql("")?;
        scratch.execute("SET client_min_messages TO error");
        Some(Self { scratch: Mutex::new(scratch) })
    }

    /// What a database with these statements in it consists of.
    #[track_caller]
    pub(crate) fn postgresql(&self, statements: &str) -> Catalog {
        let mut scratch = self.scratch.lock().unwrap();
        let schemas = "DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; \
                       GRANT ALL ON SCHEMA public TO PUBLIC;";
        scratch.execute(&format!("{schemas} {statements}"));
        read(&mut scratch.client)
    }
}

/// The same of SQLite.
#[track_caller]
pub(crate) fn sqlite(statements: &str) -> Catalog {
    read(&mut Scratch::sqlite(statements).client)
}

#[track_caller]
fn read(client: &mut Client) -> Catalog {
    Catalog::read(client, &[]).unwrap_or_else(|failure| panic!("{failure}"))
}

/// The findings as lines, SQLite's text first: `column flow.name default: 'a' | none`.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(line).collect()
}

pub(crate) fn line(finding: &Finding) -> String {
    let texts = finding.texts().map(|text| text.unwrap_or("none").to_owned()).join(" | ");
    match finding.attribute() {
        Some(attribute) => format!("{} {attribute}: {texts}", finding.object),
        None => format!("{} only: {texts}", finding.object),
    }
}

/// What the comparison of two such databases finds, with SQLite on the left.
#[track_caller]
pub(crate) fn found(machine: &Machine, sqlite_statements: &str, postgresql_statements: &str) -> Vec<String> {
    let (left, right) = (sqlite(sqlite_statements), machine.postgresql(postgresql_statements));
    lines(&compare(&left, &right, &Rules::default()))
}
