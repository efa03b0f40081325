//! For each rule something that it finds, and something much like it that it does not find.

mod code;
mod data;
mod enumerations;
mod keys;
mod locks;
mod queries;
mod renames;
mod rows;
mod schemas;
mod sqlite;
mod transactions;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use onramp_core::Dialect;
use onramp_database::Client;
use onramp_database::catalog::Catalog;
use onramp_database::rows::Snapshot;
use onramp_migration_lint::{
    Allow, Form, Level, RULES, Report, Revision, Settings, Statement, Transaction, lint_watched,
};
use onramp_testing::Scratch;

use crate::catalog_of;
use crate::trials::OF_TRIALS;

/// A revision of one dialect: the statements, and the codes that the rules must name, in order, and no others.
pub(crate) struct Case {
    pub(crate) dialect: Dialect,
    scene: &'static str,
    pub(crate) statements: &'static [&'static str],
    codes: &'static [&'static str],
}

const fn postgresql(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Postgresql, scene: SCENE, statements, codes }
}

const fn sqlite(statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect: Dialect::Sqlite, scene: SQLITE, statements, codes }
}

const SCENE: &str = "
    CREATE SCHEMA old;
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE TYPE unused AS ENUM ('a');
    CREATE TABLE flow (id integer PRIMARY KEY, name varchar(50), owner text, nickname text, state state, size bigint);
    CREATE TABLE run (
        id integer PRIMARY KEY,
        flow_id integer CONSTRAINT run_flow REFERENCES flow (id),
        started timestamptz
    );
    INSERT INTO flow SELECT x, 'name', x::text, NULL, 'new', x FROM generate_series(1, 3) AS x;
    INSERT INTO run VALUES (1, 1, now());
    CREATE MATERIALIZED VIEW flows AS SELECT id FROM flow;
    CREATE INDEX flow_owner ON flow (owner);
    CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
    CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE loose (id integer);
    CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql AS 'SELECT x + x';
";

const SQLITE: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE flow (id INTEGER PRIMARY KEY, name TEXT, owner TEXT);
    CREATE TABLE run (id INTEGER PRIMARY KEY, flow_id INTEGER REFERENCES flow (id));
    CREATE TABLE note (id INTEGER PRIMARY KEY, flow_id INTEGER, text TEXT);
    INSERT INTO flow VALUES (1, 'a', 'b');
    INSERT INTO note VALUES (1, 1, 'a');
    CREATE VIEW notes AS SELECT id FROM run;
";

/// The cases by families of rules.
const FAMILIES: [&[Case]; 12] = [
    data::CASES,
    keys::CASES,
    queries::CASES,
    schemas::CASES,
    renames::CASES,
    rows::OF_FILE,
    rows::OF_SERVER,
    rows::OF_ONE,
    enumerations::CASES,
    locks::CASES,
    transactions::CASES,
    sqlite::CASES,
];

/// All cases.
fn cases() -> impl Iterator<Item = &'static Case> {
    FAMILIES.into_iter().flatten()
}

/// What the server does not do.
const REFUSED: [&str; 2] = ["concurrently-in-transaction", "enum-value-used-in-transaction"];

/// A case, what the rules say about it, and whether the database took all its statements.
pub(crate) type Outcome = (&'static Case, Report, bool);

/// What comes of all cases, found out once; `None` where there is no server.
pub(crate) fn outcomes() -> Option<&'static [Outcome]> {
    static OUTCOMES: OnceLock<Option<Vec<Outcome>>> = OnceLock::new();
    let run = |case: &'static Case| {
        let (report, is_taken) = run(case, &Settings::default())?;
        Some((case, report, is_taken))
    };
    OUTCOMES.get_or_init(|| cases().map(run).collect()).as_deref()
}

/// What the rules say about statements, and whether the database took them all.
fn run(case: &Case, settings: &Settings) -> Option<(Report, bool)> {
    let mut scratch = Scratch::with(case.dialect, case.scene)?;
    let before = catalog_of(case.scene, &mut scratch);
    let client = &mut scratch.client;
    let rows = Snapshot::read(client, &[]).unwrap();
    let (executed, is_taken) = execute(client, case.statements);
    let after = Catalog::read(client, &[]).unwrap();
    let missing = rows.missing(&Snapshot::read(client, &[]).unwrap());
    let revision = Revision { before: &before, after: &after, statements: &executed };
    Some((lint_watched(&revision, Some(&missing), &[], settings), is_taken))
}

