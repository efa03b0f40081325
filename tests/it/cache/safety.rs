//! What is a user's own is neither lost nor taken for a result, and what is not known is not kept.

use std::fs;
use std::os::unix::fs::symlink;

use onramp_exec::Signal;
use onramp_tests::TestEnv;

use super::{ran, task};
use crate::{named, workspace};

/// The files below `.onramp/replaced`, without the folder that tells when.
fn replaced(env: &TestEnv) -> Vec<(String, String)> {
    let times = fs::read_dir(env.root().join(".onramp/replaced")).into_iter().flatten().flatten();
    let files = times.flat_map(|time| {
        let files = fs::read_dir(time.path().join("lib")).into_iter().flatten().flatten();
        files.map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(file.path()).unwrap_or_default())
        })
    });
    files.collect()
}

#[test]
fn what_was_written_by_hand_among_the_outputs_is_kept_when_they_are_put_back() {
    let env =
        workspace(&task("build", "b", "cp in lib/made.c", "inputs = [\"in\"]\noutputs = [\"lib/*.c\"]"))
            .file("in", "1")
            .file("lib/hand.c", "by hand");
    assert_eq!(ran(&env, &["build"]), "b");
    env.write("lib/hand.c", "an hour of work");
    let run = env.onramp(["build"]).exits(0);
    run.says("warning: put back what build:b had left, over other content of lib/hand.c, which is kept in [ROOT]/.onramp/replaced/");
    assert_eq!(replaced(&env), [("hand.c".to_owned(), "an hour of work".to_owned())]);
    // What the store has is not kept twice.
    fs::write(env.root().join("lib/made.c"), "by hand").unwrap();
    env.onramp(["build"]).exits(0).never_says("warning");
}

#[test]
fn what_a_task_has_found_and_not_written_is_never_taken_away() {
    let shell = "mkdir -p dist; cp in dist/app.$(cat in)";
    let env =
        workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"dist/**\"]")).file("in", "1");
    assert_eq!(ran(&env, &["build"]), "b");
    env.write("dist/notes.txt", "mine");
    env.write("in", "2");
    assert_eq!(ran(&env, &["build"]), "b", "its result has the notes too");
    env.write("in", "1");
    assert_eq!(ran(&env, &["build"]), "");
    assert_eq!(env.read("dist/notes.txt"), "mine");
    assert!(!env.has("dist/app.2"));
}

#[test]
fn what_was_made_of_other_arguments_stays() {
    let env = workspace(
        "[task.rel]\nshell = true\nrun = \"mkdir -p dist; for os in {args}; do echo $os > dist/$os; done\"\nargs = [\"mac\"]\n\
         inputs = [\"in\"]\noutputs = [\"dist/**\"]\n",
    )
    .file("in", "");
    for arguments in
        [&["run", "rel"][..], &["run", "rel", "--", "linux"], &["run", "rel"], &["run", "rel", "--", "linux"]]
    {
        env.onramp(arguments.iter().copied()).exits(0);
    }
    assert!(env.has("dist/mac") && env.has("dist/linux"));
}

#[test]
fn nothing_is_removed_behind_a_link() {
    let shell = "mkdir -p dist; cp in dist/app.$(cat in)";
    let env =
        workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"dist/*\"]")).file("in", "1");
    assert_eq!(ran(&env, &["build"]), "b");
    fs::remove_file(env.root().join("dist/app.1")).unwrap();
    env.write("in", "2");
    assert_eq!(ran(&env, &["build"]), "b");
    let elsewhere = env.outside().join("elsewhere");
    fs::rename(env.root().join("dist"), &elsewhere).unwrap();
    symlink(&elsewhere, env.root().join("dist")).unwrap();
    env.write("in", "1");
    ran(&env, &["build"]);
    assert!(elsewhere.join("app.2").exists());
}

