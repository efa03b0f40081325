use expect_test::expect;

use crate::workspace;

#[test]
fn a_failure_names_command_directory_status_last_lines_and_log() {
    let env = workspace("[test.unit]\ndir = \"ui\"\nrun = \"sh fail.sh 'two words'\"\n")
        .file("ui/fail.sh", "echo first\necho \"last of $1\"\nexit 3\n");
    let run = env.onramp(["test"]).exits(1);
    assert_eq!(run.stdout, "");
    expect![[r#"
        test:unit > sh fail.sh 'two words'
        test:unit | first
        test:unit | last of two words
        test:unit: failed after [TIME]

        test:unit failed: `sh fail.sh 'two words'` exited with 3 in [ROOT]/ui
            full output: [ROOT]/.onramp/logs/test-unit.log

        test: 1 failed in [TIME]
    "#]]
    .assert_eq(&run.story());
    assert_eq!(env.read(".onramp/logs/test-unit.log"), "first\nlast of two words\n");
}

#[test]
fn only_the_last_lines_of_a_long_output_are_repeated() {
    let env = workspace("[test.t]\nshell = true\nrun = \"seq 1000; exit 1\"\n");
    let run = env.onramp(["test", "--quiet"]).exits(1);
    assert!(run.stderr.contains("\n    1000\n") && !run.stderr.contains("\n    1\n"), "{}", run.stderr);
    assert!(run.stderr.lines().count() < 60, "{}", run.stderr);
    assert_eq!(env.read(".onramp/logs/test-t.log").lines().count(), 1000);
}

#[test]
fn a_log_tells_of_the_last_run_alone() {
    let env = workspace("[test.t]\nshell = true\nrun = [\"echo one\", \"echo two\"]\n");
    env.onramp(["test"]).exits(0);
    env.onramp(["test"]).exits(0);
    assert_eq!(env.read(".onramp/logs/test-t.log"), "one\ntwo\n");
}

#[test]
fn a_signal_that_ended_a_command_is_named() {
    let env = workspace("[test.t]\nrun = \"sh -c 'kill -KILL $$'\"\n");
    env.onramp(["test"]).exits(1).says("was killed by signal 9 (SIGKILL)");
}

#[test]
fn a_task_that_takes_too_long_is_ended_with_its_children() {
    let env = workspace("[test.t]\nrun = \"sh {root}/slow.sh\"\ntimeout = \"300ms\"\n")
        .file("slow.sh", "sh \"$PWD/child.sh\" &\necho waiting\nwait\n")
        .file("child.sh", "sleep 300\n");
    let run = env.onramp(["test"]).exits(1);
    run.says("slow.sh").says("was still running after 0.3 s and was ended").says("test:t | waiting\n");
    assert_eq!(env.processes(), [""; 0]);
}

#[test]
fn a_folder_that_goes_while_a_task_runs_is_told_by_its_name() {
    let env = workspace("[test.t]\ndir = \"ui\"\nrun = [\"rm -r {dir}\", \"true\"]\n").file("ui/keep", "");
    env.onramp(["test"]).exits(4).says("working directory [ROOT]/ui does not exist");
}
