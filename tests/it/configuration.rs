use std::fs;

use expect_test::expect;
use serde_json::Value;

use crate::{folder, named, workspace};

#[test]
fn without_a_configuration_the_hint_says_how_to_get_one() {
    let run = folder().onramp(["tasks"]).exits(3);
    assert_eq!(run.stdout, "");
    expect![[r#"
        error: no onramp.toml in [ROOT] or above it

        hint: onramp -C DIR ..., or write an onramp.toml: see `onramp reference configuration`
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_file_that_is_no_toml_is_shown_at_its_place() {
    let run = workspace("[project]\nname = \"x\"\n\n[task.a\nrun = \"true\"\n").onramp(["tasks"]).exits(3);
    expect![[r#"
        error: unclosed table, expected `]`
         --> [ROOT]/onramp.toml:4:8
          |
        4 | [task.a
          |        ^

        error: the configuration has 1 error
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn a_file_that_is_no_text_is_an_error_of_the_configuration() {
    let env = workspace("");
    fs::write(env.root().join("onramp.toml"), b"[project]\nname = \"\xff\"\n").unwrap();
    env.onramp(["tasks"]).exits(3).says("onramp.toml").says("UTF-8");
}

/// Eleven mistakes of as many kinds, in both files.
const MISTAKES: [(&str, &str); 2] = [
    (
        "onramp.toml",
        r#"[project]
nam = "flowline"

[env]
path = ".venv/bin"

[tools]
node = { version = "twenty" }

[task.a]
run = "echo {nothing}"
needs = ["task:c"]

[task.b]
run = "true | false"
timeout = "soon"

[task.empty]
run = []

[lint.ruff]
run = "ruff check {files}"
"#,
    ),
    (
        "onramp.local.toml",
        r#"[task.c]
run = "true"
needs = ["task:a"]

[task.d]
run = "true"
needs = ["task:e"]
dir = "missing"
"#,
    ),
];

#[test]
fn every_error_of_both_files_is_reported_at_once() {
    let env = folder();
    MISTAKES.iter().for_each(|(file, text)| env.write(file, text));
    let run = env.onramp(["tasks"]).exits(3);
    assert_eq!(run.stdout, "");
    expect![[r#"
        error: there is no task `task:e`
         --> [ROOT]/onramp.local.toml:7:10
          |
        7 | needs = ["task:e"]
          |          ^^^^^^^^
        hint: did you mean `task:a`?

        error: folder `missing` does not exist
         --> [ROOT]/onramp.local.toml:8:7
          |
        8 | dir = "missing"
          |       ^^^^^^^^^

        error: unknown key `nam` in `[project]`
         --> [ROOT]/onramp.toml:2:1
          |
        2 | nam = "flowline"
          | ^^^
        hint: did you mean `name`?

        error: expected a list of strings, found a string
         --> [ROOT]/onramp.toml:5:8
          |
        5 | path = ".venv/bin"
          |        ^^^^^^^^^^^
        hint: write it in brackets: `[".venv/bin"]`

        error: `twenty` is not a version requirement: unexpected character 't' while parsing major version number
         --> [ROOT]/onramp.toml:8:20
          |
        8 | node = { version = "twenty" }
          |                    ^^^^^^^^
        hint: write for example `>=3.10`, `>=18, <23` or `20`

        error: unknown placeholder `{nothing}`
          --> [ROOT]/onramp.toml:11:13
           |
        11 | run = "echo {nothing}"
           |             ^^^^^^^^^
        hint: allowed here: `{root}`, `{dir}`, `{message-file}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves

        error: tasks need one another in a circle: `task:a` -> `task:c` -> `task:a`
          --> [ROOT]/onramp.toml:12:11
           |
        12 | needs = ["task:c"]
           |           ^^^^^^

        error: no shell runs this command to understand `|`
          --> [ROOT]/onramp.toml:15:13
           |
        15 | run = "true | false"
           |             ^
        hint: set `shell = true` or write a list of commands, where the section has these

        error: `soon` is not a time that something may take
          --> [ROOT]/onramp.toml:16:11
           |
        16 | timeout = "soon"
           |           ^^^^^^
        hint: write for example `90s`, `10m` or `1h30m`

        error: no command in the list
          --> [ROOT]/onramp.toml:19:7
           |
        19 | run = []
           |       ^^

        error: `{files}` needs the key `files`
          --> [ROOT]/onramp.toml:22:19
           |
        22 | run = "ruff check {files}"
           |                   ^^^^^^^
        hint: add for example `files = ["**/*.py"]`

        error: the configuration has 11 errors
    "#]].assert_eq(&run.stderr);
}

#[test]
fn the_json_report_carries_the_same_diagnostics() {
    let env = folder();
    MISTAKES.iter().for_each(|(file, text)| env.write(file, text));
    let text = env.onramp(["tasks"]).exits(3).stderr;
    let run = env.onramp(["tasks", "--format", "json"]).exits(3);
    assert_eq!(run.stderr, "");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["event"], "error");
    assert_eq!(report["version"], 1);
    assert_eq!(report["exit-code"], 3);
    let diagnostics = report["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), text.matches("error: ").count() - 1, "the last line only counts");
    for diagnostic in diagnostics {
        let message = diagnostic["message"].as_str().unwrap();
        let file = diagnostic["file"].as_str().unwrap();
        let place = format!("error: {message}\n");
        assert!(text.contains(&place), "{message}");
        let arrow = format!("--> {file}:{}:{}", diagnostic["line"], diagnostic["column"]);
        assert!(text.contains(&arrow), "{arrow}");
    }
}

#[test]
fn the_github_report_annotates_every_line_that_is_wrong() {
    let env = workspace("[project]\nnam = \"x\"\n");
    let run = env.onramp(["tasks", "--format", "github"]).exits(3);
    expect![[r#"
        ::error file=[ROOT]/onramp.toml,line=3,col=1::unknown key `nam` in `[project]`%0Ahint: did you mean `name`?
        error: the configuration has 1 error
    "#]].assert_eq(&run.stderr);
}

#[test]
fn an_unknown_key_suggests_the_nearest_one() {
    let env = workspace("[test.unit]\nrun = \"true\"\nneds = []\n");
    env.onramp(["tasks"]).exits(3).says("unknown key `neds`").says("needs");
}

#[test]
fn a_cycle_is_shown_with_its_path() {
    let env = workspace(
        "[task.a]\nrun = \"true\"\nneeds = [\"task:b\"]\n\n\
         [task.b]\nrun = \"true\"\nneeds = [\"task:c\"]\n\n\
         [task.c]\nrun = \"true\"\nneeds = [\"task:a\"]\n",
    );
    let run = env.onramp(["run", "a"]).exits(3);
    expect![[r#"
        error: tasks need one another in a circle: `task:a` -> `task:b` -> `task:c` -> `task:a`
         --> [ROOT]/onramp.toml:6:11
          |
        6 | needs = ["task:b"]
          |           ^^^^^^

        error: the configuration has 1 error
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn nothing_runs_while_the_configuration_has_an_error() {
    let env = workspace("[task.good]\nrun = \"touch marker\"\n\n[task.bad]\nrun = \"echo {oops}\"\n");
    env.onramp(["run", "good"]).exits(3);
    assert!(!env.has("marker"));
    assert!(!env.has(".onramp"));
    env.write("onramp.toml", &named("[task.good]\nrun = \"touch marker\"\n"));
    env.onramp(["run", "good"]).exits(0);
    assert!(env.has("marker"));
}

#[test]
fn the_local_overlay_wins_key_by_key() {
    let env = workspace("[env.vars]\nWHO = \"all\"\n\n[task.who]\nshell = true\nrun = \"echo $WHO $WHAT\"\n")
        .file("onramp.local.toml", "[env.vars]\nWHO = \"me\"\nWHAT = \"more\"\n");
    env.onramp(["run", "who"]).exits(0).says("| me more");
}

#[test]
fn members_bring_their_tasks_along() {
    let env = workspace(
        "[project]\nname = \"all\"\nmembers = [\"ui\"]\n\n\
         [test.all]\nrun = \"pwd\"\nneeds = [\"ui/test:unit\"]\n",
    )
    .file(
        "ui/onramp.toml",
        "[project]\nname = \"ui\"\n\n[env.vars]\nWHO = \"ui\"\n\n\
         [test.unit]\nshell = true\nrun = \"echo $WHO in $PWD\"\n",
    );
    let listing = env.onramp(["tasks"]).exits(0).stdout;
    assert!(listing.contains("ui/test:unit") && listing.contains("test:all"), "{listing}");
    let run = env.onramp(["run", "test:all"]).exits(0);
    run.says("ui/test:unit | ui in [ROOT]/ui").says("test:all | [ROOT]\n");
    env.onramp(["test", "ui/unit"]).exits(0).never_says("test:all");
    env.onramp_in("ui", ["test", "unit"]).exits(0).says("test:unit | ui in [ROOT]/ui");
}

#[test]
fn an_error_in_a_member_is_found_with_the_others() {
    let env = workspace("[project]\nname = \"all\"\nmembers = [\"ui\"]\nbad = 1\n")
        .file("ui/onramp.toml", "[project]\nname = \"ui\"\nworse = 1\n");
    env.onramp(["tasks"]).exits(3).says("`bad`").says("`worse`").says("ui/onramp.toml:3:1");
}

#[test]
fn the_nearest_configuration_above_counts() {
    let env = workspace("[task.where]\nrun = \"pwd\"\n").file("deep/er/keep", "");
    env.onramp_in("deep/er", ["run", "where"]).exits(0).says("| [ROOT]\n");
    env.onramp(["-C", "deep/er", "run", "where"]).exits(0).says("| [ROOT]\n");
    env.onramp(["-C", "nowhere", "run", "where"]).exits(2).says("nowhere");
}

#[test]
fn another_file_can_be_the_configuration() {
    let env = workspace("[task.which]\nrun = \"echo the usual one\"\n")
        .file("other/flow.toml", &named("[task.which]\nrun = \"sh -c 'echo the other one in $PWD'\"\n"));
    let run = env.onramp(["--config", "other/flow.toml", "run", "which"]).exits(0);
    run.says("the other one in [ROOT]/other");
    let run = env.onramp(["--config", "missing.toml", "run", "which"]).exits(3);
    assert_eq!(run.stderr, "error: missing.toml does not exist\n");
}

#[test]
fn the_embedded_example_of_the_reference_is_a_configuration() {
    let page = folder().onramp(["reference", "configuration"]).exits(0).stdout;
    let example = page.split("```toml\n").last().and_then(|rest| rest.split("```").next()).unwrap();
    let env = workspace(example);
    for path in ["ui/keep", "src/flowline/migrations/versions/sqlite/keep", "alembic.ini", "ui/package.json"]
    {
        env.write(path, "");
    }
    env.write("src/flowline/migrations/versions/postgresql/keep", "");
    env.onramp(["tasks"]).exits(0).says("task:seed");
}
