//! What files are applied onto that have no history before them.

use super::{files, found, has_postgresql};

const DROP: &str = "-- two lines\nDROP TABLE flow;\n";

#[test]
fn a_file_by_itself_meets_an_empty_database_or_another_ground() {
    let env = files(&[
        ("fix.sql", DROP),
        (
            "schema.sql",
            "CREATE TABLE flow (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO flow VALUES (1, ';');",
        ),
        (
            "base/migrations/1_a.up.sql",
            "CREATE TABLE flo (id INTEGER PRIMARY KEY AUTOINCREMENT) -- and no more",
        ),
        ("base/migrations/2_b.up.sql", "ALTER TABLE flo RENAME TO flow"),
    ]);
    let lite = ["--dialect", "sqlite"];
    assert_eq!(found(&env, &["fix.sql", lite[0], lite[1]]), ["revision-fails fix.sql:2"]);
    let dropped = ["drop-table fix.sql:2"];
    assert_eq!(found(&env, &["fix.sql", lite[0], lite[1], "--onto", "schema.sql"]), dropped);
    assert_eq!(found(&env, &["fix.sql", lite[0], lite[1], "--onto", "base"]), dropped);

    let database = env.root().join("app.db").to_string_lossy().into_owned();
    let make = format!(
        "import sqlite3; c = sqlite3.connect('{database}'); c.executescript(\"CREATE TABLE flow (id INTEGER PRIMARY KEY, \
         name TEXT); CREATE TRIGGER t AFTER INSERT ON flow BEGIN SELECT 1; SELECT 2; END; CREATE VIEW v AS SELECT * FROM flow;\")"
    );
    env.command("", ["python3", "-c", &make]).exits(0);
    let before = env.snapshot();
    let found = found(&env, &["fix.sql", lite[0], lite[1], "--onto", "app.db"]);
    assert!(found.contains(&"drop-table fix.sql:2".to_owned()), "{found:?}");
    assert_eq!(env.snapshot(), before);
    env.onramp(["migrate", "lint", "fix.sql", "--dialect", "postgresql", "--onto", "app.db"])
        .exits(2)
        .says("--onto: app.db is of sqlite, and what is looked at is of postgresql");
    env.onramp(["migrate", "lint", "fix.sql", "--dialect", "sqlite", "--onto", "absent"]).exits(2);
}

#[test]
fn a_ground_takes_the_place_of_what_a_history_has_before() {
    let env = files(&[
        ("migrations/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\nthis is no SQL;"),
        ("migrations/2_b.up.sql", "DROP TABLE a;"),
        ("schema.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
        ("broken.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);\nnor is this;"),
    ]);
    // What cannot be reached is looked at by its text, and that is told.
    env.onramp(["migrate", "lint", "migrations/2_b.up.sql"]).exits(0).says(
        "not-tried: looked at by its text alone: what comes before it cannot be applied: \
         migrations/1_a.up.sql:2:",
    );
    assert_eq!(
        found(&env, &["migrations/2_b.up.sql", "--onto", "schema.sql"]),
        ["drop-table migrations/2_b.up.sql:1"]
    );
    env.onramp(["migrate", "lint", "migrations/2_b.up.sql", "--onto", "broken.sql"])
        .exits(1)
        .says("broken.sql:2 cannot be applied to an empty database");
}

#[test]
fn a_dump_of_a_schema_is_a_ground() {
    let dump = "\\restrict Ab1\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\
                CREATE TABLE public.flow (id bigint NOT NULL, name text);\nCOPY public.flow (id, name) FROM stdin;\n\
                1\ta;b\n\\.\n\nALTER TABLE ONLY public.flow ADD CONSTRAINT flow_pkey PRIMARY KEY (id);\n\\unrestrict Ab1\n";
    let env = files(&[("fix.sql", DROP), ("structure.sql", dump)]);
    if has_postgresql(&env) {
        let words = ["fix.sql", "--dialect", "postgresql", "--onto", "structure.sql"];
        assert_eq!(found(&env, &words), ["drop-table fix.sql:2"]);
    }
}

#[test]
fn of_a_database_the_schema_alone_is_read() {
    let configuration = "[project]\nname = \"x\"\n\n[database]\nengine = \"alembic\"\nurl-env = \"SHOP_URL\"\n\
                         alembic = { upgrade = \"./upgrade\", downgrade = \"true\", revision = \"true\" }\n\
                         [database.dialects.postgresql]\nversions = \"versions\"\n\
                         url = \"postgresql://{user}:{password}@{host}:{port}/{database}\"\n\
                         server = { source = \"local\" }\n";
    let upgrade = "#!/bin/sh\nexec psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 \"$SHOP_URL\" --command=\"\
                   create schema s; create table s.a (id serial primary key, b text); create table flow (id int); \
                   insert into flow values (1); create view v as select * from flow; \
                   create function f() returns int language plpgsql as \\$\\$ begin return 1; end; \\$\\$\"\n";
    let env = files(&[
        ("shop/onramp.toml", configuration),
        ("shop/versions/.keep", ""),
        ("fix.sql", "-- two lines\nDROP VIEW v;\nDROP TABLE flow;\nALTER TABLE s.a DROP COLUMN b;\n"),
    ])
    .script("shop/upgrade", upgrade);
    if !has_postgresql(&env) || env.command("", ["sh", "-c", "command -v psql pg_dump"]).code != 0 {
        return;
    }
    env.onramp_in("shop", ["db", "up"]).exits(0);
    let run = env.onramp_in("shop", ["db", "url", "postgresql"]).exits(0);
    let url = run.stdout.trim().to_owned();
    let found = found(&env, &["fix.sql", "--dialect", "postgresql", "--onto", &url]);
    let run =
        env.onramp(["migrate", "lint", "fix.sql", "--dialect", "postgresql", "--onto", &url, "--verbose"]);
    let gone = url.replace("127.0.0.1:", "127.0.0.1:1");
    let refused = env.onramp(["migrate", "lint", "fix.sql", "--dialect", "postgresql", "--onto", &gone]);
    env.onramp_in("shop", ["db", "down", "--throw-away", "--answer", "yes"]);
    let mut expected =
        ["drop-object fix.sql:2", "drop-table fix.sql:3", "drop-column fix.sql:4"].map(str::to_owned);
    let mut found = found;
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{url}");
    let password = url.split(['@', ':']).nth(2).expect("a password");
    run.never_says(password);
    assert_ne!(refused.code, 0);
    refused.never_says(password);
}
