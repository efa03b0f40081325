//! Tables, views and columns that only one side has.

use super::{Case, POSTGRESQL, SQLITE};
use crate::machine::{Machine, found};

#[test]
fn tables_views_and_columns_that_are_missing_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.both(
        "CREATE TABLE note (id INTEGER NOT NULL, text TEXT)",
        &["table note only: 2 columns | none"],
        &["table note only: none | 2 columns"],
    );
    case.both(
        "CREATE VIEW names AS SELECT name FROM pool",
        &["view names only: 1 column | none"],
        &["view names only: none | 1 column"],
    );
    case.both(
        "ALTER TABLE run ADD COLUMN note VARCHAR(20)",
        &["column run.note only: VARCHAR(20) | none"],
        &["column run.note only: none | character varying(20)"],
    );
    case.both(
        "DROP VIEW active_run; CREATE VIEW active_run AS SELECT id FROM run WHERE is_active",
        &["column active_run.name only: none | a column of the view"],
        &["column active_run.name only: a column of the view | none"],
    );
}

#[test]
fn views_of_one_table_that_ask_for_something_else_are_found() {
    let Some(machine) = Machine::start() else { return };
    let check = |sqlite: &str, postgresql: &str, is_found: bool| {
        let [left, right] = [(SQLITE, sqlite), (POSTGRESQL, postgresql)]
            .map(|(schema, query)| format!("{schema} CREATE VIEW v AS {query};"));
        let found = found(&machine, &left, &right);
        match (is_found, found.as_slice()) {
            (true, [line]) => assert!(line.starts_with("view v definition: "), "{line}"),
            (_, found) => assert_eq!((is_found, found), (false, &[][..]), "{sqlite} {postgresql}"),
        }
    };
    let same = |query: &str| check(query, query, false);
    same("SELECT id, upper(name) AS name FROM run AS r WHERE is_active AND cost BETWEEN 1 AND 2");
    same("SELECT pool_id, count(*) AS many FROM run GROUP BY 1 HAVING count(*) > 1");
    same("SELECT DISTINCT state FROM run WHERE priority IN (1, 2)");
    check("SELECT id FROM run WHERE is_active = 1", "SELECT id FROM run WHERE is_active", false);
    check("SELECT id FROM run WHERE is_active", "SELECT id FROM run WHERE NOT is_active", true);
    check("SELECT id FROM run", "SELECT id FROM run WHERE is_active", true);
    check("SELECT upper(name) AS name FROM run", "SELECT lower(name) AS name FROM run", true);
    check("SELECT id FROM run", "SELECT id FROM pool", true);
    check("SELECT DISTINCT name FROM run", "SELECT name FROM run", true);
    check(
        "SELECT count(*) AS n FROM run GROUP BY name",
        "SELECT count(*) AS n FROM run GROUP BY state",
        true,
    );
    // What is not read is named, and is no finding.
    check("SELECT id FROM run ORDER BY id", "SELECT id FROM run ORDER BY name", false);
}

#[test]
fn tables_of_another_schema_or_case_are_others() {
    let Some(machine) = Machine::start() else { return };
    let schema = "CREATE SCHEMA app; CREATE TABLE app.owner (id integer PRIMARY KEY);";
    let tables = |target: &str| {
        format!(
            "CREATE TABLE owner (id integer PRIMARY KEY); CREATE TABLE t (a integer REFERENCES {target} (id))"
        )
    };
    assert_eq!(
        found(&machine, &tables("owner"), &format!("{schema} {}", tables("app.owner"))),
        ["table app.owner only: none | 1 column", "foreign-key t(a) target: owner(id) | app.owner(id)"]
    );
    assert_eq!(
        found(
            &machine,
            "CREATE TABLE t (a TEXT)",
            "CREATE TABLE t (a text); CREATE TABLE \"T\" (a text, b text)"
        ),
        ["table T only: none | 2 columns"]
    );
    assert_eq!(found(&machine, "CREATE TABLE \"T\" (a TEXT)", "CREATE TABLE t (a text)"), [""; 0]);
}
