use expect_test::expect;
use serde_json::Value;

use crate::workspace;

const GREETING: &str = "[env.vars]\nGREETING = \"hello\"\n";

#[test]
fn a_task_in_rust_is_a_verb_with_arguments() {
    let env = workspace(GREETING).file("deep/keep", "");
    let run = env.onramp_in("deep", ["greet", "a b", "--loud", "-x"]).exits(0);
    assert_eq!(run.stdout, "hello: a b+--loud+-x\n");
    expect![[r#"
        task:greet > sh -c 'echo greeting from $PWD'
        task:greet | greeting from [ROOT]
        task:greet: passed in [TIME]

        greet: 1 passed in [TIME]
    "#]]
    .assert_eq(&run.story());
}

#[test]
fn a_task_in_rust_is_a_node_of_the_graph() {
    let env = workspace(GREETING);
    let run = env.onramp(["run", "greet"]).exits(0);
    assert_eq!(run.stdout, "hello: \n");
    env.onramp(["run", "task:greet", "--", "you"]).exits(0).says("hello: you");
    assert!(env.onramp(["tasks"]).exits(0).stdout.contains("task:greet  Greets by a command"));
    env.onramp(["--help"]).exits(0).says("greet");
}

#[test]
fn the_log_of_a_task_in_rust_has_what_its_commands_print() {
    let env = workspace(GREETING);
    env.onramp(["greet"]).exits(0);
    assert!(env.read(".onramp/logs/task-greet.log").contains("greeting from "));
}

#[test]
fn a_name_in_a_file_and_in_rust_is_an_error_of_the_configuration() {
    let env = workspace("[task.greet]\nrun = \"true\"\n");
    env.onramp(["run", "greet"]).exits(3).says("task:greet");
}

#[test]
fn json_stays_json_when_a_task_in_rust_prints() {
    let run = workspace(GREETING).onramp(["greet", "you", "--format", "json"]);
    // Behind the verb all words are the task's own.
    assert_eq!(run.exits(0).stdout, "hello: you+--format+json\n");
    let run = workspace(GREETING).onramp(["--format", "json", "greet", "you"]).exits(0);
    for line in run.stdout.lines() {
        assert!(
            serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object()),
            "not an event: {line}"
        );
    }
    run.says("hello: you");
}

#[test]
fn a_task_that_panics_is_a_bug_with_a_clear_message() {
    let env = workspace("");
    let run = env.onramp(["panic"]);
    let run = run.exits(70).says("the task's own bug").says("task:panic");
    run.never_says("a scoped thread panicked");
}

#[test]
fn a_panic_lets_the_other_tasks_end_and_is_told_last() {
    let env = workspace("[task.slow]\nshell = true\nrun = \"sleep 0.2; touch done\"\n");
    let run = env.onramp(["run", "panic", "slow", "-j2", "--format", "json"]).exits(70);
    assert!(env.has("done"));
    let last: Value = serde_json::from_str(run.stdout.lines().last().unwrap_or_default()).unwrap();
    assert_eq!(last["event"], "run-finished");
}
