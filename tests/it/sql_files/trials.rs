//! What a file meets that is applied: rows in the tables, transactions, and texts that only look like placeholders.

use super::{files, found, has_postgresql};

const ON_POSTGRESQL: [&str; 4] = ["--dialect", "postgresql", "--onto", "schema.sql"];

fn asked(file: &str) -> Vec<&str> {
    [file].into_iter().chain(ON_POSTGRESQL).collect()
}

#[test]
fn what_rows_stop_hides_nothing_that_fails_behind_it() {
    let env = files(&[
        ("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, b int, note text);"),
        ("twice.sql", "ALTER TABLE t ALTER COLUMN b SET NOT NULL;\nALTER TABLE absent ADD COLUMN c int;\n"),
        (
            "note.sql",
            "ALTER TABLE t ALTER COLUMN note SET DEFAULT 'Dear ${name}';\nALTER TABLE t ALTER COLUMN b SET NOT NULL;\n",
        ),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    assert_eq!(
        found(&env, &asked("twice.sql")),
        ["fails-with-rows twice.sql:1", "set-not-null twice.sql:1", "revision-fails twice.sql:2"]
    );
    assert_eq!(found(&env, &asked("note.sql")), ["fails-with-rows note.sql:2", "set-not-null note.sql:2"]);
}

#[test]
fn a_file_of_no_tool_may_have_what_is_in_no_transaction() {
    let index = "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY t_b ON t (b);\n";
    let env = files(&[
        ("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, b int);"),
        ("by_itself.sql", index),
        ("told.sql", &format!("BEGIN;\n{index}COMMIT;\n")),
        ("goose/1_a.sql", &format!("-- +goose Up\n{index}")),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    assert_eq!(found(&env, &asked("by_itself.sql")), Vec::<String>::new());
    assert_eq!(found(&env, &asked("told.sql")), ["concurrently-in-transaction told.sql:3"]);
    assert_eq!(found(&env, &asked("goose/1_a.sql")), ["concurrently-in-transaction goose/1_a.sql:3"]);
}

#[test]
fn what_is_allowed_for_one_dialect_is_not_stale_in_the_other() {
    let env = files(&[
        ("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, b int);"),
        ("a.sql", "-- onramp: allow index-without-concurrently: it is small\nCREATE INDEX t_b ON t (b);\n"),
        ("b.sql", "-- onramp: allow drop-table: it is small\nCREATE INDEX t_b ON t (b);\n"),
    ]);
    let on_sqlite = |file| [file, "--dialect", "sqlite", "--onto", "schema.sql"];
    assert_eq!(found(&env, &on_sqlite("a.sql")), Vec::<String>::new());
    env.onramp(["migrate", "lint"].into_iter().chain(on_sqlite("b.sql"))).exits(1).says("stale-allow");
    if has_postgresql(&env) {
        let words = ["migrate", "lint"].into_iter().chain(asked("a.sql"));
        env.onramp(words).exits(0).says("allowed index-without-concurrently");
    }
}
