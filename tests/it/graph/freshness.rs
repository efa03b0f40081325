use onramp_tests::TestEnv;

use crate::{named, workspace};

/// `upper` makes `out` from `in`; `report` makes something from `out`. Each run leaves a line in `ran`.
const CHAIN: &str = r#"
[build.upper]
shell = true
run = "echo upper >> ran; tr a-z A-Z < in > out"
inputs = ["in"]
outputs = ["out"]

[build.report]
shell = true
run = "echo report >> ran; wc -c < out > size"
inputs = ["out"]
outputs = ["size"]
needs = ["build:upper"]
"#;

fn chain() -> TestEnv {
    let env = workspace(CHAIN).file("in", "abc");
    assert_eq!(builds(&env), "upper report");
    env
}

/// Builds, and tells what had to run.
fn builds(env: &TestEnv) -> String {
    builds_with(env, &[])
}

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

fn builds_with(env: &TestEnv, options: &[&str]) -> String {
    env.write("ran", "");
    env.onramp(["build"].iter().chain(options)).exits(0);
    env.read("ran").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_second_run_does_nothing() {
    let env = chain();
    assert_eq!(builds(&env), "");
    env.onramp(["build"]).exits(0).says("build:upper: up to date").says("build: 2 up to date in");
}

#[test]
fn content_counts_and_time_does_not() {
    let env = chain();
    env.command("", ["touch", "-d", "2001-02-03T04:05:06", "in"]).exits(0);
    env.command("", ["touch", "out"]).exits(0);
    assert_eq!(builds(&env), "");
    env.write("in", "abd");
    assert_eq!(builds(&env), "upper report");
}

#[test]
fn what_comes_out_the_same_changes_nothing_behind_it() {
    let env = chain();
    env.write("in", "Abc");
    assert_eq!(builds(&env), "upper", "the output is ABC as before");
    assert_eq!(builds(&env), "");
}

#[test]
fn a_task_that_changes_more_than_its_outputs_passes_every_change_on() {
    let env = chain();
    let outputs = "outputs = [\"out\"]";
    env.write("onramp.toml", &named(&CHAIN.replace(outputs, &format!("{outputs}\nchanges-tree = true"))));
    assert_eq!(builds(&env), "report", "it takes something else from `upper` now");
    env.write("in", "Abc");
    assert_eq!(builds(&env), "upper report", "the output is ABC as before, but it says that it is not all");
    env.write("in", "abc");
    assert_eq!(builds(&env), "upper", "no older result answers for it, and one answers for what needs it");
}

#[test]
fn a_stamp_is_not_what_a_task_has_made() {
    let env = workspace(
        "[setup.py]\nrun = [\"cp requirements installed\", \"touch stamp\"]\n\
         inputs = [\"requirements\"]\noutputs = [\"stamp\"]\n\n\
         [lint.l]\nrun = \"cat installed\"\ninputs = [\"a.py\"]\nneeds = [\"setup:py\"]\n",
    )
    .file("requirements", "one")
    .file("a.py", "");
    env.onramp(["lint"]).exits(0).says("lint:l | one");
    env.onramp(["lint"]).exits(0).says("lint:l: up to date");
    env.write("requirements", "two");
    env.onramp(["setup"]).exits(0);
    env.onramp(["lint"]).exits(0).says("setup:py: up to date").says("lint:l | two");
    env.onramp(["lint"]).exits(0).says("lint:l: up to date");
}

#[test]
fn files_that_appear_or_go_count_as_a_change() {
    let env =
        workspace("[test.t]\nrun = \"sh -c 'echo ran >> ran'\"\ninputs = [\"src/**\"]\n").file("src/a", "");
    let runs = || {
        env.onramp(["test"]).exits(0);
        env.read("ran").lines().count()
    };
    assert_eq!((runs(), runs()), (1, 1));
    env.write("src/deep/b", "");
    assert_eq!((runs(), runs()), (2, 2));
    std::fs::remove_file(env.root().join("src/a")).unwrap();
    assert_eq!((runs(), runs()), (3, 3));
    std::fs::rename(env.root().join("src/deep/b"), env.root().join("src/deep/c")).unwrap();
    assert_eq!((runs(), runs()), (4, 4));
}

#[test]
fn a_mode_is_a_part_of_a_file() {
    let env = chain();
    env.command("", ["chmod", "755", "in"]).exits(0);
    assert!(builds(&env).starts_with("upper"));
}

#[test]
fn a_failure_is_not_recorded() {
    let env =
        workspace("[test.t]\nshell = true\nrun = \"echo ran >> ran; test -e good\"\ninputs = [\"in\"]\n")
            .file("in", "");
    env.onramp(["test"]).exits(1);
    env.onramp(["test"]).exits(1);
    env.write("good", "");
    env.onramp(["test"]).exits(0);
    env.onramp(["test"]).exits(0);
    assert_eq!(env.read("ran").lines().count(), 3);
}

#[test]
fn a_later_failure_takes_an_earlier_success_back() {
    let env = workspace("[test.t]\nrun = \"test ! -e broken\"\ninputs = [\"in\"]\n").file("in", "");
    env.onramp(["test"]).exits(0);
    env.write("broken", "");
    env.onramp(["test", "--force"]).exits(1);
    env.onramp(["test"]).exits(1);
}

#[test]
fn an_input_that_changes_meanwhile_is_not_recorded() {
    let env = workspace(
        "[test.t]\nshell = true\nrun = \"echo ran >> ran; test -e settled || echo more >> in; touch settled\"\n\
         inputs = [\"in\"]\n",
    )
    .file("in", "");
    env.onramp(["test"]).exits(0);
    env.onramp(["test"]).exits(0);
    assert_eq!(env.read("ran").lines().count(), 2);
    env.onramp(["test"]).exits(0).says("up to date");
}

#[test]
fn an_output_that_is_gone_or_tampered_with_is_put_back() {
    let env = chain();
    let size = env.read("size");
    std::fs::remove_file(env.root().join("out")).unwrap();
    assert_eq!(builds(&env), "");
    assert_eq!(env.read("out"), "ABC");
    env.write("out", "tampered");
    env.write("size", "tampered");
    env.onramp(["build"]).exits(0).says("build:upper: restored from the cache").says("build: 2 restored in");
    assert_eq!((env.read("out"), env.read("size")), ("ABC".to_owned(), size));
}

#[test]
fn an_output_that_was_not_written_is_told_and_not_recorded() {
    let env = workspace("[build.b]\nrun = \"true\"\ninputs = [\"in\"]\noutputs = [\"out\"]\n").file("in", "");
    for _ in 0..2 {
        env.onramp(["build"]).exits(0).says("build:b succeeded without writing out").says("1 passed");
    }
}

#[test]
fn a_changed_command_runs_itself_and_what_depends_on_its_output() {
    let env = chain();
    env.write("onramp.toml", &named(&CHAIN.replace("wc -c <", "wc -l <")));
    assert_eq!(builds(&env), "report");
    env.write("onramp.toml", &named(&CHAIN.replace("tr a-z A-Z", "tr a-z B-ZA")));
    assert_eq!(builds(&env), "upper report");
    assert_eq!(builds(&env), "");
}

#[test]
fn variables_and_arguments_are_a_part_of_the_command() {
    let env = chain();
    env.write("onramp.toml", &named(&format!("[env.vars]\nMODE = \"fast\"\n{CHAIN}")));
    assert!(builds(&env).starts_with("upper"));
    assert_eq!(builds(&env), "");
    let env = workspace("[test.t]\nrun = \"sh count.sh {args}\"\nargs = [\"a\"]\ninputs = [\"count.sh\"]\n")
        .file("count.sh", "echo \"$@\" >> ran\n");
    env.onramp(["test", "t"]).exits(0);
    env.onramp(["test", "t", "--", "b"]).exits(0);
    env.onramp(["test", "t", "--", "b"]).exits(0).says("up to date");
    assert_eq!(env.read("ran"), "a\nb\n");
}

#[test]
fn another_file_behind_the_program_runs_the_task_again() {
    let env = workspace("[env]\npath = [\"tools\"]\n\n[test.t]\nrun = \"check\"\ninputs = [\"in\"]\n")
        .file("in", "")
        .script("tools/check", "#!/bin/sh\necho old >> ran\n");
    env.onramp(["test"]).exits(0);
    env.onramp(["test"]).exits(0).says("up to date");
    let env = env.script("tools/check", "#!/bin/sh\necho newer >> ran\n");
    env.onramp(["test"]).exits(0);
    assert_eq!(env.read("ran"), "old\nnewer\n");
}

#[test]
fn force_runs_what_is_up_to_date() {
    let env = chain();
    assert_eq!(builds_with(&env, &["--force"]), "upper report");
    assert_eq!(builds(&env), "");
}

#[test]
fn a_dry_run_knows_what_is_up_to_date_and_records_nothing() {
    let env = chain();
    let run = env.onramp(["build", "--dry-run"]).exits(0);
    assert_eq!(run.stdout, "up to date build:upper\nup to date build:report\n");
    env.write("in", "xyz");
    assert!(env.onramp(["build", "--dry-run"]).exits(0).stdout.starts_with("run        build:upper\n"));
    assert_eq!(builds(&env), "upper report");
}

#[test]
fn a_task_without_inputs_always_runs() {
    let env = workspace("[task.t]\nrun = \"sh -c 'echo ran >> ran'\"\n");
    env.onramp(["run", "t"]).exits(0);
    env.onramp(["run", "t"]).exits(0);
    assert_eq!(env.read("ran").lines().count(), 2);
}

#[test]
fn the_state_ignores_itself_for_git_and_can_be_thrown_away() {
    let env = chain();
    env.command("", ["git", "init", "-q"]).exits(0);
    let status = env.command("", ["git", "status", "--porcelain"]).exits(0).stdout;
    assert!(!status.contains(".onramp"), "{status}");
    std::fs::remove_dir_all(env.root().join(".onramp")).unwrap();
    assert_eq!(builds(&env), "upper report");
    let results = env.root().join(".onramp/store/v1/results");
    for file in walk(&results) {
        std::fs::write(file, "{ half a result").unwrap();
    }
    assert_eq!(builds(&env), "upper report", "a broken result is as good as none");
}

#[test]
fn a_member_is_as_up_to_date_as_it_is_from_wherever_one_looks() {
    let env = workspace("[project]\nname = \"all\"\nmembers = [\"part\"]\n")
        .file("part/onramp.toml", "[project]\nname = \"part\"\n\n[build.a]\nrun = \"cp in out\"\ninputs = [\"in\"]\noutputs = [\"out\"]\n")
        .file("part/in", "1");
    env.onramp(["build"]).exits(0).says("part/build:a: passed");
    env.onramp_in("part", ["build"]).exits(0).says("build:a: up to date");
    env.write("part/in", "2");
    env.onramp_in("part", ["build"]).exits(0).says("build:a: passed");
    env.onramp(["build"]).exits(0).says("part/build:a: up to date");
}
