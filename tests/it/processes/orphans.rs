//! What becomes of processes that have cut every tie to the task that has started them.

use onramp_exec::Signal;
use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace with a program that leaves a daemon: it has neither a parent nor a session in common with what
/// has started it. The daemon ends with the workspace, and so with the test.
fn with_daemon(configuration: &str) -> TestEnv {
    workspace(configuration)
        .file("start.sh", "(setsid sh \"$PWD/daemon.sh\" &)\nwhile [ ! -e up ]; do sleep 0.02; done\n")
        .file("daemon.sh", "exec > /dev/null 2>&1\ntouch up\nwhile [ -e onramp.toml ]; do sleep 0.02; done\n")
}

#[test]
fn a_daemon_survives_the_ordinary_end_of_the_run() {
    let env = with_daemon("[test.t]\nrun = \"sh {root}/start.sh\"\n");
    env.onramp(["test"]).exits(0);
    assert_eq!(env.processes().len(), 1);
}

#[test]
fn a_daemon_of_a_task_that_succeeded_survives_an_interruption() {
    let env = with_daemon(
        "[test.start]\nrun = \"sh {root}/start.sh\"\n\n\
         [test.long]\nneeds = [\"test:start\"]\nshell = true\nrun = \"echo ready; sleep 300\"\n",
    );
    let mut started = env.start(["test"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_task_over_its_time_ends_with_its_daemon() {
    // On a machine with much to do the daemon may not be there yet when the time is over.
    for time in ["1s", "10s", "60s"] {
        let env = with_daemon(&format!(
            "[test.t]\nshell = true\nrun = \"sh {{root}}/start.sh; sleep 300\"\ntimeout = \"{time}\"\n",
        ));
        env.onramp(["test"]).exits(1).says("was still running");
        assert_eq!(env.processes(), [""; 0]);
        if env.has("up") {
            return;
        }
    }
    panic!("there was never a daemon");
}

#[test]
fn a_task_over_its_time_costs_no_other_task_its_processes() {
    let env = with_daemon(
        "[test.slow]\nshell = true\nrun = \"while [ ! -e up ]; do sleep 0.02; done; sleep 300\"\n\
         timeout = \"1s\"\n\n\
         [test.start]\nshell = true\nrun = \"sh {root}/start.sh; while [ ! -e go ]; do sleep 0.02; done\"\n",
    );
    let mut started = env.start(["test", "-j2", "--keep-going"]);
    started.wait_for("test:slow: failed");
    started.wait_until(|| env.processes().iter().any(|line| line.ends_with("daemon.sh")));
    env.write("go", "");
    started.finish().exits(1).says("test:start: passed");
    assert_eq!(env.processes().len(), 1);
}

#[test]
fn a_failure_is_one_even_if_nobody_hears_of_ended_children() {
    let env = workspace("[test.t]\nrun = \"false\"\n");
    let program = env.program().display().to_string();
    env.command("", ["sh", "-c", &format!("trap '' CHLD; exec '{program}' test")]).exits(1);
}
