use onramp_exec::Signal;

use crate::workspace;

#[test]
fn the_exit_code_is_the_commands_own() {
    let env = workspace("");
    for code in [0, 1, 7, 130] {
        env.onramp(["exec", "--", "sh", "-c", &format!("exit {code}")]).exits(code);
    }
    env.onramp(["exec", "--", "sh", "-c", "kill -TERM $$"]).exits(128 + 15);
}

#[test]
fn signals_reach_the_command_itself() {
    let env = workspace("");
    let text = "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.02; done";
    let mut started = env.start(["exec", "--", "sh", "-c", text]);
    started.wait_for("ready");
    started.signal(Signal::TERM);
    started.finish().exits(9).says("caught");
}

#[test]
fn input_and_both_outputs_are_the_commands_own() {
    let env = workspace("");
    let program = env.program().display().to_string();
    let text = format!("printf 'a\\nb' | '{program}' exec -- sh -c 'cat; echo error >&2'");
    let run = env.command("", ["sh", "-c", &text]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("a\nb\n", "error\n"));
}

#[test]
fn the_command_runs_where_one_stands_and_leaves_no_state() {
    let env = workspace("").file("deep/keep", "");
    let run = env.onramp_in("deep", ["exec", "--", "pwd"]).exits(0);
    assert_eq!(run.stdout, "[ROOT]/deep\n");
    assert!(!env.has(".onramp"));
}

#[test]
fn a_missing_command_is_a_lack_of_the_machine() {
    let env = workspace("");
    env.onramp(["exec", "--", "no-such-program"])
        .exits(4)
        .says("program `no-such-program` not found on PATH");
    env.onramp(["exec"]).exits(2);
}

#[test]
fn a_dry_run_prints_the_command_as_one_would_type_it() {
    let run = workspace("").onramp(["exec", "--dry-run", "--", "touch", "a b"]).exits(0);
    assert_eq!(run.stdout, "touch 'a b'\n");
}
