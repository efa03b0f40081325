//! Files, folders and URLs need no project to be read.

use super::files;

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL);\n";

fn env() -> onramp_tests::TestEnv {
    let env = crate::own_servers::with_servers(files(&[
        ("sqlite/0001_users.up.sql", USERS),
        ("plain/0001_users.up.sql", USERS),
        ("wrong/0001_users.up.sql", "CREATE TABLE a (id INTEGER);\nCREATE TABLE a (id INTEGER);\n"),
        ("script.sql", USERS),
    ]));
    env.command(
        "",
        [
            "python3",
            "-c",
            "import sqlite3; c = sqlite3.connect('a.db'); c.execute(open('script.sql').read())",
        ],
    )
    .exits(0);
    env
}

#[test]
fn a_database_and_a_folder_are_read_drawn_and_compared() {
    let env = env();
    let before = env.snapshot();
    env.onramp(["db", "catalog", "a.db"]).exits(0).says("table users");
    env.onramp(["db", "catalog", "sqlite"]).exits(0).says("table users");
    env.onramp(["db", "diff", "a.db", "sqlite"]).exits(0).says("the schemas are equal");
    env.onramp(["db", "diff", "a.db", "wrong"]).exits(1).says("wrong/0001_users.up.sql:2: ");
    env.onramp(["db", "erd", "a.db"]).exits(0).says("erDiagram").says("users");
    let run = env.onramp(["db", "erd", "a.db", "--since", "sqlite", "--as", "html"]).exits(0);
    assert!(run.stdout.contains("<title>Tables of a.db") && !run.stdout.contains("replay"), "{}", run.stdout);
    env.onramp(["migrate", "parity", "a.db", "sqlite"]).exits(0).says("a.db and sqlite are equal");
    env.onramp_in("plain", ["migrate", "parity", "../a.db", "../sqlite"])
        .exits(0)
        .says("../a.db and ../sqlite are equal");
    let url = format!("sqlite:///{}", env.root().join("a.db").display());
    env.onramp_in("plain", ["db", "diff", &url, ".", "--dialect", "sqlite"]).exits(0);
    env.onramp(["-C", "plain", "db", "catalog", "../a.db"]).exits(0);
    assert_eq!(env.snapshot(), before, "nothing is written");
    assert_eq!(env.processes(), [""; 0]);
}

#[test]
fn histories_of_other_dialects_are_read_and_not_applied() {
    let env = files(&[("mysql/0001_users.up.sql", USERS), ("mysql/0002_tags.up.sql", USERS)]);
    env.onramp(["migrate", "audit", "."]).exits(0).says("mysql  up-down  mysql  2 entries");
    env.onramp(["db", "catalog", "mysql"])
        .exits(2)
        .says("mysql has a history of mysql, and no server of that is here")
        .says("hint: onramp migrate audit mysql");
}

#[test]
fn what_needs_a_project_says_so() {
    let env = env();
    env.onramp(["db", "catalog"]).exits(3).says("no onramp.toml");
    env.onramp(["db", "diff", "a.db"]).exits(3).says("no onramp.toml");
    env.onramp(["db", "catalog", "gone.db"])
        .exits(2)
        .says("`gone.db` is no file, no folder and no database URL");
    env.onramp(["db", "diff", "a.db", "HEAD"]).exits(2).says("`HEAD` is no file");
    env.onramp(["migrate", "parity", "a.db"]).exits(3).says("no onramp.toml");
    env.onramp(["--config", "x.toml", "db", "catalog", "a.db"]).exits(3).says("x.toml does not exist");
    env.onramp(["--config", "x.toml", "migrate", "audit", "plain"]).exits(3).says("x.toml does not exist");
    env.write("x.toml", "[project]\nname = 1\n");
    env.onramp(["--config", "x.toml", "migrate", "audit", "plain"]).exits(3).says("x.toml:2:8");
}

