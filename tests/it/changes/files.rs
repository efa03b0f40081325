//! What formatters and linters are given of their files.

use onramp_tests::TestEnv;

use super::{branch, commit, git, repository};

/// A linter that notes which files it is given and refuses those with `bad` in them.
const LINTER: &str = r#"
[setup.tool]
run = "true"
inputs = ["tool.lock"]

[lint.words]
run = "sh lint.sh {files}"
files = ["**/*.txt"]
exclude = ["generated/**"]
inputs = ["settings"]
needs = ["setup:tool"]

[lint.whole]
run = "sh lint.sh whole"
files = ["*.txt"]
inputs = []
"#;

const SCRIPT: &str = "echo \"$*\" >> given.ran\ntest \"$1\" = whole || ! grep -l bad \"$@\"\n";

fn texts() -> TestEnv {
    let env =
        repository(&format!("[project]\nignore-changes = [\"lint.sh\"]\n{LINTER}")).file("lint.sh", SCRIPT);
    for path in ["a.txt", "b.txt", "deep/c d.txt", "generated/e.txt", "gone.txt", "settings", "tool.lock"] {
        env.write(path, "");
    }
    branch(&env);
    env
}

/// What the linter was given since this was asked last, call by call.
fn given(env: &TestEnv) -> Vec<String> {
    let given = env.read("given.ran").lines().map(str::to_owned).collect();
    env.write("given.ran", "");
    given
}

const SINCE: [&str; 4] = ["lint", "words", "--since", "main"];

#[test]
fn only_the_changed_files_are_handed_over() {
    let env = texts();
    env.write("b.txt", "changed");
    env.write("deep/c d.txt", "changed");
    env.write("generated/e.txt", "changed");
    std::fs::remove_file(env.root().join("gone.txt")).unwrap();
    // The generated file is nobody's, so everything is looked at; without it, only what changed.
    env.onramp(SINCE).exits(0).says("no task declares generated/e.txt");
    assert_eq!(given(&env), ["a.txt b.txt deep/c d.txt"]);
    git(&env, &["checkout", "-q", "generated"]);
    env.onramp(SINCE.iter().chain(&["--force"])).exits(0);
    assert_eq!(given(&env), ["b.txt deep/c d.txt"]);
    env.onramp(SINCE.iter().chain(&["--dry-run"]))
        .exits(0)
        .says("run        lint:words  because b.txt changed, given its changed files alone");
}

#[test]
fn staged_files_are_handed_over_as_they_lie_in_the_tree() {
    let env = texts();
    env.write("a.txt", "staged");
    git(&env, &["add", "a.txt"]);
    env.write("b.txt", "not staged");
    env.onramp(["lint", "words", "--staged"]).exits(0);
    assert_eq!(given(&env), ["a.txt"]);
    env.write("a.txt", "bad");
    env.onramp(["lint", "words", "--staged"]).exits(1);
}

#[test]
fn files_that_are_gone_are_not_handed_over() {
    let env = texts();
    std::fs::remove_file(env.root().join("gone.txt")).unwrap();
    env.onramp(SINCE).exits(0).says("lint:words > nothing to do: none of its changed files is left");
    assert_eq!(given(&env), [""; 0]);
}

#[test]
fn new_settings_and_new_tools_look_at_everything() {
    for reason in ["settings", "tool.lock"] {
        let env = texts();
        env.write("b.txt", "changed");
        env.write(reason, "changed");
        env.onramp(SINCE).exits(0);
        assert_eq!(given(&env), ["a.txt b.txt deep/c d.txt gone.txt"], "{reason}");
    }
}

#[test]
fn a_success_of_some_files_is_no_success_of_all() {
    let env = texts();
    env.write("a.txt", "bad");
    commit(&env);
    git(&env, &["branch", "-f", "main"]);
    env.write("b.txt", "changed");
    for _ in 0..2 {
        env.onramp(SINCE).exits(0).says("lint:words: passed");
        assert_eq!(given(&env), ["b.txt"]);
    }
    env.onramp(["lint", "words"]).exits(1).says("a.txt");
    env.write("a.txt", "good");
    env.onramp(["lint", "words"]).exits(0);
    env.onramp(SINCE).exits(0).says("lint:words: up to date");
}

#[test]
fn a_tool_that_looks_for_itself_runs_as_a_whole_and_is_recorded() {
    let env = texts();
    env.write("b.txt", "changed");
    env.onramp(["lint", "whole", "--since", "main"]).exits(0).says("lint:whole: passed");
    env.onramp(["lint", "whole"]).exits(0).says("lint:whole: up to date");
    assert_eq!(given(&env), ["whole"]);
}

#[test]
fn what_another_task_needs_does_all_of_its_work() {
    let env = texts();
    let more = "\n[lint.after]\nrun = \"true\"\nfiles = [\"b.txt\"]\nneeds = [\"lint:words\"]\n";
    env.write("onramp.toml", &format!("{}{more}", env.read("onramp.toml")));
    commit(&env);
    git(&env, &["branch", "-f", "main"]);
    env.write("b.txt", "changed");
    env.onramp(["lint", "--since", "main"]).exits(0).says("affecting 3 of 3");
    assert!(given(&env).contains(&"a.txt b.txt deep/c d.txt gone.txt".to_owned()));
}

#[test]
fn a_formatter_changes_only_what_changed() {
    let env = repository(
        "[format.mark]\nshell = true\nrun = \"for file in {files}; do echo formatted > $file; done\"\n\
         check = \"true\"\nfiles = [\"*.txt\"]\n",
    )
    .file("a.txt", "old")
    .file("b.txt", "old");
    branch(&env);
    env.write("b.txt", "new");
    env.onramp(["fmt", "--since", "main"]).exits(0);
    assert_eq!((env.read("a.txt").as_str(), env.read("b.txt").as_str()), ("old", "formatted\n"));
}
