//! Which tasks changes affect.

use std::fs;

use expect_test::expect;
use onramp_tests::TestEnv;

use super::{branch, commit, git, repository};

/// A library that two of three things are built from, with their tests; each declares what it reads.
const PARTS: &str = r#"
[build.library]
run = "true"
inputs = ["library/**"]

[build.ui]
dir = "ui"
run = "true"
inputs = ["src/**", "../shared.json"]
needs = ["build:library"]

[build.docs]
run = "true"
inputs = ["docs/**"]

[test.ui]
run = "true"
inputs = ["ui/tests/**"]
needs = ["build:ui"]

[test.docs]
run = "true"
inputs = ["docs/links.txt"]

[task.seed]
run = "true"
inputs = ["seed.sql"]
"#;

fn parts() -> TestEnv {
    let env = repository(PARTS);
    for path in ["library/a", "ui/src/a", "ui/tests/a", "docs/a", "docs/links.txt", "shared.json", "seed.sql"]
    {
        env.write(path, "");
    }
    branch(&env);
    env
}

/// The names of the tasks that a dry run would look at.
#[track_caller]
fn plan(env: &TestEnv, words: &[&str]) -> Vec<String> {
    let run = env.onramp(words.iter().chain(&["--dry-run"])).exits(0);
    let lines = run.stdout.lines().filter(|line| !line.starts_with("  "));
    lines.map(|line| line[11..].split("  ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn nothing_changed_nothing_runs() {
    let env = parts();
    let run = env.onramp(["build", "--since", "main"]).exits(0);
    assert_eq!(run.story(), "nothing to do: 0 files changed since main\n");
    let run = env.onramp(["test", "--staged"]).exits(0);
    assert_eq!(run.story(), "nothing to do: 0 files staged\n");
}

#[test]
fn what_a_change_affects_runs_through_the_graph() {
    let env = parts();
    env.write("library/new", "");
    let run = env.onramp(["build", "--since", "main"]).exits(0);
    run.says("1 file changed since main, affecting 2 of 3 selected tasks")
        .says("build:library: passed")
        .says("build:ui: passed")
        .never_says("build:docs");
    env.onramp(["test", "--since=main"])
        .exits(0)
        .says("affecting 1 of 2 selected tasks")
        .says("test:ui: passed")
        .says("build:ui: up to date")
        .never_says("test:docs");
    env.onramp(["run", "seed", "--since", "main"])
        .exits(0)
        .says("nothing to do: 1 file changed since main, affecting none of 1 selected task");
}

#[test]
fn committed_staged_unstaged_new_and_deleted_files_count() {
    let since = ["build", "--since", "main"];
    let env = parts();
    env.write("docs/a", "committed");
    commit(&env);
    assert_eq!(plan(&env, &since), ["build:docs"]);
    git(&env, &["reset", "-q", "--hard", "main"]);
    env.write("shared.json", "staged");
    git(&env, &["add", "shared.json"]);
    assert_eq!(plan(&env, &since), ["build:library", "build:ui"]);
    git(&env, &["reset", "-q", "--hard", "main"]);
    fs::remove_file(env.root().join("docs/a")).unwrap();
    assert_eq!(plan(&env, &since), ["build:docs"]);
    git(&env, &["reset", "-q", "--hard", "main"]);
    git(&env, &["mv", "docs/a", "library/moved"]);
    assert_eq!(plan(&env, &since), ["build:library", "build:docs", "build:ui"]);
}

#[test]
fn only_what_is_staged_counts_as_staged() {
    let env = parts();
    env.write("docs/a", "staged");
    git(&env, &["add", "docs/a"]);
    env.write("library/a", "not staged");
    env.write("undeclared", "not staged");
    assert_eq!(plan(&env, &["build", "--staged"]), ["build:docs"]);
    env.onramp(["build", "--staged", "ui"]).exits(0).says("1 file staged, affecting none of 1 selected task");
    env.onramp(["build", "--staged", "--since", "main"]).exits(2).says("cannot be used with");
}

#[test]
fn what_nobody_declares_affects_everything_and_is_named() {
    let env = parts();
    for name in ["a.cfg", "b.cfg", "c.cfg", "d.cfg", "e.cfg"] {
        env.write(name, "");
    }
    let run = env.onramp(["build", "--since", "main"]).exits(0);
    run.says("5 files changed since main, affecting 3 of 3 selected tasks")
        .says("no task declares a.cfg, b.cfg, c.cfg and 2 other changed files")
        .says("build:docs: passed");
}

#[test]
fn a_file_that_people_read_affects_nothing_unless_a_task_declares_it() {
    let ignoring = format!(
        "[project]\nignore-changes = [\"**/*.md\", \"LICENSE\"]\n{PARTS}\n[test.open]\nrun = \"true\"\n"
    );
    let env = repository(&ignoring).file("docs/page.md", "").file("ui/src/a", "");
    branch(&env);
    env.write("README.md", "");
    env.write("LICENSE", "");
    for verb in ["build", "test"] {
        env.onramp([verb, "--since", "main"]).exits(0).says("2 files changed since main, affecting none of");
    }
    env.write("docs/page.md", "changed");
    assert_eq!(plan(&env, &["build", "--since", "main"]), ["build:docs"]);
    env.write("seed.sql", "changed");
    assert_eq!(plan(&env, &["test", "--since", "main"]), ["test:open"], "a test that declares nothing");
}

#[test]
fn the_configuration_affects_everything() {
    let env = parts();
    env.write("onramp.local.toml", "[env]\nvars = { A = \"1\" }\n");
    env.onramp(["build", "--since", "main"])
        .exits(0)
        .says("everything is affected: onramp.local.toml has changed")
        .says("affecting 3 of 3");
    let env = repository(&format!("{PARTS}\n[lint.toml]\nrun = \"true\"\nfiles = [\"**/*.toml\"]\n"))
        .file("ui/src/a", "");
    env.write("other.toml", &format!("[project]\nname = \"other\"\n{PARTS}"));
    branch(&env);
    env.write("onramp.toml", &format!("{}\n# A comment.\n", env.read("onramp.toml")));
    env.onramp(["build", "--since", "main"]).exits(0).says("onramp.toml has changed");
    git(&env, &["checkout", "-q", "--", "."]);
    env.write("other.toml", &format!("{}\n# A comment.\n", env.read("other.toml")));
    env.onramp(["build", "--since", "main"]).exits(0).says("affecting none of 3 selected tasks");
    env.onramp(["build", "--since", "main", "--config", "other.toml"])
        .exits(0)
        .says("other.toml has changed");
}

#[test]
fn what_is_read_through_a_link_is_another_file() {
    let env = parts();
    fs::create_dir_all(env.root().join("real")).unwrap();
    env.write("real/words", "one");
    std::os::unix::fs::symlink("../real/words", env.root().join("docs/words")).unwrap();
    commit(&env);
    git(&env, &["branch", "-f", "main"]);
    env.write("real/words", "two");
    assert_eq!(plan(&env, &["build", "--since", "main"]), ["build:docs"]);
}

#[test]
fn a_secret_in_a_name_is_masked_and_the_file_is_found() {
    let env = parts().variable("TOKEN", "library");
    let configuration = env.read("onramp.toml");
    env.write("onramp.toml", &format!("{configuration}\n[env]\nsecrets = [\"TOKEN\"]\n"));
    commit(&env);
    env.write("library/new", "");
    let run = env.onramp(["build", "--since", "HEAD", "--dry-run"]).exits(0);
    run.says("because ***/new changed").says("affecting 2 of 3").never_says("library");
}

#[test]
fn tasks_written_in_rust_read_nobody_knows_what() {
    let env = parts();
    env.write("docs/a", "changed");
    let run = env.onramp(["run", "greet", "seed", "--since", "main", "--dry-run"]).exits(0);
    expect![[r#"
        run        task:greet  because it declares no inputs
    "#]]
    .assert_eq(&run.stdout);
}
