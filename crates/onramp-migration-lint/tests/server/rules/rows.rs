//! What became of rows, which no catalog shows.

use onramp_core::Dialect;
use onramp_migration_lint::{Finding, Settings};

use super::Case;

/// A table with rows, one that refers to it, and one without a key.
const SCENE: &str = "
    CREATE TABLE p (id integer PRIMARY KEY, name text NOT NULL DEFAULT '', n integer);
    CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p (id) ON DELETE CASCADE);
    CREATE TABLE keyless (name text, n integer);
    CREATE TABLE kind (code varchar(10) PRIMARY KEY, n integer);
    INSERT INTO p VALUES (1, 'a', 1), (2, 'b', 2), (3, '', NULL);
    INSERT INTO c VALUES (1, 1), (2, 2);
    INSERT INTO keyless VALUES ('a', 1), ('b', 2);
    INSERT INTO kind VALUES ('a', 1), ('b', 2);
";

const fn of(dialect: Dialect, statements: &'static [&'static str], codes: &'static [&'static str]) -> Case {
    Case { dialect, scene: SCENE, statements, codes }
}

macro_rules! in_both {
    ($($statements:expr => $codes:expr,)*) => {
        /// Those of both dialects, on SQLite.
        pub(super) const OF_FILE: &[Case] = &[$(of(Dialect::Sqlite, $statements, $codes)),*];

        /// The same on a server.
        pub(super) const OF_SERVER: &[Case] = &[$(of(Dialect::Postgresql, $statements, $codes)),*];
    };
}

const NEW: &str = "CREATE TABLE keyless2 (name text, n integer)";
const DROP: &str = "DROP TABLE keyless";
const RENAME: &str = "ALTER TABLE keyless2 RENAME TO keyless";

