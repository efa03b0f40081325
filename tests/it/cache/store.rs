//! The store as such: where it lies, how it is looked after, and what happens where it cannot be written.

use std::fs;
use std::path::PathBuf;

use onramp_tests::TestEnv;

use super::{ran, task};
use crate::workspace;

fn build() -> TestEnv {
    workspace(&task("build", "b", "cat in > out", "inputs = [\"in\"]\noutputs = [\"out\"]")).file("in", "one")
}

fn blobs(env: &TestEnv) -> Vec<PathBuf> {
    let entries =
        |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries(env.root().join(".onramp/store/v1/blobs")).flat_map(entries).collect()
}

#[test]
fn a_damaged_store_is_found_out_and_never_restored_from() {
    let env = build();
    ran(&env, &["build"]);
    env.onramp(["cache", "status"]).exits(0).says("1 result, 1 blob");
    env.onramp(["cache", "verify"]).exits(0).says("the cache is sound");
    let blob = blobs(&env).remove(0);
    env.command("", ["chmod", "600", &blob.to_string_lossy()]).exits(0);
    fs::write(&blob, "ONE").unwrap();
    env.onramp(["cache", "verify"]).exits(1).says("content  [ROOT]").says("hint: onramp cache verify --mend");
    fs::remove_file(env.root().join("out")).unwrap();
    assert_eq!(ran(&env, &["build"]), "b", "it is made again");
    assert_eq!(env.read("out"), "one");
    env.onramp(["cache", "verify"]).exits(0);
    fs::write(&blob, "ONE").unwrap();
    env.onramp(["cache", "verify", "--mend", "--dry-run"]).exits(0).says("2 damaged files would be removed");
    env.onramp(["cache", "verify", "--mend"]).exits(0).says("2 damaged files removed");
    env.onramp(["cache", "verify"]).exits(0);
    let json = env.onramp(["cache", "status", "--format", "json"]).exits(0).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["stores"][0]["results"], &value["stores"][0]["blobs"]), (&0.into(), &0.into()));
}

#[test]
fn what_is_too_old_or_too_much_goes() {
    let env = build();
    for text in ["one", "two", "three"] {
        env.write("in", text);
        ran(&env, &["build"]);
    }
    env.onramp(["cache", "gc"]).exits(0).says("removed 0 results and 0 blobs");
    for look in [&["cache", "gc", "--max-age", "0s", "--dry-run"][..], &["cache", "clear", "--dry-run"]] {
        env.onramp(look.iter().copied()).exits(0).says("would remove");
        env.onramp(["cache", "status"]).exits(0).says("3 results");
    }
    env.onramp(["cache", "gc", "--max-age", "0s"]).exits(0).says("removed 3 results");
    env.onramp(["cache", "status"]).exits(0).says("0 results");
    assert_eq!(ran(&env, &["build"]), "b");
    env.onramp(["cache", "gc", "--max-size", "1"]).exits(2).says("expected a size such as 500MB or 2GiB");
    env.onramp(["cache", "gc", "--max-size", "1B"]).exits(0).says("removed 1 result");
    ran(&env, &["build"]);
    env.onramp(["cache", "clear"]).exits(0);
    assert!(!env.has(".onramp/store/v1") && !env.has(".onramp/memo") && !env.has(".onramp/last"));
    assert_eq!(ran(&env, &["build"]), "b");
}

#[test]
fn a_dry_run_tells_what_would_go_and_removes_nothing() {
    let env = build();
    ran(&env, &["build"]);
    let state = || env.command("", ["find", ".onramp", "-type", "f"]).exits(0).stdout;
    let before = state();
    env.onramp(["cache", "gc", "--max-age", "0s", "--dry-run"]).exits(0).says("would remove 1 result and");
    let json =
        env.onramp(["cache", "gc", "--max-age", "0s", "--dry-run", "--format", "json"]).exits(0).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["would-remove"]["results"], 1);
    env.onramp(["--dry-run", "cache", "clear"]).exits(0).says("would remove").says("1 result, 1 blob");
    assert_eq!(state(), before);
    let blob = blobs(&env).remove(0);
    env.command("", ["chmod", "600", &blob.to_string_lossy()]).exits(0);
    fs::write(&blob, "ONE").unwrap();
    let dry = ["cache", "verify", "--mend", "--dry-run"];
    env.onramp(dry).exits(0).says("2 damaged files would be removed");
    assert_eq!(state(), before);
    env.onramp(["cache", "verify", "--dry-run"]).exits(1);
}

