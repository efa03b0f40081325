//! Twins that a project's own configuration declares.

use onramp_tests::TestEnv;

use super::{files, findings};

const CONFIGURATION: &str = "[project]\nname = \"shop\"\n\n[database]\nengine = \"alembic\"\nurl-env = \"URL\"\n\
    alembic = { config = \"alembic.ini\" }\nledger = { file = \"NOTES.md\", template = \"## {title}\\nSQLite: `{sqlite}`\\n\
    Postgres: `{postgresql}`\\n\" }\n\n[database.dialects.sqlite]\nlabel = \"SQLite\"\nversions = \"versions/sqlite\"\nurl = \
    \"sqlite:///{path}\"\n\n[database.dialects.postgresql]\nlabel = \"Postgres\"\nversions = \"versions/postgresql\"\nurl = \
    \"postgresql://{user}:{password}@{host}:{port}/{database}\"\n";

const ONLY: &str =
    "\n[[database.only]]\nrevision = \"b3\"\ndialect = \"postgresql\"\nreason = \"SQLite has no enums\"\n";

fn revision(id: &str, down: &str) -> String {
    format!("revision = '{id}'\ndown_revision = {down}\ndef upgrade(): op.x()\ndef downgrade(): op.y()\n")
}

/// Two histories with neither ids nor names in common.
fn project() -> TestEnv {
    files(&[
        ("alembic.ini", "[alembic]\nscript_location = .\n"),
        ("versions/sqlite/a1_init.py", &revision("a1", "None")),
        ("versions/sqlite/a2_tags.py", &revision("a2", "'a1'")),
        ("versions/postgresql/b1_begin.py", &revision("b1", "None")),
        ("versions/postgresql/b2_labels.py", &revision("b2", "'b1'")),
        ("versions/postgresql/b3_enums.py", &revision("b3", "'b2'")),
        ("NOTES.md", "## init\nSQLite: `a1`\nPostgres: `b1`\n\n## tags\nSQLite: `a2`\nPostgres: `b2`\n"),
    ])
}

#[test]
fn the_ledger_and_what_is_only_of_one_dialect_count() {
    let env = project();
    assert!(findings(&env).contains("[unpaired]"), "{}", findings(&env));
    env.write("onramp.toml", CONFIGURATION);
    let run = env.onramp(["migrate", "audit", "."]).exits(0).says("twins are those that onramp.toml says");
    run.says("`b3` (enums) is in postgresql and not in sqlite [missing-twin]").says("2 histories: 1 warning");
    env.write("onramp.toml", &format!("{CONFIGURATION}{ONLY}"));
    env.onramp(["migrate", "audit", ".", "--strict"]).exits(0).says("no findings");
    let run = env.onramp(["migrate", "audit", "versions", "--format", "json"]).exits(0);
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["configurations"], serde_json::json!(["onramp.toml"]));
    // A task that is written in Rust stands in no configuration.
    let test = "\n[test.unit]\nrun = \"true\"\nneeds = [\"task:greet\"]\n";
    env.write("onramp.toml", &format!("{CONFIGURATION}{ONLY}{test}"));
    env.onramp(["migrate", "audit", ".", "--strict"]).exits(0).never_says("has errors").says("no findings");
    // An entry of the ledger that is gone is missed.
    env.write("NOTES.md", "## init\nSQLite: `a1`\nPostgres: `b1`\n");
    let found = findings(&env);
    assert!(found.contains("a2") && found.contains("b2") && !found.contains("b3"), "{found}");
    assert!(!env.has(".onramp"), "an audit writes nothing");
}

#[test]
fn a_configuration_that_is_broken_or_a_trap_declares_nothing() {
    let env = project();
    env.write("onramp.toml", "[project\n");
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    run.says("warning: onramp.toml has errors, so what it says about histories was not read")
        .says("[unpaired]");
    std::fs::remove_file(env.root().join("onramp.toml")).unwrap();
    env.command("", ["mkfifo", "onramp.toml"]).exits(0);
    env.onramp(["migrate", "audit", "."]).exits(0).says("[unpaired]");
    std::fs::remove_file(env.root().join("onramp.toml")).unwrap();
    env.write("onramp.toml", CONFIGURATION);
    for (file, target) in [("NOTES.md", "/dev/zero"), ("onramp.local.toml", "/dev/zero")] {
        let _ = std::fs::remove_file(env.root().join(file));
        std::os::unix::fs::symlink(target, env.root().join(file)).unwrap();
        env.onramp(["migrate", "audit", "."]).exits(0);
    }
}
