use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{WHITESPACE, bytes, odd_names, untidy, write};
use crate::workspace;

#[test]
fn fmt_mends_each_kind_of_file_once() {
    let env = untidy();
    let mode = |path: &str| fs::metadata(env.root().join(path)).unwrap().permissions().mode() & 0o7777;
    fs::set_permissions(env.root().join("no-end.txt"), Permissions::from_mode(0o750)).unwrap();
    env.onramp(["fmt"])
        .exits(0)
        .says("format:whitespace > 15 files, 10 changed")
        .says("changed crlf.txt")
        .says("changed \"new\\nline.txt\"")
        .never_says("changed link.txt")
        .never_says("changed tidy");
    for (path, expected) in [
        ("crlf.txt", "a\\r\\nb\\r\\n"),
        ("no-end.txt", "a\\n"),
        ("only-ends.txt", ""),
        ("latin-1.txt", "caf\\xe9\\n"),
        ("mark.txt", "a\\n"),
        ("mixed.txt", "a\\r\\nb\\r\\nc\\r\\n"),
        ("break.md", "a  \\nb\\n"),
        ("binary.bin", "a \\x00 \\n\\n"),
        ("empty.txt", ""),
        ("tidy.txt", "a\\n"),
        ("tidy-crlf.txt", "a\\r\\n"),
    ] {
        assert_eq!(bytes(&env, path), expected, "{path}");
    }
    assert_eq!(env.read("long.txt"), "line\n".repeat(20_000));
    for name in odd_names() {
        assert_eq!(fs::read(env.root().join(&name)).unwrap(), b"a\n", "{name:?}");
    }
    assert!(env.root().join("link.txt").is_symlink());
    assert_eq!(mode("no-end.txt"), 0o750);
    let before = env.snapshot();
    env.onramp(["fmt"]).exits(0).says("format:whitespace > 15 files, 0 changed");
    env.onramp(["fmt", "--check"]).exits(0);
    let files = |snapshot: Vec<(std::path::PathBuf, Vec<u8>)>| {
        let mut files = snapshot;
        files.retain(|(path, _)| !path.components().any(|part| part.as_os_str() == ".onramp"));
        files
    };
    assert_eq!(files(env.snapshot()), files(before), "nothing is left lying beside the files");
}

#[test]
fn a_read_only_file_is_told_and_stays() {
    let env = workspace(WHITESPACE);
    write(&env, &[("locked.txt", b"a "), ("other.txt", b"b ")]);
    fs::set_permissions(env.root().join("locked.txt"), Permissions::from_mode(0o444)).unwrap();
    env.onramp(["fmt"])
        .exits(1)
        .says("locked.txt: the file is read-only")
        .says("format:whitespace failed: 1 file could not be read or changed, of 2 files");
    assert_eq!((env.read("locked.txt").as_str(), env.read("other.txt").as_str()), ("a ", "b\n"));
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let env = workspace(WHITESPACE);
    write(&env, &[("secret.txt", b"a\n")]);
    fs::set_permissions(env.root().join("secret.txt"), Permissions::from_mode(0o000)).unwrap();
    let run = env.onramp(["fmt", "--check"]);
    if fs::read(env.root().join("secret.txt")).is_ok() {
        // Whoever may read everything has nothing to be told.
        run.exits(0);
    } else {
        run.exits(1).says("secret.txt: Permission denied");
    }
}

#[test]
fn lint_mends_only_when_it_is_told_to() {
    let env = workspace("[lint.files]\nbuiltin = [\"end-of-file\", \"json\"]\nfiles = [\"*.json\"]\n");
    write(&env, &[("a.json", b"{}"), ("b.json", b"{")]);
    env.onramp(["lint"])
        .exits(1)
        .says("a.json:1:3: no newline at the end of the file [end-of-file]")
        .says("b.json:1:1: EOF while parsing an object [json]")
        .says("hint: onramp lint --fix files");
    assert_eq!(env.read("a.json"), "{}");
    env.onramp(["lint", "--fix"])
        .exits(1)
        .says("changed a.json")
        .says("EOF while parsing an object")
        .never_says("hint: ");
    assert_eq!(env.read("a.json"), "{}\n");
    write(&env, &[("b.json", b"[]")]);
    env.onramp(["lint", "--fix"]).exits(0);
    env.onramp(["lint"]).exits(0);
}

#[test]
fn formatters_of_both_kinds_take_turns() {
    let env = workspace(
        "[format.end]\nbuiltin = [\"end-of-file\"]\nfiles = [\"*.txt\"]\n\n\
         [format.tool]\nshell = true\nrun = \"sleep 0.1; printf 'x ' >> a.txt\"\ncheck = \"true\"\nfiles = [\"*.txt\"]\n\n\
         [format.blanks]\nbuiltin = [\"trailing-whitespace\"]\nfiles = [\"*.txt\"]\n",
    );
    write(&env, &[("a.txt", b"a")]);
    env.onramp(["fmt", "-j4"]).exits(0);
    assert_eq!(env.read("a.txt"), "a\nx");
}
