//! Formatters and linters that are given only the files that are not known to be clean.

mod convergence;
mod differences;
mod knowledge;
mod names;
mod paths;
mod ruff;
mod runs;
mod text;
mod types;

use onramp_tests::TestEnv;

use crate::workspace;

/// A formatter that puts an end to capitals.
const LOWER: &str = r#"
[format.lower]
run = "./lower.sh {files}"
check = "./lower.sh --check {files}"
files = ["**/*.txt"]
per-file = true
"#;

/// Notes in `ran` what it is given, and runs the workspace's `meanwhile` before it ends.
const LOWER_SCRIPT: &str = r#"#!/bin/sh
check=no
if [ "$1" = --check ]; then check=yes; shift; fi
status=0
for file; do
    printf '<%s>\n' "$file" >> ran
    tr A-Z a-z < "$file" > .onramp-test-new
    if cmp -s "$file" .onramp-test-new; then :
    elif [ $check = yes ]; then echo "would change $file"; status=1
    else cat .onramp-test-new > "$file"; fi
done
if [ -e meanwhile ]; then mv meanwhile .meanwhile; . ./.meanwhile; fi
exit $status
"#;

/// A workspace with that formatter, and three files that it has nothing to do with, and one that it changes.
fn lower() -> TestEnv {
    workspace(LOWER)
        .script("lower.sh", LOWER_SCRIPT)
        .file("a.txt", "a")
        .file("b.txt", "b")
        .file("deep/c.txt", "c")
        .file("loud.txt", "LOUD")
}

/// Runs a verb that must succeed, and tells which files the tools were given, in order.
#[track_caller]
fn given(env: &TestEnv, arguments: &[&str]) -> String {
    env.write("ran", "");
    env.onramp(arguments.iter().copied()).exits(0);
    ran(env)
}

fn ran(env: &TestEnv) -> String {
    env.read("ran").split_whitespace().collect::<Vec<_>>().join(" ")
}
