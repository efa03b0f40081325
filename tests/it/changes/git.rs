//! What becomes of a run where git has no answer, or another one than usual.

use onramp_tests::{Run, TestEnv};

use crate::workspace;

use super::{branch, commit, git, in_git, repository};

const TWO: &str =
    "[build.a]\nrun = \"true\"\ninputs = [\"a\"]\n\n[build.b]\nrun = \"true\"\ninputs = [\"b\"]\n";

/// Expects that both tasks run, and returns what is said about it.
#[track_caller]
fn runs_both(run: Run) -> Run {
    run.exits(0)
        .says("build:a: ")
        .says("build:b: ")
        .says("warning: what has changed is not known, so everything selected runs: ")
}

#[test]
fn without_a_repository_everything_runs() {
    let env = workspace(TWO).file("a", "").file("b", "");
    runs_both(env.onramp(["build", "--since", "main"])).says("lies in no git repository");
    runs_both(env.onramp(["build", "--staged"])).says("lies in no git repository");
    let env = env.script("bin/true", "#!/bin/sh\n");
    let path = env.root().join("bin").display().to_string();
    let env = env.variable("PATH", &path);
    runs_both(env.onramp(["build", "--staged"])).says("program `git` not found on PATH");
}

#[test]
fn a_failure_is_a_failure_all_the_same() {
    let env = workspace("[build.a]\nrun = \"false\"\n");
    env.onramp(["build", "--since", "main"])
        .exits(1)
        .says("lies in no git repository")
        .says("build:a failed");
}

#[test]
fn an_unknown_revision_is_told_with_what_fetches_it() {
    let env = repository(TWO).file("a", "").file("b", "");
    commit(&env);
    runs_both(env.onramp(["build", "--since", "origin/main"])).says(
        "git knows no commit `origin/main`; to mend it: git fetch origin main:refs/remotes/origin/main",
    );
    runs_both(env.onramp(["build", "--since=--all"])).says("git knows no commit `--all`");
}

#[test]
fn a_repository_without_commits_has_no_revisions_and_staged_files() {
    let env = repository(TWO).file("a", "").file("b", "");
    runs_both(env.onramp(["build", "--since", "HEAD"])).says("git knows no commit `HEAD`");
    git(&env, &["add", "b"]);
    env.onramp(["build", "--staged"]).exits(0).says("affecting 1 of 2").never_says("build:a");
}

#[test]
fn unrelated_histories_are_told() {
    let env = repository(TWO).file("a", "").file("b", "");
    commit(&env);
    git(&env, &["checkout", "-q", "--orphan", "other"]);
    env.write("a", "changed");
    commit(&env);
    runs_both(env.onramp(["build", "--since", "main"]))
        .says("`main` and what is checked out have no common ancestor");
}

/// `main` and the branch `topic` with a change to `b` in a repository beside the workspace, and the workspace as
/// a clone of `topic` with one commit.
fn shallow() -> TestEnv {
    let env = repository(TWO).file("a", "").file("b", "");
    branch(&env);
    env.write("b", "changed");
    commit(&env);
    let clone = env.outside().join("shallow clone");
    let (url, path) = (format!("file://{}", env.root().display()), clone.display().to_string());
    git(&env, &["clone", "-q", "--depth=1", "--branch=topic", &url, &path]);
    env.in_root(clone)
}

/// The command that a warning gives to mend what it is about.
fn mend(run: &Run) -> Vec<String> {
    let (_, command) = run.stderr.split_once("to mend it: ").expect("a command is told");
    command.lines().next().unwrap_or_default().split(' ').map(str::to_owned).collect()
}

#[test]
fn a_shallow_clone_says_so_and_what_mends_it_does() {
    for revision in ["origin/main", "main"] {
        let env = shallow();
        let run = runs_both(env.onramp(["build", "--since", revision]))
            .says(&format!("git knows no commit `{revision}` in this shallow clone"));
        env.command("", mend(&run)).exits(0);
        let run = env.onramp(["build", "--since", revision]).exits(0);
        run.says(&format!("1 file changed since {revision}, affecting 1 of 2")).never_says("build:a");
    }
    // What is there without its past is mended as well.
    let env = shallow();
    git(&env, &["fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    let run = runs_both(env.onramp(["build", "--since", "origin/main"]))
        .says("the history of this shallow clone does not reach back to where `origin/main` branched off");
    env.command("", mend(&run)).exits(0);
    env.onramp(["build", "--since", "origin/main"]).exits(0).says("affecting 1 of 2").never_says("build:a");
}

#[test]
fn a_linked_work_tree_has_changes_of_its_own() {
    let env = repository(TWO).file("a", "").file("b", "");
    branch(&env);
    git(&env, &["worktree", "add", "-q", "--detach", "../linked"]);
    env.write("a", "changed here");
    let linked = env.outside().join("linked");
    let linked = env.in_root(linked).file("b", "changed there");
    linked.onramp(["build", "--since", "main"]).exits(0).says("affecting 1 of 2").never_says("build:a");
}

#[test]
fn repositories_within_are_no_changes() {
    let env = repository(TWO).file("a", "").file("b", "");
    branch(&env);
    git(&env, &["clone", "-q", ".", "checkout of another"]);
    env.onramp(["build", "--since", "main"]).exits(0).says("nothing to do: 0 files changed since main");
    git(
        &env,
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./checkout of another", "sub"],
    );
    env.onramp(["build", "--staged"]).exits(0).says("no task declares .gitmodules, sub, so nobody knows");
}

#[test]
fn a_hook_asks_about_the_index_that_is_committed() {
    let env = repository(TWO).file("a", "").file("b", "");
    commit(&env);
    let program = env.program().display().to_string();
    let env = env.script(
        ".git/hooks/pre-commit",
        &format!("#!/bin/sh\nexec '{program}' build --staged --format=plain\n"),
    );
    env.write("a", "staged");
    git(&env, &["add", "a"]);
    env.write("b", "committed alone");
    let run = env.command("", ["git", "commit", "-m", "only b", "b"]).exits(0);
    run.says("1 file staged, affecting 1 of 2 selected tasks").says("build:b: passed").never_says("build:a");
}

#[test]
fn an_interrupted_question_interrupts_the_run() {
    let env =
        in_git(workspace(TWO)).script("bin/git", "#!/bin/sh\necho asked >&2\ntouch asked.ran\nsleep 60\n");
    let path = format!("{}:/usr/bin:/bin", env.root().join("bin").display());
    let env = env.variable("PATH", &path);
    let mut run = env.start(["build", "--since", "main"]);
    run.wait_until(|| env.has("asked.ran"));
    run.signal(onramp_exec::Signal::INT);
    run.finish().exits(130).never_says("build:a");
}
