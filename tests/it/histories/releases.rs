//! Files that a tag has released.

use expect_test::expect;
use onramp_tests::TestEnv;

use super::{files, findings};

pub(super) fn git(env: &TestEnv, words: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    env.command("", ["git"].into_iter().chain(identity).chain(words.iter().copied())).exits(0);
}

pub(super) fn commit(env: &TestEnv) {
    git(env, &["add", "--all"]);
    git(env, &["commit", "-q", "-m", "a commit"]);
}

/// Three migrations that were released as `v1.0`.
fn released() -> TestEnv {
    let env = files(&[
        ("db/migrations/0001_a.up.sql", "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);\n"),
        ("db/migrations/0002_b.up.sql", "CREATE TABLE c (id INTEGER);\n"),
        ("db/migrations/0004_d.up.sql", "CREATE TABLE d (id INTEGER);\n"),
        ("db/migrations/0005_e.up.sql", "CREATE TABLE e (id INTEGER);\n"),
        ("db/migrations/0006_f.up.sql", "CREATE TABLE f (id INTEGER);\n"),
        ("db/migrations/0007_ä \"x\".up.sql", "CREATE TABLE f (id INTEGER);\n"),
    ]);
    git(&env, &["init", "-q", "-b", "main"]);
    commit(&env);
    git(&env, &["tag", "v1.0"]);
    env
}

