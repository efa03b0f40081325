//! What cannot be looked at, and says why.

use super::{files, found, has_postgresql};

#[test]
fn what_nobody_can_tell_is_asked_for() {
    let env = files(&[
        ("a.sql", "SELECT 1;"),
        ("mysql/1_a.sql", "CREATE TABLE a (id INT);"),
        ("sqlite/1_a.up.sql", "CREATE TABLE a (id INT);"),
        ("sqlite/1_a.down.sql", "DROP TABLE a;"),
        ("empty/readme.txt", "nothing"),
        ("latin.sql", "SELECT 1;"),
    ]);
    std::fs::write(env.root().join("sqlite/2_b.up.sql"), b"SELECT 'caf\xe9';").expect("a file of the test");
    env.onramp(["migrate", "lint", "a.sql"])
        .exits(2)
        .says("a.sql: the history in")
        .says("tells no dialect")
        .says("hint: onramp migrate lint a.sql --dialect sqlite or --dialect postgresql");
    env.onramp(["migrate", "lint", "mysql/1_a.sql"])
        .exits(2)
        .says("is of mysql, for which there is no server here");
    env.onramp(["migrate", "lint", "sqlite/1_a.down.sql"])
        .exits(2)
        .says("sqlite/1_a.down.sql is a way back, and only what leads up is looked at")
        .says("hint: onramp migrate audit sqlite --replay");
    env.onramp(["migrate", "lint", "empty"]).exits(2).says("no SQL history was found below empty");
    env.onramp(["migrate", "lint", "sqlite/1_a.up.sql", "--all"])
        .exits(2)
        .says("--all chooses among the files of a folder");
    env.onramp(["migrate", "lint", "a.sql", "--base", "HEAD", "--dialect", "sqlite"])
        .exits(2)
        .says("--base chooses");
    env.onramp(["migrate", "lint", "--onto", "a.sql"]).exits(2);
    // A word that is no file is a revision, which takes a workspace.
    env.onramp(["migrate", "lint", "absent.sql"]).exits(2).says("`absent.sql` is no file, no folder");
    env.onramp(["migrate", "lint", "empty/readme.txt"]).exits(2).says("no file of SQL and no folder");
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql"])
        .exits(1)
        .says("sqlite/2_b.up.sql was not looked at: ")
        .says("is no UTF-8");
    // At the line that is no text.
    std::fs::write(env.root().join("sqlite/2_b.up.sql"), b"SELECT 1;\nSELECT 'caf\xe9';")
        .expect("a file of the test");
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql", "--format", "github"])
        .exits(1)
        .says("::error file=sqlite/2_b.up.sql,line=2,title=migrate%3Asqlite not-tried::");
    std::fs::write(env.root().join("sqlite/2_b.up.sql"), b"SELECT 1;\0DROP TABLE a;")
        .expect("a file of the test");
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql"]).exits(1).says("has a NUL byte in it");
}

