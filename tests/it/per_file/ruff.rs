//! A real formatter with settings in several folders.

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace with ruff of the example product; `None`, and said so, where that has not been set up.
fn ruff() -> Option<TestEnv> {
    let bin = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flowline/.venv/bin");
    if !bin.join("ruff").exists() {
        onramp_tests::skip("examples/flowline is not set up; run `cargo xtask setup`");
        return None;
    }
    let env = workspace(&format!(
        "[env]\npath = [\"{}\"]\n\n[format.ruff]\nrun = \"ruff format --quiet {{files}}\"\n\
         check = \"ruff format --check {{files}}\"\nfiles = [\"**/*.py\"]\n",
        bin.display()
    ));
    Some(env.file("a.py", "x = 'a'\n").file("one/b.py", "x = \"b\"\n").file("two/deep/c.py", "x = \"c\"\n"))
}

/// How many files ruff would be given, of how many, and the lines about them.
fn why(env: &TestEnv) -> String {
    env.onramp(["why", "format:ruff"]).exits(0).stdout
}

#[test]
fn settings_count_for_the_files_below_them() {
    let Some(env) = ruff() else { return };
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("a.py"), "x = \"a\"\n");
    env.onramp(["fmt"]).exits(0).says("format:ruff: up to date");
    env.write("two/ruff.toml", "format.quote-style = \"single\"\n");
    let text = why(&env);
    assert_eq!(text.lines().next(), Some("format:ruff would run for 1 of 3 files"));
    assert!(text.contains("  file     two/deep/c.py  settings in two/ruff.toml changed\n"), "{text}");
    env.onramp(["fmt"]).exits(0);
    assert_eq!(
        (env.read("two/deep/c.py").as_str(), env.read("one/b.py").as_str()),
        ("x = 'c'\n", "x = \"b\"\n")
    );
    env.onramp(["fmt"]).exits(0).says("format:ruff: up to date");
    env.write("pyproject.toml", "[tool.ruff]\nline-length = 100\n");
    assert_eq!(why(&env).lines().next(), Some("format:ruff would run for 3 of 3 files"));
    env.onramp(["fmt"]).exits(0);
    std::fs::remove_file(env.root().join("two/ruff.toml")).unwrap();
    assert_eq!(why(&env).lines().next(), Some("format:ruff would run for 1 of 3 files"));
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("two/deep/c.py"), "x = \"c\"\n");
}

#[test]
fn settings_above_the_workspace_count_up_to_the_root_of_the_repository() {
    let Some(env) = ruff() else { return };
    let above = env.root().parent().unwrap().to_path_buf();
    env.command("..", ["git", "init", "-q"]).exits(0);
    env.onramp(["fmt"]).exits(0);
    std::fs::write(above.join("ruff.toml"), "format.quote-style = \"single\"\n").unwrap();
    assert_eq!(why(&env).lines().next(), Some("format:ruff would run for 3 of 3 files"));
    env.onramp(["fmt"]).exits(0);
    assert_eq!(env.read("a.py"), "x = 'a'\n");
    env.onramp(["fmt"]).exits(0).says("format:ruff: up to date");
}

#[test]
fn a_checkout_of_another_branch_costs_no_tool() {
    let Some(env) = ruff() else { return };
    let git = |words: &str| {
        let all = ["git", "-c", "user.name=n", "-c", "user.email=e"].into_iter().chain(words.split(' '));
        env.command("", all).exits(0)
    };
    env.onramp(["fmt"]).exits(0);
    git("init -q -b main");
    git("add a.py one two onramp.toml");
    git("commit -qm one");
    git("checkout -qb other");
    env.write("a.py", "x = \"other\"\n");
    env.write("one/b.py", "y = \"other\"\n");
    git("commit -qam two");
    env.onramp(["fmt"]).exits(0).says("1 passed");
    for branch in ["main", "other"] {
        git(&format!("checkout -q {branch}"));
        env.onramp(["fmt"]).exits(0).says("format:ruff: up to date");
    }
}

#[test]
fn differences_and_texts_of_an_editor_follow_the_settings_of_the_folder() {
    let Some(env) = ruff() else { return };
    env.write("two/ruff.toml", "format.quote-style = \"single\"\n");
    env.write("two/deep/c.py", "x = \"c\"\n");
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("    -x = 'a'\n    +x = \"a\"\n")
        .says("    --- a/two/deep/c.py\n    +++ b/two/deep/c.py\n    @@ -1 +1 @@\n    -x = \"c\"\n    +x = 'c'\n")
        .never_says("one/b.py\n");
    assert_eq!((env.read("a.py").as_str(), env.read("two/deep/c.py").as_str()), ("x = 'a'\n", "x = \"c\"\n"));
    let script = "printf 'y   =  \"new\"\\n' | \"$1\" fmt --stdin-path two/new/d.py";
    let program = env.program().display().to_string();
    let run = env.command("", ["sh", "-c", script, "sh", &program]).exits(0);
    assert_eq!(run.stdout, "y = 'new'\n");
    let script = "printf 'y = (\\n' | \"$1\" fmt --stdin-path a.py";
    let run = env.command("", ["sh", "-c", script, "sh", &program]).exits(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("a.py"), "{}", run.stderr);
}
