use onramp_exec::Signal;
use onramp_tests::TestEnv;

use crate::workspace;

/// A task with a child and a grandchild. It says `ready` when all run.
fn tree(grandchild: &str) -> TestEnv {
    workspace(
        "[test.tree]\nrun = \"sh {root}/parent.sh\"\ninputs = [\"parent.sh\"]\n\n\
         [test.next]\nrun = \"touch next\"\nneeds = [\"test:tree\"]\n",
    )
    .file("parent.sh", "sh \"$PWD/child.sh\" &\nwait\n")
    .file("child.sh", "sh \"$PWD/grandchild.sh\" &\nwait\n")
    .file("grandchild.sh", grandchild)
}

const POLITE: &str = "echo ready\nwhile :; do sleep 0.02; done\n";
const DEAF: &str = "trap '' TERM INT HUP\necho ready\nwhile :; do sleep 0.02; done\n";

#[test]
fn an_interrupted_task_leaves_no_process_and_no_record() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let env = tree(POLITE);
        let mut started = env.start(["test"]);
        started.wait_for("ready");
        started.signal(signal);
        let run = started.finish().exits(130);
        run.says("test:tree: interrupted after").says("stopping; once more to kill what is left");
        assert_eq!(env.processes(), [""; 0], "after {signal:?}");
        assert!(!env.has("next") && !env.has(".onramp/results/test=tree.json"));
    }
}

#[test]
fn a_second_signal_kills_what_is_deaf() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let env = tree(DEAF);
        let mut started = env.start(["test"]);
        started.wait_for("ready");
        started.signal(signal);
        started.wait_for("stopping; once more to kill what is left");
        assert!(!env.processes().is_empty(), "the grandchild hears no {signal:?}");
        started.signal(signal);
        started.finish().exits(130).says("killing what is left");
        assert_eq!(env.processes(), [""; 0], "after {signal:?}");
    }
}

/// `setsid` is a program of Linux; elsewhere a session's members are all that can be found.
#[cfg(target_os = "linux")]
#[test]
fn a_grandchild_in_a_session_of_its_own_ends_too() {
    let env = tree("exec setsid sh \"$PWD/own-session.sh\"\n").file("own-session.sh", POLITE);
    let mut started = env.start(["test"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes(), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_has_cut_every_tie_ends_with_an_interrupted_task() {
    let env = tree(
        "(setsid sh \"$PWD/daemon.sh\" &)\nwhile [ ! -e up ]; do sleep 0.02; done\necho ready\nsleep 300\n",
    )
    // It ends with the workspace at the latest, so that a failure of this test leaves nothing either.
    .file("daemon.sh", "touch up\nwhile [ -e onramp.toml ]; do sleep 0.02; done\n");
    let mut started = env.start(["test"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes(), [""; 0]);
}

#[test]
fn parallel_tasks_are_all_ended() {
    let env = workspace(
        "[test.a]\nrun = \"sh {root}/wait.sh a\"\n\n[test.b]\nrun = \"sh {root}/wait.sh b\"\n\n\
         [test.c]\nrun = \"true\"\n",
    )
    .file("wait.sh", "echo ready $1\nwhile :; do sleep 0.02; done\n");
    let mut started = env.start(["test", "-j2"]);
    started.wait_for("ready a");
    started.wait_for("ready b");
    started.signal(Signal::INT);
    started.finish().exits(130).says("2 interrupted").says("1 not started");
    assert_eq!(env.processes(), [""; 0]);
}

#[test]
fn an_interruption_outweighs_a_failure() {
    let env = workspace(
        "[test.bad]\nrun = \"false\"\n\n[test.long]\nshell = true\nrun = \"echo ready; sleep 300\"\n",
    );
    let mut started = env.start(["test", "-j1", "--keep-going"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130).says("test:bad failed: `false` exited with 1");
}

#[test]
fn a_task_in_rust_is_interrupted_with_its_command() {
    let env = workspace("[env]\npath = [\"tools\"]\n")
        .script("tools/sh", "#!/bin/sh\necho ready\nwhile :; do sleep 0.02; done\n");
    let mut started = env.start(["greet"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes(), [""; 0]);
}

#[test]
fn an_interrupted_doctor_asks_no_more_tools() {
    let env = workspace("[env]\npath = [\"tools\"]\n\n[tools]\nslow = { version = \">=1\" }\n")
        .script("tools/slow", "#!/bin/sh\ntouch \"$PWD/asked\"\nwhile :; do sleep 0.02; done\n");
    let mut started = env.start(["doctor"]);
    started.wait_until(|| env.has("asked"));
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes(), [""; 0]);
}