#[test]
fn looking_never_writes() {
    let env = build();
    for arguments in [
        &["why", "build:b"][..],
        &["build", "--dry-run"],
        &["tasks"],
        &["cache", "status"],
        &["cache", "verify"],
    ] {
        env.onramp(arguments.iter().copied()).exits(0);
        assert!(!env.has(".onramp"), "{arguments:?}");
    }
}

#[test]
fn worktrees_of_one_repository_share_results() {
    let env = build().file(".gitignore", "out\nlog\n");
    let git = |folder: &str, arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
        env.command(folder, ["git"].iter().chain(&identity).chain(arguments)).exits(0)
    };
    git("", &["init", "-q"]);
    git("", &["add", "."]);
    git("", &["commit", "-qm", "one"]);
    assert_eq!(ran(&env, &["build"]), "b");
    let other = env.outside().join("other tree");
    git("", &["worktree", "add", "-q", "-b", "other", &other.to_string_lossy()]);
    let folder = other.to_string_lossy().into_owned();
    env.onramp(["-C", &folder, "build"]).exits(0).says("build:b: restored from the cache");
    assert_eq!(fs::read_to_string(other.join("out")).unwrap(), "one");
    fs::write(other.join("in"), "two").unwrap();
    env.onramp(["-C", &folder, "build"]).exits(0).says("build:b: passed");
    assert!(!other.join(".onramp/store").exists());
    env.write("in", "two");
    assert_eq!(ran(&env, &["build"]), "", "and the other way round");
    let status = git("", &["status", "--porcelain"]).stdout;
    assert_eq!(status.trim(), "M in", "its folder is ignored in both");
    assert!(!git(&folder, &["status", "--porcelain"]).stdout.contains("onramp"));
}

/// Runs the program where the state folder lies on a file system of its own, which `options` describe.
fn on_its_own_disk(env: &TestEnv, options: &str, fill: &str, arguments: &str) -> Option<onramp_tests::Run> {
    let program = env.program().to_string_lossy().into_owned();
    fs::create_dir_all(env.root().join(".onramp")).expect("a folder of the workspace");
    if env.command("", ["unshare", "-m", "mount", "-t", "tmpfs", "none", ".onramp"]).code != 0 {
        onramp_tests::skip("a file system cannot be mounted here");
        return None;
    }
    let script = format!(
        "mount -t tmpfs -o size=256k none .onramp && {fill} && mount -o remount,{options} .onramp && exec \"$0\" {arguments}"
    );
    Some(env.command("", ["unshare", "-m", "sh", "-c", &script, &program]))
}

#[test]
fn a_full_disk_means_no_cache_and_one_warning() {
    let tasks: String = (0..3)
        .map(|n| {
            task(
                "build",
                &format!("t{n}"),
                &format!("cat in > out{n}"),
                &format!("inputs = [\"in\"]\noutputs = [\"out{n}\"]"),
            )
        })
        .collect();
    let env = workspace(&tasks).file("in", &"x".repeat(10_000));
    let fill = "echo '*' > .onramp/.gitignore && { cat /dev/zero > .onramp/full 2>/dev/null || true; }";
    let Some(run) = on_its_own_disk(&env, "rw", fill, "build") else { return };
    let run = run.exits(0).says("the cache cannot be written, so tasks will run again: ");
    assert_eq!(run.stderr.matches("warning:").count(), 1, "{}", run.stderr);
    assert_eq!(super::lines(&env), "t0 t1 t2");
}

#[test]
fn a_read_only_disk_means_no_cache_and_one_warning() {
    let env = build();
    let Some(run) = on_its_own_disk(&env, "ro", "true", "build") else { return };
    let run = run.exits(0).says("[ROOT]/.onramp cannot be written, so nothing is kept of this run");
    assert_eq!(run.stderr.matches("warning:").count(), 1, "{}", run.stderr);
    assert_eq!(env.read("out"), "one");
}

#[test]
fn a_cache_is_cleared_where_nothing_more_can_be_made() {
    let env = build();
    let fill = "\"$0\" build && mount -o remount,nr_inodes=120 .onramp && \
        { n=0; while mkdir .onramp/full$n 2>/dev/null; do n=$((n + 1)); done; } && \
        \"$0\" cache clear && echo left: $(ls -A .onramp/store) && rmdir .onramp/full*";
    let Some(run) = on_its_own_disk(&env, "rw", fill, "build") else { return };
    let run = run.exits(0).says("build:b: passed");
    assert!(run.stdout.lines().any(|line| line == "left:"), "{}", run.stdout);
    assert_eq!(super::lines(&env), "b b", "nothing of it was kept");
}