fn execute(client: &mut Client, statements: &[&str]) -> (Vec<Statement>, bool) {
    let mut executed = Vec::new();
    let (mut transaction, mut is_taken) = (Transaction::Outside, true);
    for (line, text) in (1..).zip(statements) {
        executed.push(Statement {
            text: (*text).to_owned(),
            transaction,
            foreign_keys: None,
            line: Some(line),
        });
        match *text {
            "BEGIN" => transaction = Transaction::Inside,
            "COMMIT" => transaction = Transaction::Outside,
            _ => {}
        }
        is_taken &= client.execute(text).is_ok();
    }
    if transaction == Transaction::Inside {
        client.execute("ROLLBACK").unwrap();
    }
    (executed, is_taken)
}

#[test]
fn rules_find_what_they_are_for_and_nothing_else() {
    let mut wrong = Vec::new();
    let Some(outcomes) = outcomes() else { return };
    for (case, report, is_taken) in outcomes {
        let is_refusal = case.codes.iter().any(|code| REFUSED.contains(code));
        assert_eq!(*is_taken, !is_refusal, "{:?}", case.statements);
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.rule.code).collect();
        if codes != case.codes {
            wrong.push(format!("{:?}\n    found {codes:?}\n    expected {:?}", case.statements, case.codes));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_or_a_form() {
    let of_cases = cases().flat_map(|case| case.codes.iter().copied());
    let of_forms = Form::ALL.iter().filter_map(|form| form.rule()).map(|rule| rule.code);
    let covered: BTreeSet<&str> = of_cases.chain(of_forms).chain(OF_TRIALS).collect();
    let missing: Vec<_> = RULES.iter().filter(|rule| !covered.contains(rule.code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether a new value of a new type can be used is a matter of the server's version; the rule and the server agree.
#[test]
fn a_value_of_a_type_that_is_as_new_is_told_where_it_is_refused() {
    let case = postgresql(
        &[
            "BEGIN",
            "CREATE TYPE mood AS ENUM ('good')",
            "ALTER TYPE mood ADD VALUE 'bad'",
            "CREATE TABLE x (mood mood DEFAULT 'bad')",
        ],
        &[],
    );
    let Some((report, is_taken)) = run(&case, &Settings::default()) else { return };
    assert_eq!(report.findings.is_empty(), is_taken, "{:?}", report.findings);
}

#[test]
fn levels_and_allows_are_heeded() {
    let case = sqlite(&["ALTER TABLE note DROP COLUMN text", "DELETE FROM note"], &[]);
    let allow = |rule: &str, object: Option<&str>| Allow {
        rule: rule.to_owned(),
        object: object.map(str::to_owned),
        line: None,
        reason: "it is wanted".to_owned(),
    };
    let settings = Settings {
        levels: [("delete-all-rows".to_owned(), Level::Warning)].into(),
        allows: vec![
            allow("drop-column", Some("note")),
            allow("drop-column", Some("flow")),
            allow("drop-table", None),
        ],
    };
    let (report, _) = run(&case, &settings).unwrap();
    let told: Vec<_> =
        report.findings.iter().map(|finding| (finding.rule.code, finding.level, finding.line)).collect();
    assert_eq!(told, [("delete-all-rows", Level::Warning, Some(2))]);
    let allowed: Vec<_> = report.allowed.iter().map(|one| (one.finding.line, one.reason.as_str())).collect();
    assert_eq!(allowed, [(Some(1), "it is wanted")]);
    assert_eq!(report.unmet, [1, 2]);
    let settings = Settings {
        levels: [("drop-column".to_owned(), Level::Off)].into(),
        allows: vec![allow("drop-column", None)],
    };
    let (report, _) = run(&case, &settings).unwrap();
    assert_eq!((report.findings.len(), report.allowed.len()), (1, 0));
    assert!(report.unmet.is_empty(), "what is turned off is there all the same");
}
