//! Histories of several tools, each on its server.

use super::{files, found, has_postgresql};

const FLOW: &str = "CREATE TABLE flow (id BIGSERIAL PRIMARY KEY, name TEXT, owner INTEGER);\n";

#[test]
fn goose_has_lines_of_the_file_and_no_way_back() {
    let second = "-- +goose Up\n-- why\nALTER TABLE flow DROP COLUMN owner;\n\nCREATE INDEX flow_name ON flow (name);\n\
                  ALTER TABLE flow ALTER COLUMN name SET NOT NULL;\n-- +goose StatementBegin\n\
                  CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;\n-- +goose StatementEnd\n\
                  -- +goose Down\nDROP TABLE flow;\n";
    let env = files(&[
        ("migrations/00001_flow.sql", &format!("-- +goose Up\n{FLOW}-- +goose Down\nDROP TABLE flow;\n")),
        ("migrations/00002_owner.sql", second),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let before = env.snapshot();
    let expected = [
        "drop-column migrations/00002_owner.sql:3",
        "index-without-concurrently migrations/00002_owner.sql:5",
        "fails-with-rows migrations/00002_owner.sql:6",
        "set-not-null migrations/00002_owner.sql:6",
    ];
    assert_eq!(found(&env, &["migrations/00002_owner.sql"]), expected);
    // A table of before is there for the first file alone.
    assert_eq!(found(&env, &["migrations/00001_flow.sql"]), [""; 0]);
    assert_eq!(found(&env, &["--all", "migrations"]), expected);
    let without = found(&env, &["--no-rows", "migrations/00002_owner.sql"]);
    assert!(!without.iter().any(|finding| finding.starts_with("fails-with-rows")), "{without:?}");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn files_in_pairs_on_sqlite_are_tried_with_rows() {
    let env = files(&[
        (
            "migrations/1_flow.up.sql",
            "CREATE TABLE flow (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);\n\
             CREATE TABLE step (id INTEGER PRIMARY KEY, flow INTEGER REFERENCES flow ON DELETE CASCADE);",
        ),
        ("migrations/1_flow.down.sql", "DROP TABLE step; DROP TABLE flow;"),
        (
            "migrations/2_name.up.sql",
            "CREATE TABLE new_flow (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);\n\
             INSERT INTO new_flow SELECT id, name FROM flow;\nDROP TABLE flow;\nALTER TABLE new_flow RENAME TO flow;",
        ),
        ("migrations/2_name.down.sql", "SELECT 1;"),
    ]);
    let found = found(&env, &["migrations/2_name.up.sql"]);
    assert!(found.contains(&"fails-with-rows migrations/2_name.up.sql:2".to_owned()), "{found:?}");
    assert!(found.contains(&"rebuild-loses-children migrations/2_name.up.sql:3".to_owned()), "{found:?}");
}

#[test]
fn a_tool_that_holds_a_transaction_makes_a_pragma_mean_nothing() {
    let rebuild = "PRAGMA foreign_keys = OFF;\nCREATE TABLE new_a (id INTEGER PRIMARY KEY);\nDROP TABLE a;\n\
                   ALTER TABLE new_a RENAME TO a;\nPRAGMA foreign_keys = ON;\n";
    let tables = "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n\
                  CREATE TABLE b (a INTEGER REFERENCES a ON DELETE CASCADE);\n";
    let env = files(&[
        ("held/migrations/1_a.sql", &format!("-- +goose Up\n{tables}")),
        ("held/migrations/2_b.sql", &format!("-- +goose Up\n{rebuild}")),
        ("free/migrations/1_a.sql", &format!("-- +goose Up\n{tables}")),
        ("free/migrations/2_b.sql", &format!("-- +goose NO TRANSACTION\n-- +goose Up\n{rebuild}")),
    ]);
    let held = found(&env, &["held/migrations/2_b.sql"]);
    assert!(held.iter().any(|finding| finding.starts_with("rebuild-loses-children")), "{held:?}");
    let free = found(&env, &["free/migrations/2_b.sql"]);
    assert!(!free.iter().any(|finding| finding.starts_with("rebuild-loses-children")), "{free:?}");
}

#[test]
fn tools_differ_in_the_transactions_that_they_hold() {
    let index = "CREATE INDEX CONCURRENTLY i ON flow (name);\n";
    let folder = |path: &str| format!("{path}/2024-01-02-000000_index/up.sql");
    let env = files(&[
        // Diesel holds one, unless it is told otherwise.
        ("diesel/migrations/2024-01-01-000000_flow/up.sql", FLOW),
        ("diesel/migrations/2024-01-01-000000_flow/down.sql", "DROP TABLE flow;"),
        (&folder("diesel/migrations"), index),
        ("diesel/migrations/2024-01-02-000000_index/down.sql", "DROP INDEX i;"),
        ("told/migrations/2024-01-01-000000_flow/up.sql", FLOW),
        ("told/migrations/2024-01-01-000000_flow/down.sql", "DROP TABLE flow;"),
        (&folder("told/migrations"), index),
        ("told/migrations/2024-01-02-000000_index/down.sql", "DROP INDEX i;"),
        ("told/migrations/2024-01-02-000000_index/metadata.toml", "run_in_transaction = false\n"),
        // dbmate holds one, and says so in the file.
        (
            "dbmate/db/migrations/1_flow.sql",
            &format!("-- migrate:up\n{FLOW}-- migrate:down\nDROP TABLE flow;\n"),
        ),
        (
            "dbmate/db/migrations/2_index.sql",
            &format!("-- migrate:up transaction:false\n{index}-- migrate:down\n"),
        ),
        ("dbmate/db/migrations/3_index.sql", "-- migrate:up\nDROP INDEX CONCURRENTLY i;\n-- migrate:down\n"),
        // Flyway looks at the statements.
        ("flyway/V1__flow.sql", FLOW),
        ("flyway/V2__index.sql", index),
        // Prisma hands the whole file over, which makes it one.
        ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
        ("prisma/migrations/20240101000000_mood/migration.sql", "CREATE TYPE mood AS ENUM ('a');\n"),
        (
            "prisma/migrations/20240102000000_more/migration.sql",
            "CREATE TABLE a (m mood);\n\nALTER TYPE mood ADD VALUE 'b';\nALTER TABLE a ALTER m SET DEFAULT 'b';\n",
        ),
        // sqlx is told by the first line.
        ("sqlx/migrations/1_flow.sql", FLOW),
        ("sqlx/migrations/2_index.sql", &format!("-- no-transaction\n{index}DROP INDEX CONCURRENTLY i;\n")),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let inside = |file: &str, line: u32| vec![format!("concurrently-in-transaction {file}:{line}")];
    let diesel = folder("diesel/migrations");
    assert_eq!(found(&env, &[&diesel]), inside(&diesel, 1));
    assert_eq!(found(&env, &[&folder("told/migrations")]), [""; 0]);
    let dbmate = found(&env, &["dbmate", "--all"]);
    assert_eq!(dbmate, inside("dbmate/db/migrations/3_index.sql", 2));
    assert_eq!(found(&env, &["flyway", "--all"]), [""; 0]);
    assert_eq!(
        found(&env, &["prisma/migrations", "--all"]),
        ["enum-value-used-in-transaction prisma/migrations/20240102000000_more/migration.sql:4"]
    );
    assert_eq!(found(&env, &["sqlx/migrations", "--all", "--dialect", "postgresql"]), [""; 0]);
}

#[test]
fn two_dialects_of_one_folder_are_two_histories() {
    let env = files(&[
        ("migrations/1_a.sqlite.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
        ("migrations/1_a.postgres.up.sql", "CREATE TABLE a (id SERIAL PRIMARY KEY, b TEXT);"),
        ("migrations/2_b.sqlite.up.sql", "SELECT 1;\nALTER TABLE a DROP COLUMN b;"),
        ("migrations/2_b.postgres.up.sql", "ALTER TABLE a DROP COLUMN b;"),
    ]);
    assert_eq!(
        found(&env, &["migrations", "--all", "--dialect", "sqlite"]),
        ["drop-column migrations/2_b.sqlite.up.sql:2"]
    );
    if has_postgresql(&env) {
        let both =
            ["drop-column migrations/2_b.sqlite.up.sql:2", "drop-column migrations/2_b.postgres.up.sql:1"];
        assert_eq!(found(&env, &["migrations", "--all"]), both);
        // What one has found keeps no other from looking.
        assert_eq!(found(&env, &["migrations", "--all", "--force", "--jobs", "1"]), both);
    }
}
