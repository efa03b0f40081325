//! Which tasks a verb takes by name.

use expect_test::expect;
use onramp_tests::TestEnv;

use crate::workspace;

fn of_every_section() -> TestEnv {
    workspace(
        "[project]\nmembers = [\"ui\"]\n\n\
         [setup.s]\nrun = \"touch s\"\n\n[format.f]\nrun = \"touch f\"\ncheck = \"true\"\n\n\
         [lint.l]\nrun = \"touch l\"\n\n[test.t]\nrun = \"touch t {args}\"\n\n\
         [build.b]\nrun = \"touch b\"\n\n[task.k]\nrun = \"touch k\"\n",
    )
    .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[test.t]\nrun = \"touch t\"\n")
}

#[test]
fn a_task_of_another_section_is_refused_with_the_verb_for_it() {
    let env = of_every_section();
    let run = env.onramp(["lint", "format:f"]).exits(2);
    expect![[r#"
        error: `format:f` is no task of [lint]

        hint: onramp fmt f
    "#]]
    .assert_eq(&run.stderr);
    for (words, hint) in [
        (&["fmt", "lint:l"][..], "hint: onramp lint l"),
        (&["test", "format:f"], "hint: onramp fmt f"),
        (&["test", "build:b", "--", "x"], "hint: onramp build b"),
        (&["build", "ui/test:t"], "hint: onramp test ui/t"),
        (&["build", "b", "test:t"], "hint: onramp test t"),
        (&["lint", "task:k"], "hint: onramp run task:k"),
        (&["test", "setup:s"], "hint: onramp run setup:s"),
    ] {
        env.onramp(words).exits(2).says(hint);
    }
    assert!(!env.has(".onramp"), "nothing has run");
}

#[test]
fn a_section_in_place_of_a_task_is_told_with_what_runs_it() {
    let env = of_every_section();
    let run = env.onramp(["run", "test"]).exits(2);
    expect![[r#"
        error: `test` is a section, not a task

        hint: onramp test
    "#]]
    .assert_eq(&run.stderr);
    env.onramp(["why", "lint"]).exits(2).says("hint: onramp lint");
    env.onramp(["run", "fmt"]).exits(2).says("hint: onramp fmt");
    env.onramp(["run", "task"]).exits(2).says("hint: onramp tasks task");
    let graph = env.onramp(["graph", "test", "k", "--as", "mermaid"]).exits(0).stdout;
    assert!(graph.contains("test:t") && graph.contains("task:k") && !graph.contains("lint:l"), "{graph}");
}

#[test]
fn a_slash_for_a_colon_is_told_with_what_was_typed() {
    let env = of_every_section();
    for (name, near) in [("build/b", "build:b"), ("ui/test/t", "ui/test:t"), ("/build/b", "/build:b")] {
        let run = env.onramp(["run", name]).exits(2);
        run.says(&format!("there is no task `{name}`")).says(&format!("hint: did you mean `{near}`?"));
    }
    env.onramp(["run", "nope/b"]).exits(2).says("there is no task `nope/task:b`");
}

#[test]
fn run_takes_tasks_of_any_section() {
    let env = of_every_section();
    env.onramp(["run", "k", "setup:s", "format:f", "lint:l", "test:t", "build:b", "ui/test:t"]).exits(0);
    assert!(["k", "s", "f", "l", "t", "b", "ui/t"].iter().all(|file| env.has(file)));
}