#[test]
fn edits_renames_removals_line_ends_and_what_comes_before() {
    let env = released();
    let path = |name: &str| env.root().join("db/migrations").join(name);
    env.write("db/migrations/0001_a.up.sql", "CREATE TABLE a (id BIGINT);\n");
    env.write("db/migrations/0002_b.up.sql", "\u{feff}CREATE TABLE c (id INTEGER);\r\n");
    env.write("db/migrations/0003_new.up.sql", "CREATE TABLE n (id INTEGER);\n");
    std::fs::rename(path("0004_d.up.sql"), path("0004_dd.up.sql")).unwrap();
    std::fs::remove_file(path("0005_e.up.sql")).unwrap();
    env.write("db/migrations/0008_g.up.sql", "CREATE TABLE g (id INTEGER);\n");
    env.onramp(["migrate", "audit", "."]).exits(1).says("released files were held against v1.0");
    expect![[r#"
        error    0001_a.up.sql: has changed since v1.0, which released it [released-edited]
        error    0003_new.up.sql: 0003 is new, and comes before 0007, which v1.0 has released [added-before]
        error    0004_dd.up.sql: was released by v1.0 as 0004_d.up.sql [released-renamed]
        error    0005_e.up.sql: was released by v1.0, and is gone [released-removed]
        warning  0002_b.up.sql: differs in its line ends from v1.0, which released it [released-line-ends]
        warning  0002_b.up.sql: begins with a byte order mark, which some tools hand to the server [byte-order-mark]
        warning  0006_f.up.sql: number 5 is missing before it [gap]
    "#]]
    .assert_eq(&findings(&env));
    // The same from the folder itself, and committed.
    commit(&env);
    let run = env.onramp_in("db/migrations", ["migrate", "audit", "."]).exits(1);
    assert_eq!(run.stdout.matches("v1.0").count(), 5, "{}", run.stdout);
    git(&env, &["tag", "v1.1"]);
    env.onramp(["migrate", "audit", "."]).exits(0).says("held against v1.1").never_says("which released it");
    env.onramp(["migrate", "audit", ".", "--since", "v1.0"]).exits(1).says("held against v1.0");
}

#[test]
fn what_was_not_touched_yields_nothing_and_a_tag_elsewhere_is_none_of_ours() {
    let env = released();
    assert_eq!(findings(&env), "warning  0004_d.up.sql: number 3 is missing before it [gap]\n");
    git(&env, &["checkout", "-q", "--orphan", "other"]);
    env.write("README", "another history");
    commit(&env);
    env.onramp(["migrate", "audit", "."]).exits(0).never_says("held against");
    env.onramp(["migrate", "audit", ".", "--since", "v1.0"]).exits(0).says("held against v1.0");
    env.onramp(["migrate", "audit", ".", "--since", "v9"]).exits(2).says("git knows no commit `v9`");
    env.onramp(["migrate", "audit", ".", "--since=--output=x"]).exits(2).says("git knows no commit");
}

#[test]
fn without_a_repository_there_is_no_release() {
    let env = files(&[("migrations/0001_a.up.sql", "CREATE TABLE a (id INT);")]);
    env.onramp(["migrate", "audit", "."]).exits(0).never_says("held against");
    env.onramp(["migrate", "audit", ".", "--since", "v1"]).exits(2).says("lies in no git repository");
    let env = env.script("bin/git", "#!/bin/sh\nexit 3\n");
    let env = released_without_git(env);
    env.onramp(["migrate", "audit", "."]).exits(0).says("warning: released files were not looked at");
}

/// The same folder as a repository whose git does not work.
fn released_without_git(env: TestEnv) -> TestEnv {
    env.command("", ["git", "init", "-q"]).exits(0);
    let path = env.root().join("bin").display().to_string();
    env.variable("PATH", &path)
}

#[test]
fn what_comes_before_is_a_note_where_the_tool_applies_whatever_is_missing() {
    let dbmate = "-- migrate:up\nCREATE TABLE t (id INTEGER);\n-- migrate:down\nDROP TABLE t;\n";
    let goose = "-- +goose Up\nCREATE TABLE t (id INTEGER);\n-- +goose Down\nDROP TABLE t;\n";
    let up = "CREATE TABLE t (id INTEGER);\n";
    let times = ["20240101120000", "20240201120000", "20240301120000"];
    for (level, numbers, file, content) in [
        ("note", times, "_t.sql", dbmate),
        ("note", times, "_t/up.sql", up),
        ("note", times, "_t/migration.sql", up),
        ("error", times, "_t.sql", goose),
        ("error", times, "_t.up.sql", up),
        ("error", ["0001", "0002", "0003"], "_t.sql", dbmate),
        ("error", ["0001", "0002", "0003"], "_t/migration.sql", up),
    ] {
        let path = |number: &str| format!("db/migrations/{number}{file}");
        let env = files(&[(&path(numbers[0]), content), (&path(numbers[2]), content)]);
        git(&env, &["init", "-q", "-b", "main"]);
        commit(&env);
        git(&env, &["tag", "v1.0"]);
        env.write(&path(numbers[1]), content);
        let found = findings(&env);
        let line = found.lines().find(|line| line.contains("[added-before]")).unwrap_or_default();
        assert!(line.starts_with(level), "{level} {file}: {found}");
        env.onramp(["migrate", "audit", "."]).exits(i32::from(level == "error"));
    }
}

#[test]
fn a_release_that_is_not_there_is_said_with_what_to_do() {
    let env = released();
    env.onramp(["migrate", "audit", ".", "--since", "v9"])
        .exits(2)
        .says("git knows no commit `v9`")
        .says("the nearest tag is v1.0: onramp migrate audit DIR --since v1.0");
    git(&env, &["tag", "-d", "v1.0"]);
    env.onramp(["migrate", "audit", ".", "--since", "v1.0"]).exits(2).says("hint: git -C . fetch --tags");
}

#[test]
fn a_shallow_clone_has_no_tag_and_says_so() {
    let env = released();
    env.write("README", "later");
    commit(&env);
    let from = format!("file://{}", env.root().display());
    let to = env.outside().join("clone");
    let to = to.to_str().unwrap();
    env.command("", ["git", "clone", "-q", "--depth", "1", "--no-tags", &from, to]).exits(0);
    env.onramp(["-C", to, "migrate", "audit", "."])
        .exits(0)
        .says("released files were not looked at: no tag is in this shallow clone; git -C . fetch --unshallow --tags");
    env.onramp(["-C", to, "migrate", "audit", ".", "--since", "v1.0"])
        .exits(2)
        .says("git knows no commit `v1.0` in this shallow clone")
        .says("hint: git -C . fetch --unshallow --tags");
    env.command("", ["git", "-C", to, "fetch", "-q", "--unshallow", "--tags"]).exits(0);
    env.onramp(["-C", to, "migrate", "audit", "."]).exits(0).says("held against v1.0");
}

#[test]
fn a_folder_that_is_younger_than_the_release_is_new() {
    let env = released();
    env.write("other/migrations/0001_x.up.sql", "CREATE TABLE x (id INTEGER);\n");
    env.onramp(["migrate", "audit", "other"])
        .exits(0)
        .says("warning: v1.0 has nothing of other/migrations: it is older, or that lay elsewhere")
        .says("1 history, no findings");
}

#[test]
fn a_folder_that_has_moved_keeps_what_was_released() {
    let env = released();
    std::fs::create_dir(env.root().join("server")).unwrap();
    std::fs::rename(env.root().join("db/migrations"), env.root().join("server/migrations")).unwrap();
    env.write("server/migrations/0001_a.up.sql", "CREATE TABLE a (id BIGINT);\n");
    std::fs::remove_file(env.root().join("server/migrations/0005_e.up.sql")).unwrap();
    for folder in [".", "server"] {
        let run = env.onramp(["migrate", "audit", folder]).exits(1);
        let run = run
            .says("note     .: lay in ../../db/migrations when v1.0 released it [released-moved]")
            .says("0001_a.up.sql: has changed since v1.0, which released it [released-edited]")
            .says("0005_e.up.sql: was released by v1.0, and is gone [released-removed]");
        assert_eq!(run.stdout.matches("[released-").count(), 3, "{}", run.stdout);
    }
    // What was copied has not moved.
    std::fs::create_dir(env.root().join("db/migrations")).unwrap();
    env.write("db/migrations/0002_b.up.sql", "CREATE TABLE c (id INTEGER);\n");
    env.onramp(["migrate", "audit", "server"]).exits(0).never_says("released-moved");
}

#[test]
fn a_submodule_has_releases_of_its_own() {
    let inner = released();
    let outer = files(&[("migrations/0001_a.up.sql", "CREATE TABLE o (id INTEGER);\n")]);
    git(&outer, &["init", "-q", "-b", "main"]);
    let from = inner.root().display().to_string();
    git(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "lib"]);
    commit(&outer);
    git(&outer, &["tag", "o7"]);
    outer.onramp(["migrate", "audit", "."]).exits(0).says("held against o7").says("held against v1.0");
    outer.write("lib/db/migrations/0001_a.up.sql", "CREATE TABLE a (id BIGINT);\n");
    outer.onramp(["migrate", "audit", "."]).exits(1).says("has changed since v1.0");
    outer.onramp(["migrate", "audit", "lib"]).exits(1).says("has changed since v1.0").never_says("o7");
    outer
        .onramp(["migrate", "audit", ".", "--since", "o7"])
        .exits(0)
        .says("warning: released files of lib were not looked at: it is a repository of its own, without o7");
}
