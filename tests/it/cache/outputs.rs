//! How outputs come back, and what their tasks have printed.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::{ran, task};
use crate::workspace;

#[test]
fn modes_links_and_folders_come_back_byte_for_byte() {
    let shell = "rm -rf dist; mkdir -p dist/deep; head -c 70000 /dev/zero | tr '\\\\0' x > dist/deep/big; \
                 printf 'a\\\\0b' > dist/binary; chmod 751 dist/binary; ln -s deep/big dist/link; \
                 ln -s nowhere dist/dangling; chmod 600 dist/deep/big";
    let env = workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"dist\"]")).file("in", "");
    assert_eq!(ran(&env, &["build"]), "b");
    let path = |name: &str| env.root().join("dist").join(name);
    let look = || {
        let mode = |name: &str| fs::symlink_metadata(path(name)).unwrap().permissions().mode();
        let content = |name: &str| fs::read(path(name)).unwrap();
        let link = |name: &str| fs::read_link(path(name)).unwrap();
        (
            content("binary"),
            mode("binary"),
            content("deep/big"),
            mode("deep/big"),
            link("link"),
            link("dangling"),
        )
    };
    let before = look();
    fs::remove_dir_all(env.root().join("dist")).unwrap();
    assert_eq!(ran(&env, &["build"]), "");
    assert_eq!(look(), before);
    fs::set_permissions(path("binary"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(path("link")).unwrap();
    fs::write(path("link"), "a file now").unwrap();
    assert_eq!(ran(&env, &["build"]), "");
    assert_eq!(look(), before);
}

#[test]
fn the_store_shares_no_file_with_the_tree() {
    let env = workspace(&task("build", "b", "cp in out", "inputs = [\"in\"]\noutputs = [\"out\"]"))
        .file("in", "content");
    ran(&env, &["build"]);
    fs::remove_file(env.root().join("out")).unwrap();
    ran(&env, &["build"]);
    assert_eq!(fs::metadata(env.root().join("out")).unwrap().nlink(), 1);
    // A tool that opens and overwrites in place, as compilers and linkers do.
    fs::OpenOptions::new().write(true).truncate(true).open(env.root().join("out")).unwrap();
    env.onramp(["cache", "verify"]).exits(0);
    ran(&env, &["build"]);
    assert_eq!(env.read("out"), "content");
}

#[test]
fn what_an_older_result_has_left_is_taken_away_and_nothing_else() {
    let shell = "mkdir -p dist; cp in dist/app.$(cat in)";
    let env =
        workspace(&task("build", "b", shell, "inputs = [\"in\"]\noutputs = [\"dist/**\"]")).file("in", "1");
    assert_eq!(ran(&env, &["build"]), "b");
    fs::remove_file(env.root().join("dist/app.1")).unwrap();
    env.write("in", "2");
    assert_eq!(ran(&env, &["build"]), "b");
    env.write("dist/mine", "not made by the task");
    env.write("in", "1");
    assert_eq!(ran(&env, &["build"]), "");
    assert!(env.has("dist/app.1") && !env.has("dist/app.2"), "as after a run in a clean checkout");
    assert_eq!(env.read("dist/mine"), "not made by the task");
}

#[test]
fn output_is_shown_again_in_its_order() {
    let env =
        workspace(&task("test", "t", "echo one; echo two; echo three", "inputs = [\"in\"]")).file("in", "");
    env.onramp(["test"]).exits(0);
    let run = env.onramp(["test"]).exits(0).never_says("> sh -c");
    assert_eq!(run.story().lines().next_back(), Some("test: 1 up to date in [TIME]"));
    let story = run.story();
    let shown = "test:t > output of the run of [TIME] ago, from the cache\ntest:t | one\ntest:t | two\n\
                 test:t | three\ntest:t: up to date\n";
    assert!(story.starts_with(shown), "{story}");
}

#[test]
fn what_changed_outside_of_git_s_sight_is_found_for_the_next_task() {
    // The second task reads by a glob what the first one makes: one walk for both would not see it.
    let tasks = [
        task(
            "build",
            "a",
            "mkdir -p gen/deep; cp in gen/deep/a.txt",
            "inputs = [\"in\"]\noutputs = [\"gen/deep/a.txt\"]",
        ),
        task(
            "build",
            "b",
            "cat gen/deep/*.txt > all",
            "inputs = [\"gen/**\"]\noutputs = [\"all\"]\nneeds = [\"build:a\"]",
        ),
    ];
    let env = workspace(&tasks.concat()).file("in", "1");
    assert_eq!(ran(&env, &["build"]), "a b");
    assert_eq!(ran(&env, &["build"]), "");
    env.write("gen/deep/b.txt", "more");
    assert_eq!(ran(&env, &["build"]), "b");
    assert_eq!(env.read("all"), "1more");
}
