//! What a file of SQL makes of the rows in the tables, which no catalog shows.

use super::{files, found, has_postgresql};

const SCHEMA: &str = "CREATE TABLE p (id integer PRIMARY KEY, name text NOT NULL DEFAULT '', n int);\n";
const COPY: &str = "CREATE TABLE p2 (id integer PRIMARY KEY, name text NOT NULL DEFAULT '', n int);\n";
const END: &str = "DROP TABLE p;\nALTER TABLE p2 RENAME TO p;\n";

#[test]
fn lost_rows_and_values_are_told_where_they_go() {
    let forgotten = format!("{COPY}INSERT INTO p2 (id, name, n) SELECT id, name, NULL FROM p;\n{END}");
    let filtered = format!("{COPY}INSERT INTO p2 SELECT id, name, n FROM p WHERE n < 0;\n{END}");
    let whole = format!("{COPY}INSERT INTO p2 (id, name, n) SELECT id, name, n FROM p;\n{END}");
    let env = files(&[
        ("s.sql", SCHEMA),
        (
            "again.sql",
            "ALTER TABLE p DROP COLUMN name;\nALTER TABLE p ADD COLUMN name text NOT NULL DEFAULT '';\n",
        ),
        ("forgotten.sql", &forgotten),
        ("filtered.sql", &filtered),
        ("whole.sql", &whole),
        ("some.sql", "DELETE FROM p WHERE n = 77;\nUPDATE p SET n = NULL WHERE n > 0;\n"),
        ("most.sql", "DELETE FROM p WHERE length(name) >= 0;\n"),
        ("all.sql", "DELETE FROM p WHERE id IS NOT NULL;\n"),
        ("meant.sql", &format!("-- onramp: allow rows-lost p: those were never shown\n{filtered}")),
        ("other.sql", &format!("-- onramp: allow values-lost p.name: nobody reads it\n{forgotten}")),
        ("literal.sql", "INSERT INTO p (id, name) VALUES (1, 'a'), (2, 'b');\n"),
        ("block.sql", "DO $$ BEGIN DELETE FROM p; END $$;\n"),
    ]);
    let mut dialects = vec!["sqlite"];
    if has_postgresql(&env) {
        dialects.push("postgresql");
    }
    for dialect in dialects {
        let told = |file: &str| {
            let mut told = found(&env, &[file, "--onto", "s.sql", "--dialect", dialect]);
            told.retain(|one| !one.contains("without-concurrently"));
            told
        };
        assert_eq!(told("again.sql"), ["drop-column again.sql:2"], "{dialect}");
        assert_eq!(told("forgotten.sql"), ["values-lost forgotten.sql:2"], "{dialect}");
        assert_eq!(told("filtered.sql"), ["rows-lost filtered.sql:2"], "{dialect}");
        assert_eq!(told("most.sql"), ["delete-meets-all-rows most.sql:1"], "{dialect}");
        assert_eq!(told("all.sql"), ["delete-all-rows all.sql:1"], "{dialect}");
        for silent in ["whole.sql", "some.sql", "literal.sql"] {
            assert_eq!(told(silent), Vec::<String>::new(), "{dialect}");
        }
        env.onramp(["migrate", "lint", "meant.sql", "--onto", "s.sql", "--dialect", dialect])
            .exits(0)
            .says("allowed rows-lost");
        // An allow of another object allows nothing.
        env.onramp(["migrate", "lint", "other.sql", "--onto", "s.sql", "--dialect", dialect])
            .exits(1)
            .says("error values-lost: loses 2 values of p.n, and no statement says that they go")
            .says("error stale-allow");
        if dialect == "postgresql" {
            assert_eq!(told("block.sql"), ["rows-lost block.sql:1"]);
        }
        env.onramp(["migrate", "lint", "filtered.sql", "--onto", "s.sql", "--dialect", dialect, "--no-rows"])
            .exits(0);
    }
}
