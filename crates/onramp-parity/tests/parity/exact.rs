//! Two schemas of one dialect, where everything counts as it is written.

use onramp_parity::{Rules, compare};

use crate::machine::{Machine, lines, sqlite};

#[test]
fn of_one_dialect_nothing_is_explained() {
    let check = |left: &str, right: &str, expected: &[&str]| {
        let report = compare(&sqlite(left), &sqlite(right), &Rules::default());
        assert_eq!(lines(&report), expected, "{left} {right}");
    };
    check("CREATE TABLE t (a INTEGER)", "CREATE TABLE t (a BIGINT)", &["column t.a type: INTEGER | BIGINT"]);
    check("CREATE TABLE t (a VARCHAR(9))", "CREATE TABLE t (a varchar(9))", &[]);
    check(
        "CREATE TABLE t (a BOOLEAN DEFAULT 1)",
        "CREATE TABLE t (a BOOLEAN DEFAULT TRUE)",
        &["column t.a default: 1 | TRUE"],
    );
    check(
        "CREATE TABLE t (a BOOLEAN)",
        "CREATE TABLE t (a BOOLEAN CHECK (a IN (0, 1)))",
        &["check t(a IN (0, 1)) only: none | a IN (0, 1)"],
    );
    check(
        "CREATE TABLE t (a INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
        &["column t.a identity: none | AUTOINCREMENT"],
    );
    let Some(machine) = Machine::start() else { return };
    let left = machine.postgresql(
        "CREATE TYPE state AS ENUM ('a', 'b'); CREATE TABLE t (id serial, s state, n text); CREATE INDEX i ON t (n NULLS FIRST)",
    );
    let right = machine.postgresql(
        "CREATE TYPE state AS ENUM ('b', 'a'); CREATE TABLE t (id serial, s state, n text); CREATE INDEX i ON t (n)",
    );
    assert_eq!(
        lines(&compare(&left, &right, &Rules::default())),
        ["column t.s labels: 'a', 'b' | 'b', 'a'", "index t.i columns: n NULLS FIRST | n",]
    );
}

#[test]
fn names_of_one_server_are_told_apart_by_schema_and_case() {
    let Some(machine) = Machine::start() else { return };
    let check = |left: &str, right: &str, expected: &[&str]| {
        let report = compare(&machine.postgresql(left), &machine.postgresql(right), &Rules::default());
        assert_eq!(lines(&report), expected, "{left} {right}");
    };
    let tables = "CREATE SCHEMA app; CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE app.users (id integer PRIMARY KEY);";
    check(
        &format!("{tables} CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES app.users)"),
        &format!("{tables} CREATE TABLE t (a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES users)"),
        &["foreign-key t(a) target: app.users(id) | users(id)"],
    );
    check(
        "CREATE TABLE users (id integer); CREATE TABLE \"Users\" (id integer, name text)",
        "CREATE TABLE users (id integer)",
        &["table Users only: 2 columns | none"],
    );
    check(
        "CREATE TABLE users (id integer)",
        "CREATE TABLE \"Users\" (id bigint); CREATE TABLE users (id integer)",
        &["table Users only: none | 1 column"],
    );
    check(
        "CREATE TABLE t (name text, \"Name\" text)",
        "CREATE TABLE t (name text)",
        &["column t.Name only: text | none"],
    );
    let report = compare(
        &sqlite("CREATE TABLE Users (Id INTEGER)"),
        &sqlite("CREATE TABLE users (id INTEGER)"),
        &Rules::default(),
    );
    assert_eq!(lines(&report), [""; 0]);
}
