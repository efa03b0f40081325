use onramp_exec::Signal;
use onramp_tests::TestEnv;

use super::{machine, prints};
use crate::workspace;

/// Two steps, the second of which needs the first.
const STEPS: &str = r#"
[tools]
good = { version = ">=1" }

[setup.first]
shell = true
run = "echo first >> ran; touch first.done"
inputs = ["lock"]
outputs = ["first.done"]

[setup.second]
run = "sh second.sh"
inputs = ["second.sh"]
outputs = ["second.done"]
needs = ["setup:first"]
"#;

fn checkout() -> TestEnv {
    machine(STEPS)
        .file("lock", "1")
        .file("second.sh", "echo second >> ran; touch second.done\n")
        .script("machine/good", &prints("good 1.0"))
}

#[test]
fn a_second_setup_does_nothing() {
    let env = checkout();
    env.onramp(["setup"]).exits(0).says("setup: 2 passed in");
    let before = env.snapshot();
    env.onramp(["setup"]).exits(0).says("setup: 2 up to date in");
    assert_eq!(env.snapshot(), before, "not even a tool is asked for its version again");
    assert_eq!(env.read("ran"), "first\nsecond\n");
}

#[test]
fn a_replaced_tool_is_asked_again() {
    let env = checkout();
    env.onramp(["setup"]).exits(0);
    let env = env.script("machine/good", &prints("good 0.9, older than before"));
    env.onramp(["setup"]).exits(4).says("found 0.9.0");
    assert_eq!(env.read("asked"), "good\ngood\n");
}

#[test]
fn what_is_not_ready_is_done_and_no_more() {
    let env = checkout();
    env.onramp(["setup"]).exits(0);
    env.write("second.sh", "echo again >> ran; touch second.done\n");
    env.onramp(["setup"]).exits(0).says("setup:first: up to date").says("setup:second: passed");
}

#[test]
fn check_tells_whether_there_is_anything_to_do() {
    let env = checkout();
    let run = env.onramp(["setup", "--check"]).exits(1);
    run.says("not ready: 2 tasks to run: setup:first, setup:second").says("hint: ");
    assert!(!env.has(".onramp") && !env.has("first.done"));
    env.onramp(["setup"]).exits(0);
    env.onramp(["setup", "--check"]).exits(0).says("ready: nothing to do");
    std::fs::remove_file(env.root().join("machine/good")).unwrap();
    env.onramp(["setup", "--check"]).exits(1).says("not ready: 1 tool missing or too old");
}

#[test]
fn plan_shows_what_would_be_done_and_does_nothing() {
    let env = checkout();
    let plans = [["setup", "--plan"], ["setup", "--dry-run"]];
    for arguments in plans {
        let run = env.onramp(arguments).exits(0);
        run.says("ok       good  1.0.0 at").says("run        setup:first").says("run        setup:second");
    }
    assert!(!env.has(".onramp") && !env.has("first.done"));
    env.onramp(["setup"]).exits(0);
    env.onramp(["setup", "--plan"]).exits(0).says("up to date setup:second");
    env.onramp(["setup", "--plan", "--check"]).exits(2);
}

#[test]
fn an_interrupted_setup_resumes_where_it_stopped() {
    let env = checkout().file("second.sh", "echo second >> ran\n[ -e go ] || sleep 300\ntouch second.done\n");
    let mut started = env.start(["setup"]);
    started.wait_for("setup:first: passed");
    started.wait_until(|| env.read("ran").contains("second"));
    started.signal(Signal::INT);
    started.finish().exits(130);
    env.write("go", "");
    env.onramp(["setup"]).exits(0).says("setup:first: up to date").says("setup:second: passed");
    assert_eq!(env.read("ran"), "first\nsecond\nsecond\n");
}

#[test]
fn an_interrupted_fix_stops_the_setup() {
    let env =
        machine("[tools]\nx = { fix.command = \"sh install.sh\" }\n\n[setup.a]\nrun = \"touch ready\"\n")
            .file("install.sh", "touch installing\nsleep 300\n");
    let mut started = env.start(["setup", "--answer", "yes"]);
    started.wait_until(|| env.has("installing"));
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert!(!env.has("ready"));
}

#[test]
fn an_interruption_while_tools_are_asked_is_no_missing_tool() {
    let env = machine("[tools]\nslow = { version = \">=1\" }\n\n[setup.a]\nrun = \"touch ready\"\n")
        .script("machine/slow", "#!/bin/sh\ntouch \"${0%/*}/../asking\"\nsleep 300\n");
    let mut started = env.start(["setup"]);
    started.wait_until(|| env.has("asking"));
    started.signal(Signal::INT);
    started.finish().exits(130).never_says("missing or too old");
    assert!(!env.has("ready"));
}

#[test]
fn a_failed_step_is_told_and_tried_again() {
    let env = checkout().file("second.sh", "[ -e go ] && touch second.done\n");
    env.onramp(["setup"]).exits(1).says("setup:second failed");
    env.write("go", "");
    env.onramp(["setup"]).exits(0).says("setup:first: up to date");
}

#[test]
fn an_empty_setup_is_ready() {
    machine("").onramp(["setup"]).exits(0).says("nothing to do: no [setup.NAME] in the configuration");
}

#[test]
fn setup_includes_the_members() {
    let env = machine("[project]\nname = \"all\"\nmembers = [\"ui\"]\n")
        .file("ui/onramp.toml", "[project]\nname = \"ui\"\n\n[setup.a]\nrun = \"touch ready\"\n");
    env.onramp(["setup"]).exits(0).says("ui/setup:a: passed");
    assert!(env.has("ui/ready"));
}

#[test]
fn two_setups_at_once_do_the_work_once() {
    let env = workspace(
        "[project]\nname = \"x\"\n\n[setup.slow]\nrun = \"sh slow.sh\"\ninputs = [\"slow.sh\"]\noutputs = [\"done\"]\n",
    )
    .file("slow.sh", "echo ran >> ran; while ! test -e go; do sleep 0.01; done; touch done\n");
    let mut first = env.start(["setup"]);
    first.wait_until(|| env.has("ran"));
    let mut second = env.start(["setup"]);
    second.wait_for(&format!("setup:slow waits, because process {} is running it", first.pid()));
    env.write("go", "");
    first.finish().exits(0).says("setup:slow: passed");
    second.finish().exits(0).says("setup:slow: up to date");
    assert_eq!(env.read("ran"), "ran\n");
}
