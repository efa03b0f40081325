//! How a look ends that somebody ends.

use onramp_exec::Signal;

use super::files;

#[test]
fn an_endless_file_ends_with_its_command() {
    let endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;";
    let env = files(&[
        ("sqlite/migrations/1_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
        ("sqlite/migrations/2_b.sql", endless),
    ]);
    let mut run = env.start(["migrate", "lint", "sqlite/migrations/2_b.sql"]);
    run.wait_for("2 of 2: 2");
    run.signal(Signal::INT);
    run.finish().exits(130);
}

#[test]
fn a_dry_run_says_what_would_be_applied() {
    let env = files(&[("sqlite/1_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);")]);
    env.onramp(["migrate", "lint", "sqlite/1_a.sql", "--dry-run"])
        .exits(0)
        .says("run        migrate:sqlite")
        .says("1 file of sqlite, applied on a scratch database and looked at");
}
