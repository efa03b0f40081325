use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{bytes, untidy, write};
use crate::workspace;

#[test]
fn check_tells_the_lines_and_changes_nothing() {
    let env = untidy();
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("crlf.txt:1:2: trailing whitespace [trailing-whitespace]")
        .says("no-end.txt:1:2: no newline at the end of the file [end-of-file]")
        .says("only-ends.txt:1:1: nothing but empty lines [end-of-file]")
        .says("latin-1.txt:1:5: trailing whitespace")
        .says("mark.txt:1:1: byte order mark of UTF-8 [byte-order-mark]")
        .says("mixed.txt:3:2: mixed line endings: 1 LF, 2 CRLF [line-endings]")
        .says("break.md:2:2: trailing whitespace")
        .says("long.txt:10:5: trailing whitespace")
        .says("long.txt: trailing whitespace on 19990 more lines")
        .says("\"new\\nline.txt\":1:2: trailing whitespace")
        .says("\"latin-\\xE9 .txt\":1:2: trailing whitespace")
        .says("hint: onramp fmt whitespace")
        .never_says("long.txt:11:")
        .never_says("binary.bin")
        .never_says("link.txt");
    assert_eq!(bytes(&env, "crlf.txt"), "a \\r\\nb\\r\\n");
    assert_eq!(bytes(&env, "no-end.txt"), "a");
}

#[test]
fn each_check_finds_what_it_is_for() {
    let env = workspace(
        r#"
[project]
name = "demo"

[lint.files]
builtin = [
    "merge-markers",
    { name = "large-files", max = "10KiB" },
    "case-conflicts",
    "broken-symlinks",
    "private-keys",
    "toml",
    "json",
    "yaml",
    "executables",
]
"#,
    );
    let key = format!("-----BEGIN {} KEY-----\n", "PRIVATE");
    write(
        &env,
        &[
            ("merged.txt", b"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n"),
            ("large.bin", &[0; 10_241]),
            ("README", b""),
            ("readme", b""),
            ("id", key.as_bytes()),
            ("a.toml", b"a = 1\na = 2\n"),
            ("a.json", b"{,}"),
            ("a.yaml", b"a: [\n"),
            ("two.yaml", b"a: !tag 1\n---\nb: &x 2\n"),
            ("script", b"#!/bin/sh\n"),
            ("program", b"x\n"),
        ],
    );
    fs::set_permissions(env.root().join("program"), Permissions::from_mode(0o755)).unwrap();
    symlink("gone", env.root().join("broken")).unwrap();
    symlink("script", env.root().join("fine")).unwrap();
    env.onramp(["lint"])
        .exits(1)
        .says("merged.txt:1:1: a merge was not finished: `<<<<<<<` [merge-markers]")
        .says("merged.txt:3:1: a merge was not finished: `=======`")
        .says("large.bin: 11 KiB, and at most 10 KiB are allowed [large-files]")
        .says("README: differs from `readme` in case only [case-conflicts]")
        .says("broken: the link leads to `gone`, which is not there [broken-symlinks]")
        .says("id:1:1: a private key [private-keys]")
        .says("a.toml:2:1: duplicate key [toml]")
        .says("a.json:1:2: key must be a string [json]")
        .says("a.yaml:")
        .says("script:1:1: its first line says what runs it, but it is not executable [executables]")
        .says("program:1:1: executable, but its first line does not say what runs it [executables]")
        .never_says("two.yaml")
        .never_says("fine")
        .never_says("hint: ");
}

#[test]
fn what_looks_at_commits_leaves_files_alone() {
    let env = workspace("[lint.commits]\nbuiltin = [\"forbidden-branch\", \"commit-message\"]\n");
    env.onramp(["lint"]).exits(0).says(
        "lint:commits > nothing to do: forbidden-branch, commit-message is for git hooks, and looks at no file",
    );
}