#[test]
fn comments_allow_with_a_reason() {
    let env = files(&[
        ("sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
        (
            "sqlite/2_b.up.sql",
            "-- onramp: allow drop-column a.b: nobody reads it since 2.0\nALTER TABLE a DROP COLUMN b;",
        ),
    ]);
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql"])
        .exits(0)
        .says("allowed drop-column: drops the column a.b")
        .says("nobody reads it since 2.0");
    env.write("sqlite/2_b.up.sql", "-- onramp: allow drop-column\nALTER TABLE a DROP COLUMN b;");
    // Everything else is looked at all the same.
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql"])
        .exits(1)
        .says("error drop-column")
        .says("error stale-allow: the allow of `drop-column` has no reason")
        .says("at sqlite/2_b.up.sql:1");
    env.onramp(["migrate", "lint", "--format", "github", "sqlite/2_b.up.sql"])
        .exits(1)
        .says("::error file=sqlite/2_b.up.sql,line=1,title=migrate%3Asqlite stale-allow::");
    env.write("sqlite/2_b.up.sql", "-- onramp: allow drop-table: not here\nALTER TABLE a DROP COLUMN b;");
    env.onramp(["migrate", "lint", "sqlite/2_b.up.sql"])
        .exits(1)
        .says("error drop-column")
        .says("allows `drop-table`, and the migration does nothing of the kind");
}

#[test]
fn what_no_server_could_run_is_looked_at_by_its_text() {
    let env = files(&[
        ("a.sql", "CREATE TABLE a (id serial PRIMARY KEY);\n\\connect other\nTRUNCATE a;\n"),
        ("b.sql", "CREATE TABLE a (id int);\nCOPY a TO PROGRAM 'touch /tmp/onramp-was-here';\n"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let words = ["migrate", "lint", "--dialect", "postgresql"];
    env.onramp(words.into_iter().chain(["a.sql"])).exits(0).says(
        "not-tried: looked at by its text alone: it has commands for a client: psql alone knows the command",
    );
    env.onramp(words.into_iter().chain(["b.sql"]))
        .says("not-tried: looked at by its text alone: it asks for rights");
    assert!(!std::path::Path::new("/tmp/onramp-was-here").exists());
}

const GROUND: &str =
    "CREATE TABLE t (id int PRIMARY KEY, n int);\nCREATE TABLE other (id int PRIMARY KEY);\n";

#[test]
fn what_comes_before_a_refused_statement_is_told() {
    let env = files(&[
        ("ground.sql", GROUND),
        ("one.sql", "ALTER TABLE t DROP COLUMN n;\nALTER TABLE nope ADD x int;\nDROP TABLE other;\n"),
        // A table with another name is no table that is gone.
        ("two.sql", "ALTER TABLE t RENAME TO u;\nALTER TABLE nope ADD x int;\n"),
        ("line.sql", "ALTER TABLE t DROP COLUMN n; ALTER TABLE nope ADD x int; DROP TABLE other;"),
        ("own.sql", "BEGIN;\nALTER TABLE t DROP COLUMN n;\nALTER TABLE nope ADD x int;\nCOMMIT;\n"),
        ("open.sql", "BEGIN;\nALTER TABLE t DROP COLUMN n;\n"),
    ]);
    let dialects: &[&str] = if has_postgresql(&env) { &["postgresql", "sqlite"] } else { &["sqlite"] };
    for dialect in dialects {
        let found = |file| found(&env, &[file, "--onto", "ground.sql", "--dialect", dialect]);
        assert_eq!(found("one.sql"), ["drop-column one.sql:1", "revision-fails one.sql:2"], "{dialect}");
        assert_eq!(found("two.sql"), ["rename-table two.sql:1", "revision-fails two.sql:2"], "{dialect}");
        assert_eq!(found("line.sql"), ["drop-column line.sql:1", "revision-fails line.sql:1"], "{dialect}");
        assert_eq!(found("own.sql"), ["drop-column own.sql:2", "revision-fails own.sql:3"], "{dialect}");
        assert_eq!(found("open.sql"), ["drop-column open.sql:2", "revision-fails open.sql:2"], "{dialect}");
    }
    let words = ["migrate", "lint", "line.sql", "--onto", "ground.sql", "--dialect", "sqlite"];
    env.onramp(words).says("at line.sql:1\n    ALTER TABLE nope ADD x int\n");
}

#[test]
fn what_rows_are_in_the_way_of_is_told_beside_what_fails_in_any_case() {
    let env = files(&[
        ("ground.sql", GROUND),
        (
            "rows.sql",
            "ALTER TABLE t DROP COLUMN n;\n\
             DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE EXCEPTION 'rows'; END IF; END $$;\n\
             DROP TABLE other;\nALTER TABLE nope ADD x int;\n",
        ),
        // Nothing is known of what this comes to, not even that a table is gone.
        ("untried.sql", "ALTER TABLE t RENAME TO u;\n\\connect x\n"),
    ]);
    if !has_postgresql(&env) {
        return;
    }
    let found = |file| found(&env, &[file, "--onto", "ground.sql", "--dialect", "postgresql"]);
    let expected = ["drop-column", "fails-with-rows", "drop-table", "revision-fails"];
    let places = (1..).zip(expected).map(|(line, rule)| format!("{rule} rows.sql:{line}"));
    assert_eq!(found("rows.sql"), places.collect::<Vec<_>>());
    assert_eq!(found("untried.sql"), ["not-tried untried.sql:2"]);
}

#[test]
fn revisions_of_a_workspace_have_options_of_their_own() {
    let configuration = "[project]\nname = \"x\"\n\n[database]\nengine = \"command\"\n[database.command]\n\
                         apply = \"true\"\nrevert = \"true\"\n[database.sqlite]\nversions = \"db\"\nurl = \"sqlite:///{path}\"\n";
    let env = files(&[
        ("onramp.toml", configuration),
        ("other/sqlite/1_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
    ]);
    let run = env.onramp(["migrate", "lint", "0001", "--onto", "other"]);
    assert!([2, 3].contains(&run.code), "{}", run.story());
    env.onramp(["migrate", "lint", "absent", "--all"]);
}
