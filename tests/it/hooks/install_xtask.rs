use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use onramp_tests::TestEnv;

use super::{RECORDER, TWO_STAGES, commit, hook, program, recorded, repository};

/// Stands for cargo: a real one would build Onramp for minutes. It notes that it was asked, and starts what was built.
const CARGO: &str = "#!/bin/sh\necho \"cargo $1\" >> \"$RECORD\"\n[ -e broken ] && exit 101\nshift\n\
                     CARGO_MANIFEST_DIR=\"$PWD/xtask\" exec target/debug/xtask \"$@\"\n";

/// A repository whose own xtask is the program under test, as if cargo had built it.
fn with_xtask() -> TestEnv {
    let env = repository(TWO_STAGES)
        .file(".gitignore", "/target\n")
        .file("xtask/Cargo.toml", "")
        .file("xtask/src/main.rs", "")
        .file("target/debug/build", "");
    let built = env.root().join("target/debug/xtask");
    fs::hard_link(env.program(), &built)
        .or_else(|_| fs::copy(env.program(), &built).map(drop))
        .expect("the file system does it");
    let source = env.root().join("xtask/src/main.rs").display().to_string().replace(' ', "\\ ");
    env.write(
        "target/debug/xtask.d",
        &format!("{}: {source}\n", built.display().to_string().replace(' ', "\\ ")),
    );
    program(&env.outside().join("programs/cargo"), CARGO);
    env
}

/// Runs the xtask without cargo, as a hook does, and tells what cargo was asked meanwhile.
#[track_caller]
fn status(env: &TestEnv) -> String {
    env.command("", ["target/debug/xtask", "hooks", "status"]).exits(0).says("hooks in .git/hooks");
    recorded(env)
}

/// Makes a file look as if it were written after everything else.
fn touch(file: &Path) {
    let later = SystemTime::now() + Duration::from_secs(5);
    fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(file)
        .expect("the file system does it")
        .set_modified(later)
        .expect("the file system does it");
}

#[test]
fn cargo_is_asked_only_if_something_may_have_changed() {
    let env = with_xtask();
    assert_eq!(status(&env), "cargo xtask\n", "nobody knows yet");
    assert_eq!(status(&env), "");
    for file in ["xtask/src/main.rs", "xtask/Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        touch(&env.root().join(file));
        assert_eq!(status(&env), "cargo xtask\n", "{file}");
        fs::File::options()
            .write(true)
            .open(env.root().join(file))
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(status(&env), "", "{file}");
    }
    fs::rename(env.root().join("xtask/src/main.rs"), env.root().join("xtask/src/other.rs")).unwrap();
    assert_eq!(status(&env), "cargo xtask\n", "a source is gone");
}

#[test]
fn another_program_in_its_place_is_not_trusted() {
    let env = with_xtask();
    status(&env);
    let built = env.root().join("target/debug/xtask");
    fs::copy(&built, env.root().join("copy")).unwrap();
    fs::rename(env.root().join("copy"), &built).unwrap();
    assert_eq!(status(&env), "cargo xtask\n");
    assert_eq!(status(&env), "");
}

#[test]
fn a_build_that_fails_leaves_nothing_current() {
    let env = with_xtask().file("broken", "");
    for _ in 0..2 {
        env.command("", ["target/debug/xtask", "hooks", "status"]).exits(101);
    }
    fs::remove_file(env.root().join("broken")).unwrap();
    recorded(&env);
    assert_eq!(status(&env), "cargo xtask\n");
    fs::remove_file(env.outside().join("programs/cargo")).unwrap();
    touch(&env.root().join("xtask/src/main.rs"));
    let run = env.command("", ["env", "PATH=/nowhere", "target/debug/xtask", "hooks", "status"]).exits(4);
    run.says("may be older than its sources").says("program `cargo` not found");
}

#[test]
fn a_build_of_which_nothing_is_known_asks_cargo_once_each_time() {
    for known in ["", "nonsense", "xtask: relative/main.rs\n"] {
        let env = with_xtask().file("target/debug/xtask.d", known);
        assert_eq!([status(&env), status(&env)], ["cargo xtask\n"; 2], "{known}");
    }
}

#[test]
fn another_package_that_cargo_runs_is_no_proof() {
    let env = with_xtask().variable("CARGO_MANIFEST_DIR", "/another/package");
    assert_eq!(status(&env), "cargo xtask\n");
}

#[test]
fn hooks_start_what_was_built_and_cargo_where_nothing_was() {
    let env = with_xtask();
    env.command("", ["target/debug/xtask", "hooks", "install"]).exits(0);
    recorded(&env);
    let text = fs::read_to_string(hook(&env, "pre-commit")).unwrap();
    assert!(!text.contains(env.outside().to_str().unwrap()), "{text}");
    assert!(text.contains("onramp_built=${CARGO_TARGET_DIR:-target}/debug/xtask\n"), "{text}");
    // Whoever looks with the other program finds nothing to do.
    env.onramp(["hooks", "status"]).exits(0).says("pre-commit           installed");
    fs::remove_file(env.root().join("target/debug/xtask")).unwrap();
    program(&env.root().join("target/debug/xtask"), RECORDER);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
    fs::remove_file(env.root().join("target/debug/xtask")).unwrap();
    program(&env.outside().join("programs/cargo"), RECORDER);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: xtask hooks run pre-commit\n[ROOT]\n");
    let env = env.variable("CARGO_TARGET_DIR", "elsewhere");
    program(&env.root().join("elsewhere/debug/xtask"), RECORDER);
    commit(&env, "").exits(0);
    assert_eq!(recorded(&env), "called: hooks run pre-commit\n[ROOT]\n");
}
