//! Changes in workspaces with members.

use onramp_tests::TestEnv;

use super::{branch, commit, git, repository};

const OUTER: &str = r#"[project]
members = ["packages/ui"]

[build.all]
run = "true"
inputs = ["packages/*/package.json"]

[build.site]
run = "true"
inputs = ["site/**"]
needs = ["ui/build:bundle"]
"#;

const UI: &str = r#"[project]
name = "ui"
ignore-changes = ["notes/**"]

[build.bundle]
dir = "app"
run = "true"
inputs = ["src/**"]

[build.icons]
run = "true"
inputs = ["icons/**"]
"#;

fn with_member() -> TestEnv {
    repository(OUTER)
        .file("packages/ui/onramp.toml", UI)
        .file("packages/ui/app/src/a", "")
        .file("packages/ui/icons/a", "")
        .file("packages/ui/package.json", "")
        .file("site/a", "")
}

#[track_caller]
fn plan(env: &TestEnv, words: &[&str]) -> String {
    env.onramp(["build", "--dry-run"].iter().chain(words)).exits(0).stdout.replace("             true\n", "")
}

#[test]
fn a_file_of_a_member_belongs_to_whoever_declares_it() {
    let env = with_member();
    branch(&env);
    env.write("packages/ui/app/src/a", "changed");
    assert_eq!(
        plan(&env, &["--since", "main"]),
        "run        ui/build:bundle  because packages/ui/app/src/a changed\n\
         run        build:site  because it needs ui/build:bundle\n"
    );
    git(&env, &["checkout", "-q", "--", "."]);
    env.write("packages/ui/package.json", "changed");
    assert_eq!(
        plan(&env, &["--since", "main"]),
        "run        build:all  because packages/ui/package.json changed\n"
    );
    git(&env, &["checkout", "-q", "--", "."]);
    env.write("packages/ui/notes/a.md", "");
    assert_eq!(plan(&env, &["--since", "main"]), "");
    env.write("notes/a.md", "");
    assert!(
        plan(&env, &["--since", "main"]).contains("build:all  because notes/a.md changed, which no task")
    );
    std::fs::remove_dir_all(env.root().join("notes")).unwrap();
    env.write("packages/ui/onramp.local.toml", "");
    env.onramp(["build", "--since", "main"]).exits(0).says("packages/ui/onramp.local.toml has changed");
}

#[test]
fn one_who_stands_in_a_member_is_asked_for_the_tasks_of_the_member() {
    let env = with_member();
    branch(&env);
    env.write("packages/ui/icons/a", "changed");
    env.write("site/a", "changed");
    let run = env.onramp_in("packages/ui", ["build", "--since", "main"]).exits(0);
    run.says("2 files changed since main, affecting 1 of 2 selected tasks")
        .says("build:icons: passed")
        .never_says("build:bundle")
        .never_says("build:site");
    env.write("undeclared", "");
    let run = env.onramp_in("packages/ui", ["build", "--since", "main"]).exits(0);
    run.says("everything is affected: no task declares undeclared")
        .says("build:bundle: passed")
        .never_says("build:site");
}

#[test]
fn a_member_that_git_does_not_look_into_counts_as_changed() {
    let env = with_member();
    env.write(".gitignore", "*.ran\npackages/ui/\n");
    branch(&env);
    env.write("site/a", "changed");
    let run = env.onramp(["build", "--dry-run", "--since", "main"]).exits(0);
    run.says("ui/build:icons  because git does not look into its workspace")
        .says("build:site  because site/a");
    let env = with_member();
    env.command("packages/ui", ["git", "init", "-q"]).exits(0);
    env.command("packages/ui", ["git", "commit", "-q", "--allow-empty", "-m", "its own"]).exits(0);
    commit(&env);
    let run = env.onramp(["build", "--dry-run", "--staged"]).exits(0);
    run.says("ui/build:icons  because git does not look into its workspace").never_says("build:all");
}
