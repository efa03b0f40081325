use onramp_exec::Signal;

use super::audited;
use crate::workspace;

#[test]
fn a_task_that_fails_is_told_as_always() {
    let Some(env) = audited("[test.t]\nrun = \"sh -c 'cat a; exit 3'\"\n") else { return };
    let env = env.file("a", "");
    let run = env.onramp(["run", "--audit", "test:t"]).exits(1);
    run.says("test:t failed: `sh -c 'cat a; exit 3'` exited with 3")
        .never_says("strace")
        .never_says("without declaring");
    env.write("onramp.toml", &crate::named("[test.t]\nrun = \"no-such-program\"\n"));
    env.onramp(["run", "--audit", "test:t"]).exits(4).says("program `no-such-program` not found on PATH");
}

#[test]
fn a_need_that_fails_ends_it() {
    let Some(env) =
        audited("[build.b]\nrun = \"false\"\n\n[test.t]\nrun = \"true\"\nneeds = [\"build:b\"]\n")
    else {
        return;
    };
    env.onramp(["run", "--audit", "test:t"]).exits(1).says("build:b failed").never_says("test:t");
}

#[test]
fn an_interrupted_audit_leaves_nothing() {
    let Some(env) = audited("[test.t]\nrun = \"sh {root}/wait.sh\"\n") else { return };
    let env = env.file("wait.sh", "echo ready\nwhile :; do sleep 0.02; done\n");
    let mut started = env.start(["run", "--audit", "test:t"]);
    started.wait_for("ready");
    started.signal(Signal::INT);
    started.finish().exits(130);
    assert_eq!(env.processes(), [""; 0]);
    let left = std::fs::read_dir(env.root().join(".onramp")).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("audit")), "{left:?}");
}

#[test]
fn a_machine_that_cannot_is_told_so() {
    let env = workspace("[test.t]\nrun = \"true\"\n").variable("PATH", "/nowhere");
    env.onramp(["run", "--audit", "test:t"]).exits(4).says("hint: apt-get install strace");
    let forbidden =
        "#!/bin/sh\necho 'strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted' >&2\nexit 1\n";
    let env = workspace("[test.t]\nrun = \"true\"\n").script("bin/strace", forbidden);
    let path = format!("{}/bin:/usr/bin:/bin", env.root().display());
    let env = env.variable("PATH", &path);
    env.onramp(["run", "--audit", "test:t"]).exits(4).says(
        "strace may not trace processes here: strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted",
    );
}

#[test]
fn it_is_of_one_task_that_runs_commands() {
    let env = workspace("[task.a]\nrun = \"true\"\n\n[task.b]\nrun = \"true\"\n");
    env.onramp(["run", "--audit", "a", "b"]).exits(2).says("an audit is of one task");
    env.onramp(["run", "--audit", "greet"]).exits(2).says("`task:greet` is written in Rust");
    env.onramp(["run", "--audit", "a", "--dry-run"]).exits(2);
    env.onramp(["run", "--audit", "--watch", "a"]).exits(2);
}
