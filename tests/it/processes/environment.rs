use crate::workspace;

#[test]
fn folders_before_path_shadow_the_machine() {
    let env = workspace(
        "[env]\npath = [\".venv/bin\", \"tools\"]\n\n[test.t]\nrun = [\"python --version\", \"only-here\"]\n",
    )
    .script(".venv/bin/python", "#!/bin/sh\necho the environment\\'s own python\n")
    .script("tools/python", "#!/bin/sh\necho a later python\n")
    .script("tools/only-here", "#!/bin/sh\necho a tool of the repository\n");
    let run = env.onramp(["test"]).exits(0);
    run.says("| the environment's own python")
        .says("| a tool of the repository")
        .never_says("a later python");
    env.onramp(["exec", "--", "python"]).exits(0).says("the environment's own python");
}

#[test]
fn variables_are_set_and_removed() {
    let env = workspace(
        "[env]\nvars = { HOME_OF = \"{root}/x\", SHARED = \"workspace\" }\nunset = [\"NOISE\"]\n\n\
         [test.t]\nshell = true\nrun = \"echo $HOME_OF, $SHARED, ${{NOISE-gone}}, $KEPT\"\n\
         env = { SHARED = \"task\" }\n",
    )
    .variable("NOISE", "loud")
    .variable("KEPT", "kept");
    env.onramp(["test"]).exits(0).says("| [ROOT]/x, task, gone, kept");
    let run = env.onramp(["exec", "--", "sh", "-c", "echo $HOME_OF, $SHARED, ${NOISE-gone}"]).exits(0);
    assert_eq!(run.stdout, "[ROOT]/x, workspace, gone\n");
}

#[test]
fn a_task_sees_no_trace_of_the_cargo_that_started_onramp() {
    let env = workspace("[test.t]\nrun = \"env\"\n")
        .variable("CARGO", "/toolchain/bin/cargo")
        .variable("CARGO_MANIFEST_DIR", "/repository/xtask")
        .variable("CARGO_PKG_NAME", "xtask")
        .variable("RUSTUP_TOOLCHAIN", "1.95.0")
        .variable("LD_LIBRARY_PATH", "/repository/target/debug/deps:/opt/lib")
        .variable("CARGO_HOME", "/cache/cargo");
    env.onramp(["test"]).exits(0);
    let seen = env.read(".onramp/logs/test-t.log");
    for trace in ["CARGO=", "CARGO_MANIFEST_DIR", "CARGO_PKG_", "RUSTUP_TOOLCHAIN", "/target/debug"] {
        assert!(!seen.contains(trace), "{trace} in\n{seen}");
    }
    assert!(
        seen.contains("CARGO_HOME=/cache/cargo\n") && seen.contains("LD_LIBRARY_PATH=/opt/lib\n"),
        "{seen}"
    );
}

#[test]
fn without_cargo_its_variables_are_the_users_own() {
    let env = workspace("[test.t]\nrun = \"env\"\n").variable("RUSTUP_TOOLCHAIN", "nightly");
    env.onramp(["test"]).exits(0).says("RUSTUP_TOOLCHAIN=nightly");
}

#[test]
fn a_command_is_no_shell_text() {
    let env = workspace("[test.t]\nrun = \"printf '%s|' 'a  b' $HOME * ~ 'it'\\\\''s'\"\n");
    env.onramp(["test"]).exits(0).says("| a  b|$HOME|*|~|it's|");
}

#[test]
fn a_task_runs_in_its_folder_and_reads_nothing() {
    let env = workspace("[test.t]\ndir = \"ui\"\nrun = [\"pwd\", \"cat\"]\n").file("ui/keep", "");
    env.onramp(["test"]).exits(0).says("| [ROOT]/ui\n");
}

#[test]
fn the_variable_pwd_names_the_folder_of_the_command() {
    let env = workspace("[test.t]\ndir = \"ui\"\nrun = \"printenv PWD\"\n")
        .file("ui/keep", "")
        .variable("PWD", "/where/the/user/is");
    env.onramp(["test"]).exits(0).says("| [ROOT]/ui\n");
    let run = env.onramp_in("ui", ["exec", "--", "printenv", "PWD"]).exits(0);
    assert_eq!(run.stdout, "[ROOT]/ui\n");
}

#[test]
fn a_folder_that_cannot_be_put_on_path_is_told() {
    let env = workspace("[env]\npath = [\"tools\", \"a:b\"]\n\n[test.t]\nrun = \"true\"\n");
    env.onramp(["test"]).exits(4).says("folder `[ROOT]/a:b` cannot be put on PATH");
}
