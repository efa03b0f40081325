//! What code does to rows that a statement runs, and what excuses nothing.

use onramp_core::Dialect;
use onramp_migration_lint::{Finding, Settings};

use super::Case;

/// A table that things are done to, one that fires, and one of the log.
const SCENE: &str = "
    CREATE TABLE users (id integer PRIMARY KEY, name text, n integer);
    CREATE TABLE log (id integer PRIMARY KEY, msg text);
    CREATE TABLE kv (k text PRIMARY KEY, v text);
    CREATE VIEW av AS SELECT * FROM kv;
    CREATE VIEW renaming AS SELECT k AS key, v AS val FROM av;
    CREATE VIEW joined AS SELECT kv.k, users.n FROM kv JOIN users ON kv.k = users.name;
    INSERT INTO users VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL);
    INSERT INTO log VALUES (1, 'one'), (2, 'two');
    INSERT INTO kv VALUES ('a', 'x'), ('b', 'y'), ('c', 'z');
";

/// The statements, and what must be told of them, each with the line of its statement and its rule.
type Told = (Dialect, &'static str, &'static [&'static str], &'static [&'static str]);

fn check(cases: &[Told]) {
    let mut wrong = Vec::new();
    for (dialect, scene, statements, expected) in cases {
        let case = Case { dialect: *dialect, scene, statements, codes: &[] };
        let Some((report, is_taken)) = super::run(&case, &Settings::default()) else { continue };
        assert!(is_taken, "{statements:?}");
        let line = |finding: &Finding| finding.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
        let shown =
            |finding: &Finding| format!("{} {}: {}", line(finding), finding.rule.code, finding.message);
        let told: Vec<String> = report.findings.iter().map(shown).collect();
        if told != *expected {
            wrong.push(format!("{dialect} {statements:?}\n    found {told:?}\n    expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const BLOCKS: &[Told] = &[
    (
        Dialect::Postgresql,
        SCENE,
        &["SELECT 1", "DO $$ BEGIN UPDATE users SET n = NULL, name = NULL; END $$"],
        &[
            "2 values-lost: loses 3 values of users.name in a block of code",
            "2 values-lost: loses 2 values of users.n in a block of code",
        ],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN EXECUTE 'UPDATE users SET name = NULL'; END $$"],
        &["1 values-lost: loses 3 values of users.name in a block of code"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN EXECUTE format('UPDATE %I SET %I = NULL', 'users', 'n'); END $$"],
        &["1 values-lost: loses 2 values of users.n in a block of code"],
    ),
    // A condition that is true of every row, and one that comes to all of them one by one.
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN UPDATE users SET n = NULL WHERE true; END $$"],
        &["1 values-lost: loses 2 values of users.n in a block of code"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM users LOOP \
             UPDATE users SET name = NULL WHERE id = r.id; END LOOP; END $$"],
        &["1 values-lost: loses 3 values of users.name in a block of code"],
    ),
    // What is chosen is meant, and what is written anew is there.
    (Dialect::Postgresql, SCENE, &["DO $$ BEGIN UPDATE users SET name = NULL WHERE id = 1; END $$"], &[]),
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN EXECUTE format('UPDATE %I SET n = NULL WHERE id = %s', 'users', 1); END $$"],
        &[],
    ),
    (Dialect::Postgresql, SCENE, &["DO $$ BEGIN UPDATE users SET name = upper(name); END $$"], &[]),
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "DO $$ BEGIN UPDATE users SET n = 7 WHERE n IS NULL; UPDATE users SET name = NULL WHERE id = 2; END $$",
        ],
        &[],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN INSERT INTO users VALUES (1, NULL, 1) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name; END $$"],
        &[],
    ),
    // What is done to another table is no matter of this one.
    (
        Dialect::Postgresql,
        SCENE,
        &["DO $$ BEGIN UPDATE users SET name = NULL WHERE id = 2; UPDATE log SET msg = upper(msg); END $$"],
        &[],
    ),
];

#[test]
fn a_block_that_updates_all_rows_is_told() {
    check(BLOCKS);
}

const MADE: &[Told] = &[
    (
        Dialect::Sqlite,
        SCENE,
        &[
            "CREATE TRIGGER tg AFTER UPDATE ON users BEGIN UPDATE log SET msg = NULL; END",
            "UPDATE users SET n = 1 WHERE id = (SELECT min(id) FROM users)",
        ],
        &["2 values-lost: loses 2 values of log.msg through trigger tg"],
    ),
    (
        Dialect::Sqlite,
        SCENE,
        &[
            "CREATE TEMP TRIGGER IF NOT EXISTS tg AFTER UPDATE OF n ON users BEGIN DELETE FROM log; END",
            "UPDATE users SET n = 1 WHERE id = 1",
            "DROP TRIGGER tg",
        ],
        &["2 rows-lost: loses 2 of 2 rows of log through trigger tg"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "CREATE OR REPLACE RULE tidy AS ON UPDATE TO users DO ALSO UPDATE log SET msg = NULL",
            "UPDATE users SET n = 1 WHERE id = 1",
        ],
        &["2 values-lost: loses 2 values of log.msg through rule tidy"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "CREATE FUNCTION clean() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM log; END",
            "SELECT clean()",
        ],
        &["2 rows-lost: loses 2 of 2 rows of log through function clean"],
    ),
    // One that is made and does not run, next to a statement that says what it does itself.
    (
        Dialect::Sqlite,
        SCENE,
        &[
            "CREATE TRIGGER tg AFTER DELETE ON users BEGIN UPDATE log SET msg = NULL; DELETE FROM kv; END",
            "DELETE FROM log WHERE id = 1",
        ],
        &[],
    ),
];

#[test]
fn what_is_made_in_a_migration_is_no_statement_of_it() {
    check(MADE);
}

const BOUNDED: &[Told] = &[
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "CREATE FUNCTION fi() RETURNS void LANGUAGE sql AS 'UPDATE users SET name = ''z'''",
            "SELECT fi()",
            "UPDATE users SET name = trim(name) WHERE id = 1",
        ],
        &["2 values-lost: loses 3 values of users.name through function fi"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "DO $$ BEGIN UPDATE users SET name = NULL; END $$",
            "UPDATE users SET name = 'a' WHERE id IN (1) AND n = 1",
        ],
        &["1 values-lost: loses 2 values of users.name in a block of code"],
    ),
    // As many as it can meet, as many as it may meet, and one that is alone.
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "CREATE FUNCTION fi() RETURNS void LANGUAGE sql AS 'UPDATE users SET name = NULL WHERE id = 1'",
            "SELECT fi()",
            "UPDATE users SET name = NULL WHERE id = 1",
        ],
        &[],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &[
            "CREATE FUNCTION fi() RETURNS void LANGUAGE sql AS 'UPDATE users SET name = NULL WHERE id = 1'",
            "SELECT fi()",
            "UPDATE users SET name = NULL WHERE n > 0",
        ],
        &[],
    ),
    (Dialect::Postgresql, SCENE, &["UPDATE users SET name = NULL WHERE id IN (1, 2)"], &[]),
    (Dialect::Sqlite, SCENE, &["UPDATE users SET name = NULL WHERE id IN (1, 2)"], &[]),
];

#[test]
fn an_update_excuses_no_more_rows_than_it_can_meet() {
    check(BOUNDED);
}

/// On SQLite nothing is done to a view without a trigger in its place.
const TRIGGERS: &str = "
    CREATE TABLE kv (k text PRIMARY KEY, v text);
    CREATE VIEW av (key, val) AS SELECT k, v FROM kv;
    CREATE TRIGGER leave INSTEAD OF DELETE ON av BEGIN DELETE FROM kv WHERE k = OLD.key; END;
    CREATE TRIGGER edit INSTEAD OF UPDATE ON av BEGIN UPDATE kv SET v = NEW.val WHERE k = OLD.key; END;
    INSERT INTO kv VALUES ('a', 'x'), ('b', 'y'), ('c', 'z');
";

const VIEWS: &[Told] = &[
    (Dialect::Postgresql, SCENE, &["DELETE FROM av WHERE k = (SELECT min(k) FROM kv)"], &[]),
    (Dialect::Postgresql, SCENE, &["DELETE FROM renaming WHERE key = 'a'"], &[]),
    (Dialect::Postgresql, SCENE, &["UPDATE av SET v = NULL WHERE k = 'a'"], &[]),
    (Dialect::Postgresql, SCENE, &["UPDATE renaming SET val = NULL WHERE key = 'a'"], &[]),
    (
        Dialect::Postgresql,
        SCENE,
        &["CREATE VIEW fresh AS SELECT v, k FROM kv WHERE k > 'a'", "DELETE FROM fresh WHERE k = 'b'"],
        &[],
    ),
    (Dialect::Sqlite, TRIGGERS, &["DELETE FROM av WHERE key = (SELECT min(k) FROM kv)"], &[]),
    (Dialect::Sqlite, TRIGGERS, &["UPDATE av SET val = NULL WHERE key = 'a'"], &[]),
    // All rows are told of all the same.
    (
        Dialect::Postgresql,
        SCENE,
        &["DELETE FROM av"],
        &["1 delete-meets-all-rows: deletes all 3 rows of kv: through a view"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["DELETE FROM av WHERE k > ''"],
        &["1 delete-meets-all-rows: deletes all 3 rows of kv: its condition is true of each"],
    ),
    (
        Dialect::Postgresql,
        SCENE,
        &["SELECT 1", "UPDATE renaming SET val = NULL"],
        &["2 values-lost: loses 3 values of kv.v through view av"],
    ),
];

#[test]
fn a_statement_about_a_view_is_about_its_table() {
    check(VIEWS);
}
