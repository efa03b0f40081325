use super::{Watching, count, reader};
use crate::workspace;

#[test]
fn an_edit_during_a_run_is_one_more_run() {
    let env = workspace(
        "[test.t]\nshell = true\nrun = \"echo saw: $(cat a); [ ! -e hold ] || while [ ! -e go ]; do sleep 0.01; done\"\n",
    )
    .file(".gitignore", "hold\ngo\n")
    .file("a", "one");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("hold", "");
    env.write("a", "two");
    watching.started.wait_for("saw: two");
    for text in ["three", "four", "five"] {
        env.write("a", text);
    }
    std::fs::remove_file(env.root().join("hold")).unwrap();
    env.write("go", "");
    watching.says("saw: five");
    let run = watching.interrupt();
    assert_eq!(count(&run, "| saw: "), 3, "never two at once, and never one too many\n{}", run.stderr);
}

#[test]
fn what_a_task_writes_as_it_was_starts_one_more_run_at_most() {
    let env = workspace("[test.t]\nshell = true\nrun = \"echo same > generated; echo ran\"\n").file("a", "");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("a", "1");
    watching.waits();
    let run = watching.interrupt();
    assert_eq!(
        count(&run, "| ran"),
        3,
        "the first, the one for the new file, the one for the edit\n{}",
        run.stderr
    );
    run.never_says("changes whenever");
}

#[test]
fn a_task_that_always_writes_something_else_does_not_run_for_ever() {
    let env = workspace("[test.t]\nshell = true\nrun = \"date +%N > stamp; echo saw: $(cat a)\"\n")
        .file("a", "one");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    watching.started.wait_for("stamp changes whenever the tasks run");
    env.write("a", "two");
    watching.says("saw: two");
    // A change of it while nothing runs is somebody else's.
    env.write("stamp", "by hand");
    watching.waits();
    let run = watching.interrupt();
    assert_eq!(count(&run, "saw: one"), 3, "{}", run.stderr);
    assert_eq!(count(&run, "saw: two"), 2, "{}", run.stderr);
    assert_eq!(count(&run, "changes whenever"), 1);
    run.says("name it in the task's `outputs` or in .gitignore");
}

#[test]
fn outputs_start_nothing_whoever_writes_them() {
    let env = workspace(
        "[build.b]\nshell = true\nrun = \"date +%N > out; echo built\"\noutputs = [\"out\"]\n\n\
         [test.t]\nshell = true\nrun = \"echo saw: $(cat a); wc -c < out\"\ninputs = [\"out\", \"a\"]\nneeds = [\"build:b\"]\n",
    )
    .file("a", "one");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("out", "tampered");
    env.write("a", "two");
    watching.says("saw: two");
    let run = watching.interrupt();
    assert_eq!(count(&run, "| built"), 2, "{}", run.stderr);
    run.says("--- a changed").never_says("out changed");
}

#[test]
fn a_formatter_comes_to_rest() {
    let env = workspace(
        "[format.f]\nrun = \"sed -i s/x/y/ {files}\"\ncheck = \"true\"\nfiles = [\"*.py\"]\ninputs = []\n",
    )
    .file("a.py", "x\n");
    let mut watching = Watching::start(&env, &["fmt", "--watch"]);
    assert_eq!(env.read("a.py"), "y\n");
    env.write("a.py", "x x\n");
    watching.waits();
    watching.interrupt().never_says("changes whenever");
}

#[test]
fn a_run_that_fails_does_not_end_the_watch() {
    let env = reader().file("src/a", "one");
    env.write(
        "onramp.toml",
        &env.read("onramp.toml").replace("$(cat src/a)\"", "$(cat src/a); ! grep -q bad src/a\""),
    );
    env.write("src/a", "bad");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("src/a", "good");
    watching.says("saw: good");
    let run = watching.interrupt();
    run.says("test:t failed: ").says("test: 1 passed in");
}
