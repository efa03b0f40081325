//! Which program a command means, where its name does not say it.

use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use crate::workspace;

/// A member whose test runs `cargo`, which is rustup under another name.
fn with_rustup() -> TestEnv {
    let env = workspace("[project]\nmembers = [\"ui\"]\n")
        .script("tools/rustup", "#!/bin/sh\necho ran\n")
        .file("ui/in", "")
        .file("ui/app/keep", "")
        .file(
            "ui/onramp.toml",
            "[project]\nname = \"ui\"\n\n[env]\npath = [\"{root}/../tools\"]\n\n\
             [test.t]\ndir = \"app\"\nrun = \"cargo test\"\ninputs = [\"../in\"]\n",
        );
    symlink("rustup", env.root().join("tools/cargo")).expect("a link in a new folder");
    env
}

/// Runs the test twice: it must run because of `reason`, and then rest.
#[track_caller]
fn runs_once(env: &TestEnv, reason: &str) {
    let run = env.onramp(["test"]).exits(0);
    assert!(run.stderr.contains("ui/test:t: passed"), "{reason}: {}", run.stderr);
    env.onramp(["test"]).exits(0).says("ui/test:t: up to date");
}

#[test]
fn what_decides_for_a_shim_decides_for_the_task() {
    let env = with_rustup();
    runs_once(&env, "it never ran");
    for file in ["ui/app/rust-toolchain.toml", "ui/rust-toolchain", "rust-toolchain.toml", ".tool-versions"] {
        env.write(file, "1.90");
        runs_once(&env, file);
        env.write(file, "1.91");
        runs_once(&env, file);
    }
    env.write("other/rust-toolchain.toml", "1.92");
    env.onramp(["test"]).exits(0).says("ui/test:t: up to date");
    let env = env.variable("RUSTUP_TOOLCHAIN", "nightly");
    runs_once(&env, "RUSTUP_TOOLCHAIN");
}

#[test]
fn a_program_that_is_itself_has_no_use_for_version_files() {
    let env = workspace("[env]\npath = [\"tools\"]\n\n[test.t]\nrun = \"cargo\"\ninputs = [\"in\"]\n")
        .script("tools/cargo", "#!/bin/sh\necho ran\n")
        .file("in", "");
    env.onramp(["test"]).exits(0);
    env.write("rust-toolchain.toml", "1.90");
    env.onramp(["test"]).exits(0).says("test:t: up to date");
}

#[test]
fn a_program_is_found_behind_a_placeholder_and_on_the_path_of_its_task() {
    for run in
        ["run = \"{root}/tools/check\"", "run = \"check\"\nenv = { PATH = \"{root}/tools:/bin:/usr/bin\" }"]
    {
        let env = workspace(&format!("[test.t]\n{run}\ninputs = [\"in\"]\n"))
            .file("in", "")
            .script("tools/check", "#!/bin/sh\necho old\n");
        env.onramp(["test"]).exits(0).says("old");
        env.onramp(["test"]).exits(0).says("test:t: up to date");
        let env = env.script("tools/check", "#!/bin/sh\necho newer\n");
        env.onramp(["test"]).exits(0).says("newer");
    }
}
