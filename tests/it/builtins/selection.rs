use super::{WHITESPACE, write};
use crate::workspace;

#[test]
fn without_files_it_is_for_all_that_git_would_show() {
    let env = workspace(WHITESPACE)
        .file(".gitignore", "ignored/\n")
        .file("ignored/a.txt", "a ")
        .file("deep/.hidden/a.txt", "a ");
    env.onramp(["fmt"]).exits(0).says("2 files, 1 changed");
    assert_eq!(env.read("ignored/a.txt"), "a ");
    assert_eq!(env.read("deep/.hidden/a.txt"), "a\n");
}

#[test]
fn files_and_exclude_are_relative_to_the_folder() {
    let env = workspace(
        "[format.end]\nbuiltin = [\"end-of-file\"]\ndir = \"src\"\nfiles = [\"*.txt\"]\nexclude = [\"old.txt\"]\n",
    )
    .file("a.txt", "a")
    .file("src/a.txt", "a")
    .file("src/old.txt", "a")
    .file("src/a.md", "a");
    env.onramp(["fmt"]).exits(0).says("1 file, 1 changed").says("changed src/a.txt");
    assert_eq!((env.read("a.txt").as_str(), env.read("src/a.txt").as_str()), ("a", "a\n"));
}

#[test]
fn staged_files_alone_are_looked_at() {
    let env = workspace(WHITESPACE).file("a.txt", "a ").file("b.txt", "b ");
    env.command("", ["git", "init", "-q"]).exits(0);
    env.command("", ["git", "add", "a.txt"]).exits(0);
    env.onramp(["fmt", "--staged"]).exits(0).says("1 file, 1 changed");
    assert_eq!((env.read("a.txt").as_str(), env.read("b.txt").as_str()), ("a\n", "b "));
}

#[test]
fn a_large_file_that_is_a_pointer_in_git_is_none() {
    let env = workspace(
        "[project]\nname = \"large\"\n\n[lint.large]\nbuiltin = [{ name = \"large-files\", max = \"1KiB\" }]\n",
    );
    let names = ["new\nline.bin", "-dash.bin", "a b.bin"];
    names.iter().for_each(|name| env.write(name, &"x".repeat(2000)));
    env.write("deep/.gitattributes", "*.bin -filter\n");
    env.onramp(["lint"]).exits(1).says("3 problems in 3 files");
    env.command("", ["git", "init", "-q"]).exits(0);
    env.onramp(["lint"]).exits(1).says("3 problems in 3 files");
    env.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    env.onramp(["lint"]).exits(0);
    env.write("deep/other.bin", &"x".repeat(2000));
    env.onramp(["lint"]).exits(1).says("1 problem in 1 file").says("deep/other.bin");
}

#[test]
fn with_inputs_a_result_is_kept_until_a_file_changes_its_mode_or_name() {
    let env = workspace("[lint.files]\nbuiltin = [\"executables\", \"broken-symlinks\"]\ninputs = []\n");
    write(&env, &[("a", b"#!/bin/sh\n"), ("b", b"b\n")]);
    env.command("", ["chmod", "+x", "a"]).exits(0);
    std::os::unix::fs::symlink("b", env.root().join("link")).unwrap();
    env.onramp(["lint"]).exits(0);
    env.onramp(["lint"]).exits(0).says("lint:files: up to date");
    env.command("", ["chmod", "-x", "a"]).exits(0);
    env.onramp(["lint"]).exits(1).says("a:1:1: its first line says what runs it");
    env.command("", ["chmod", "+x", "a"]).exits(0);
    env.onramp(["lint"]).exits(0).says("lint:files: up to date");
    std::fs::rename(env.root().join("b"), env.root().join("c")).unwrap();
    env.onramp(["lint"]).exits(1).says("link: the link leads to `b`");
}

#[test]
fn a_formatter_with_inputs_is_up_to_date_once_nothing_is_left() {
    let env = workspace(&format!("{WHITESPACE}inputs = []\n")).file("a.txt", "a ");
    env.onramp(["fmt"]).exits(0).says("1 changed");
    env.onramp(["fmt"]).exits(0);
    env.onramp(["fmt"]).exits(0).says("format:whitespace: up to date");
    env.write("a.txt", "a ");
    env.onramp(["fmt"]).exits(0).says("1 changed");
}

#[test]
fn a_timeout_ends_it_between_files() {
    let env = workspace(&format!("{WHITESPACE}timeout = \"1ms\"\n"));
    (0..3000).for_each(|number| env.write(&format!("many/f{number}.txt"), &"a \n".repeat(100)));
    env.onramp(["fmt", "--check"])
        .exits(1)
        .says("format:whitespace failed: not done within the task's 0.001 s");
}
