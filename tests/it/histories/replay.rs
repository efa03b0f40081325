//! Histories on real servers.

use std::os::unix::fs::PermissionsExt;

use onramp_exec::Signal;
use onramp_tests::TestEnv;

use super::files;
use crate::own_servers::{has_postgresql, with_servers};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, active BOOLEAN NOT NULL DEFAULT 1);";

/// A project in two dialects: a way back that fails, an index that only one of them has, and another action.
fn project() -> TestEnv {
    let env = files(&[
        ("sqlite/0001_users.up.sql", USERS),
        ("sqlite/0001_users.down.sql", "DROP TABLE users;"),
        (
            "sqlite/0002_tags.up.sql",
            "CREATE TABLE tags (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users ON DELETE CASCADE);",
        ),
        ("sqlite/0002_tags.down.sql", "-- two lines\nDROP TABLE tagz;"),
        (
            "postgres/0001_users.up.sql",
            "CREATE TABLE users (id SERIAL PRIMARY KEY, name VARCHAR(50) NOT NULL, active BOOLEAN NOT NULL DEFAULT true);",
        ),
        ("postgres/0001_users.down.sql", "DROP TABLE users;"),
        (
            "postgres/0002_tags.up.sql",
            "CREATE TABLE tags (id SERIAL PRIMARY KEY, owner INTEGER REFERENCES users);\nCREATE INDEX ix ON tags (owner);",
        ),
        ("postgres/0002_tags.down.sql", "DROP TABLE tags;"),
    ]);
    with_servers(env)
}

#[test]
fn each_history_goes_its_way_and_two_dialects_lead_to_the_same() {
    let env = project();
    if !has_postgresql(&env) {
        return;
    }
    env.onramp(["migrate", "audit", "."]).exits(0);
    let before = env.snapshot();
    env.onramp(["migrate", "audit", ".", "--replay"])
        .exits(1)
        .says("0002_tags.down.sql:2: SQLite: no such table: tagz [down-fails]")
        .says("foreign-key tags(owner): on-delete is CASCADE in sqlite, NO ACTION in postgresql [schemas-differ]")
        .says("index tags.ix: only postgresql has it: (owner) [schemas-differ]")
        .says("2 histories: 3 errors");
    assert_eq!(env.snapshot(), before, "an audit changes nothing");
    assert_eq!(env.processes(), [""; 0]);
    // What is mended is found by nobody any more.
    env.write("sqlite/0002_tags.down.sql", "DROP TABLE tags;");
    env.write(
        "postgres/0002_tags.up.sql",
        "CREATE TABLE tags (id SERIAL PRIMARY KEY, owner INTEGER REFERENCES users ON DELETE CASCADE);",
    );
    env.onramp(["migrate", "audit", ".", "--replay"]).exits(0).says("2 histories, no findings");
}

#[test]
fn what_is_for_all_dialects_is_a_part_of_each() {
    let env = with_servers(files(&[
        ("common/0001_users.up.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);"),
        ("sqlite/0002_name.up.sql", "ALTER TABLE users ADD COLUMN name VARCHAR(50);"),
        ("mysql/0002_name.up.sql", "ALTER TABLE users ADD COLUMN name VARCHAR(50);"),
        ("other/0001_a.py", "raise SystemExit('nobody runs this')"),
        ("other/0002_b.py", "raise SystemExit('nobody runs this')"),
    ]));
    let run = env.onramp(["migrate", "audit", ".", "--replay", "--verbose"]).exits(0);
    run.says("2 applied").says("there is no server for mysql here");
}

#[test]
fn scripts_reach_nothing_but_their_database() {
    let env = with_servers(files(&[(
        "sqlite/0001_out.up.sql",
        "CREATE TABLE a (id);\nATTACH 'stolen.db' AS b;\nCREATE TABLE b.a (id);\n",
    )]));
    env.onramp(["migrate", "audit", ".", "--replay"]).exits(0).says("it opens another file");
    assert!(!env.has("stolen.db"));
    let path = env.root().join("stolen.db");
    let script = format!("ATTACH '' || '{}' AS b;\nCREATE TABLE b.a (id);\n", path.display());
    env.write("sqlite/0001_out.up.sql", &script);
    env.onramp(["migrate", "audit", ".", "--replay"]).exits(0).says("it opens another file");
    assert!(!env.has("stolen.db"));
}