in_both! {
    // A column that comes back comes back empty.
    &["ALTER TABLE p DROP COLUMN name", "ALTER TABLE p ADD COLUMN name text NOT NULL DEFAULT ''"] => &["drop-column"],
    &["ALTER TABLE keyless DROP COLUMN n", "ALTER TABLE keyless ADD COLUMN n integer DEFAULT 3"] => &["drop-column"],
    &[
        "CREATE TABLE kept AS SELECT id, n FROM p",
        "ALTER TABLE p DROP COLUMN n",
        "ALTER TABLE p ADD COLUMN n integer",
        "UPDATE p SET n = (SELECT n FROM kept WHERE kept.id = p.id) WHERE id < 10",
        "DROP TABLE kept",
    ] => &[],
    &["ALTER TABLE p ADD COLUMN extra integer", "UPDATE p SET extra = n WHERE n > 0"] => &[],
    &[
        "ALTER TABLE p DROP COLUMN n",
        "ALTER TABLE p ADD COLUMN n integer",
        "UPDATE p SET n = 3 WHERE n IS NULL",
    ] => &["values-lost"],
    // A table that is made anew.
    &[NEW, "INSERT INTO keyless2 (name) SELECT name FROM keyless", DROP, RENAME] => &["drop-column"],
    &[NEW, "INSERT INTO keyless2 (name, n) SELECT name, 7 FROM keyless", DROP, RENAME] => &["values-lost"],
    &[NEW, "INSERT INTO keyless2 (name, n) SELECT name, n FROM keyless WHERE n > 1", DROP, RENAME] => &["rows-lost"],
    &[NEW, "INSERT INTO keyless2 (n, name) SELECT n, name FROM keyless", DROP, RENAME] => &[],
    &[NEW, "INSERT INTO keyless2 SELECT * FROM keyless", DROP, RENAME] => &[],
    // What a statement says itself is no loss.
    &["UPDATE p SET n = NULL WHERE n = 1"] => &[],
    &["UPDATE p SET n = 5"] => &["update-all-rows"],
    &["UPDATE kind SET code = code || '-x' WHERE n > 0"] => &[],
    &["DELETE FROM p WHERE id = 1"] => &[],
    &["DELETE FROM c WHERE p_id = 1", "INSERT INTO c VALUES (7, 3)"] => &[],
    &["DELETE FROM c WHERE id > 0"] => &["delete-meets-all-rows"],
    &["DELETE FROM c"] => &["delete-all-rows"],
    // True of every row, whatever is in it, and true of those that there are.
    &["DELETE FROM c WHERE id IS NOT NULL"] => &["delete-all-rows"],
    &["DELETE FROM c WHERE c.id IN (SELECT id FROM c)"] => &["delete-all-rows"],
    // The table to delete from is the table, and the one to read from is the query of that name.
    &["WITH c AS (SELECT 1 AS id) DELETE FROM c WHERE id IN (SELECT id FROM c)"] => &[],
    &["WITH other AS (SELECT 1 AS id) DELETE FROM c WHERE id IN (SELECT id FROM c)"] => &["delete-all-rows"],
    &["WITH p AS (SELECT 1 AS id) UPDATE p SET n = 1 WHERE id IN (SELECT id FROM p)"] => &[],
    &["UPDATE p SET n = 1 WHERE id IN (SELECT id FROM p)"] => &["update-all-rows"],
    &["UPDATE p SET n = 1 WHERE id IN (SELECT p.n FROM kind AS p)"] => &[],
    &["DELETE FROM c WHERE p_id IS NOT NULL"] => &["delete-meets-all-rows"],
    &["UPDATE p SET n = 1 WHERE id = id"] => &["update-all-rows"],
    &["UPDATE p SET n = 1 WHERE n IS NOT NULL"] => &[],
    &["ALTER TABLE c RENAME COLUMN id TO number", "DELETE FROM c WHERE number IS NOT NULL"] =>
        &["rename-column", "delete-all-rows"],
    // What another rule has found is not told twice.
    &["ALTER TABLE p DROP COLUMN n"] => &["drop-column"],
    &["DROP TABLE keyless", "CREATE TABLE keyless (name text, n integer)"] => &["drop-table"],
    &["ALTER TABLE keyless RENAME TO other", "CREATE TABLE keyless (name text, n integer)"] => &["rename-table"],
    &["ALTER TABLE p RENAME COLUMN n TO m", "ALTER TABLE p ADD COLUMN n integer"] => &["rename-column"],
    // Under another name.
    &["ALTER TABLE keyless RENAME TO other", "DELETE FROM other WHERE n > 0"] =>
        &["rename-table", "delete-meets-all-rows"],
    &["ALTER TABLE keyless RENAME TO other", "DELETE FROM other WHERE n > 1"] => &["rename-table"],
    &["ALTER TABLE keyless RENAME TO other", "UPDATE other SET n = NULL WHERE n > 0"] => &["rename-table"],
    &[
        "ALTER TABLE keyless RENAME TO other",
        "CREATE TABLE keyless (name text, n integer)",
        "INSERT INTO keyless SELECT * FROM other",
    ] => &["rename-table"],
    &[
        "ALTER TABLE keyless RENAME TO other",
        "ALTER TABLE other RENAME COLUMN name TO title",
        "CREATE TABLE keyless2 (title text, n integer)",
        "INSERT INTO keyless2 SELECT title, n FROM other WHERE n > 1",
        "DROP TABLE other",
        "ALTER TABLE keyless2 RENAME TO other",
    ] => &["rename-table", "rename-column", "rows-lost"],
    &[
        "ALTER TABLE keyless RENAME TO other",
        "CREATE TABLE keyless2 (name text, n integer)",
        "INSERT INTO keyless2 (name, n) SELECT name, 7 FROM other",
        "DROP TABLE other",
        "ALTER TABLE keyless2 RENAME TO other",
    ] => &["rename-table", "values-lost"],
    &[
        "CREATE TABLE keyless2 (title text, n integer)",
        "INSERT INTO keyless2 (title, n) SELECT name, n FROM keyless",
        DROP,
        RENAME,
    ] => &["rename-column"],
    &[
        "CREATE TABLE kind2 (word varchar(10) PRIMARY KEY, m integer)",
        "INSERT INTO kind2 (word, m) SELECT code, n FROM kind WHERE n > 1",
        "DROP TABLE kind",
        "ALTER TABLE kind2 RENAME TO kind",
    ] => &["rows-lost", "rename-column", "rename-column"],
    &[
        "ALTER TABLE p RENAME COLUMN n TO m",
        "ALTER TABLE p RENAME COLUMN name TO n",
        "ALTER TABLE p RENAME COLUMN m TO name",
    ] => &["rename-column", "rename-column"],
    &["ALTER TABLE p RENAME TO t", "ALTER TABLE keyless RENAME TO p", "ALTER TABLE t RENAME TO keyless"] =>
        &["rename-table", "rename-table"],
    &["DROP TABLE keyless", "ALTER TABLE kind RENAME TO keyless"] => &["drop-table", "rename-table"],
}

