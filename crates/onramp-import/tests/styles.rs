//! Whole configurations of each style, and what becomes of them.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use onramp_import::Import;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The files of a folder and of those in it, without what is expected of them.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(next).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.file_name().is_some_and(|name| name != "expected.toml") {
                let name =
                    path.strip_prefix(folder).expect("a path in the folder").to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    files.sort();
    files
}

#[track_caller]
fn check(style: &str) {
    let folder = fixtures().join(style);
    let import = Import::read(&files(&folder)).expect("a configuration that can be read");
    expect_file![folder.join("expected.toml")].assert_eq(&import.fresh("flowline"));
}

#[test]
fn pre_commit() {
    for style in ["pre-commit-server", "pre-commit-monorepo", "pre-commit-hostile"] {
        check(style);
    }
}

#[test]
fn lefthook() {
    for style in ["lefthook-commands", "lefthook-jobs", "lefthook-toml"] {
        check(style);
    }
}

#[test]
fn husky_and_lint_staged() {
    for style in ["husky-simple", "husky-monorepo", "husky-old"] {
        check(style);
    }
}
