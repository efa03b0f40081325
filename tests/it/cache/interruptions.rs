//! What is kept when something happens while a task runs.

use onramp_tests::{Run, TestEnv};

use super::{lines, ran, task};
use crate::workspace;

/// Waits in the middle of its work until `go` is there.
const WAITING: &str = "cat in > seen; until test -e go; do sleep 0.01; done; cat in > out";

fn waiting() -> TestEnv {
    workspace(&task("build", "b", WAITING, "inputs = [\"in\"]\noutputs = [\"out\"]")).file("in", "one")
}

#[track_caller]
fn with_an_edit_in_the_middle(env: &TestEnv, edit: impl FnOnce()) -> Run {
    env.write("log", "");
    let _ = std::fs::remove_file(env.root().join("seen"));
    let mut started = env.start(["build"]);
    started.wait_until(|| !env.read("seen").is_empty());
    edit();
    env.write("go", "");
    started.finish().exits(0)
}

#[test]
fn an_input_that_is_edited_meanwhile_is_not_taken_for_what_was_built() {
    let env = waiting();
    let run = with_an_edit_in_the_middle(&env, || env.write("in", "two"));
    run.says("build:b was not kept in the cache: in changed while it ran");
    assert_eq!(ran(&env, &["build"]), "b", "nobody knows which of the two it has built");
    assert_eq!(env.read("out"), "two");
    env.write("in", "one");
    assert_eq!(ran(&env, &["build"]), "b", "nothing was kept for the first one either");
}

#[test]
fn an_edit_of_the_same_size_in_the_same_moment_is_noticed() {
    let env = waiting();
    with_an_edit_in_the_middle(&env, || {
        env.write("in", "two");
        env.command("", ["touch", "-d", "2001-02-03T04:05:06", "in"]).exits(0);
    });
    for text in ["abc", "abd", "abe", "abf"] {
        env.write("in", text);
        ran(&env, &["build"]);
        assert_eq!(env.read("out"), text);
    }
}

#[test]
fn a_file_that_appears_below_a_glob_meanwhile_counts() {
    let env = workspace(&task("build", "b", WAITING, "inputs = [\"in\", \"src/**\"]\noutputs = [\"out\"]"))
        .file("in", "one")
        .file("src/a", "");
    let run = with_an_edit_in_the_middle(&env, || env.write("src/deep/b", ""));
    run.says("src/deep/b changed while it ran");
    assert_eq!(ran(&env, &["build"]), "b");
    assert_eq!(ran(&env, &["build"]), "");
}

#[test]
fn killed_at_any_moment_the_next_run_is_right() {
    let shell = "echo begun > out; until test -e go; do sleep 0.01; done; cat in > out";
    let env =
        workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"out\"]")).file("in", "one");
    let kill = |when: &dyn Fn() -> bool| {
        let mut started = env.start(["build"]);
        started.wait_until(when);
        started.signal(onramp_exec::Signal::KILL);
        started.finish();
    };
    kill(&|| env.read("out") == "begun\n");
    env.write("go", "");
    assert_eq!(ran(&env, &["build"]), "b");
    assert_eq!(env.read("out"), "one");
    // An output is begun anew, over a result that is known.
    std::fs::remove_file(env.root().join("go")).unwrap();
    env.write("in", "two");
    kill(&|| env.read("out") == "begun\n");
    env.write("in", "one");
    assert_eq!(ran(&env, &["build"]), "", "the known result is put back over what was begun");
    assert_eq!(env.read("out"), "one");
    env.onramp(["cache", "verify"]).exits(0);
}

#[test]
fn an_interrupted_or_failed_task_keeps_nothing() {
    let env = waiting();
    let mut started = env.start(["build"]);
    started.wait_until(|| !env.read("seen").is_empty());
    started.signal(onramp_exec::Signal::INT);
    started.finish().exits(130);
    env.write("go", "");
    assert_eq!(ran(&env, &["build"]), "b");
    let failing =
        workspace(&task("build", "b", "echo half > out; exit 3", "inputs = [\"in\"]\noutputs = [\"out\"]"))
            .file("in", "");
    for _ in 0..2 {
        failing.write("log", "");
        failing.onramp(["build"]).exits(1);
        assert_eq!(lines(&failing), "b");
    }
}

#[test]
fn two_runs_at_once_share_the_store() {
    let tasks: String = (0..8)
        .map(|n| {
            let shell = format!("cat in same > out{n}");
            task(
                "build",
                &format!("t{n}"),
                &shell,
                &format!("inputs = [\"in\", \"same\"]\noutputs = [\"out{n}\"]"),
            )
        })
        .collect();
    let env = workspace(&tasks).file("in", "1").file("same", "s");
    for round in 0..3 {
        env.write("in", &round.to_string());
        let runs: Vec<_> = (0..3).map(|_| env.start(["build"])).collect();
        for run in runs {
            run.finish().exits(0);
        }
        assert_eq!(env.read("out7"), format!("{round}s"));
        env.onramp(["cache", "verify"]).exits(0);
        assert_eq!(ran(&env, &["build"]), "");
    }
    assert_eq!(env.read("log"), "");
}
