//! What decides whether an earlier result still answers.

use super::{ran, task};
use crate::{named, workspace};

#[test]
fn a_changed_tool_is_a_change_and_one_put_back_is_none() {
    let env = workspace("[test.t]\nrun = \"tools/check\"\ninputs = [\"in\"]\n")
        .file("in", "")
        .script("tools/check", "#!/bin/sh\necho one >> log\n");
    assert_eq!(ran(&env, &["test"]), "one");
    let env = env.script("tools/check", "#!/bin/sh\necho two >> log\n");
    assert_eq!(ran(&env, &["test"]), "two");
    let env = env.script("tools/check", "#!/bin/sh\necho one >> log\n");
    assert_eq!(ran(&env, &["test"]), "", "by content, whenever it was written");
}

#[test]
fn what_runs_a_script_is_a_part_of_it() {
    let env = workspace("[env]\npath = [\"tools\"]\n\n[test.t]\nrun = \"check\"\ninputs = [\"in\"]\n")
        .file("in", "")
        .script("tools/check", "#!/usr/bin/env engine\necho ran >> log\n")
        .script("tools/engine", "#!/bin/sh\n. \"$1\"\n");
    assert_eq!(ran(&env, &["test"]), "ran");
    assert_eq!(ran(&env, &["test"]), "");
    let env = env.script("tools/engine", "#!/bin/sh\n# newer\n. \"$1\"\n");
    assert_eq!(ran(&env, &["test"]), "ran");
}

#[test]
fn a_tool_that_is_declared_decides_for_what_a_shell_starts() {
    let env = workspace(&format!(
        "[tools]\nengine = {{ program = \"engine\" }}\n\n{}",
        task("test", "t", "true", "inputs = [\"in\"]")
    ))
    .file("in", "");
    let folder = env.outside().join("machine");
    std::fs::create_dir(&folder).unwrap();
    let engine = folder.join("engine");
    std::fs::write(&engine, "#!/bin/sh\n").unwrap();
    std::os::unix::fs::symlink("/bin/true", folder.join("unused")).unwrap();
    env.command("", ["chmod", "755", &engine.to_string_lossy()]).exits(0);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display());
    let env = env.variable("PATH", &path);
    assert_eq!(ran(&env, &["test"]), "t");
    assert_eq!(ran(&env, &["test"]), "");
    std::fs::write(&engine, "#!/bin/sh\n# newer\n").unwrap();
    assert_eq!(ran(&env, &["test"]), "t");
}

#[test]
fn declared_variables_count_and_others_do_not() {
    let tasks = [
        task("test", "own", "true", "inputs = [\"in\"]\nreads-env = [\"MODE\"]"),
        task("test", "other", "true", "inputs = [\"in\"]"),
    ];
    let text = |set: &str| format!("[env]\nreads = [\"EVERYWHERE\"]\n{set}\n\n{}", tasks.concat());
    let env = workspace(&text("")).file("in", "");
    assert_eq!(ran(&env, &["test"]), "other own");
    let env = env.variable("UNDECLARED", "1");
    assert_eq!(ran(&env, &["test"]), "");
    let env = env.variable("MODE", "release");
    assert_eq!(ran(&env, &["test"]), "own");
    let env = env.variable("EVERYWHERE", "1");
    assert_eq!(ran(&env, &["test"]), "other own");
    env.write("onramp.toml", &named(&text("vars = { SET = \"1\" }")));
    assert_eq!(ran(&env, &["test"]), "other own");
    env.write("onramp.toml", &named(&text("")));
    assert_eq!(ran(&env, &["test"]), "");
}

#[test]
fn the_value_of_a_secret_counts_and_is_kept_nowhere() {
    let env = workspace(&format!(
        "[env]\nsecrets = [\"TOKEN\"]\n\n{}",
        task("test", "t", "echo $TOKEN", "inputs = [\"in\"]\nreads-env = [\"TOKEN\"]")
    ))
    .file("in", "")
    .variable("TOKEN", "first-secret");
    assert_eq!(ran(&env, &["test"]), "t");
    assert_eq!(ran(&env, &["test"]), "");
    let env = env.variable("TOKEN", "second-secret");
    assert_eq!(ran(&env, &["test"]), "t");
    env.onramp(["why", "test:t"]).exits(0).never_says("second-secret");
    env.command("", ["grep", "-rl", "-e", "first-secret", "-e", "second-secret", ".onramp"]).exits(1);
}

#[test]
fn an_older_result_does_not_answer_for_what_changes_the_tree() {
    let env = workspace(
        "[format.f]\nrun = \"sh -c 'for f; do tr a-z A-Z < $f > $f.new; mv $f.new $f; done' sh {files}\"\n\
         check = \"grep -q A {files}\"\nfiles = [\"*.txt\"]\ninputs = []\n",
    )
    .file("a.txt", "a\n");
    env.onramp(["fmt"]).exits(0);
    env.onramp(["fmt"]).exits(0);
    env.onramp(["fmt"]).exits(0).says("format:f: up to date");
    env.write("a.txt", "b\n");
    env.onramp(["fmt"]).exits(0);
    env.write("a.txt", "a\n");
    env.onramp(["fmt"]).exits(0).says("format:f: passed");
    assert_eq!(env.read("a.txt"), "A\n", "it was formatted before, and has to be again");
}

#[test]
fn setup_is_what_the_checkout_is_and_not_what_it_once_was() {
    let env = workspace(
        "[setup.s]\nshell = true\nrun = \"cp lock installed; touch stamp\"\ninputs = [\"lock\"]\noutputs = [\"stamp\"]\n",
    )
    .file("lock", "one");
    env.onramp(["setup"]).exits(0);
    env.write("lock", "two");
    env.onramp(["setup"]).exits(0);
    env.write("lock", "one");
    env.onramp(["setup"]).exits(0).says("setup:s: passed");
    assert_eq!(env.read("installed"), "one", "the stamp alone would say that it is there");
}

#[test]
fn everything_works_without_a_network() {
    let env = workspace(&task("test", "t", "true", "inputs = [\"in\"]")).file("in", "");
    let program = env.program().to_string_lossy().into_owned();
    if env.command("", ["unshare", "-rn", "true"]).code != 0 {
        return onramp_tests::skip("a network namespace cannot be made here");
    }
    let alone = |arguments: &[&str]| {
        env.command("", ["unshare", "-rn", &program].iter().chain(arguments)).exits(0);
    };
    alone(&["test"]);
    alone(&["test"]);
    for arguments in
        [&["why", "test:t"][..], &["cache", "status"], &["cache", "verify"], &["cache", "gc"], &["tasks"]]
    {
        alone(arguments);
    }
    assert_eq!(env.read("log").lines().count(), 1);
}