#[test]
fn declared_outputs_are_a_part_of_the_key() {
    let text = |outputs: &str| {
        named(&task("build", "b", "cp in a; cp in b", &format!("inputs = [\"in\"]\noutputs = [{outputs}]")))
    };
    let env = workspace("").file("onramp.toml", &text("\"a\"")).file("in", "1");
    assert_eq!(ran(&env, &["build"]), "b");
    fs::remove_file(env.root().join("b")).unwrap();
    env.write("onramp.toml", &text("\"a\", \"b\""));
    assert_eq!(ran(&env, &["build"]), "b");
    assert!(env.has("b"));
}

/// Waits in the middle for `go`, having said that it is there.
const WAITING: &str = "touch begun; until test -e go; do sleep 0.01; done";

#[track_caller]
fn edited_in_the_middle(env: &TestEnv, verb: &[&str], edit: impl FnOnce()) {
    for file in ["begun", "go", "log"] {
        drop(fs::remove_file(env.root().join(file)));
    }
    let mut started = env.start(verb.iter().copied());
    started.wait_until(|| env.has("begun"));
    edit();
    env.write("go", "");
    started.finish().exits(0);
}

#[test]
fn an_input_that_is_changed_and_put_back_is_not_taken_for_what_was_built() {
    let env = workspace(&task(
        "build",
        "b",
        &format!("{WAITING}; cat seen > out"),
        "inputs = [\"in\"]\noutputs = [\"out\"]",
    ))
    .file("in", "A");
    edited_in_the_middle(&env, &["build"], || {
        env.write("in", "B");
        fs::copy(env.root().join("in"), env.root().join("seen")).unwrap();
        env.write("in", "A");
    });
    assert_eq!(env.read("out"), "B", "this is what it saw");
    env.write("seen", "A");
    assert_eq!(ran(&env, &["build"]), "b");
    assert_eq!(env.read("out"), "A");
}

#[test]
fn what_a_need_has_made_may_not_change_meanwhile() {
    let tasks = [
        task("build", "a", "cp in a.out", "inputs = [\"in\"]\noutputs = [\"a.out\"]"),
        task("test", "t", &format!("{WAITING}; cp a.out t.saw"), "inputs = [\"t\"]\nneeds = [\"build:a\"]"),
    ];
    let env = workspace(&tasks.concat()).file("in", "good").file("t", "");
    edited_in_the_middle(&env, &["test"], || env.write("a.out", "tampered"));
    assert_eq!(ran(&env, &["test"]), "t", "it has not tested what build:a makes");
    assert_eq!(env.read("t.saw"), "good");
    assert_eq!(ran(&env, &["test"]), "");
}

#[test]
fn what_stands_on_something_unknown_is_not_kept_either() {
    let tasks = [
        task("setup", "s", &format!("cp lock installed; {WAITING}"), "inputs = [\"lock\"]"),
        task("test", "t", "cp installed t.saw", "inputs = [\"t\"]\nneeds = [\"setup:s\"]"),
    ];
    let env = workspace(&tasks.concat()).file("lock", "1").file("t", "");
    edited_in_the_middle(&env, &["test"], || env.write("lock", "2"));
    assert_eq!(env.read("t.saw"), "1");
    assert_eq!(ran(&env, &["test"]), "s t", "the test ran against what was installed from the old lock");
    assert_eq!(env.read("t.saw"), "2");
    assert_eq!(ran(&env, &["test"]), "");
}

#[test]
fn what_an_unfinished_run_has_left_is_not_mixed_into_a_known_result() {
    let shell = "mkdir -p dist; rm -f dist/*; touch dist/begun.$(cat in); until test -e go; do sleep 0.01; done; \
                 rm -f dist/*; cp in dist/app";
    let env = workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"dist/**\"]"))
        .file("in", "1")
        .file("go", "");
    assert_eq!(ran(&env, &["build"]), "b");
    fs::remove_file(env.root().join("go")).unwrap();
    env.write("in", "2");
    let mut started = env.start(["build"]);
    started.wait_until(|| env.has("dist/begun.2"));
    started.signal(Signal::KILL);
    started.finish();
    env.write("go", "");
    env.write("in", "1");
    assert_eq!(ran(&env, &["build"]), "b", "nobody knows what the killed run has left");
    assert!(!env.has("dist/begun.2"));
    assert_eq!(ran(&env, &["build"]), "");
}

