use onramp_exec::Signal;

use super::audited;

/// Builds `out` of `src`, and does nothing where `out` is there.
const BUILD: &str = "[build.b]\nshell = true\nrun = \"test -e out || sh work.sh\"\ninputs = [\"work.sh\"]\n\
                     outputs = [\"out\", \"old\"]\n";

#[test]
fn a_tool_that_would_find_everything_up_to_date_has_to_work() {
    let Some(env) = audited(BUILD) else { return };
    let env =
        env.file("work.sh", "cat src > out\n").file("src", "1").file("out", "before").file("old", "kept");
    env.onramp(["run", "--audit", "build:b"]).exits(1).says("inputs = [\"work.sh\", \"src\"]");
    assert_eq!((env.read("out"), env.read("old")), ("1".to_owned(), "kept".to_owned()));
    assert!(!env.has(".onramp/set-aside"));
}

#[test]
fn a_failure_leaves_the_outputs_as_they_were() {
    let Some(env) = audited(BUILD) else { return };
    let env = env.file("work.sh", "echo half > out; exit 3\n").file("out", "before").file("old", "kept");
    env.onramp(["run", "--audit", "build:b"])
        .exits(1)
        .says("build:b ran without 2 outputs of earlier runs, as an audit needs it; they are back");
    assert_eq!((env.read("out"), env.read("old")), ("before".to_owned(), "kept".to_owned()));
    assert!(!env.has(".onramp/set-aside"));
}

#[test]
fn what_it_reads_or_a_need_makes_is_not_set_aside() {
    let Some(env) = audited(
        "[build.a]\nshell = true\nrun = \"mkdir -p dist; echo 1 > dist/a\"\ninputs = []\noutputs = [\"dist/a\"]\n\n\
         [build.b]\nshell = true\nrun = \"cat dist/a count > dist/b; echo 1 >> count\"\ninputs = [\"count\"]\n\
         outputs = [\"dist/**\", \"count\"]\nneeds = [\"build:a\"]\n",
    ) else {
        return;
    };
    let env = env.file("count", "0\n");
    env.onramp(["run", "--audit", "build:b"]).exits(0);
    assert_eq!(env.read("dist/b"), "1\n0\n");
}

#[test]
fn a_tool_that_did_nothing_is_not_given_a_clean_bill() {
    // A setup's stamp stands for more than itself, so it stays.
    let Some(env) = audited(
        "[setup.s]\nshell = true\nrun = \"test stamp -nt list || touch stamp\"\ninputs = []\noutputs = [\"stamp\"]\n",
    ) else {
        return;
    };
    let env = env.file("list", "");
    env.onramp(["run", "--audit", "setup:s"]).exits(0).says("declares all files that it reads and writes");
    env.onramp(["run", "--audit", "setup:s"]).exits(1).never_says("declares all files").says(
        "setup:s wrote none of its outputs, though it looked at 1 file that it does not declare: its tool may \
         have found everything up to date",
    );
}

#[test]
fn what_a_killed_audit_has_set_aside_is_put_back_by_the_next_command() {
    let Some(env) = audited(BUILD) else { return };
    let env = env
        .file("work.sh", "echo half > out; echo ready; while :; do sleep 0.02; done\n")
        .file("out", "before")
        .file("old", "kept");
    let mut started = env.start(["run", "--audit", "build:b"]);
    started.wait_for("ready");
    assert!(!env.has("old"));
    // Another command meanwhile leaves it alone.
    env.onramp(["why", "build:b"]).exits(0).never_says("set aside");
    assert!(!env.has("old"));
    started.signal(Signal::KILL);
    started.finish();
    let run = env.onramp(["why", "build:b"]).exits(0);
    let run = run.says("1 output that a killed audit had set aside lies where it was again");
    let told = "out was set aside by a killed audit, and there is another one now; it is in ";
    let line = run.stderr.lines().find_map(|line| line.split_once(told)).expect("it is told").1.to_owned();
    let kept = line.trim().replace("[ROOT]", &env.root().display().to_string());
    assert_eq!(std::fs::read_to_string(&kept).unwrap_or_else(|error| panic!("{line}: {error}")), "before");
    assert_eq!((env.read("out"), env.read("old")), ("half\n".to_owned(), "kept".to_owned()));
    let audits = || {
        let entries = std::fs::read_dir(env.root().join(".onramp")).unwrap().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("audit-")).count()
    };
    assert_eq!(audits(), 1, "the notes of strace are still there");
    env.write("work.sh", "echo 1 > out\n");
    env.onramp(["run", "--audit", "build:b"]).exits(0);
    assert_eq!(audits(), 0);
}
