//! Whether a task would run, and why.

use serde_json::Value;

use super::task;
use crate::{named, workspace};

fn tasks() -> String {
    [
        task("build", "a", "cat src/* > out", "inputs = [\"src/**\"]\noutputs = [\"out\"]"),
        task("build", "b", "cp out copy", "inputs = [\"conf\"]\noutputs = [\"copy\"]\nneeds = [\"build:a\"]"),
        task("task", "always", "true", ""),
    ]
    .concat()
}

#[test]
fn each_change_is_told_by_its_name() {
    let env = workspace(&tasks()).file("src/x", "1").file("src/y", "1").file("conf", "");
    let why = |name: &str| env.onramp(["why", name]).exits(0).stdout;
    assert_eq!(why("build:a"), "build:a would run: there is no result of it yet\n");
    assert!(why("always").starts_with("task:always always runs: it declares no `inputs`"));
    env.onramp(["build"]).exits(0);
    assert!(
        why("build:b")
            .starts_with("build:b is up to date: nothing that it depends on changed since its last result, ")
    );
    env.write("src/x", "2");
    env.write("src/z", "1");
    std::fs::remove_file(env.root().join("src/y")).unwrap();
    let text = why("build:a");
    assert!(text.starts_with("build:a would run: 3 things changed since its last result, "), "{text}");
    assert!(
        text.ends_with("  input    src/x  changed\n  input    src/y  removed\n  input    src/z  added\n"),
        "{text}"
    );
    let text = why("build:b");
    assert!(text.starts_with("build:b may run: it needs build:a, which has to run or to be looked at first\n\nbuild:a would run: 3"), "{text}");
    env.onramp(["build"]).exits(0);
    std::fs::remove_file(env.root().join("copy")).unwrap();
    let text = why("build:b");
    assert_eq!(
        text,
        "build:b would not run: the cache has its result, and 1 file of it would be put right\n  output   copy\n"
    );
    assert!(!env.has("copy"));
}

#[test]
fn without_a_result_it_would_run_whatever_its_needs_do() {
    let env = workspace(&tasks()).file("src/x", "1").file("conf", "");
    let text = env.onramp(["why", "build:b"]).exits(0).stdout;
    let start = "build:b would run, after build:a: there is no result of it yet\n\nbuild:a would run: ";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_result_of_the_other_form_is_mentioned() {
    let formatter = "[format.f]\nrun = \"true\"\ncheck = \"true\"\nfiles = [\"*.py\"]\ninputs = []\n";
    let linter = "[lint.l]\nrun = \"true\"\nfix = \"true\"\nfiles = [\"*.py\"]\ninputs = []\n";
    let env = workspace(&format!("{formatter}\n{linter}")).file("a.py", "");
    env.onramp(["why", "format:f"]).exits(0).never_says("there is a result");
    env.onramp(["fmt", "--check"]).exits(0);
    env.onramp(["why", "format:f"])
        .exits(0)
        .says("format:f would run: there is no result of it yet\n")
        .says("there is a result of its check: onramp why format:f --check\n");
    env.onramp(["why", "format:f", "--check"]).exits(0).says("is up to date").never_says("there is a result");
    env.onramp(["lint", "--fix"]).exits(0);
    env.onramp(["why", "lint:l"]).exits(0).says("there is a result of its fix: onramp why lint:l --fix\n");
}

#[test]
fn a_changed_command_is_shown_before_and_after() {
    let text = |shell: &str| named(&task("test", "t", shell, "inputs = [\"in\"]"));
    let env = workspace("").file("onramp.toml", &text("true")).file("in", "");
    env.onramp(["test"]).exits(0);
    env.write("onramp.toml", &text("true changed"));
    let why = env.onramp(["why", "test:t"]).exits(0).stdout;
    assert!(
        why.ends_with(
            "  command  command 1  shell echo t >> log; true -> shell echo t >> log; true changed\n"
        ),
        "{why}"
    );
}

#[test]
fn machines_are_told_too() {
    let env = workspace(&tasks()).file("src/x", "1").file("conf", "");
    env.onramp(["build"]).exits(0);
    env.write("conf", "new");
    env.write("src/x", "2");
    let json = env.onramp(["why", "build:b", "--format", "json"]).exits(0).stdout;
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&value["task"], &value["prospect"], &value["cause"]),
        (&"build:b".into(), &"runs".into(), &"after".into())
    );
    assert_eq!(value["after"], "build:a");
    assert_eq!(
        (&value["changes"][0]["part"], &value["changes"][0]["name"]),
        (&"input".into(), &"conf".into())
    );
    assert_eq!(
        (&value["needs"][0]["task"], &value["needs"][0]["cause"]),
        (&"build:a".into(), &"changed".into())
    );
    assert!(value["last"]["milliseconds"].is_u64() && value["version"] == 1);
}

#[test]
fn a_formatter_is_asked_about_in_either_form() {
    let env = workspace("[format.f]\nrun = \"true\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\ninputs = []\n")
        .file("a.txt", "");
    env.onramp(["fmt", "--check"]).exits(0);
    env.onramp(["why", "format:f", "--check"]).exits(0).says("format:f is up to date");
    env.onramp(["why", "format:f"]).exits(0).says("format:f would run: there is no result of it yet");
}

#[test]
fn an_unknown_name_comes_with_the_nearest() {
    let env = workspace(&tasks());
    env.onramp(["why", "build:aa"])
        .exits(2)
        .says("there is no task `build:aa`")
        .says("did you mean `build:a`?");
}