#[test]
fn one_who_waits_for_a_run_that_is_killed_does_not_meet_its_orphans() {
    let shell = "n=$(cat in); touch begun.$n; until test -e go.$n; do sleep 0.01; done; printf $n > out";
    let env = workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"out\"]"))
        .file("in", "1")
        .file("go.2", "");
    let mut first = env.start(["build"]);
    first.wait_until(|| env.has("begun.1"));
    env.write("in", "2");
    let mut second = env.start(["build"]);
    second.wait_for("waits, because process");
    first.signal(Signal::KILL);
    first.finish();
    second.finish().exits(0);
    env.write("go.1", "");
    assert_eq!(env.read("out"), "2");
    assert_eq!(ran(&env, &["build"]), "");
    assert_eq!(env.read("out"), "2");
}

#[test]
fn folders_with_brackets_in_their_names_are_folders() {
    let env = workspace(&task(
        "build",
        "b",
        "cat *.ts > out",
        "dir = \"app/[id]\"\ninputs = [\"*.ts\"]\noutputs = [\"out\"]",
    ))
    .file("app/[id]/a.ts", "1");
    let runs = || {
        env.onramp(["build"]).exits(0);
        env.read("app/[id]/log").lines().count()
    };
    assert_eq!((runs(), runs()), (1, 1));
    env.write("app/[id]/a.ts", "2");
    assert_eq!((runs(), runs()), (2, 2));
}

#[test]
fn what_lies_behind_a_link_or_in_another_repository_is_read_where_it_is_named() {
    let env = workspace(&task("test", "t", "true", "inputs = [\"shared/**\", \"linked\", \"vendor/**\"]"));
    let elsewhere = env.outside().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    symlink(&elsewhere, env.root().join("shared")).unwrap();
    symlink(&elsewhere, env.root().join("linked")).unwrap();
    let env = env.file("vendor/.git/HEAD", "").file("vendor/a", "1");
    fs::write(elsewhere.join("a"), "1").unwrap();
    assert_eq!((ran(&env, &["test"]), ran(&env, &["test"])), ("t".to_owned(), String::new()));
    fs::write(elsewhere.join("a"), "2").unwrap();
    assert_eq!((ran(&env, &["test"]), ran(&env, &["test"])), ("t".to_owned(), String::new()));
    env.write("vendor/a", "2");
    assert_eq!((ran(&env, &["test"]), ran(&env, &["test"])), ("t".to_owned(), String::new()));
}

#[test]
fn a_forecast_takes_what_will_be_restored_into_account() {
    let tasks = [
        task("build", "a", "cp in a.out", "inputs = [\"in\"]\noutputs = [\"a.out\"]"),
        task("build", "b", "cp b b.out", "inputs = [\"b\"]\noutputs = [\"b.out\"]\nneeds = [\"build:a\"]"),
        task(
            "build",
            "c",
            "cat a.out b.out > c.out",
            "inputs = [\"a.out\"]\noutputs = [\"c.out\"]\nneeds = [\"build:b\"]",
        ),
    ];
    let env = workspace(&tasks.concat()).file("in", "1").file("b", "1");
    assert_eq!(ran(&env, &["build"]), "a b c");
    env.write("in", "2");
    assert_eq!(ran(&env, &["build"]), "a b c");
    env.write("in", "1");
    let plan = env.onramp(["build", "--dry-run"]).exits(0).stdout;
    assert_eq!(plan, "restore    build:a\nup to date build:b\nrestore    build:c\n");
    assert_eq!(ran(&env, &["build"]), "");
    assert_eq!(env.read("c.out"), "11");
}
