//! What became of rows, which no catalog shows.

use onramp_core::Dialect;

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
    // What another rule has found is not told twice.
    &["ALTER TABLE p DROP COLUMN n"] => &["drop-column"],
    &["DROP TABLE keyless", "CREATE TABLE keyless (name text, n integer)"] => &["drop-table"],
    &["ALTER TABLE keyless RENAME TO other", "CREATE TABLE keyless (name text, n integer)"] => &["rename-table"],
    &["ALTER TABLE p RENAME COLUMN n TO m", "ALTER TABLE p ADD COLUMN n integer"] => &["rename-column"],
}

/// Those of one dialect.
pub(super) const OF_ONE: &[Case] = &[
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p DROP COLUMN n, ADD COLUMN n uuid DEFAULT gen_random_uuid()"],
        &["column-rewrites-table", "drop-column"],
    ),
    of(Dialect::Postgresql, &["DO $$ BEGIN DELETE FROM c; END $$"], &["rows-lost"]),
    of(Dialect::Postgresql, &["DO $$ BEGIN DELETE FROM c WHERE id = 1; END $$"], &[]),
    of(Dialect::Postgresql, &["DO $$ BEGIN UPDATE p SET n = 3; END $$"], &[]),
    of(
        Dialect::Postgresql,
        &[
            "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM c WHERE id = 1'",
            "SELECT purge()",
        ],
        &["rows-lost"],
    ),
    of(
        Dialect::Postgresql,
        &["ALTER TABLE p ALTER COLUMN n TYPE boolean USING n IS NOT NULL"],
        &["type-change-rewrites"],
    ),
    of(Dialect::Postgresql, &["ALTER TABLE p ALTER COLUMN id TYPE bigint"], &["type-change-rewrites"]),
    of(Dialect::Postgresql, &["DELETE FROM p WHERE id > 0"], &["delete-meets-all-rows"]),
    of(Dialect::Sqlite, &["PRAGMA foreign_keys = ON", "DELETE FROM p WHERE id = 1"], &[]),
];
