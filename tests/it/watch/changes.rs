use std::fs;

use onramp_tests::TestEnv;

use super::{Watching, count, declared_reader, reader};
use crate::workspace;

/// Changes `src/a` last, and expects that nothing before it has started a run.
#[track_caller]
fn nothing_but_the_marker(env: &TestEnv, mut watching: Watching) {
    env.write("src/a", "marker");
    watching.says("saw: marker");
    let run = watching.interrupt();
    assert_eq!(count(&run, "--- "), 1, "{}", run.stderr);
    run.says("--- src/a changed");
}

#[test]
fn an_edit_runs_what_is_concerned_and_the_cache_answers_for_the_rest() {
    let env = workspace(
        "[test.a]\nrun = \"cat a\"\ninputs = [\"a\"]\n\n[test.b]\nrun = \"cat b\"\ninputs = [\"b\"]\n",
    )
    .file("a", "a1\n")
    .file("b", "b1\n");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("b", "b2\n");
    watching.says("test:b | b2");
    let run = watching.interrupt();
    assert_eq!((count(&run, "> cat a"), count(&run, "> cat b")), (1, 2), "{}", run.stderr);
    run.says("test:a: up to date").says("--- b changed");
}

#[test]
fn every_verb_that_runs_tasks_can_watch() {
    let lines = "shell = true\nrun = \"echo saw: $(cat a)\"\n";
    let configuration = format!(
        "[test.t]\n{lines}\n[build.t]\n{lines}\n[task.t]\n{lines}\n[lint.t]\n{lines}\n[format.t]\n{lines}check = \"true\"\n"
    );
    for verb in [&["test"][..], &["build"], &["run", "t"], &["run", "lint:t"], &["lint"], &["fmt"]] {
        let env = workspace(&configuration).file("a", "one");
        let mut watching = Watching::start(&env, &[verb, &["--watch"]].concat());
        env.write("a", "two");
        watching.says("saw: two");
        watching.interrupt();
    }
}

#[test]
fn arguments_are_handed_to_each_run() {
    let env = workspace("[test.t]\nrun = \"echo saw {args}\"\n").file("a", "");
    let mut watching = Watching::start(&env, &["test", "t", "--watch", "--", "x", "y"]);
    env.write("a", "1");
    watching.waits();
    assert_eq!(count(&watching.interrupt(), "| saw x y"), 2);
}

#[test]
fn a_save_by_an_editor_is_one_run_however_it_is_done() {
    let env = reader();
    let path = |name: &str| env.root().join(name);
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("src/a.new", "renamed over");
    fs::rename(path("src/a.new"), path("src/a")).unwrap();
    watching.says("saw: renamed over");
    fs::rename(path("src/a"), path("src/a~")).unwrap();
    env.write("src/a", "behind a backup");
    watching.says("saw: behind a backup");
    env.write("src/a", "once more");
    watching.says("saw: once more");
    watching.interrupt();
}

#[test]
fn what_changes_nothing_starts_nothing() {
    for env in [reader(), declared_reader()] {
        let watching = Watching::start(&env, &["test", "--watch"]);
        env.command("", ["touch", "-d", "2001-02-03T04:05:06", "src/a"]).exits(0);
        env.write("src/a", "one");
        env.write("src/.a.swp", "what an editor remembers");
        nothing_but_the_marker(&env, watching);
    }
}

#[test]
fn ignored_files_start_nothing_until_they_are_not_ignored() {
    let env = reader()
        .file(".gitignore", "*.log\nnode_modules/\n")
        .file("node_modules/x/y.js", "")
        .file("src/.gitignore", "generated\n");
    env.command("", ["git", "init", "-q"]).exits(0);
    env.write(".git/info/exclude", "private\n");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("a.log", "1");
    env.write("src/deep/b.log", "1");
    env.write("node_modules/x/y.js", "1");
    env.write("node_modules/new/z.js", "1");
    env.write("src/generated", "1");
    env.write("private", "1");
    env.command("", ["git", "add", "src/a"]).exits(0);
    env.write(".onramp/own", "1");
    env.write("src/a", "two");
    watching.says("saw: two");
    env.write(".gitignore", "node_modules/\n");
    watching.says("--- .gitignore, a.log, src/deep/b.log changed");
    env.write("a.log", "2");
    watching.says("--- a.log changed");
    let run = watching.interrupt();
    assert_eq!(count(&run, "--- "), 3, "{}", run.stderr);
    run.says("--- src/a changed");
}

