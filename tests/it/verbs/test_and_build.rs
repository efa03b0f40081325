use onramp_tests::TestEnv;

use crate::workspace;

fn suites() -> TestEnv {
    workspace(
        r#"
[test.unit]
run = "printf 'unit<%s>' {args}"
args = ["tests/unit"]

[test.slow]
run = "printf 'slow<%s>' {args}"

[build.ui]
run = "touch built-ui"

[build.docs]
run = "touch built-docs"

[task.release]
run = "touch released"
needs = ["build:ui"]
"#,
    )
}

#[test]
fn all_suites_run_unless_some_are_named() {
    suites().onramp(["test"]).exits(0).says("unit<tests/unit>").says("slow<>");
    suites().onramp(["test", "slow"]).exits(0).says("slow<>").never_says("unit<");
    suites().onramp(["test", "unit", "test:slow"]).exits(0).says("unit<tests/unit>").says("slow<>");
}

#[test]
fn arguments_go_to_the_one_suite_that_is_named() {
    let run = suites().onramp(["test", "unit", "--", "-k", "one or two", "--flag"]).exits(0);
    run.says("unit<-k>unit<one or two>unit<--flag>");
    for words in [&["test", "--", "-k"][..], &["test", "unit", "slow", "--", "-k"]] {
        let run = suites().onramp(words).exits(2);
        run.says("arguments behind `--` need exactly one suite by name")
            .says("hint: onramp test SUITE -- ARGS");
    }
}

#[test]
fn arguments_that_no_command_takes_are_a_usage_error() {
    let env = workspace("[test.unit]\nrun = \"touch ran\"\n");
    env.onramp(["test", "unit", "--", "-k", "name"]).exits(2);
    assert!(!env.has("ran"), "the user asked for something else than this");
}

#[test]
fn builds_are_chosen_by_name() {
    let env = suites();
    env.onramp(["build", "docs"]).exits(0);
    assert!(env.has("built-docs") && !env.has("built-ui"));
    env.onramp(["build"]).exits(0);
    assert!(env.has("built-ui") && !env.has("released"));
    env.onramp(["build", "doc"]).exits(2).says("did you mean `build:docs`?");
}

#[test]
fn a_task_is_run_by_its_name_or_its_full_name() {
    let env = suites();
    env.onramp(["run", "release"]).exits(0).says("2 passed");
    env.onramp(["run", "task:release", "build:docs"]).exits(0).says("3 passed");
    env.onramp(["run"]).exits(2);
}
