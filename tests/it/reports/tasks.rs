use expect_test::expect;
use onramp_tests::TestEnv;
use serde_json::Value;

use crate::workspace;

fn monorepo() -> TestEnv {
    workspace(
        r#"[project]
members = ["ui"]

[test.unit]
description = "The server"
run = "true"

[test.a-name-that-is-longer-than-any-column-should-be]
description = "Stands below"
run = "true"
"#,
    )
    .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[setup.packages]\nrun = \"npm ci\"\n\n[test.pages]\nrun = \"npm test\"\n")
}

#[test]
fn tasks_stand_under_their_section_and_member() {
    let env = monorepo();
    expect![[r#"
        Tests
          test:unit  The server
          test:a-name-that-is-longer-than-any-column-should-be
                     Stands below

        ui: Setup
          ui/setup:packages  npm ci

        ui: Tests
          ui/test:pages  npm test

        Tasks
          task:greet  Greets by a command, a variable and its arguments
          task:panic  Has a bug
    "#]]
    .assert_eq(&env.onramp(["tasks"]).exits(0).stdout);
}

#[test]
fn filters_take_sections_and_parts_of_names() {
    let env = monorepo();
    let names = |arguments: &[&str]| -> Vec<String> {
        let all = ["tasks", "--format", "json"].iter().chain(arguments);
        let listing: Value = serde_json::from_str(&env.onramp(all).exits(0).stdout).unwrap();
        let tasks = listing["tasks"].as_array().unwrap();
        tasks.iter().map(|task| task["task"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["setup"]), ["ui/setup:packages"]);
    assert_eq!(names(&["UNIT", "pages"]), ["test:unit", "ui/test:pages"]);
    assert_eq!(names(&["nothing"]), [""; 0]);
    let run = env.onramp(["tasks", "nothing"]).exits(0).says("no task fits nothing");
    assert_eq!(run.stdout, "");
}

#[test]
fn machines_get_the_parts_of_the_name() {
    let env = monorepo();
    let listing: Value =
        serde_json::from_str(&env.onramp(["tasks", "pages", "--format", "json"]).exits(0).stdout).unwrap();
    expect![[r#"{"cached":false,"description":null,"inputs":null,"member":"ui","name":"pages","needs":[],"outputs":null,"section":"test","task":"ui/test:pages"}"#]]
        .assert_eq(&listing["tasks"][0].to_string());
}
