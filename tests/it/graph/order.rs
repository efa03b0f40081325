use std::fmt::Write;

use expect_test::expect;

use crate::workspace;

#[test]
fn needs_run_first_and_once() {
    let env = workspace(
        r#"
[task.roof]
run = "sh -c 'echo roof >> built'"
needs = ["task:left", "task:right"]

[task.left]
run = "sh -c 'echo wall >> built'"
needs = ["task:floor"]

[task.right]
run = "sh -c 'echo wall >> built'"
needs = ["task:floor"]

[task.floor]
run = "sh -c 'echo floor >> built'"
"#,
    );
    env.onramp(["run", "roof", "floor", "-j4"]).exits(0);
    assert_eq!(env.read("built"), "floor\nwall\nwall\nroof\n");
}

#[test]
fn commands_of_a_task_run_one_after_the_other_up_to_the_first_failure() {
    let env = workspace(
        "[task.steps]\nshell = true\nrun = [\"echo 1 >> log\", \"echo 2 >> log; exit 9\", \"echo 3 >> log\"]\n",
    );
    env.onramp(["run", "steps"]).exits(1).says("exited with 9");
    assert_eq!(env.read("log"), "1\n2\n");
}

/// Two tasks that can only succeed side by side.
const RENDEZVOUS: &str = r#"
[task.a]
shell = true
run = "touch a; while [ ! -e b ]; do sleep 0.01; done"
timeout = "30s"

[task.b]
shell = true
run = "touch b; while [ ! -e a ]; do sleep 0.01; done"
"#;

#[test]
fn as_many_tasks_run_at_once_as_the_user_allows() {
    workspace(RENDEZVOUS).onramp(["run", "a", "b", "-j2"]).exits(0);
    workspace(RENDEZVOUS).variable("ONRAMP_JOBS", "2").onramp(["run", "a", "b"]).exits(0);
    let alone = workspace(&RENDEZVOUS.replace("30s", "300ms"));
    alone.onramp(["run", "a", "b", "-j1"]).exits(1).says("was still running after 0.3 s");
    alone.variable("ONRAMP_JOBS", "many").onramp(["run", "a"]).exits(2).says("ONRAMP_JOBS=many");
}

/// `bad` fails; `after` needs it; `other` does not.
const ONE_FAILS: &str = r#"
[task.bad]
run = "sh -c 'echo no; exit 1'"

[task.after]
run = "touch after"
needs = ["task:bad"]

[task.other]
run = "touch other"
"#;

