//! Which files decide a task's result, and which are it.

use std::fs::remove_file;
use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use crate::{named, workspace};

/// How often the tests have run, after one more try.
fn runs(env: &TestEnv) -> usize {
    env.onramp(["test"]).exits(0);
    env.read("ran").lines().count()
}

/// A test that reads `input` and leaves a line for each run.
fn reads(input: &str) -> TestEnv {
    workspace(&format!("[test.t]\nshell = true\nrun = \"echo ran >> ran\"\ninputs = [\"{input}\"]\n"))
}

#[test]
fn a_folder_that_is_an_output_is_all_that_is_in_it() {
    let env = workspace(
        "[build.ui]\nshell = true\nrun = \"mkdir -p dist/deep; cp in dist/deep/app\"\n\
         inputs = [\"in\"]\noutputs = [\"dist\"]\n",
    )
    .file(".gitignore", "dist/\n")
    .file("in", "app");
    env.onramp(["build"]).exits(0);
    env.onramp(["build"]).exits(0).says("build:ui: up to date");
    env.write("dist/deep/app", "tampered");
    env.onramp(["build"]).exits(0).says("build:ui: restored from the cache");
    assert_eq!(env.read("dist/deep/app"), "app");
    remove_file(env.root().join("dist/deep/app")).unwrap();
    env.onramp(["build"]).exits(0).says("build:ui: restored from the cache");
    assert_eq!(env.read("dist/deep/app"), "app");
}

#[test]
fn a_folder_that_git_ignores_counts_if_it_is_named() {
    let env = reads("generated").file(".gitignore", "generated/\n").file("generated/deep/a", "one");
    assert_eq!((runs(&env), runs(&env)), (1, 1));
    env.write("generated/deep/a", "two");
    assert_eq!((runs(&env), runs(&env)), (2, 2));
    env.write("generated/b", "");
    assert_eq!((runs(&env), runs(&env)), (3, 3));
}

#[test]
fn a_link_is_what_it_leads_to() {
    let env = reads("link").file("one", "1").file("two", "1");
    let link = env.root().join("link");
    symlink("one", &link).unwrap();
    assert_eq!((runs(&env), runs(&env)), (1, 1));
    env.write("one", "changed");
    assert_eq!((runs(&env), runs(&env)), (2, 2));
    env.write("folder/a", "1");
    for target in ["two", "nowhere", "folder"] {
        remove_file(&link).unwrap();
        symlink(target, &link).unwrap();
        let before = env.read("ran").lines().count();
        assert_eq!((runs(&env), runs(&env)), (before + 1, before + 1), "{target}");
    }
    let before = env.read("ran").lines().count();
    env.write("folder/a", "2");
    assert_eq!((runs(&env), runs(&env)), (before + 1, before + 1), "what lies in the folder");
}

const LINTER: &str = "[lint.l]\nrun = \"true\"\nfiles = [\"**/*.py\"]\nexclude = [\"gen/**\"]\ninputs = []\n";

#[test]
fn a_linter_reads_what_it_is_for_and_no_more() {
    let env = workspace(LINTER).file("a.py", "").file("gen/b.py", "");
    let says = |text: &str| env.onramp(["lint"]).exits(0).says(text);
    says("lint:l: passed");
    says("lint:l: up to date");
    env.write("gen/b.py", "changed");
    says("lint:l: up to date");
    env.write("a.py", "changed");
    says("lint:l: passed");
    env.write("onramp.toml", &named(&LINTER.replace("gen/**", "generated/**")));
    says("lint:l: passed");
    env.write("onramp.toml", &named(&LINTER.replace("gen/**", "made/**")));
    says("lint:l: passed");
}
