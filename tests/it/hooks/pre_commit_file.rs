//! The hooks of `.pre-commit-config.yaml` that run by `[hooks] delegate`.

mod delegated;
mod installed;
mod native;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use onramp_tests::TestEnv;

use super::{git, program, repository};

/// Asks for all hooks of the file.
const ALL: &str = "[hooks]\ndelegate = [\"*\"]\n";

/// Writes down which files a hook is given.
const RECORD: &str = "#!/bin/sh\nid=$1\nshift\necho \"$id runs\" >> \"$SEEN\"\n\
    for file; do echo \"$id $file\" >> \"$SEEN\"; done\n";

/// Stands in for prek: writes down how it is called, and does what a hook does that mends files and fails then.
const PREK: &str = "#!/bin/sh\n{ echo \"prek $*\"; echo \"skips $SKIP\"; pwd; env | grep '^PRE_COMMIT_'; } >> \"$SEEN\"\n\
    test -n \"$GIT_DIR$GIT_INDEX_FILE\" && echo leak >> \"$SEEN\"\n\
    test -z \"$(git diff --name-only)\" || echo unstaged >> \"$SEEN\"\n\
    result=0\nwhile [ $# -gt 0 ] && [ \"$1\" != --files ]; do shift; done\n\
    for file; do if test -f \"$file\" && grep -q bad \"$file\"; then\n\
    sed 's/bad/good/' \"$file\" > new && cat new > \"$file\" && rm new; result=1\nfi; done\nexit $result\n";

/// A repository with such a file, in which git runs the program under test.
fn with_file(configuration: &str, hooks: &str) -> TestEnv {
    let env = repository(configuration);
    let onramp = env.outside().join("programs/onramp");
    fs::remove_file(&onramp).expect("the stand-in");
    symlink(env.program(), &onramp).expect("a link");
    let seen = env.outside().join("seen").display().to_string();
    let env = env.variable("SEEN", &seen).script("record", RECORD);
    env.write(".pre-commit-config.yaml", hooks);
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "hooks"]);
    env
}

fn with_prek(hooks: &str) -> TestEnv {
    let env = with_file(ALL, hooks);
    program(&env.outside().join("programs/prek"), PREK);
    env
}

/// What was written down since the last time.
fn seen(env: &TestEnv) -> String {
    let file = env.outside().join("seen");
    let text = fs::read_to_string(&file).unwrap_or_default();
    drop(fs::remove_file(file));
    text
}

/// A local hook that writes down what it is given.
fn recording(id: &str, keys: &str) -> String {
    format!("      - {{id: {id}, name: {id}, language: system, entry: ./record {id}{keys}}}\n")
}

fn local(hooks: &[String]) -> String {
    format!("repos:\n  - repo: local\n    hooks:\n{}", hooks.concat())
}

const REMOTE: &str =
    "  - repo: https://example.org/hooks\n    rev: v1\n    hooks: [{id: mend}, {id: other}]\n";

/// Pre-commit itself, where the example's environment has it.
fn pre_commit() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flowline/.venv/bin/pre-commit");
    let found = venv.canonicalize().ok();
    if found.is_none() {
        onramp_tests::skip("examples/flowline has no pre-commit; run `cargo xtask setup`");
    }
    found
}
