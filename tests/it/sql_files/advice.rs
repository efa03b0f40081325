//! Advice in the words of the tool that a file is for.

use onramp_tests::TestEnv;

use super::{files, has_postgresql};

/// Words that only a project with Alembic knows.
const OF_ALEMBIC: [&str; 6] = [
    "op.",
    "autocommit_block",
    "env.py",
    "batch_alter_table",
    "postgresql_concurrently",
    "instead: add the value in a revision",
];

fn advice(env: &TestEnv, words: &[&str]) -> String {
    let run = env.onramp(["migrate", "lint"].iter().chain(words)).exits(1);
    let said: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("    instead: ") || line.starts_with("    why: "))
        .collect();
    said.join("\n")
}

#[test]
fn what_takes_no_transaction_is_advised_as_the_tool_has_it() {
    let flow = "CREATE TABLE flow (id BIGSERIAL PRIMARY KEY, name TEXT);\n";
    let index = "CREATE INDEX i ON flow (name);\n";
    let up_down = |mark: &str, text: &str| format!("-- {mark}\n{text}");
    let env = files(&[
        ("goose/1_flow.sql", &up_down("+goose Up", flow)),
        ("goose/2_index.sql", &up_down("+goose Up", index)),
        ("dbmate/1_flow.sql", &up_down("migrate:up", flow)),
        ("dbmate/2_index.sql", &up_down("migrate:up", index)),
        ("sql-migrate/1_flow.sql", &up_down("+migrate Up", flow)),
        ("sql-migrate/2_index.sql", &up_down("+migrate Up", index)),
        ("flyway/V1__flow.sql", flow),
        ("flyway/V2__index.sql", index),
        ("diesel/2024-01-01-000000_flow/up.sql", flow),
        ("diesel/2024-01-01-000000_flow/down.sql", "DROP TABLE flow;"),
        ("diesel/2024-01-02-000000_index/up.sql", index),
        ("diesel/2024-01-02-000000_index/down.sql", "DROP INDEX i;"),
        ("prisma/migration_lock.toml", "provider = \"postgresql\"\n"),
        ("prisma/20240101000000_flow/migration.sql", flow),
        ("prisma/20240102000000_index/migration.sql", index),
        ("pairs/1_flow.up.sql", flow),
        ("pairs/1_flow.down.sql", "DROP TABLE flow;"),
        ("pairs/2_index.up.sql", index),
        ("pairs/2_index.down.sql", "DROP INDEX i;"),
        ("sqlx/20240101000000_flow.sql", flow),
        ("sqlx/20240102000000_index.sql", index),
        ("atlas/20240101000000_flow.sql", flow),
        ("atlas/20240102000000_index.sql", index),
        ("atlas/atlas.sum", "h1:x\n"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    for (folder, words) in [
        ("goose", "in a file with `-- +goose NO TRANSACTION` at its top"),
        ("dbmate", "in a file that begins with `-- migrate:up transaction:false`"),
        ("sql-migrate", "in a file that begins with `-- +migrate Up notransaction`"),
        ("flyway", "`executeInTransaction=false`"),
        ("diesel", "`run_in_transaction = false` in its `metadata.toml`"),
        ("prisma", "as the only statement of a `migration.sql`"),
        ("pairs", "as the only statement of a file (golang-migrate)"),
        ("sqlx", "whose first line is `-- no-transaction` (sqlx)"),
        ("atlas", "`-- atlas:txmode none`"),
    ] {
        let said = advice(&env, &[folder, "--all", "--dialect", "postgresql"]);
        let expected = "instead: create it with `CREATE INDEX CONCURRENTLY`, outside of a transaction, ";
        assert!(said.contains(expected) && said.contains(words), "{folder}: {said}");
        assert!(!OF_ALEMBIC.iter().any(|word| said.contains(word)), "{folder}: {said}");
    }
}

#[test]
fn other_remedies_are_in_the_words_of_sql() {
    let env = files(&[
        (
            "a/sqlite/1_a.sql",
            "-- +goose Up\nCREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);\nCREATE TABLE c (a INTEGER REFERENCES a ON DELETE CASCADE);\n",
        ),
        (
            "a/sqlite/2_b.sql",
            "-- +goose Up\nALTER TABLE a ADD COLUMN d TEXT;\nALTER TABLE a DROP COLUMN b;\n",
        ),
        ("a/sqlite/3_c.sql", "-- +goose Up\nPRAGMA foreign_keys = OFF;\nDROP TABLE a;\n"),
    ]);
    let said = advice(&env, &["a/sqlite", "--all"]);
    for words in [
        "rename it (`ALTER TABLE .. RENAME COLUMN .. TO ..`, `ALTER TABLE .. RENAME TO ..`)",
        "set it before the transaction begins: in a file with `-- +goose NO TRANSACTION` at its top",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("revision"), "{said}");
    assert!(!OF_ALEMBIC.iter().any(|word| said.contains(word)), "{said}");
}
