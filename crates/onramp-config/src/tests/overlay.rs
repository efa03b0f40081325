//! `onramp.local.toml`.

use expect_test::{Expect, expect};

use super::Folder;
use crate::{Actions, CommandLine, load_file};

fn check(rest: &str, overlay: &str, expected: Expect) {
    expected.assert_eq(&Folder::named(rest).file("onramp.local.toml", overlay).brief());
}

#[test]
fn the_overlay_wins_key_by_key() {
    let folder = Folder::named("[test.a]\nrun = \"x {args}\"\nargs = [\"1\", \"2\"]")
        .file("onramp.local.toml", "[test.a]\nargs = [\"3\"]\n[test.b]\nrun = \"y\"");
    let tasks = folder.config().tasks;
    let run = vec![CommandLine::Argv(vec!["x".to_owned(), "{args}".to_owned()])];
    assert_eq!(tasks[0].actions, Actions::Test { run, args: vec!["3".to_owned()], junit: None });
    assert_eq!(tasks[1].id.to_string(), "test:b");
}

#[test]
fn the_overlay_may_bring_what_is_required() {
    let folder =
        Folder::new("[test.a]\n").file("onramp.local.toml", "project.name = \"x\"\ntest.a.run = \"x\"");
    assert_eq!(folder.report(), "no error\n");
}

#[test]
fn each_error_is_told_of_its_own_file() {
    check(
        "[test.a]\nrun = \"x\"\nneeds = [\"setup:q\"]\nneed = 1",
        "[test.a]\nrun = \"x {y}\"\n[test.b]\nfoo = 1",
        expect![[r#"
            onramp.local.toml:2:10+3: unknown placeholder `{y}` (allowed here: `{root}`, `{dir}`, `{shard}`, `{shards}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves)
            onramp.local.toml:3:7+1: missing key `run` in `[test.b]` (for example `run = "pytest {args}"`)
            onramp.local.toml:4:1+3: unknown key `foo` in `[test.b]` (known here: `args`, `changes-tree`, `description`, `dir`, `env`, `inputs`, `junit`, `needs`, `outputs`, `reads-env`, `run`, `shell`, `timeout`)
            5:10+9: there is no task `setup:q`
            6:1+4: unknown key `need` in `[test.a]` (did you mean `needs`?)
        "#]],
    );
}

#[test]
fn what_the_overlay_replaces_is_checked_all_the_same() {
    check(
        "[test.a]\nrun = 1",
        "[test.a]\nrun = \"x\"",
        expect![[r#"
        4:7+1: expected a string or a list of strings, found an integer (write it in quotes: `"1"`)
    "#]],
    );
    check(
        "[test.a]\nrun = \"x\"",
        "[test.a]\nrun = 1",
        expect![[r#"
        onramp.local.toml:2:7+1: expected a string or a list of strings, found an integer (write it in quotes: `"1"`)
    "#]],
    );
}

#[test]
fn a_broken_overlay_does_not_keep_the_file_from_being_checked() {
    check(
        "[test.a]\nrun = \"x {y}\"",
        "[test.a\nrun = x",
        expect![[r#"
            onramp.local.toml:1:8+1: unclosed table, expected `]`
            4:10+3: unknown placeholder `{y}` (allowed here: `{root}`, `{dir}`, `{shard}`, `{shards}`, `{args}`, `{staged}`, `{refs}`; write `{{` and `}}` for the braces themselves)
        "#]],
    );
}

#[test]
fn both_files_may_be_broken() {
    let folder = Folder::new("[project]\nname = demo\nnme = 1").file("onramp.local.toml", "a = \nb = 1\n");
    expect![[r#"
        onramp.local.toml:1:5+1: string values must be quoted, expected literal string
        onramp.local.toml:2:1+1: unknown key `b` before any section (known here: `build`, `database`, `env`, `format`, `hooks`, `kubernetes`, `lint`, `project`, `service`, `setup`, `task`, `test`, `tools`)
        2:8+4: string values must be quoted, expected literal string
        3:1+3: unknown key `nme` in `[project]` (did you mean `name`?)
    "#]].assert_eq(&folder.brief());
}

#[test]
fn another_file_is_read_alone() {
    let folder =
        Folder::named("").file("onramp.local.toml", "nope = 1").file("ci.toml", "project.name = \"ci\"");
    assert!(folder.report().contains("nope"));
    let config = load_file(&folder.root(), "ci.toml".as_ref(), &[]).unwrap().config;
    assert_eq!(config.project.name, "ci");
}