#[test]
fn the_configuration_of_the_folder_decides_nothing() {
    let env = with_servers(files(&[("sqlite/0001_a.up.sql", "CREATE TABLE a (id INTEGER);")]));
    for configuration in ["[project\n", "[project]\nname = \"trap\"\n[database]\nkeep-warm = 1\n"] {
        env.write("onramp.toml", configuration);
        env.onramp(["migrate", "audit", ".", "--replay", "--verbose"]).exits(0).says("1 applied");
        assert!(!env.has(".onramp"));
        // One that is named counts.
        env.onramp(["--config", "onramp.toml", "migrate", "audit", ".", "--replay"]).exits(3);
    }
}

#[test]
fn a_script_that_never_ends_is_stopped_with_the_command() {
    let hanging = [
        (
            "sqlite",
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;",
        ),
        ("postgres", "SET statement_timeout TO 0; SELECT pg_sleep(100000);"),
    ];
    for (folder, script) in hanging {
        let path = format!("{folder}/0001_a.up.sql");
        let env = with_servers(files(&[(path.as_str(), script)]));
        if folder == "postgres" && !has_postgresql(&env) {
            continue;
        }
        let mut run = env.start(["migrate", "audit", ".", "--replay", "--verbose"]);
        run.wait_for("1 of 1: 0001");
        run.signal(Signal::INT);
        let run = run.finish();
        assert_eq!(run.code, 130, "{}", run.story());
        assert_eq!(env.processes(), [""; 0]);
    }
}

#[test]
fn a_folder_of_somebody_else_is_no_place_for_servers() {
    let env = project();
    let id = env.command("", ["id", "-u"]).exits(0).stdout;
    let folder = env.outside().join(format!("tmp/onramp-replay-{}", id.trim()));
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    env.onramp(["migrate", "audit", ".", "--replay"]).exits(4).says("it is somebody else's").says("TMPDIR=");
}

#[test]
fn a_configuration_that_somebody_else_has_put_above_does_not_count() {
    let env = project();
    let id = env.command("", ["id", "-u"]).exits(0).stdout;
    let above = env.outside().join("tmp");
    let members = format!("[project]\nname = \"theirs\"\nmembers = [\"onramp-replay-{}\"]\n", id.trim());
    std::fs::write(above.join("onramp.toml"), members).unwrap();
    env.onramp(["db", "catalog", "sqlite"]).exits(0);
    // Twice, for the first one makes the folder that is named there.
    env.onramp(["db", "catalog", "sqlite"]).exits(0);
    assert!(!above.join(".onramp").exists());
}

#[test]
fn one_that_was_killed_leaves_nothing_behind_the_next_one() {
    let env = project();
    if !has_postgresql(&env) {
        return;
    }
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let mut run = env.start(["migrate", "audit", ".", "--replay"]);
        run.wait_for("replay:postgresql > start server");
        run.signal(signal);
        let run = run.finish();
        assert!([0, 1, 130, 137].contains(&run.code), "{signal:?}: {}", run.story());
        env.onramp(["migrate", "audit", ".", "--replay"]).exits(1).says("2 histories: 3 errors");
        assert_eq!(env.processes(), [""; 0], "{signal:?}");
    }
}

#[test]
fn a_folder_is_a_source_of_catalogs() {
    let env = project();
    if !has_postgresql(&env) {
        return;
    }
    env.write("onramp.toml", "[project]\nname = \"shop\"\n");
    let run = env.onramp(["migrate", "parity", "sqlite", "postgres"]).exits(1);
    run.says("the schemas of sqlite and postgres differ in 2 points");
    let run = env.onramp(["db", "catalog", "sqlite"]).exits(0);
    run.says("foreign-key tags.FOREIGN KEY (owner)");
    let run = env.onramp(["db", "catalog", "sqlite", "--without", "tags"]).exits(0);
    assert!(!run.stdout.contains("tags"), "{}", run.stdout);
    env.onramp(["db", "erd", "postgres"]).exits(0).says("erDiagram").says("tags");
    env.onramp(["db", "diff", "sqlite", "postgres"]).exits(2).says("is of");
    env.onramp(["db", "catalog", "."]).exits(2).says("--dialect sqlite");
    env.onramp(["db", "catalog", ".", "--dialect", "postgresql"]).exits(0).says("index tags.ix");
    std::fs::create_dir(env.root().join("empty")).unwrap();
    env.onramp(["db", "catalog", "empty"]).exits(2).says("no SQL history was found below empty");
}
