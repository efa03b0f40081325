use onramp_database::catalog::Difference;
use onramp_testing::Scratch;

use super::{Case, check};
use crate::read;

const BASE: &str = "
    CREATE TABLE flow (id INTEGER PRIMARY KEY, name TEXT NOT NULL, owner TEXT COLLATE NOCASE);
    CREATE TABLE run (id INTEGER PRIMARY KEY, flow_id INTEGER REFERENCES flow (id), state TEXT);
    CREATE INDEX ix_state ON run (state);
    CREATE VIEW names AS SELECT name FROM flow;
    CREATE TRIGGER touch AFTER UPDATE ON flow BEGIN DELETE FROM run WHERE flow_id = new.id; END;";

const CASES: &[Case] = &[
    (
        "ALTER TABLE flow ADD COLUMN age INTEGER NOT NULL DEFAULT (1 + 1)",
        "ALTER TABLE flow DROP COLUMN age",
        "+ column flow.age  INTEGER NOT NULL DEFAULT 1 + 1",
    ),
    (
        "ALTER TABLE flow ADD COLUMN big AS (id * 2) VIRTUAL",
        "ALTER TABLE flow DROP COLUMN big",
        "+ column flow.big  GENERATED (id * 2) VIRTUAL",
    ),
    (
        "CREATE UNIQUE INDEX ix ON flow (owner DESC, lower(name), name COLLATE NOCASE) WHERE id > 5",
        "DROP INDEX ix",
        "+ index flow.ix  UNIQUE (owner DESC, lower(name), name COLLATE NOCASE) WHERE id > 5",
    ),
    (
        "DROP INDEX ix_state; CREATE INDEX ix_state ON run (state DESC)",
        "DROP INDEX ix_state; CREATE INDEX IF NOT EXISTS ix_state ON run (state COLLATE BINARY ASC)",
        "~ index run.ix_state  columns: state -> state DESC",
    ),
    (
        "DROP VIEW names; CREATE VIEW names AS SELECT upper(name) FROM flow",
        "DROP VIEW names; CREATE VIEW names /* again */ as select [name] from \"flow\"",
        "~ view names  definition: AS SELECT name FROM flow -> AS SELECT upper(name) FROM flow",
    ),
    (
        "DROP TRIGGER touch",
        "CREATE TRIGGER touch AFTER UPDATE ON flow BEGIN DELETE FROM run WHERE flow_id = new.id; END",
        "- trigger flow.touch  AFTER UPDATE ON flow BEGIN DELETE FROM run WHERE flow_id = new.id; END",
    ),
    (
        "CREATE VIRTUAL TABLE words USING fts5(word)",
        "DROP TABLE words",
        "+ virtual-table words  USING fts5(word)",
    ),
];

#[test]
fn each_object_of_sqlite_shows() {
    check(&mut Scratch::sqlite(BASE), CASES);
}

/// What SQLite cannot change in place, as two tables.
#[track_caller]
fn differ(before: &str, after: &str, expected: &str) {
    let (before, after) =
        (read(&mut Scratch::sqlite(before).client), read(&mut Scratch::sqlite(after).client));
    assert_eq!(Difference::between(&before, &after).to_string().trim(), expected);
}

