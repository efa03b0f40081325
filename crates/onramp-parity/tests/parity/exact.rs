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
        "CREATE TABLE t (a INTEGER CHECK (a > 1 AND a < 5))",
        "CREATE TABLE t (a INTEGER CHECK (a > 1) CHECK (a < 5))",
        &[
            "check t(a < 5) only: none | a < 5",
            "check t(a > 1 AND a < 5) only: a > 1 AND a < 5 | none",
            "check t(a > 1) only: none | a > 1",
        ],
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
        ["enum state labels: 'a', 'b' | 'b', 'a'", "index t.i columns: n NULLS FIRST | n"]
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

/// What one schema has and the other has otherwise.
const SCHEMA: &str = "
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE SEQUENCE ticket;
    CREATE DOMAIN short AS varchar(9);
    CREATE TABLE t (
        id integer PRIMARY KEY, name text CONSTRAINT c CHECK (name > 'a'), at timestamptz, size int, code varchar(9),
        b int GENERATED ALWAYS AS (size + 1) STORED,
        CONSTRAINT ex EXCLUDE USING btree (size WITH =)
    );
    CREATE INDEX i ON t (name);
    CREATE TABLE child (id integer PRIMARY KEY, t_id integer CONSTRAINT fk REFERENCES t);
    CREATE VIEW v AS SELECT id FROM t;
    CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
    CREATE RULE quiet AS ON DELETE TO t WHERE old.id = 1 DO INSTEAD NOTHING;
    CREATE POLICY own ON t FOR SELECT USING (size > 1);
    CREATE TABLE part (day date) PARTITION BY RANGE (day);";

