//! `IS` and `=` are the same where there are no nulls, and where nobody asks for what is not true.

use crate::machine::{Machine, found};

const TABLE: &str = "CREATE TABLE t (name TEXT, status TEXT, active BOOLEAN, deleted BOOLEAN, level INTEGER NOT NULL, is_on BOOLEAN NOT NULL";

#[track_caller]
fn check(machine: &Machine, sqlite: &str, postgresql: &str, expected: &[&str]) {
    let table = |rest: &str| match rest.strip_prefix("CHECK") {
        Some(check) => format!("{TABLE}, CONSTRAINT c CHECK{check})"),
        None => format!("{TABLE}); CREATE UNIQUE INDEX i ON t (name) {rest}"),
    };
    assert_eq!(found(machine, &table(sqlite), &table(postgresql)), expected, "{sqlite} | {postgresql}");
}

#[test]
fn nulls_make_a_difference() {
    let Some(machine) = Machine::start() else { return };
    check(
        &machine,
        "CHECK (active)",
        "CHECK (active IS TRUE)",
        &["check t.c expression: active | active IS TRUE"],
    );
    check(
        &machine,
        "WHERE NOT deleted",
        "WHERE deleted IS NOT TRUE",
        &["index t.i predicate: NOT deleted | (deleted IS NOT TRUE)"],
    );
    check(
        &machine,
        "WHERE status <> 'done'",
        "WHERE status IS DISTINCT FROM 'done'",
        &["index t.i predicate: status <> 'done' | (status IS DISTINCT FROM 'done'::text)"],
    );
    check(
        &machine,
        "WHERE status IS NOT 'done'",
        "WHERE status <> 'done'",
        &["index t.i predicate: status IS NOT 'done' | (status <> 'done'::text)"],
    );
}

#[test]
fn nulls_make_none() {
    let Some(machine) = Machine::start() else { return };
    for (sqlite, postgresql) in [
        ("WHERE active IS TRUE", "WHERE active"),
        ("WHERE active = 1 AND status IS 'new'", "WHERE active IS TRUE AND status = 'new'"),
        ("WHERE deleted IS NOT 1", "WHERE deleted IS NOT TRUE"),
        ("WHERE NOT (deleted IS TRUE)", "WHERE deleted IS DISTINCT FROM true"),
        ("WHERE is_on IS NOT TRUE", "WHERE NOT is_on"),
        ("CHECK (is_on)", "CHECK (is_on IS TRUE)"),
        ("CHECK (level IS NOT 3)", "CHECK (level <> 3)"),
        ("CHECK (status IS NOT 'done')", "CHECK (status <> 'done')"),
        ("CHECK (active IS 1)", "CHECK (active IS TRUE)"),
    ] {
        check(&machine, sqlite, postgresql, &[]);
    }
}