/// Those of one dialect.
pub(super) const OF_ONE: &[Case] = &[
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p DROP COLUMN n, ADD COLUMN n uuid DEFAULT gen_random_uuid()"],
        &["column-rewrites-table", "drop-column"],
    ),
    // What a column gets with its new type, where nothing of it is in that.
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE bigint USING NULL"],
        &["type-change-rewrites", "values-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER n TYPE text USING CAST('x' AS varchar)"],
        &["type-change-rewrites", "values-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE integer USING (7)"],
        &["type-change-rewrites", "values-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p RENAME COLUMN n TO m", "ALTER TABLE p ALTER COLUMN m TYPE bigint USING NULL"],
        &["rename-column", "type-change-rewrites", "values-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE bigint USING n * 0"],
        &["type-change-rewrites"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE bigint USING NULL", "UPDATE p SET n = 5 WHERE id > 0"],
        &["type-change-rewrites"],
    ),
    of(Dialect::Postgresql, &["DO $$ BEGIN DELETE FROM c; END $$"], &["rows-lost"]),
    of(Dialect::Postgresql, &["DO $$ BEGIN DELETE FROM c WHERE id = 1; END $$"], &[]),
    of(Dialect::Postgresql, &["DO $$ BEGIN UPDATE p SET n = 3; END $$"], &["values-lost"]),
    of(
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM c WHERE id = 1'",
            "SELECT purge()",
        ],
        &["rows-lost"],
    ),
    // What a block of code renames is no drop, and what is lost then is told all the same.
    of(Dialect::Postgresql, &["DO $$ BEGIN ALTER TABLE keyless RENAME TO other; END $$"], &["rename-table"]),
    of(Dialect::Postgresql, &["DO $$ BEGIN ALTER TABLE p RENAME n TO m; END $$"], &["rename-column"]),
    of(
        Dialect::Postgresql,
        &["DO $$ BEGIN ALTER TABLE keyless RENAME TO other; DELETE FROM other; END $$"],
        &["rename-table", "rows-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["DO $$ BEGIN ALTER TABLE keyless RENAME TO other; END $$", "DELETE FROM other WHERE n = 1"],
        &["rename-table"],
    ),
    of(
        Dialect::Postgresql,
        &[
            "ALTER TABLE keyless RENAME TO other",
            "ALTER TABLE other RENAME name TO title",
            "CREATE FUNCTION clear() RETURNS void LANGUAGE sql AS 'UPDATE other SET title = NULL WHERE n = 1'",
            "SELECT clear()",
        ],
        &["rename-table", "rename-column", "values-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE boolean USING n IS NOT NULL"],
        &["type-change-rewrites"],
    ),
    of(Dialect::Postgresql, &["ALTER TABLE p ALTER COLUMN id TYPE bigint"], &["type-change-rewrites"]),
    // What the revision requires, or lets go of, is no matter of every moment.
    of(
        Dialect::Postgresql,
        &[
            "UPDATE keyless SET n = 0 WHERE n IS NULL",
            "ALTER TABLE keyless ALTER n SET NOT NULL",
            "UPDATE keyless SET n = 1 WHERE n IS NOT NULL",
        ],
        &["set-not-null"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER name DROP NOT NULL", "UPDATE p SET n = 1 WHERE name IS NOT NULL"],
        &[],
    ),
    // A key of SQLite may be NULL, unless it is the one that rows are found by.
    of(Dialect::Sqlite, &["DELETE FROM kind WHERE rowid IS NOT NULL"], &["delete-all-rows"]),
    of(Dialect::Sqlite, &["DELETE FROM kind WHERE code IS NOT NULL"], &["delete-meets-all-rows"]),
    of(Dialect::Postgresql, &["DELETE FROM p WHERE id > 0"], &["delete-meets-all-rows"]),
    of(Dialect::Sqlite, &["PRAGMA foreign_keys = ON", "DELETE FROM p WHERE id = 1"], &[]),
];

/// Triggers that were there before.
const TRIGGERS: &str = "
    CREATE TABLE p (id INTEGER PRIMARY KEY, n INTEGER);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER);
    CREATE TABLE keyless (n INTEGER);
    CREATE TABLE fired (n INTEGER);
    INSERT INTO p VALUES (1, 1), (2, 2);
    INSERT INTO c VALUES (1, 1), (2, 2);
    INSERT INTO keyless VALUES (1), (2);
    INSERT INTO fired VALUES (1);
    CREATE TRIGGER sweep AFTER INSERT ON fired BEGIN DELETE FROM c WHERE id = NEW.n; END;
    CREATE TRIGGER clear AFTER UPDATE ON fired BEGIN UPDATE p SET n = NULL WHERE id = OLD.n; END;
