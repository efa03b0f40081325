//! Which files of a folder are looked at.

use onramp_tests::TestEnv;

use super::{files, found};

fn git(env: &TestEnv, words: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    env.command("", ["git"].into_iter().chain(identity).chain(words.iter().copied())).exits(0);
}

#[test]
fn those_that_the_base_does_not_have() {
    let env = files(&[
        ("sqlite/migrations/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT, c TEXT);"),
        ("sqlite/migrations/1_a.down.sql", "DROP TABLE a;"),
        ("sqlite/migrations/2_b.up.sql", "ALTER TABLE a DROP COLUMN b;"),
        ("sqlite/migrations/2_b.down.sql", "ALTER TABLE a ADD COLUMN b TEXT;"),
    ]);
    let (second, third) =
        ("drop-column sqlite/migrations/2_b.up.sql:1", "drop-table sqlite/migrations/3_c.up.sql:1");
    // Without git, the newest.
    assert_eq!(found(&env, &["sqlite"]), [second]);
    git(&env, &["init", "-q"]);
    git(&env, &["add", "sqlite/migrations/1_a.up.sql", "sqlite/migrations/1_a.down.sql"]);
    git(&env, &["commit", "-q", "-m", "one"]);
    git(&env, &["tag", "v1"]);
    assert_eq!(found(&env, &["sqlite"]), [second]);
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "two"]);
    env.onramp(["migrate", "lint", "sqlite"])
        .exits(0)
        .says("no migration is new since HEAD: nothing to look at");
    env.write("sqlite/migrations/3_c.up.sql", "DROP TABLE a;");
    assert_eq!(found(&env, &["sqlite"]), [third]);
    assert_eq!(found(&env, &["sqlite", "--base", "v1"]), [second, third]);
    assert_eq!(found(&env, &["sqlite", "--since", "v1"]), [second, third]);
    assert_eq!(found(&env, &["sqlite", "--all"]), [second, third]);
    // A way back that has changed is no new file.
    env.write("sqlite/migrations/1_a.down.sql", "DROP TABLE IF EXISTS a;");
    assert_eq!(found(&env, &["sqlite"]), [third]);
    env.onramp(["migrate", "lint", "sqlite", "--base", "absent"]).exits(2).says("--base: ");
}

#[test]
fn a_workspace_without_histories_has_its_servers_and_its_reports() {
    let env = files(&[
        ("onramp.toml", "[project]\nname = \"x\"\n"),
        ("sqlite/1_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
        ("sqlite/2_b.sql", "\nALTER TABLE a DROP COLUMN b;"),
    ]);
    git(&env, &["init", "-q"]);
    env.onramp(["migrate", "lint", "sqlite/2_b.sql", "--sarif", "out/lint.sarif", "--format", "github"])
        .exits(1)
        .says("::error file=sqlite/2_b.sql,line=2,");
    let log: serde_json::Value = serde_json::from_str(&env.read("out/lint.sarif")).expect("a SARIF file");
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "sqlite/2_b.sql");
    assert_eq!(place["region"]["startLine"], 2);
}