#[test]
fn of_one_dialect_all_is_compared_that_there_is() {
    let Some(machine) = Machine::start() else { return };
    let base = machine.postgresql(SCHEMA);
    let check = |from: &str, to: &str, expected: &[&str]| {
        let other = match from {
            "" => format!("{SCHEMA} {to};"),
            from => {
                assert!(SCHEMA.contains(from), "{from}");
                SCHEMA.replace(from, to)
            }
        };
        let report = compare(&base, &machine.postgresql(&other), &Rules::default());
        let found = lines(&report);
        let is_same = found.len() == expected.len()
            && found.iter().zip(expected).all(|(line, start)| line.starts_with(start));
        assert!(is_same, "{from} -> {to}: {found:?}");
    };
    check("", "", &[]);
    check(
        "BEFORE UPDATE ON t",
        "AFTER UPDATE ON t",
        &["trigger t.touch definition: CREATE TRIGGER touch BEFORE"],
    );
    check(
        "UPDATE ON t FOR EACH ROW",
        "UPDATE ON t FOR EACH ROW WHEN (new.size > 1)",
        &["trigger t.touch definition: "],
    );
    check("", "ALTER TABLE t DISABLE TRIGGER touch", &["trigger t.touch enabled: none | false"]);
    check("old.id = 1", "old.id = 2", &["rule t.quiet definition: "]);
    check("FOR SELECT", "FOR UPDATE", &["policy t.own command: select | update"]);
    check("(size > 1)", "(size > 2)", &["policy t.own using: (size > 1) | (size > 2)"]);
    check("own ON t FOR", "own ON t AS RESTRICTIVE FOR", &["policy t.own permissive: none | false"]);
    check("(size WITH =)", "(size WITH =, id WITH =)", &["exclusion t.ex definition: "]);
    check("RETURN NEW", "RETURN OLD", &["function f() definition: "]);
    check("", "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'", &["function g() only: none | "]);
    check("SEQUENCE ticket", "SEQUENCE ticket START 5", &["sequence ticket options: none | START WITH 5"]);
    check(
        "AS varchar(9)",
        "AS varchar(8)",
        &["domain short type: character varying(9) | character varying(8)"],
    );
    check("SELECT id FROM t", "SELECT id FROM t WHERE id > 1", &["view v definition: "]);
    check("code varchar(9)", "code short", &["column t.code type: character varying(9) | short"]);
    check("(size + 1)", "(size + 2)", &["column t.b generated: "]);
    check("name text", "name text COLLATE \"C\"", &["column t.name collation: none | \"C\""]);
    check("", "COMMENT ON COLUMN t.name IS 'x'", &["column t.name comment: none | x"]);
    check("", "COMMENT ON TABLE t IS 'x'", &["table t comment: none | x"]);
    check("", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", &["table t row-security: none | enabled"]);
    check("REFERENCES t", "REFERENCES t NOT DEFERRABLE", &[]);
    // A sequence that goes with a column is told with it.
    check("", "CREATE TABLE more (id serial)", &["table more only: none | 1 column"]);
    check("", "ALTER TABLE t ADD COLUMN number serial", &["column t.number only: none | integer NOT NULL"]);
    check(
        "t_id integer CONSTRAINT fk REFERENCES t);",
        "t_id integer); ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t NOT VALID;",
        &["foreign-key child(t_id) definition: "],
    );
    check("name > 'a'", "name > 'a'  ", &[]);
    check("name > 'a'", "'a' < name", &["check t.c definition: "]);
    check("ON t (name)", "ON t (name) WITH (fillfactor = 70)", &["index t.i with: none | fillfactor='70'"]);
    check(
        "child (id integer PRIMARY KEY",
        "child (id integer PRIMARY KEY DEFERRABLE",
        &["primary-key child deferrable: none | DEFERRABLE"],
    );
    check(
        "",
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        &["table part_1 only: none | 1 column"],
    );
    let reversed =
        compare(&machine.postgresql(&SCHEMA.replace("RETURN NEW", "RETURN OLD")), &base, &Rules::default());
    assert_eq!(lines(&reversed).len(), 1);
}

#[test]
fn of_two_files_triggers_and_views_are_compared_as_they_are_written() {
    let schema = "CREATE TABLE t (a INTEGER) STRICT; CREATE VIEW v AS SELECT a FROM t; \
                  CREATE TRIGGER i AFTER INSERT ON t BEGIN SELECT 1; END;";
    let check = |from: &str, to: &str, expected: &[&str]| {
        assert!(schema.contains(from), "{from}");
        let report = compare(&sqlite(schema), &sqlite(&schema.replace(from, to)), &Rules::default());
        assert_eq!(lines(&report), expected, "{from} -> {to}");
    };
    check("SELECT 1", "SELECT   1", &[]);
    check(
        "SELECT 1",
        "SELECT 2",
        &[
            "trigger t.i definition: AFTER INSERT ON t BEGIN SELECT 1; END | AFTER INSERT ON t BEGIN SELECT 2; END",
        ],
    );
    check(
        "SELECT a FROM",
        "SELECT a + 1 AS a FROM",
        &["view v definition: AS SELECT a FROM t | AS SELECT a + 1 AS a FROM t"],
    );
    check(" STRICT", "", &["table t strict: true | none"]);
}

#[test]
fn two_versions_may_print_an_expression_in_two_ways() {
    let Some(machine) = Machine::start() else { return };
    let left =
        machine.postgresql(&format!("{SCHEMA} ALTER TABLE t ADD CONSTRAINT d CHECK (size > 1 AND id > 2);"));
    let mut right = left.clone();
    for (object, from, to) in [
        ("check t.d", "((size > 1) AND (id > 2))", "(id > 2 AND size > 1)"),
        ("view v", "SELECT t.id", "SELECT id"),
        ("index t.i", "name", "(name)"),
    ] {
        let attributes = right.objects.iter_mut().find(|(id, _)| id.to_string() == object);
        let attributes = attributes.map(|(_, attributes)| attributes).unwrap();
        let texts = attributes.values_mut().filter(|text| text.contains(from));
        let changed = texts.map(|text| *text = text.replace(from, to)).count();
        assert!(changed > 0 || object == "view v", "{object}: {attributes:?}");
    }
    let found = |right: &onramp_database::catalog::Catalog| lines(&compare(&left, right, &Rules::default()));
    assert!(!found(&right).is_empty());
    right.server_version = "99.1".to_owned();
    assert_eq!(found(&right), [""; 0]);
    // What means something else is told all the same.
    let id = right.objects.keys().find(|id| id.to_string() == "check t.d").unwrap().clone();
    right.objects.get_mut(&id).unwrap().insert("definition".to_owned(), "CHECK ((size > 1))".to_owned());
    assert_eq!(found(&right), ["check t.d expression: (size > 1) AND (id > 2) | size > 1"]);
}
