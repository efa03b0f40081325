//! Tools that hold a transaction around every file on SQLite, whatever is in it: sqlx, and golang-migrate.

use super::{files, found};

const TABLES: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY);\n\
                      CREATE TABLE b (a INTEGER REFERENCES a ON DELETE CASCADE);\n";

const REBUILD: &str = "CREATE TABLE a2 (id INTEGER PRIMARY KEY, n INTEGER);\nINSERT INTO a2 (id) SELECT id FROM a;\n\
                       DROP TABLE a;\nALTER TABLE a2 RENAME TO a;\n";

/// The rebuild, with foreign keys turned off and on again around it.
fn unkeyed() -> String {
    format!("PRAGMA foreign_keys=OFF;\n{REBUILD}PRAGMA foreign_keys=ON;\n")
}

#[test]
fn a_rebuild_loses_children_where_the_tool_holds_a_transaction() {
    let unkeyed = unkeyed();
    let told = format!("-- no-transaction\n{unkeyed}");
    let env = files(&[
        ("sqlx/migrations/1_a.sql", TABLES),
        ("sqlx/migrations/2_b.sql", &unkeyed),
        ("told/migrations/1_a.sql", TABLES),
        ("told/migrations/2_b.sql", &told),
        ("pairs/migrations/1_a.up.sql", TABLES),
        ("pairs/migrations/1_a.down.sql", "DROP TABLE b; DROP TABLE a;"),
        ("pairs/migrations/2_b.up.sql", &unkeyed),
        ("pairs/migrations/2_b.down.sql", "SELECT 1;"),
        // Atlas is told, and turns them off itself.
        ("atlas/migrations/1_a.sql", TABLES),
        ("atlas/migrations/2_b.sql", &unkeyed),
        ("atlas/migrations/atlas.sum", "h1:x\n"),
    ]);
    for (file, first) in
        [("sqlx/migrations/2_b.sql", 1), ("told/migrations/2_b.sql", 2), ("pairs/migrations/2_b.up.sql", 1)]
    {
        let mut found = found(&env, &["--dialect", "sqlite", file]);
        found.sort();
        let expected = [
            format!("pragma-in-transaction {file}:{first}"),
            format!("pragma-in-transaction {file}:{}", first + 5),
            format!("rebuild-loses-children {file}:{}", first + 3),
        ];
        assert_eq!(found, expected, "{file}");
    }
    assert_eq!(found(&env, &["--dialect", "sqlite", "atlas/migrations/2_b.sql"]), [""; 0]);
    let run = env.onramp(["migrate", "lint", "--dialect", "sqlite", "sqlx/migrations/2_b.sql"]).exits(1);
    assert!(run.stdout.contains("behind a `COMMIT` at the top of the file"), "{}", run.story());
    assert!(!run.stdout.contains("whose first line is `-- no-transaction`"), "{}", run.story());
}

/// What the advice for sqlx says is a way, and is found to be one.
#[test]
fn a_file_may_end_the_transaction_of_its_tool() {
    let way =
        format!("COMMIT;\nPRAGMA foreign_keys=OFF;\nBEGIN;\n{REBUILD}COMMIT;\nPRAGMA foreign_keys=ON;\n");
    let short = format!("COMMIT;\nPRAGMA foreign_keys=OFF;\nBEGIN;\n{REBUILD}");
    let env = files(&[
        ("whole/migrations/1_a.sql", TABLES),
        ("whole/migrations/2_b.sql", &format!("{way}BEGIN;\n")),
        ("whole/migrations/3_c.sql", "ALTER TABLE a ADD COLUMN m INTEGER;"),
        ("half/migrations/1_a.sql", TABLES),
        ("half/migrations/2_b.sql", &way),
        ("short/migrations/1_a.sql", TABLES),
        ("short/migrations/2_b.sql", &short),
    ]);
    assert_eq!(found(&env, &["--dialect", "sqlite", "--all", "whole"]), [""; 0]);
    // The tool commits what is not there any more.
    assert_eq!(
        found(&env, &["--dialect", "sqlite", "half/migrations/2_b.sql"]),
        ["revision-fails half/migrations/2_b.sql:9"]
    );
    assert_eq!(found(&env, &["--dialect", "sqlite", "short/migrations/2_b.sql"]), [""; 0]);
}

#[test]
fn a_transaction_within_that_of_the_tool_is_refused() {
    let own = format!("PRAGMA foreign_keys=OFF;\nBEGIN;\n{REBUILD}COMMIT;\nPRAGMA foreign_keys=ON;\n");
    let env = files(&[
        ("sqlx/migrations/1_a.sql", TABLES),
        ("sqlx/migrations/2_b.sql", &own),
        ("goose/migrations/1_a.sql", &format!("-- +goose Up\n{TABLES}")),
        ("goose/migrations/2_b.sql", &format!("-- +goose Up\n{own}")),
        // Where others begin their own, the tool is told to hold none.
        ("free/migrations/1_a.up.sql", &format!("BEGIN;\n{TABLES}COMMIT;\n")),
        ("free/migrations/1_a.down.sql", "DROP TABLE b; DROP TABLE a;"),
        ("free/migrations/2_b.up.sql", &own),
        ("free/migrations/2_b.down.sql", "SELECT 1;"),
    ]);
    for (file, line) in [("sqlx/migrations/2_b.sql", 2), ("goose/migrations/2_b.sql", 3)] {
        let found = found(&env, &["--dialect", "sqlite", file]);
        assert!(found.contains(&format!("revision-fails {file}:{line}")), "{found:?}");
    }
    assert_eq!(found(&env, &["--dialect", "sqlite", "free/migrations/2_b.up.sql"]), [""; 0]);
    let run = env.onramp(["migrate", "lint", "--dialect", "sqlite", "sqlx/migrations/2_b.sql"]).exits(1);
    assert!(run.stdout.contains("the tool begins one around each script"), "{}", run.story());
}
