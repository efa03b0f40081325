//! `--since` and `--staged`: what a verb is kept to, and what it says where git has no answer.

mod files;
mod forecast;
mod git;
mod members;
mod selection;

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace in a git repository, not committed yet. The tasks of these tests leave marks called `*.ran`.
fn repository(configuration: &str) -> TestEnv {
    let env = in_git(workspace(configuration)).file(".gitignore", "*.ran\n");
    git(&env, &["init", "-q", "-b", "main"]);
    env
}

/// An environment in which git can commit and knows nothing of the machine's configuration.
fn in_git(env: TestEnv) -> TestEnv {
    env.variable("GIT_CONFIG_NOSYSTEM", "1")
        .variable("GIT_AUTHOR_NAME", "A. U. Thor")
        .variable("GIT_AUTHOR_EMAIL", "author@example.org")
        .variable("GIT_COMMITTER_NAME", "A. U. Thor")
        .variable("GIT_COMMITTER_EMAIL", "author@example.org")
}

/// Runs git at the root of the workspace.
#[track_caller]
fn git(env: &TestEnv, words: &[&str]) {
    env.command("", ["git"].into_iter().chain(words.iter().copied())).exits(0);
}

/// Commits everything.
#[track_caller]
fn commit(env: &TestEnv) {
    git(env, &["add", "--all"]);
    git(env, &["commit", "-q", "-m", "a commit"]);
}

/// Starts a branch, so that `main` stays behind.
#[track_caller]
fn branch(env: &TestEnv) {
    commit(env);
    git(env, &["checkout", "-q", "-b", "topic"]);
}
