//! Tools that change the same files, and the order that they run in.

use onramp_tests::TestEnv;

use crate::workspace;

/// A formatter that takes a while and leaves its name.
fn formatter(name: &str, files: &str, more: &str) -> String {
    format!(
        "[format.{name}]\nshell = true\nrun = \"sleep 0.2; echo {name} >> {{root}}/ran\"\ncheck = \"true\"\n\
         files = [\"{files}\"]\n{more}\n\n"
    )
}

#[test]
fn a_need_decides_before_the_place_in_the_file() {
    let env = workspace(
        &[
            formatter("a", "*.txt", "needs = [\"format:middle\"]"),
            formatter("middle", "*.md", "needs = [\"format:b\"]"),
            formatter("b", "*.txt", ""),
        ]
        .concat(),
    )
    .file("x.txt", "")
    .file("x.md", "");
    env.onramp(["fmt", "-j4"]).exits(0);
    assert_eq!(env.read("ran"), "b\nmiddle\na\n");
}

/// A formatter of the workspace and one of a member.
fn nested(outer: &str, inner: &str) -> TestEnv {
    let member = formatter("inner", inner, "").replace("{root}", "{root}/..");
    workspace(&format!("[project]\nmembers = [\"ui\"]\n\n{}", formatter("outer", outer, "")))
        .file("ui/onramp.toml", &format!("[project]\nname = \"ui\"\n\n{member}"))
        .file("ui/a.txt", "")
        .file("b.txt", "")
}

#[test]
fn a_workspace_and_its_member_do_not_change_a_file_at_once() {
    for outer in ["**/*.txt", "ui/a.*"] {
        let env = nested(outer, "*.txt");
        let output = env.onramp(["fmt", "-j4"]).exits(0).stderr;
        let place = |text: &str| output.find(text).unwrap();
        assert!(place("\nformat:outer: passed") < place("ui/format:inner >"), "{output}");
    }
}

#[test]
fn a_formatter_that_is_not_asked_for_does_not_run_for_the_sake_of_order() {
    let env = nested("**/*.txt", "*.txt");
    env.onramp(["fmt", "ui/inner"]).exits(0);
    assert_eq!(env.read("ran"), "inner\n");
}

#[test]
fn the_place_of_a_formatter_is_no_part_of_its_result() {
    let cached = |name: &str| formatter(name, "*.txt", "inputs = []");
    let env = workspace(&(cached("a") + &cached("b"))).file("x.txt", "");
    env.onramp(["fmt"]).exits(0);
    env.onramp(["fmt", "b"]).exits(0).says("format:b: up to date");
    env.onramp(["fmt", "a", "--force"]).exits(0);
    env.onramp(["fmt"]).exits(0).says("2 up to date");
}

#[test]
fn a_test_that_needs_a_formatter_changes_nothing() {
    let env = workspace(&format!(
        "{}[test.t]\nrun = \"true\"\nneeds = [\"format:f\"]\n\n[task.t]\nrun = \"true\"\nneeds = [\"format:f\"]\n",
        formatter("f", "*.txt", "")
    ))
    .file("x.txt", "");
    env.onramp(["test"]).exits(0).says("2 passed");
    assert!(!env.has("ran"));
    env.onramp(["run", "t"]).exits(0).says("2 passed");
    assert_eq!(env.read("ran"), "f\n");
}
