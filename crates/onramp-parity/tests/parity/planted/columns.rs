//! Columns: types, labels, nullability, defaults, numbering.

use super::{Case, POSTGRESQL, SQLITE};
use crate::machine::{Machine, found};

#[test]
fn columns_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite(
        "cost NUMERIC(10, 2)",
        "cost NUMERIC(10, 2) NOT NULL",
        &["column run.cost nullable: NOT NULL | NULL"],
    );
    case.postgresql(
        "is_active boolean DEFAULT true NOT NULL",
        "is_active boolean DEFAULT true",
        &["column run.is_active nullable: NOT NULL | NULL"],
    );
    case.sqlite("DEFAULT '1'", "DEFAULT 2", &["column run.priority default: 2 | 1"]);
    case.sqlite("DEFAULT CURRENT_TIMESTAMP ", "", &["column run.created_at default: none | now()"]);
    case.postgresql(
        "jsonb DEFAULT '{}'",
        "jsonb DEFAULT '[]'",
        &["column run.settings default: '{}' | '[]'::jsonb"],
    );
    case.postgresql("DEFAULT true", "DEFAULT false", &["column run.is_active default: 1 | false"]);
    case.postgresql(
        "cost numeric(10, 2)",
        "cost numeric(12, 2)",
        &["column run.cost type: NUMERIC(10, 2) | numeric(12,2)"],
    );
    case.sqlite(
        "name VARCHAR(200) NOT NULL UNIQUE",
        "name VARCHAR(100) NOT NULL UNIQUE",
        &["column pool.name type: VARCHAR(100) | character varying(200)"],
    );
    case.sqlite(
        "cost NUMERIC(10, 2)",
        "cost NUMERIC(10, 2) GENERATED ALWAYS AS (priority * 2) STORED",
        &["column run.cost generated: (priority * 2) STORED | none"],
    );
    case.sqlite(
        "name VARCHAR(200) NOT NULL UNIQUE",
        "name VARCHAR(200) COLLATE NOCASE NOT NULL UNIQUE",
        &["column pool.name collation: NOCASE | none"],
    );
}

#[test]
fn labels_that_differ_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.postgresql(
        "ENUM ('new', 'done')",
        "ENUM ('new', 'done', 'lost')",
        &["column run.state labels: 'done', 'new' | 'done', 'lost', 'new'"],
    );
    case.sqlite(
        "state IN ('new', 'done')",
        "state IN ('new', 'gone')",
        &["column run.state labels: 'gone', 'new' | 'done', 'new'"],
    );
    // Without a check nothing tells SQLite's labels, but for the length.
    let unchecked = SQLITE.replace("CONSTRAINT ck_run_state CHECK (state IN ('new', 'done')),", "");
    assert_eq!(found(&machine, &unchecked, POSTGRESQL), [""; 0]);
    let long = POSTGRESQL.replace("'done')", "'done', 'interrupted')");
    assert_eq!(
        found(&machine, &unchecked, &long),
        ["column run.state type: VARCHAR(9) | state with the label 'interrupted'"]
    );
    case.both(
        "CREATE TABLE colour (name TEXT)",
        &["table colour only: 1 column | none"],
        &["table colour only: none | 1 column"],
    );
    let unused = format!("{POSTGRESQL} CREATE TYPE colour AS ENUM ('red', 'green');");
    assert_eq!(found(&machine, SQLITE, &unused), ["enum colour only: none | 'red', 'green'"]);
}

#[test]
fn types_outside_the_map_are_found() {
    let Some(machine) = Machine::start() else { return };
    let case = Case { machine: &machine };
    case.sqlite("settings JSON", "settings TEXT", &["column run.settings type: TEXT | jsonb"]);
    case.sqlite("is_active BOOLEAN", "is_active INTEGER", &["column run.is_active type: INTEGER | boolean"]);
    case.postgresql(
        "cost numeric(10, 2)",
        "cost tsvector",
        &["column run.cost type: NUMERIC(10, 2) | tsvector"],
    );
    case.postgresql(
        "cost numeric(10, 2)",
        "cost int4range",
        &["column run.cost type: NUMERIC(10, 2) | int4range"],
    );
}

#[test]
fn an_enumeration_in_an_array_is_in_use() {
    let Some(machine) = Machine::start() else { return };
    let found = found(
        &machine,
        "CREATE TABLE t (a JSON)",
        "CREATE TYPE \"Level\" AS ENUM ('a', 'b'); CREATE TABLE t (a \"Level\"[])",
    );
    assert_eq!(found, ["column t.a type: JSON | \"Level\"[]"]);
}

#[test]
fn numbering_that_differs_is_found() {
    let Some(machine) = Machine::start() else { return };
    let sqlite = |id: &str| format!("CREATE TABLE note (id {id}, text TEXT)");
    let check = |sqlite_id: &str, postgresql_id: &str, expected: &[&str]| {
        let found = found(&machine, &sqlite(sqlite_id), &sqlite(postgresql_id));
        assert_eq!(found, expected, "{sqlite_id} {postgresql_id}");
    };
    let none: &[&str] = &[];
    check("INTEGER PRIMARY KEY", "serial PRIMARY KEY", none);
    check("INTEGER PRIMARY KEY AUTOINCREMENT", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", none);
    check("INTEGER PRIMARY KEY", "integer PRIMARY KEY", none);
    check(
        "BIGINT PRIMARY KEY",
        "bigserial PRIMARY KEY",
        &["column note.id identity: none | nextval('note_id_seq'::regclass)"],
    );
    check(
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        "integer PRIMARY KEY",
        &["column note.id identity: AUTOINCREMENT | none"],
    );
    check(
        "INTEGER NOT NULL",
        "integer GENERATED BY DEFAULT AS IDENTITY",
        &["column note.id identity: none | GENERATED BY DEFAULT AS IDENTITY"],
    );
    let loose = "CREATE SEQUENCE ticket; CREATE TABLE note (id integer NOT NULL, text TEXT)";
    assert_eq!(found(&machine, &sqlite("INTEGER NOT NULL"), loose), ["sequence ticket only: none | bigint"]);
}
