//! The two experiments in which task runners gave wrong results: how many tasks run after each change, and whether
//! what comes out is right.

use std::fs;

use onramp_tests::TestEnv;

use super::{ran, task};
use crate::workspace;

/// Six tasks, each of which puts its own input behind what the one before it has made.
fn artifacts() -> TestEnv {
    let tasks = (0..6).map(|n| {
        let (before, needs) = match n {
            0 => (String::new(), String::new()),
            _ => (format!("out/t{}", n - 1), format!("needs = [\"build:t{}\"]", n - 1)),
        };
        let shell = format!("mkdir -p out; cat in/t{n} {before} > out/t{n}");
        let rest = format!("inputs = [\"in/t{n}\"]\noutputs = [\"out/t{n}\"]\n{needs}");
        task("build", &format!("t{n}"), &shell, &rest)
    });
    let env = workspace(&tasks.collect::<String>());
    (0..6).fold(env, |env, n| env.file(&format!("in/t{n}"), &format!("{n}\n")))
}

/// Builds, and tells how many tasks ran; the artifact must be right afterwards.
#[track_caller]
fn builds(env: &TestEnv) -> usize {
    let count = ran(env, &["build"]).split_whitespace().count();
    let expected: String = (0..6).rev().map(|n| env.read(&format!("in/t{n}"))).collect();
    assert_eq!(env.read("out/t5"), expected, "the artifact is stale");
    count
}

#[test]
fn six_tasks_with_artifacts() {
    let env = artifacts();
    assert_eq!(builds(&env), 6, "cold");
    assert_eq!(builds(&env), 0, "again");
    env.command("", ["touch", "in/t0"]).exits(0);
    assert_eq!(builds(&env), 0, "touched");
    env.write("in/t0", "edited\n");
    assert_eq!(builds(&env), 6, "edited");
    env.write("in/t0", "0\n");
    assert_eq!(builds(&env), 0, "reverted");
    fs::remove_file(env.root().join("out/t5")).unwrap();
    assert_eq!(builds(&env), 0, "the last output deleted");
    env.write("out/t5", "junk");
    assert_eq!(builds(&env), 0, "the last output tampered with");
    env.write("out/t2", "junk");
    assert_eq!(builds(&env), 0, "one in the middle tampered with");
    fs::remove_dir_all(env.root().join("out")).unwrap();
    assert_eq!(builds(&env), 0, "all outputs deleted");
    for n in 0..6 {
        assert!(env.has(&format!("out/t{n}")), "all of them come back");
    }
    env.write("in/t3", "edited\n");
    assert_eq!(builds(&env), 3, "only what is behind the edit");
}

/// Twenty tasks in a row that make nothing; each reads its own file, the tenth also all below `glob`.
fn checks(changed: Option<usize>) -> String {
    let tasks = (0..20).map(|n| {
        let shell = if changed == Some(n) { "true changed" } else { "true" };
        let needs = if n == 0 { String::new() } else { format!("needs = [\"test:t{}\"]", n - 1) };
        let glob = if n == 10 { ", \"glob/**\"" } else { "" };
        task("test", &format!("t{n}"), shell, &format!("inputs = [\"in/t{n}\"{glob}]\n{needs}"))
    });
    format!("[project]\nname = \"experiment\"\n\n{}", tasks.collect::<String>())
}

#[test]
fn twenty_tasks_without_outputs() {
    let env = workspace("").file("onramp.toml", &checks(None)).file("glob/a", "");
    let env = (0..20).fold(env, |env, n| env.file(&format!("in/t{n}"), ""));
    let count = || ran(&env, &["test"]).split_whitespace().count();
    assert_eq!(count(), 20, "cold");
    assert_eq!(count(), 0, "again");
    env.write("onramp.toml", &checks(Some(5)));
    assert_eq!(count(), 15, "the command of the sixth changed");
    env.write("onramp.toml", &checks(None));
    assert_eq!(count(), 0, "reverted");
    env.write("in/t0", "edited");
    assert_eq!(count(), 20, "the first input edited");
    fs::remove_file(env.root().join("in/t7")).unwrap();
    assert_eq!(count(), 13, "an input deleted");
    env.write("glob/deep/b", "");
    assert_eq!(count(), 10, "a file added below a glob");
    env.write("unrelated", "");
    assert_eq!(count(), 0, "a file that nobody reads");
}
