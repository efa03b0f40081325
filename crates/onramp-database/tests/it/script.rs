use onramp_core::Dialect;
use onramp_database::Database;
use onramp_database::script::{Guest, Stopped, Transaction};

use super::{Worktree, dialects, execute, rows};

/// Runs a script as one transaction.
fn run(guest: &mut Guest, script: &str) -> Result<(), Stopped> {
    guest.run(script, Transaction::One)
}

/// Expects that a script stops, at a line and with a message.
#[track_caller]
fn stops(guest: &mut Guest, script: &str, line: u32, message: &str) {
    let stopped = run(guest, script).expect_err(script);
    assert!(stopped.failure.message.contains(message), "{script}: {}", stopped.failure);
    assert_eq!(stopped.line, line, "{script}: {}", stopped.failure);
    assert!(stopped.is_of_the_script());
}

fn roles(database: &Database) -> Vec<String> {
    let query = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'onramp\\_guest%'";
    database.client().unwrap().texts(query).unwrap()
}

#[test]
fn a_guest_does_what_a_migration_does() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let database = databases.create().unwrap();
        let mut guest = Guest::of(&database).unwrap();
        let script = "-- first\nCREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT DEFAULT 'x;y');\nINSERT INTO a VALUES (1, '');";
        run(&mut guest, script).unwrap();
        assert_eq!(rows(&database, "a"), 1);
        stops(&mut guest, "-- ä\nINSERT INTO a VALUES (2, '');\n\nDROP TABLE\n absent;", 4, "absent");
        stops(&mut guest, "SELECT 1;\n\n  SELEKT 2;\nSELECT 3;", 3, "SELEKT");
        run(&mut guest, "BEGIN; ALTER TABLE a ADD COLUMN c INTEGER; COMMIT;").unwrap();
        run(&mut guest, "CREATE INDEX i ON a (c)").unwrap();
        drop(guest);
        // What is left is whose it was before.
        execute(&database, "ALTER TABLE a ADD COLUMN d INTEGER; DROP TABLE a").unwrap();
    }
}

#[test]
fn what_refuses_to_be_one_of_several_runs_by_itself() {
    if !dialects().contains(&Dialect::Postgresql) {
        return;
    }
    let worktree = Worktree::new();
    let databases = worktree.open(Dialect::Postgresql).unwrap();
    let database = databases.create().unwrap();
    let mut guest = Guest::of(&database).unwrap();
    run(&mut guest, "CREATE TABLE a (id INTEGER)").unwrap();
    run(&mut guest, "-- one alone\nCREATE INDEX CONCURRENTLY i ON a (id);\n").unwrap();
    let two = "CREATE INDEX CONCURRENTLY j ON a (id);\nCREATE INDEX CONCURRENTLY k ON a (id);";
    stops(&mut guest, two, 1, "transaction block");
    guest.run(two, Transaction::Each).unwrap();
    let wrong = "SELECT 1;\nSELECT 2;\nSELECT nothing;";
    assert_eq!(guest.run(wrong, Transaction::Each).unwrap_err().line, 3);
    run(&mut guest, "CREATE EXTENSION citext; CREATE TABLE b (c citext)").unwrap();
    assert_eq!(roles(&database).len(), 1);
    drop(guest);
    assert_eq!(roles(&database), [""; 0]);
}

#[test]
fn a_guest_reaches_nothing_beyond_the_database() {
    for dialect in dialects() {
        let worktree = Worktree::new();
        let databases = worktree.open(dialect).unwrap();
        let (database, other) = (databases.create().unwrap(), databases.create().unwrap());
        execute(&other, "CREATE TABLE secret (id INTEGER)").unwrap();
        let mark = worktree.root.join("mark");
        let mut guest = Guest::of(&database).unwrap();
        run(&mut guest, "CREATE TABLE a (id INTEGER)").unwrap();
        match dialect {
            Dialect::Sqlite => {
                let path = mark.display();
                stops(
                    &mut guest,
                    &format!("ATTACH '{path}' AS other; CREATE TABLE other.a (id)"),
                    1,
                    "not authorized",
                );
                let (folder, name) = (worktree.root.display(), "'mark'");
                for file in [
                    &format!("'{folder}/' || {name}"),
                    &format!("printf('%s', '{path}')"),
                    &format!("(SELECT '{path}')"),
                    &format!("CAST('{path}' AS TEXT)"),
                    &format!("'file:{path}?mode=rwc' || ''"),
                    &format!("\"{path}\""),
                    "?",
                    "$file",
                    "NULL",
                ] {
                    stops(&mut guest, &format!("ATTACH {file} AS other"), 1, "not authorized");
                    stops(&mut guest, &format!("ATTACH DATABASE {file} AS other KEY 'x'"), 1, "not authorized");
                }
                stops(&mut guest, &format!("VACUUM INTO '{path}'"), 1, "authorization denied");
                stops(&mut guest, &format!("VACUUM INTO '{path}' || ''"), 1, "authorization denied");
                stops(&mut guest, "SELECT load_extension('x')", 1, "not authorized");
                run(&mut guest, "VACUUM; PRAGMA foreign_keys = OFF").unwrap();
            }
            Dialect::Postgresql => {
                let path = mark.display();
                for script in [
                    &format!("COPY a TO PROGRAM 'touch {path}'"),
                    &format!("COPY a TO '{path}'"),
                    "SELECT pg_read_file('/etc/hostname')",
                    "SELECT lo_import('/etc/hostname')",
                    "CREATE ROLE friend SUPERUSER",
                    "RESET SESSION AUTHORIZATION; RESET ROLE; ALTER ROLE CURRENT_USER SUPERUSER",
                    "SET SESSION AUTHORIZATION onramp",
                    "ALTER SYSTEM SET port TO 1",
                    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'system'",
                    "CREATE EXTENSION file_fdw",
                ] {
                    let said = run(&mut guest, script).expect_err(script).failure.to_string();
                    let is_refused =
                        ["permission denied", "must be superuser"].iter().any(|no| said.contains(no));
                    assert!(is_refused, "{script}: {said}");
                }
            }
        }
        assert!(!mark.exists());
        assert_eq!(rows(&database, "a"), 0);
    }
}