#[test]
fn each_part_of_a_table_shows() {
    let table =
        |body: &str| format!("CREATE TABLE other (x INTEGER PRIMARY KEY, y); CREATE TABLE t ({body})");
    let pairs = [
        ("a INTEGER", "a BIGINT", "~ column t.a  type: INTEGER -> BIGINT"),
        ("a INTEGER", "a INTEGER NOT NULL", "~ column t.a  nullable: true -> false"),
        ("a TEXT", "a TEXT DEFAULT 'x  y'", "~ column t.a  default: none -> 'x y'"),
        ("a TEXT", "a TEXT COLLATE rtrim", "~ column t.a  collation: none -> RTRIM"),
        (
            "a TEXT, b AS (a) VIRTUAL",
            "a TEXT, b AS (a) STORED",
            "~ column t.b  generated: (a) VIRTUAL -> (a) STORED",
        ),
        (
            "a INTEGER PRIMARY KEY",
            "a INTEGER PRIMARY KEY AUTOINCREMENT",
            "~ primary-key t.PRIMARY KEY  autoincrement: none -> true",
        ),
        (
            "a, b, PRIMARY KEY (a, b)",
            "a, b, PRIMARY KEY (b, a)",
            "~ primary-key t.PRIMARY KEY  definition: PRIMARY KEY (a, b) -> PRIMARY KEY (b, a)",
        ),
        ("a, b", "a UNIQUE, b", "+ unique t.UNIQUE (a)"),
        (
            "a, CONSTRAINT u UNIQUE (a)",
            "a, CONSTRAINT u UNIQUE (a) ON CONFLICT IGNORE",
            "~ unique t.u  on-conflict: none -> IGNORE",
        ),
        (
            "a, CONSTRAINT c CHECK (a > 0)",
            "a, CONSTRAINT c CHECK (a > 1)",
            "~ check t.c  definition: CHECK (a > 0) -> CHECK (a > 1)",
        ),
        ("a, CHECK (a > 0), CHECK (a > 0)", "a, CHECK (a > 0)", "- check t.CHECK (a > 0) #2  CHECK (a > 0)"),
        (
            "a, CONSTRAINT f FOREIGN KEY (a) REFERENCES other (x)",
            "a CONSTRAINT f REFERENCES other (x) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED",
            "~ foreign-key t.f  definition: FOREIGN KEY (a) REFERENCES other(x) -> \
             FOREIGN KEY (a) REFERENCES other(x) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIA...",
        ),
        ("a, b", "b, a", "~ column t.a  position: 1 -> 2\n~ column t.b  position: 2 -> 1"),
    ];
    for (before, after, expected) in pairs {
        differ(&table(before), &table(after), expected);
    }
    let key = "CREATE TABLE t (a INTEGER PRIMARY KEY)";
    differ(key, &format!("{key} STRICT"), "~ table t  strict: none -> true");
    let key = "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY)";
    differ(key, &format!("{key} WITHOUT ROWID"), "~ table t  without-rowid: none -> true");
}

#[test]
fn the_same_in_other_words_is_the_same() {
    let one = "CREATE TABLE other (x INTEGER PRIMARY KEY);
        CREATE TABLE t (\"a\" integer NOT NULL DEFAULT (0) CHECK (\"a\" > -1) REFERENCES other (x) ON DELETE NO ACTION
            NOT DEFERRABLE INITIALLY IMMEDIATE,
            [key] varchar( 20 ) COLLATE BINARY NULL, UNIQUE (\"a\" ASC), PRIMARY KEY (a));
        CREATE INDEX i ON \"t\" (a ASC) WHERE (key IS NOT NULL)";
    let other = "CREATE TABLE other (x INTEGER PRIMARY KEY);
        CREATE TABLE t (a INTEGER DEFAULT 0 NOT NULL, -- the number
            key VARCHAR(20), PRIMARY KEY (\"a\") CHECK ((a > - 1)) UNIQUE (a), FOREIGN KEY (a) REFERENCES other(x));
        CREATE INDEX i ON t (`a`) WHERE \"key\" IS NOT NULL";
    differ(one, other, "");
}

#[test]
fn columns_that_were_added_later_are_the_same_as_those_that_were_there() {
    let steps = "CREATE TABLE first (a INTEGER PRIMARY KEY, gone, b, CHECK (b <> ''));
        ALTER TABLE first ADD COLUMN c TEXT DEFAULT 'x' REFERENCES first (a);
        ALTER TABLE first DROP COLUMN gone;
        ALTER TABLE first RENAME COLUMN b TO d;
        CREATE INDEX i ON first (d);
        ALTER TABLE first RENAME TO \"second\"";
    let once = "CREATE TABLE second (a INTEGER PRIMARY KEY, d, c TEXT DEFAULT 'x' REFERENCES second (a),
        CHECK (d <> '')); CREATE INDEX i ON second (d)";
    // A default needs quotes, or SQLite reads it as a name.
    let steps = steps.replace("REFERENCES first (a)", "REFERENCES second (a)");
    differ(&steps, once, "");
}
