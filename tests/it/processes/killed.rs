//! What the next command does about a run that was killed. Only Linux tells enough of a process to be sure
//! that it is the one that was noted.
#![cfg(target_os = "linux")]

use onramp_exec::Signal;
use onramp_tests::TestEnv;

use crate::workspace;

fn leases(env: &TestEnv) -> Vec<String> {
    let entries = std::fs::read_dir(env.root().join(".onramp/leases")).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Two tasks whose first process, child and grandchild differ in how they take the end of Onramp.
fn trees() -> TestEnv {
    workspace(
        "[test.deaf]\nrun = \"sh {root}/deaf.sh\"\n\n[test.talkative]\nrun = \"sh {root}/talkative.sh\"\n",
    )
    .file("deaf.sh", "trap '' TERM HUP INT\nsetsid sh \"$PWD/loop.sh\" &\necho deaf is ready\nwait\n")
    .file("loop.sh", "while [ -e onramp.toml ]; do sleep 0.02; done\n")
    // Its writing fails when Onramp is gone, so it ends by itself and leaves its child.
    .file("talkative.sh", "sh \"$PWD/loop.sh\" &\nwhile echo talkative is ready; do sleep 0.02; done\n")
}

#[test]
fn a_killed_run_leaves_no_process_once_the_next_command_has_run() {
    let env = trees();
    let mut started = env.start(["test", "-j2"]);
    started.wait_for("deaf is ready");
    started.wait_for("talkative is ready");
    assert_eq!(leases(&env).len(), 1);
    started.signal(Signal::KILL);
    started.finish().exits(128 + 9);
    assert!(env.processes().len() >= 3, "{:?}", env.processes());
    env.onramp(["tasks"]).exits(0);
    assert_eq!(env.processes(), [""; 0]);
    assert_eq!(leases(&env), [""; 0]);
}

#[test]
fn another_command_leaves_a_run_that_lives_alone() {
    let env =
        workspace("[test.t]\nshell = true\nrun = \"echo ready; while [ ! -e go ]; do sleep 0.02; done\"\n");
    let mut started = env.start(["test"]);
    started.wait_for("ready");
    env.onramp(["tasks"]).exits(0);
    env.write("go", "");
    started.finish().exits(0).says("test:t: passed");
    assert_eq!(leases(&env), [""; 0], "a run that ends takes its lease along");
}
