//! Files that are handed to a command by name, when they are many.

use onramp_tests::TestEnv;

use crate::workspace;

/// A linter in the form that `run` has, and thousands of files whose names need quotes.
fn thousands(run: &str) -> TestEnv {
    let env = workspace(&format!("[lint.l]\n{run}\nfiles = [\"**/*.txt\"]\n"));
    for number in 0..1500 {
        env.write(&format!("it's a folder/it's a file whose name is rather a long one {number:04}.txt"), "");
    }
    env
}

#[test]
fn a_text_for_a_shell_fits_with_its_quotes() {
    let padding = "x".repeat(40_000);
    let env = thousands(&format!(
        "shell = true\nrun = \"true {padding}; printf '%s\\\\n' {{files}} >> seen; printf '%s\\\\n' {{files}} >> seen\""
    ));
    env.onramp(["lint"]).exits(0);
    assert_eq!(env.read("seen").lines().count(), 3000);
}

#[test]
fn a_failure_tells_the_command_and_how_many_files_it_was_given() {
    let run = thousands("run = \"sh -c 'exit 3' {files}\"").onramp(["lint"]).exits(1);
    let run = run.says("`sh -c 'exit 3' {files}` exited with 3 in [ROOT] (").says(" files)");
    assert!(run.stderr.len() < 2000, "{}", run.stderr);
}

#[test]
fn a_command_with_few_files_is_told_with_their_names() {
    let few = workspace("[lint.l]\nrun = \"false {files}\"\nfiles = [\"*.txt\"]\n")
        .file("a.txt", "")
        .file("a b.txt", "");
    let command = "false 'a b.txt' a.txt";
    few.onramp(["lint"])
        .exits(1)
        .says(&format!("lint:l > {command}\n"))
        .says(&format!("`{command}` exited with 1 in [ROOT]\n"));
    let mut many = few;
    for number in 0..4 {
        many = many.file(&format!("more{number}.txt"), "");
    }
    many.onramp(["lint"]).exits(1).says("lint:l > false {files}\n").says("exited with 1 in [ROOT] (6 files)");
}

#[test]
fn a_batch_that_takes_too_long_is_told_like_one_that_fails() {
    let env = workspace(
        "[lint.l]\nrun = \"sh -c 'sleep 300' {files}\"\nfiles = [\"*.txt\"]\ntimeout = \"300ms\"\n",
    );
    let run = env.file("a.txt", "").onramp(["lint"]).exits(1);
    run.says("`sh -c 'sleep 300' a.txt` in [ROOT] was still running after 0.3 s and was ended");
}
