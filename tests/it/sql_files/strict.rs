//! What no server was given, and who wants that to fail.

use onramp_tests::TestEnv;
use serde_json::Value;

use super::files;

/// A history whose second entry fails, and whose third one would do no harm.
const BROKEN: [(&str, &str); 3] = [
    ("db/sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"),
    ("db/sqlite/2_b.up.sql", "\nALTER TABLE nope ADD COLUMN c TEXT;"),
    ("db/sqlite/3_c.up.sql", "-- a comment\n\nCREATE TABLE c (id INTEGER PRIMARY KEY);"),
];

/// A project with a history of its own, elsewhere.
const CONFIGURATION: &str = "[project]
name = \"x\"
[database]
engine = \"command\"
url-env = \"X_DATABASE\"
[database.command]
upgrade = \"true {versions}\"
downgrade = \"true {versions}\"
revision = \"true {versions} {message}\"
[database.dialects.sqlite]
versions = \"own\"
url = \"sqlite:///{path}\"
";

fn linted(env: &TestEnv, words: &[&str], code: i32) -> Value {
    let run = env.onramp(["migrate", "lint", "--format", "json"].iter().chain(words)).exits(code);
    let mut events =
        run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    events.find(|event| event["event"] == "linted").expect("the answer of the program")
}

#[test]
fn what_comes_behind_a_failure_is_a_warning_and_strictly_an_error() {
    let env = files(&BROKEN);
    let last = "db/sqlite/3_c.up.sql";
    let reason =
        "what comes before it cannot be applied: db/sqlite/2_b.up.sql:2: SQLite: no such table: nope";
    env.onramp(["migrate", "lint", last])
        .exits(0)
        .says(&format!("  warning not-tried: looked at by its text alone: {reason}\n    at {last}:3\n"));
    env.onramp(["migrate", "lint", last, "--strict"])
        .exits(1)
        .says(&format!("  error not-tried: looked at by its text alone: {reason}\n    at {last}:3\n"))
        .says("1 error in what the files do");
    for (words, level, code) in [(&[last][..], "warning", 0), (&[last, "--strict"], "error", 1)] {
        let found = linted(&env, words, code);
        let finding = &found["revisions"][0]["findings"][0];
        assert_eq!((&finding["rule"], &finding["level"]), (&"not-tried".into(), &level.into()), "{found:#}");
        assert_eq!((&found["revisions"][0]["file"], &finding["line"]), (&last.into(), &3.into()));
        assert_eq!(found["revisions"][0]["complete"], false);
        let reports = ["--format", "github", "--sarif", "out.sarif"];
        env.onramp(["migrate", "lint"].iter().chain(words).chain(&reports))
            .exits(code)
            .says(&format!("::{level} file={last},line=3,title=migrate%3Asqlite not-tried::"));
        let sarif: Value = serde_json::from_str(&env.read("out.sarif")).expect("a SARIF file");
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!((&result["ruleId"], &result["level"]), (&"not-tried".into(), &level.into()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
            (&last.into(), &3.into())
        );
    }
    // What can be tried needs no mercy.
    env.onramp(["migrate", "lint", "db/sqlite/1_a.up.sql", "--strict"]).exits(0).says("nothing found");
    // An allow has a reason, and is told once nothing meets it.
    let allowed = "-- onramp: allow not-tried: 2 is mended in the next release\nCREATE TABLE c (id INTEGER);";
    env.write(last, allowed);
    env.onramp(["migrate", "lint", last, "--strict"]).exits(0).says("allowed not-tried");
    env.write("db/sqlite/2_b.up.sql", "ALTER TABLE a ADD COLUMN c TEXT;");
    env.onramp(["migrate", "lint", last]).exits(1).says("stale-allow: allows `not-tried`");
}

#[test]
fn a_statement_that_no_server_knows_is_strictly_an_error_at_its_line() {
    let text = "CREATE TABLE a (id INTEGER);\n\nATTACH DATABASE 'other.db' AS other;\n";
    let env = files(&[("db/sqlite/1_a.sql", text)]);
    env.onramp(["migrate", "lint", "db/sqlite/1_a.sql"])
        .exits(0)
        .says("warning not-tried: looked at by its text alone: it opens another file");
    env.onramp(["migrate", "lint", "db/sqlite/1_a.sql", "--strict", "--format", "github"])
        .exits(1)
        .says("::error file=db/sqlite/1_a.sql,line=3,title=migrate%3Asqlite not-tried::");
}

#[test]
fn what_lies_beside_and_nobody_here_can_try_is_told() {
    let code = "package migrations\n\nfunc init() { goose.AddMigration(up, down) }\n";
    let env = files(&[
        ("db/sqlite/1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
        ("db/mysql/1_a.up.sql", "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);"),
        ("db/mysql/2_b.up.sql", "-- onramp: allow not-tried: MySQL has a job of its own\nDROP TABLE a;"),
        ("go/migrations/00001_a.go", code),
        ("go/migrations/00002_b.go", code),
    ]);
    let found = linted(&env, &[".", "--all"], 0);
    let told: Vec<String> = found["not-looked-at"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {} {}", one["dialect"], one["file"], one["level"]))
        .collect();
    let expected = [
        "\"mysql\" \"db/mysql/1_a.up.sql\" \"warning\"",
        "\"mysql\" \"db/mysql/2_b.up.sql\" null",
        "\"code\" \"go/migrations/00001_a.go\" \"warning\"",
        "\"code\" \"go/migrations/00002_b.go\" \"warning\"",
    ];
    assert_eq!(
        told.iter().collect::<std::collections::BTreeSet<_>>(),
        expected.map(str::to_owned).iter().collect()
    );
    env.onramp(["migrate", "lint", ".", "--all", "--strict", "--format", "github"])
        .exits(1)
        .says("::error file=db/mysql/1_a.up.sql,line=1,title=migrate%3Aelsewhere not-tried::")
        .says("::error file=go/migrations/00002_b.go,line=1,")
        .never_says("file=db/mysql/2_b.up.sql")
        .says("3 migrations could not be looked at");
    // Without git, the newest of each.
    env.onramp(["migrate", "lint", ".", "--strict"])
        .exits(1)
        .never_says("go/migrations/00001_a.go")
        .says("go/migrations/00002_b.go");
    // Who asks for one dialect has the others looked at elsewhere.
    env.onramp(["migrate", "lint", "db", "--all", "--strict", "--dialect", "sqlite"])
        .exits(0)
        .never_says("mysql");
}

#[test]
fn the_level_is_the_projects_and_strict_outweighs_it() {
    let env = files(&BROKEN);
    let last = "db/sqlite/3_c.up.sql";
    for (level, code, word) in [("error", 1, "error not-tried"), ("off", 0, "nothing else found")] {
        let levels = format!("{CONFIGURATION}[database.lint]\nlevels = {{ not-tried = \"{level}\" }}\n");
        env.write("own/0001_x.sql", "SELECT 1;");
        env.write("onramp.toml", &levels);
        env.onramp(["migrate", "lint", last]).exits(code).says(word);
        env.onramp(["migrate", "lint", last, "--strict"]).exits(1).says("error not-tried");
    }
    env.onramp(["migrate", "lint", "--strict", "--rules"]).exits(2);
}