#[test]
fn a_failure_stops_what_has_not_started() {
    let env = workspace(ONE_FAILS);
    let run = env.onramp(["run", "bad", "after", "other", "-j1"]).exits(1);
    assert!(!env.has("after") && !env.has("other"));
    expect![[r#"
        task:bad > sh -c 'echo no; exit 1'
        task:bad | no
        task:bad: failed after [TIME]
        task:after: skipped, because task:bad did not succeed
        task:other: not started

        task:bad failed: `sh -c 'echo no; exit 1'` exited with 1 in [ROOT]
            full output: [ROOT]/.onramp/logs/task-bad.log

        run: 1 failed, 1 skipped, 1 not started in [TIME]
    "#]]
    .assert_eq(&run.story());
}

#[test]
fn keep_going_runs_what_does_not_need_the_failed_task() {
    let env = workspace(ONE_FAILS);
    let run = env.onramp(["run", "bad", "after", "other", "-j1", "--keep-going"]).exits(1);
    assert!(!env.has("after") && env.has("other"));
    expect![[r#"
        task:bad > sh -c 'echo no; exit 1'
        task:bad | no
        task:bad: failed after [TIME]
        task:after: skipped, because task:bad did not succeed
        task:other > touch other
        task:other: passed in [TIME]

        task:bad failed: `sh -c 'echo no; exit 1'` exited with 1 in [ROOT]
            no
            full output: [ROOT]/.onramp/logs/task-bad.log

        run: 1 passed, 1 failed, 1 skipped in [TIME]
    "#]]
    .assert_eq(&run.story());
}

#[test]
fn a_missing_program_is_a_lack_of_the_machine_not_a_failed_task() {
    let env = workspace("[task.x]\nrun = \"no-such-program --flag\"\n\n[task.y]\nrun = \"false\"\n");
    env.onramp(["run", "x"])
        .exits(4)
        .says("program `no-such-program` not found on PATH")
        .says("hint: install it, and declare it");
    env.onramp(["run", "x", "y", "--keep-going"]).exits(1);
    let tool = "[tools.flag]\nprogram = \"no-such-program\"\nfix.command = \"get it now\"\n\n";
    env.write("onramp.toml", &env.read("onramp.toml").replace("[task.x]", &format!("{tool}[task.x]")));
    env.onramp(["run", "x"]).exits(4).says("hint: get it now\n");
}

#[test]
fn a_chain_of_three_hundred_tasks_runs_in_order() {
    let mut configuration = String::new();
    for number in (0..300).rev() {
        let needs = if number == 0 { String::new() } else { format!("\"task:t{}\"", number - 1) };
        let text = format!(
            "[task.t{number}]\nrun = \"sh -c 'echo {number} >> order'\"\n\
             needs = [{needs}]\ninputs = [\"in\"]\n\n"
        );
        configuration.push_str(&text);
    }
    let env = workspace(&configuration).file("in", "");
    env.onramp(["run", "t299"]).exits(0).says("run: 300 passed in");
    let mut expected = String::new();
    (0..300).for_each(|number| writeln!(expected, "{number}").unwrap());
    assert_eq!(env.read("order"), expected);
    env.onramp(["run", "t299"]).exits(0).says("run: 300 up to date in");
    assert_eq!(env.read("order"), expected);
}

#[test]
fn a_dry_run_says_what_would_run_and_writes_nothing() {
    let env = workspace(ONE_FAILS);
    let before = env.snapshot();
    let run = env.onramp(["run", "after", "other", "--dry-run"]).exits(0);
    assert!(!env.has(".onramp"));
    assert_eq!(env.snapshot(), before);
    expect![[r#"
        run        task:bad
                     sh -c 'echo no; exit 1'
        run        task:other
                     touch other
        run        task:after
                     touch after
    "#]]
    .assert_eq(&run.stdout);
    let run = env.onramp(["run", "other", "--dry-run", "--format", "json"]).exits(0);
    expect![[r#"
        {"plan":[{"task":"task:other","would-restore":false,"would-run":true}],"version":1}
    "#]]
    .assert_eq(&run.stdout);
    assert!(!env.has(".onramp"));
}

#[test]
fn an_unknown_task_suggests_the_nearest_one() {
    let env = workspace("[task.deploy]\nrun = \"true\"\n\n[test.unit]\nrun = \"true\"\n");
    let run = env.onramp(["run", "deplyo"]).exits(2);
    expect![[r#"
        error: there is no task `task:deplyo`

        hint: did you mean `task:deploy`?
    "#]]
    .assert_eq(&run.stderr);
    env.onramp(["test", "unti"]).exits(2).says("did you mean `test:unit`?");
    env.onramp(["run", "tset:unit"]).exits(2).says("did you mean `test:unit`?");
    env.onramp(["run", "deploy", "deplyo"]).exits(2);
    assert!(!env.has(".onramp"), "an unknown name must be found before anything runs");
}

#[test]
fn arguments_replace_those_of_the_configuration() {
    let env = workspace("[task.say]\nrun = \"printf '<%s>' {args}\"\nargs = [\"by default\"]\n");
    env.onramp(["run", "say"]).exits(0).says("<by default>");
    env.onramp(["run", "say", "--", "a b", "-q", "{root}"]).exits(0).says("<a b><-q><{root}>");
    env.onramp(["run", "say", "say", "--", "x"]).exits(2);
}