#[test]
fn if_all_tasks_declare_what_they_read_nothing_else_matters() {
    let env = declared_reader().file("README.md", "");
    let watching = Watching::start(&env, &["test", "--watch"]);
    env.write("README.md", "changed");
    env.write("new", "");
    nothing_but_the_marker(&env, watching);
}

#[test]
fn a_need_that_declares_nothing_makes_every_file_matter() {
    let env = workspace(
        "[build.b]\nrun = \"true\"\n\n[test.t]\nrun = \"cat a\"\ninputs = [\"a\"]\nneeds = [\"build:b\"]\n",
    )
    .file("a", "")
    .file("README.md", "");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("README.md", "changed");
    watching.says("--- README.md changed");
    watching.interrupt();
}

#[test]
fn files_of_a_formatter_matter_and_those_it_leaves_out_do_not() {
    let env = workspace(
        "[format.f]\nrun = \"true\"\ncheck = \"echo saw {files}\"\ninputs = [\"settings\"]\n\
         files = [\"*.py\"]\nexclude = [\"b.py\"]\n",
    )
    .file("a.py", "")
    .file("b.py", "")
    .file("settings", "");
    let mut watching = Watching::start(&env, &["fmt", "--check", "--watch"]);
    env.write("b.py", "1");
    env.write("other", "1");
    env.write("a.py", "1");
    watching.says("--- a.py changed");
    env.write("settings", "1");
    watching.says("--- settings changed");
    watching.interrupt();
}

#[test]
fn an_input_that_git_ignores_matters_by_its_name() {
    let env = workspace(
        "[test.t]\nshell = true\nrun = \"echo saw: $(cat .env)\"\ninputs = [\".env\", \"later/on\"]\n",
    )
    .file(".gitignore", ".env\nlater/\n")
    .file(".env", "one");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write(".env", "two");
    watching.says("saw: two");
    env.write("later/on", "");
    watching.says("--- later/on changed");
    watching.interrupt();
}

#[test]
fn new_folders_are_watched_as_they_appear() {
    let env = reader();
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("x/y/z/new", "1");
    watching.says("--- x/y/z/new changed");
    env.write("x/y/z/new", "2");
    watching.waits();
    fs::rename(env.root().join("x"), env.root().join("src/x")).unwrap();
    watching.says("--- src/x/y/z/new, x/y/z/new changed");
    env.write("src/x/y/z/new", "3");
    watching.says("--- src/x/y/z/new changed");
    fs::remove_dir_all(env.root().join("src/x")).unwrap();
    watching.waits();
    watching.interrupt();
}

#[test]
fn a_branch_with_ten_thousand_other_files_is_one_run() {
    let env = reader();
    for number in 0..10_000 {
        env.write(&format!("many/{}/{number}", number % 100), "one");
    }
    let git = |words: &[&str]| {
        let identity = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"];
        env.command("", identity.iter().chain(words)).exits(0);
    };
    git(&["init", "-q", "-b", "one"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    git(&["checkout", "-q", "-b", "two"]);
    for number in 0..10_000 {
        env.write(&format!("many/{}/{number}", number % 100), "two");
    }
    env.write("src/a", "two");
    git(&["commit", "-q", "-a", "-m", "two"]);
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    git(&["checkout", "-q", "one"]);
    watching.says("saw: one");
    env.write("src/a", "marker");
    watching.says("saw: marker");
    let run = watching.interrupt();
    assert_eq!(count(&run, "--- "), 2, "{}", run.stderr);
    run.says("and 9998 more files changed");
}

#[test]
fn a_member_is_watched_from_where_one_stands() {
    let member = "[project]\nname = \"part\"\n\n[test.t]\nrun = \"cat in\"\ninputs = [\"in\"]\n";
    let env = workspace(
        "[project]\nname = \"all\"\nmembers = [\"part\"]\n\n[test.t]\nrun = \"cat a\"\ninputs = [\"a\"]\n",
    )
    .file("part/onramp.toml", member)
    .file("part/in", "p1\n")
    .file("a", "a1\n");
    let mut watching = Watching::start(&env, &["test", "--watch"]);
    env.write("part/in", "p2\n");
    watching.says("part/test:t | p2");
    env.write("part/other", "");
    env.write("a", "a2\n");
    watching.says("test:t | a2");
    let run = watching.interrupt();
    assert_eq!(count(&run, "--- "), 2, "{}", run.stderr);
}