#[test]
fn a_folder_with_a_history_for_each_dialect_is_compared_with_itself() {
    let users = "CREATE TABLE users (id BIGINT PRIMARY KEY, name TEXT);\n";
    let env = files(&[("sqlite/0001_users.up.sql", USERS), ("postgres/0001_users.up.sql", users)]);
    let env = crate::own_servers::with_servers(env);
    if !crate::own_servers::has_postgresql(&env) {
        return;
    }
    let run = env.onramp(["migrate", "parity", "."]).exits(1);
    run.says("sqlite of . and postgresql of . differ in 2 points")
        .says("what is meant is declared in a file that --declared FILE names, with a reason:");
    env.onramp(["migrate", "parity", ".", "--dialect", "sqlite"])
        .exits(2)
        .says("all dialects of . are compared");
    env.onramp(["migrate", "parity", ".", "sqlite", "--dialect", "sqlite"])
        .exits(0)
        .says("sqlite of . and sqlite are equal");
    env.onramp(["migrate", "parity", "sqlite"])
        .exits(3)
        .says("no onramp.toml")
        .says("hint: onramp migrate parity sqlite RIGHT");
    let run = env.onramp(["migrate", "parity", ".", "."]).exits(2);
    run.says(". has several histories, and which is meant is not said");

    // What was told is what is declared, once it has a reason.
    let type_of = "{ object = \"column users.name\", attribute = \"type\", reason = \"names are short\" }";
    let null = "{ object = \"column users.name\", attribute = \"nullable\", reason = \"older rows\" }";
    env.write("meant.toml", &format!("[database.parity]\nexceptions = [\n  {type_of},\n  {null},\n]\n"));
    env.onramp(["migrate", "parity", ".", "--declared", "meant.toml"])
        .exits(0)
        .says("equal, 2 differences as declared");
    env.onramp(["migrate", "audit", ".", "--replay"])
        .exits(1)
        .says("[schemas-differ]")
        .says("    { object = \"column users.name\", attribute = \"type\", reason = \"...\" },");
    env.onramp(["migrate", "audit", ".", "--replay", "--declared", "meant.toml"])
        .exits(0)
        .says("2 differences as declared");
    env.write(
        "meant.toml",
        &format!(
            "[database.parity]\nexceptions = [\n  {type_of},\n  {null},\n  {}]\n",
            null.replace(".name", ".id")
        ),
    );
    env.onramp(["migrate", "audit", ".", "--replay", "--declared", "meant.toml"]).exits(1).says(
        "meant.toml:5: the exception for `column users.id` meets no difference any more [parity-stale]",
    );
    env.onramp(["migrate", "parity", ".", "--declared", "meant.toml"])
        .exits(1)
        .says("the exception for `column users.id` meets no difference any more  meant.toml:5");
    env.onramp(["migrate", "parity", ".", "--declared", "gone.toml"])
        .exits(2)
        .says("gone.toml cannot be read");
    env.write("meant.toml", "[database.parity]\nexceptions = [{ object = \"column a.b\" }]\n");
    env.onramp(["migrate", "audit", ".", "--replay", "--declared", "meant.toml"])
        .exits(3)
        .says("missing key `reason`");
    env.onramp(["migrate", "audit", ".", "--declared", "meant.toml"]).exits(2).says("--replay");
}

#[test]
fn what_differs_has_its_place_below_the_repository_one_stands_in() {
    let env = env();
    env.write("plain/0002_tags.up.sql", "SELECT 1;\n\nCREATE TABLE tags (id INTEGER);\n");
    env.command("", ["git", "init", "-q"]).exits(0);
    let words = ["migrate", "parity", ".", "../sqlite", "--dialect", "sqlite"];
    let run = env.onramp_in("plain", words.iter().chain(&["--format", "json"])).exits(1);
    let answer: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let finding = &answer["pairs"][0]["findings"][0];
    assert_eq!(finding["object"], "table tags");
    assert!(finding["file"].as_str().unwrap().ends_with("sqlite/0001_users.up.sql"), "{finding}");
    let run =
        env.onramp_in("plain", words.iter().chain(&["--format", "github", "--sarif", "a.sarif"])).exits(1);
    run.says("::error file=sqlite/0001_users.up.sql,line=1,");
    assert!(env.read("plain/a.sarif").contains("\"uri\": \"sqlite/0001_users.up.sql\""));
    // Behind a comma stands what is newer.
    let words = ["migrate", "parity", "../sqlite", ".", "--dialect", "sqlite", "--format", "github"];
    env.write("sqlite/0002_more.up.sql", "CREATE TABLE more (id INTEGER);\n");
    env.onramp_in("plain", words).exits(1).says("::error file=plain/0002_tags.up.sql,line=1,");
}
