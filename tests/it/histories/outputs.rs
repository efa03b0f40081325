//! What people, machines and GitHub are told.

use serde_json::{Value, json};

use super::files;

const A: &str = "CREATE TABLE a (id INTEGER);\n";

fn two() -> onramp_tests::TestEnv {
    files(&[
        ("sub/migrations/sqlite/0001_a.up.sql", A),
        ("sub/migrations/sqlite/0002_b.up.sql", "-- no-transaction\nCREATE TABLE b (id INT);"),
        ("sub/migrations/sqlite/0002_c.up.sql", A),
        ("sub/migrations/sqlite/0004_d.up.sql", A),
    ])
}

#[test]
fn machines_get_each_history_with_its_entries() {
    let run = two().onramp(["migrate", "audit", "sub", "--format", "json"]).exits(1);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!((&value["errors"], &value["warnings"], &value["notes"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&value["releases"], &value["elsewhere"]), (&json!([]), &json!([])));
    let history = &value["histories"][0];
    assert_eq!(history["folder"], "sub/migrations/sqlite");
    assert_eq!(
        (&history["form"], &history["dialect"], &history["told-by"]),
        (&json!("up-down"), &json!("sqlite"), &json!("folder"))
    );
    assert_eq!(history["heads"], json!(["0004"]));
    let expected = json!({
        "id": "0002", "name": "b", "parents": [], "file": "sub/migrations/sqlite/0002_b.up.sql", "line": null,
        "files": ["sub/migrations/sqlite/0002_b.up.sql"], "down": "missing", "transaction": false,
        "repeatable": false, "privileged": false,
    });
    assert_eq!(history["entries"][1], expected);
    let expected = json!({
        "level": "error", "code": "duplicate-id", "file": "sub/migrations/sqlite/0002_c.up.sql", "line": null,
        "message": "has the id `0002`, and so has 0002_b.up.sql",
    });
    assert_eq!(history["findings"][0], expected);
}

#[test]
fn github_gets_annotations_and_sarif_has_the_findings() {
    let env = two();
    env.onramp(["migrate", "audit", "sub", "--format", "github"])
        .exits(1)
        .says("::error file=sub/migrations/sqlite/0002_c.up.sql,title=migrate%3Aaudit duplicate-id::has the id `0002`")
        .says("::warning file=sub/migrations/sqlite/0004_d.up.sql,title=migrate%3Aaudit gap::number 3 is missing");
    env.onramp(["migrate", "audit", "sub", "--sarif", "out/audit.sarif"]).exits(1);
    let sarif: Value = serde_json::from_str(&env.read("out/audit.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["ruleId"], "duplicate-id");
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "sub/migrations/sqlite/0002_c.up.sql");
}

#[test]
fn warnings_fail_only_if_that_is_asked_for_and_long_lists_are_cut() {
    let names: Vec<String> =
        (1..=40).map(|number| format!("migrations/{:04}_a.up.sql", number * 2)).collect();
    let mut several: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), A)).collect();
    let odd: Vec<String> = (0..15).map(|number| format!("migrations/odd{number}.sql")).collect();
    several.extend(odd.iter().map(|name| (name.as_str(), A)));
    let env = files(&several);
    let run = env
        .onramp(["migrate", "audit", "migrations"])
        .exits(0)
        .says("and 5 more [stray]; --verbose lists them");
    assert_eq!(run.stdout.lines().count(), 12, "{}", run.stdout);
    let run = env.onramp(["migrate", "audit", "migrations", "--strict", "--verbose"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 16, "{}", run.stdout);
    let run = env.onramp(["migrate", "audit", "migrations", "-q"]).exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn folders_may_be_named_twice_and_lie_in_one_another() {
    let run = two().onramp(["migrate", "audit", "sub", ".", "sub/migrations", "./sub"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
}

#[test]
fn paths_are_shown_as_the_user_has_named_them() {
    let env = two();
    std::os::unix::fs::symlink("sub", env.root().join("link")).unwrap();
    let first = |from: &str, typed: &str| {
        let run = env.onramp_in(from, ["migrate", "audit", typed]).exits(1);
        run.stdout.split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!(first("", "./sub/"), "sub/migrations/sqlite");
    assert_eq!(first("", "sub/../sub"), "sub/migrations/sqlite");
    assert_eq!(first("", "link"), "link/migrations/sqlite");
    assert_eq!(first("sub", ".."), "migrations/sqlite");
    assert_eq!(first("sub/migrations", ".."), "sqlite");
    assert_eq!(first("", &env.root().join("sub").display().to_string()), "sub/migrations/sqlite");
    std::fs::create_dir(env.root().join("beside")).unwrap();
    assert_eq!(first("beside", "../sub"), "../sub/migrations/sqlite");
    let run = env.onramp_in("beside", ["migrate", "audit", "../sub", "--format", "json"]).exits(1);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["histories"][0]["findings"][0]["file"], "../sub/migrations/sqlite/0002_c.up.sql");
}
