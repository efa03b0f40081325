//! Differences that are declared.

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind};
use onramp_parity::{Exception, Report, Rules, Stale, TypePair, compare};

use crate::machine::{Machine, lines, sqlite};

fn exception(kind: Kind, name: &str, only: Option<Dialect>, attribute: Option<&str>) -> Exception {
    Exception {
        kind,
        name: name.to_owned(),
        only,
        attribute: attribute.map(str::to_owned),
        reason: "it is meant".to_owned(),
    }
}

/// Two schemas with three differences.
fn sides(machine: &Machine) -> (Catalog, Catalog) {
    let left = sqlite(
        "CREATE TABLE flow (id CHAR(32) PRIMARY KEY, name VARCHAR(9) DEFAULT 'a', tags TEXT);
         CREATE TABLE state (name TEXT UNIQUE)",
    );
    let right = machine.postgresql(
        "CREATE TABLE flow (id uuid PRIMARY KEY, name varchar(9) DEFAULT 'b', tags jsonb);
         CREATE TABLE state (name text); CREATE INDEX ix_tags ON flow USING gin (tags)",
    );
    (left, right)
}

fn with(machine: &Machine, exceptions: &[Exception], types: &[(&str, &str)]) -> Report {
    let (left, right) = sides(machine);
    let pair = |(sqlite, postgresql): &(&str, &str)| TypePair {
        sqlite: (*sqlite).to_owned(),
        postgresql: (*postgresql).to_owned(),
        reason: "it is meant".to_owned(),
    };
    compare(
        &left,
        &right,
        &Rules { exceptions: exceptions.to_vec(), types: types.iter().map(pair).collect() },
    )
}

#[test]
fn what_is_declared_is_no_finding() {
    let Some(machine) = Machine::start() else { return };
    let all = [
        "column flow.name default: 'a' | 'b'::character varying",
        "column flow.tags type: TEXT | jsonb",
        "index flow.ix_tags only: none | gin (tags)",
        "unique state(name) only: unique (name) | none",
    ];
    assert_eq!(lines(&with(&machine, &[], &[])), all);
    let only = Some(Dialect::Postgresql);
    let report = with(
        &machine,
        &[
            exception(Kind::Column, "flow.name", None, Some("default")),
            exception(Kind::Index, "flow.ix_*", only, None),
            exception(Kind::Unique, "state(name)", Some(Dialect::Sqlite), None),
        ],
        &[("text", "JSONB")],
    );
    assert!(report.is_clean(), "{report:?}");
    let excepted: Vec<usize> = report.excepted.iter().map(|excepted| excepted.exception).collect();
    assert_eq!(excepted, [0, 1, 2]);
    // Whichever side is the left one.
    let (left, right) = sides(&machine);
    let rules =
        Rules { exceptions: vec![exception(Kind::Index, "flow.ix_tags", only, None)], types: Vec::new() };
    let report = compare(&right, &left, &rules);
    assert_eq!(report.findings.len(), 3, "{:?}", lines(&report));
    assert_eq!(report.stale, []);
}

#[test]
fn what_is_declared_covers_nothing_else() {
    let Some(machine) = Machine::start() else { return };
    for exception in [
        exception(Kind::Index, "flow.ix_tags", Some(Dialect::Sqlite), None),
        exception(Kind::Index, "flow.ix_tag", None, None),
        exception(Kind::Index, "flow.ix_tags", None, Some("method")),
        exception(Kind::Column, "flow.name", None, Some("type")),
        exception(Kind::Column, "flow.name", Some(Dialect::Postgresql), None),
        exception(Kind::Table, "flow", None, None),
        exception(Kind::Column, "flow", None, None),
    ] {
        let report = with(&machine, std::slice::from_ref(&exception), &[]);
        assert_eq!(report.findings.len(), 4, "{exception:?}");
        assert_eq!(report.stale, [Stale::Exception(0)], "{exception:?}");
        assert!(!report.is_clean());
    }
}

#[test]
fn what_is_declared_and_not_there_is_told() {
    let Some(machine) = Machine::start() else { return };
    let report = with(
        &machine,
        &[
            exception(Kind::Column, "flow.name", None, Some("default")),
            exception(Kind::Column, "flow.gone", None, None),
        ],
        &[("TEXT", "jsonb"), ("TEXT", "citext")],
    );
    assert_eq!(report.stale, [Stale::Exception(1), Stale::Type(1)]);
    assert_eq!(lines(&report).len(), 2);
}

#[test]
fn what_is_new_is_told_from_what_was_there() {
    let Some(machine) = Machine::start() else { return };
    let (left, right) = sides(&machine);
    let exceptions =
        [exception(Kind::Index, "flow.ix_tags", None, None), exception(Kind::Table, "gone", None, None)];
    let rules = Rules { exceptions: exceptions.to_vec(), types: Vec::new() };
    let before = compare(&left, &right, &rules);
    let after = machine.postgresql(
        "CREATE TABLE flow (id uuid PRIMARY KEY, name varchar(9) DEFAULT 'c', tags jsonb, owner text);
         CREATE TABLE state (name text)",
    );
    let after = compare(&left, &after, &rules);
    let (new, stale) = after.newer_than(&before);
    let new: Vec<String> = new.into_iter().map(crate::machine::line).collect();
    assert_eq!(
        new,
        ["column flow.name default: 'a' | 'c'::character varying", "column flow.owner only: none | text",]
    );
    assert_eq!(stale, [Stale::Exception(0)]);
    assert_eq!(before.newer_than(&before), (Vec::new(), Vec::new()));
}

#[test]
fn names_that_differ_are_listed_and_no_finding() {
    let left = sqlite(
        "CREATE TABLE t (a INTEGER, CONSTRAINT one UNIQUE (a), CONSTRAINT c_one CHECK (a > 0)); CREATE INDEX i_one ON t (a)",
    );
    let right = sqlite(
        "CREATE TABLE t (a INTEGER, CONSTRAINT two UNIQUE (a), CONSTRAINT c_two CHECK (a > 0)); CREATE INDEX i_two ON t (a)",
    );
    let report = compare(&left, &right, &Rules::default());
    assert!(report.is_clean(), "{:?}", lines(&report));
    let renamed: Vec<(&str, &str)> =
        report.renamed.iter().map(|renamed| (renamed.left.as_str(), renamed.right.as_str())).collect();
    assert_eq!(renamed, [("one", "two"), ("i_one", "i_two"), ("c_one", "c_two")]);
}
