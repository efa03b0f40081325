//! The script that `cargo xtask bench` measures with.

use onramp_tests::{TestEnv, skip};

use crate::folder;

/// An empty folder, if there is a Python to run the script.
fn folder_with_python() -> Option<TestEnv> {
    let env = folder();
    let there = env.command("", ["sh", "-c", "command -v python3"]).code == 0;
    if !there {
        skip("python3 is not installed");
    }
    there.then_some(env)
}

/// Has the script measure commands in the workspace, and returns its result: lines of fields.
fn measured(env: &TestEnv, contestants: &[&str]) -> Vec<Vec<String>> {
    let root = env.root().display().to_string();
    let trash = env.outside().join("trash").display().to_string();
    let contestants = contestants.join(",").replace("ROOT", &root);
    let job = format!(
        r#"{{"what": "test", "rounds": 3, "warm-up": 1, "trash": "{trash}", "contestants": [{contestants}]}}"#
    );
    env.write("job.json", &job);
    let script = crate::tidy::root().join("scripts/measure.py").display().to_string();
    env.command("", ["python3", "-I", "-S", &script, "job.json", "result.tsv"]).exits(0);
    let result = env.read("result.tsv");
    result.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A contestant that is a line for a shell.
fn shell(name: &str, line: &str, discard: &str) -> String {
    format!(
        r#"{{"name": "{name}", "directory": "ROOT", "argv": ["/bin/sh", "-c", "{line}"],
             "environment": {{"PATH": "/usr/bin:/bin", "ONLY": "this"}}, "discard": [{discard}]}}"#
    )
}

#[test]
fn a_command_is_measured_with_its_descendants() {
    let Some(env) = folder_with_python() else { return };
    // The shell's child needs the memory and the time; the `:` keeps the shell from becoming that child.
    let line = r"python3 -c 'list(range(3000000))'; :";
    let result = measured(&env, &[&shell("small", ":", ""), &shell("large", line, "")]);
    let number = |row: usize, field: usize| result[row][field].parse::<u64>().unwrap();
    assert_eq!(result[0][0], "floor");
    assert_eq!((&result[1][0], &result[1][1]), (&"small".to_owned(), &"ok".to_owned()), "{result:?}");
    assert_eq!((&result[2][0], &result[2][1]), (&"large".to_owned(), &"ok".to_owned()), "{result:?}");
    assert!(number(1, 6) < 60 * 1024 && number(2, 6) > 60 * 1024, "memory in KiB: {result:?}");
    assert!(number(2, 2) > number(1, 2), "processor time: {result:?}");
    assert!(number(2, 3) <= number(2, 2) && number(2, 2) <= number(2, 4), "a median: {result:?}");
}

#[test]
fn a_run_that_failed_is_no_measurement() {
    let Some(env) = folder_with_python() else { return };
    let missing = r#"{"name": "missing", "directory": "ROOT", "argv": ["./nothing"], "environment": {}, "discard": []}"#;
    let result = measured(
        &env,
        &[
            &shell("code", "echo; echo error: no luck; echo the end; exit 3", ""),
            &shell("signal", "kill -9 $$", ""),
            missing,
            &shell("fine", "test $ONLY = this && test -z $HOME", ""),
        ],
    );
    assert_eq!(result[1], ["code", "failed", "exit code 3: error: no luck"]);
    assert_eq!(result[2], ["signal", "failed", "SIGKILL"]);
    assert_eq!(result[3], ["missing", "failed", "./nothing: No such file or directory"]);
    assert_eq!(result[4][..2], ["fine", "ok"], "{result:?}");
}

#[test]
fn a_cold_run_finds_nothing_of_the_run_before() {
    let Some(env) = folder_with_python() else { return };
    let line = "mkdir state && touch made/file && mkdir other";
    let result = measured(
        &env,
        &[&shell("forgets", line, r#""state", "made/", "other""#), &shell("remembers", "mkdir kept", "")],
    );
    assert_eq!(result[1][..2], ["forgets", "ok"], "{result:?}");
    assert_eq!(result[2][..2], ["remembers", "failed"], "{result:?}");
    assert!(env.has("made/file") && env.has("kept"));
}