";

/// What was found, as people read it, with the line of the statement.
fn told(dialect: Dialect, statements: &'static [&'static str]) -> Option<Vec<String>> {
    let is_of_triggers = statements.iter().any(|text| text.contains("fired"));
    let scene = if is_of_triggers { TRIGGERS } else { SCENE };
    let case = Case { dialect, scene, statements, codes: &[] };
    let (report, is_taken) = super::run(&case, &Settings::default())?;
    assert!(is_taken, "{statements:?}");
    let line = |finding: &Finding| finding.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    Some(report.findings.iter().map(|finding| format!("{} {}", line(finding), finding.message)).collect())
}

#[test]
fn what_is_lost_is_told_under_both_names() {
    let statements = &[
        "ALTER TABLE keyless RENAME TO other",
        "ALTER TABLE other RENAME COLUMN n TO m",
        "CREATE TABLE other2 (name text, m integer)",
        "INSERT INTO other2 (name, m) SELECT name, 7 FROM other WHERE m > 1",
        "INSERT INTO other2 (name, m) VALUES ('b', 7)",
        "DROP TABLE other",
        "ALTER TABLE other2 RENAME TO other",
    ];
    let expected = "loses 2 values of keyless (now other).n (now m), and no statement says that they go";
    for dialect in [Dialect::Sqlite, Dialect::Postgresql] {
        let Some(told) = told(dialect, statements) else { continue };
        assert!(told.contains(&format!("4 {expected}")), "{dialect}: {told:?}");
    }
}

/// Statements that run what lies in the database, and what must be told of them.
const CALLS: [(Dialect, &[&str], &str); 11] = [
    (
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM c WHERE id = 1'",
            "SELECT 1",
            "SELECT purge()",
        ],
        "3 loses 1 of 2 rows of c through function purge",
    ),
    (
        Dialect::Postgresql,
        &["DO $$ BEGIN EXECUTE 'DELETE FROM c'; END $$"],
        "1 loses 2 of 2 rows of c in a block of code",
    ),
    (
        Dialect::Postgresql,
        &[
            "CREATE PROCEDURE inner_one() LANGUAGE plpgsql AS $$ BEGIN UPDATE p SET n = NULL WHERE id = 1; END $$",
            "CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS $$ BEGIN CALL inner_one(); END $$",
            "DO $$ BEGIN CALL outer_one(); END $$",
        ],
        "3 loses 1 value of p.n through function inner_one",
    ),
    (
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION swept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM c WHERE id = 2; RETURN NEW; END $$",
            "CREATE TRIGGER sweep AFTER UPDATE ON keyless FOR EACH STATEMENT EXECUTE FUNCTION swept()",
            "UPDATE keyless SET n = 3 WHERE n = 1",
        ],
        "3 loses 1 of 2 rows of c through function swept",
    ),
    (
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION purge(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DELETE FROM %I', t); END $$",
            "SELECT purge('c')",
        ],
        "2 loses 2 of 2 rows of c through function purge",
    ),
    (
        Dialect::Postgresql,
        &["SELECT 1", "DO $$ BEGIN ALTER TABLE keyless RENAME TO other; END $$"],
        "2 renames keyless to other",
    ),
    (
        Dialect::Sqlite,
        &["ALTER TABLE keyless RENAME TO other", "ALTER TABLE other RENAME COLUMN n TO m"],
        "2 renames other.n to m",
    ),
    (
        Dialect::Sqlite,
        &["PRAGMA foreign_keys = ON", "INSERT OR REPLACE INTO p (id, name, n) SELECT id, name, n FROM p"],
        "2 loses 2 of 2 rows of c through REPLACE INTO p",
    ),
    // A key that cascades from what the function deletes.
    (
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM p WHERE id = 1'",
            "SELECT purge()",
        ],
        "2 loses 1 of 2 rows of c through function purge",
    ),
    (Dialect::Sqlite, &["INSERT INTO fired VALUES (2)"], "1 loses 1 of 2 rows of c through trigger sweep"),
    (
        Dialect::Sqlite,
        &["DELETE FROM keyless WHERE n = 1", "UPDATE fired SET n = 2"],
        "2 loses 1 value of p.n through trigger clear",
    ),
];

#[test]
fn the_statement_is_named_that_has_run_what_loses_rows() {
    for (dialect, statements, expected) in CALLS {
        let Some(told) = told(dialect, statements) else { continue };
        assert!(told.iter().any(|line| line == expected), "{dialect} {statements:?}: {told:?}");
    }
}
