//! The hooks that are not before a commit: what git hands to them, and what becomes of their exit code.

use std::fs;
use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use super::{git, git_in, repository};

/// A repository whose hooks are installed and run the program under test.
fn with_hooks(configuration: &str) -> TestEnv {
    let env = repository(configuration);
    let onramp = env.outside().join("programs/onramp");
    fs::remove_file(&onramp).expect("the stand-in");
    symlink(env.program(), &onramp).expect("a link");
    env.onramp(["hooks", "install"]).exits(0);
    env
}

/// A task that writes what it is given into the file `said`.
const SAY: &str = "#!/bin/sh\n{ echo \"$@\"; cat; } >> \"$ONRAMP_TEST_SAID\"\n";

fn said(env: &TestEnv) -> String {
    let file = env.outside().join("said");
    let text = fs::read_to_string(&file).unwrap_or_default();
    drop(fs::remove_file(file));
    text
}

fn saying(configuration: &str) -> TestEnv {
    let env = with_hooks(configuration);
    let file = env.outside().join("said").display().to_string();
    env.script("say", SAY).variable("ONRAMP_TEST_SAID", &file)
}

#[test]
fn a_message_is_checked_and_prepared() {
    let env = with_hooks(
        "[task.prepare]\nshell = true\nrun = \"echo prepared: {args} >> {message-file}\"\n\n\
         [task.check]\nrun = \"grep -q good {message-file}\"\n\n\
         [hooks]\nprepare-commit-msg = [\"task:prepare\"]\ncommit-msg = [\"task:check\"]\n",
    );
    let commit = |message: &str| git_in(&env, "", &["commit", "--allow-empty", "-m", message]);
    commit("a bad one").exits(1).says("task:check failed");
    commit("a good one").exits(0);
    let message = git(&env, &["log", "-1", "--format=%B"]).stdout;
    assert!(message.starts_with("a good one\n") && message.contains("prepared: "), "{message}");
    git_in(&env, "", &["commit", "--allow-empty", "--no-verify", "-m", "bad"]).exits(0);
}

#[test]
fn a_message_file_is_found_from_a_workspace_below_the_repository() {
    let env = with_hooks(
        "[task.check]\nrun = \"grep -q good {message-file}\"\n\n[hooks]\ncommit-msg = [\"task:check\"]\n",
    );
    env.onramp(["hooks", "uninstall"]).exits(0);
    let below = env.root().join("below");
    fs::create_dir(&below).unwrap();
    fs::rename(env.root().join("onramp.toml"), below.join("onramp.toml")).unwrap();
    env.onramp_in("below", ["hooks", "install"]).exits(0);
    git(&env, &["add", "--all"]);
    git_in(&env, "", &["commit", "-m", "bad"]).exits(1).says("task:check failed");
    git_in(&env, "below", &["commit", "-m", "good"]).exits(0);
}

#[test]
fn a_push_is_told_its_refs_and_its_files() {
    let env = saying(
        "[task.say]\nrun = \"./say {refs} to {args}\"\n\n[lint.text]\nrun = \"./say files {files}\"\nfiles = [\"*.txt\"]\n\n\
         [lint.other]\nrun = \"./say others {files}\"\nfiles = [\"*.md\"]\n\n[hooks]\npre-push = [\"task:say\", \"lint\"]\n",
    );
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git(&env, &["remote", "add", "there", "../remote"]);
    env.write("one.txt", "");
    env.write("two.txt", "");
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "texts"]);
    let zero = "0".repeat(40);
    let first = git(&env, &["rev-parse", "HEAD"]).stdout.trim().to_owned();
    let run = git(&env, &["push", "there", "main:start"]);
    run.says("skipped: lint:other (no changed files)");
    let text = said(&env);
    let told = format!("refs/heads/main {first} refs/heads/start {zero}");
    assert!(text.contains("refs/heads/main to there ../remote\n"), "{text}");
    assert!(text.contains(&told) && text.contains("files one.txt two.txt\n"), "{text}");
    // From now on only what is new counts.
    env.write("two.txt", "more");
    git(&env, &["commit", "-q", "-a", "-m", "more"]);
    git(&env, &["push", "-q", "there", "main:start"]);
    let text = said(&env);
    assert!(text.contains("files two.txt\n") && !text.contains("one.txt"), "{text}");
    // What is rewritten is compared with what is there.
    git(&env, &["commit", "-q", "--amend", "-m", "rewritten"]);
    git(&env, &["push", "-q", "--force", "there", "main:start"]);
    assert!(said(&env).contains("files two.txt\n"));
    // A branch of which the other side has everything.
    git(&env, &["push", "-q", "there", "main:again"]);
    let text = said(&env);
    assert!(text.contains("refs/heads/again") && !text.contains("files"), "{text}");
    git(&env, &["push", "-q", "there", ":again"]);
    assert_eq!(said(&env), "", "a removal has nothing to check");
}

#[test]
fn what_comes_afterwards_fails_nothing() {
    let env = saying(
        "[task.say]\nrun = \"./say after {args}\"\n\n[task.fail]\nrun = \"false\"\n\n[hooks]\n\
         post-checkout = [\"task:say\"]\npost-commit = [\"task:fail\"]\npost-rewrite = [\"task:say\"]\npost-merge = [\"task:say\"]\n",
    );
    env.write("a", "");
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "a"]).says("task:fail failed");
    git(&env, &["checkout", "-q", "-b", "side"]);
    assert!(said(&env).ends_with(" 1\n"), "old and new head, and that it was a branch");
    git(&env, &["commit", "-q", "--amend", "-m", "b"]);
    let text = said(&env);
    assert!(
        text.starts_with("after amend\n") && text.len() > 80,
        "what was rewritten comes on standard input: {text}"
    );
    git(&env, &["merge", "-q", "--no-ff", "-m", "m", "main"]);
    assert!(said(&env).contains("after 0\n"));
}

#[test]
fn tasks_are_skipped_by_their_names_and_that_is_told() {
    let env = with_hooks(
        "[task.a]\nrun = \"false\"\n\n[lint.b]\nrun = \"false\"\n\n[hooks]\npre-commit = [\"task:a\", \"lint\"]\n",
    );
    let commit = |skip: &str| {
        let words = ["env", &format!("ONRAMP_SKIP={skip}"), "git", "commit", "--allow-empty", "-m", "m"]
            .map(str::to_owned);
        env.command("", words)
    };
    commit("a").exits(1).says("skipped: task:a (ONRAMP_SKIP)").says("lint:b failed");
    commit("task:a,lint").exits(0).says("pre-commit: 2 skipped in ");
    commit("pre-commit").exits(0).says("pre-commit: 2 skipped in ");
    commit("a,lint,other").exits(0).says("warning: ONRAMP_SKIP names `other`, and no task is called that");
    commit("all").exits(0);
}

#[test]
fn a_rebase_is_stopped_before_it_begins() {
    let env = with_hooks("[task.no]\nrun = \"false\"\n\n[hooks]\npre-rebase = [\"task:no\"]\n");
    git(&env, &["checkout", "-q", "-b", "side"]);
    git(&env, &["commit", "-q", "--allow-empty", "-m", "side"]);
    git_in(&env, "", &["rebase", "--force-rebase", "main"]).exits(1).says("task:no failed");
    git_in(&env, "", &["rebase", "--force-rebase", "--no-verify", "main"]).exits(0);
}

#[test]
fn a_formatter_that_only_checks_shows_what_it_would_do_and_changes_nothing() {
    let env = with_hooks(
        "[format.up]\nrun = \"sh up.sh {files}\"\ncheck = \"sh check.sh {files}\"\nfiles = [\"*.txt\"]\nrestage = false\n\n\
         [format.ends]\nbuiltin = [\"trailing-whitespace\"]\nfiles = [\"*.md\"]\nrestage = false\n\n[hooks]\npre-commit = [\"format\"]\n",
    )
    .script("up.sh", "for f; do tr a-z A-Z < \"$f\" > \"$f.new\" && mv \"$f.new\" \"$f\"; done\n")
    .script("check.sh", "! grep -q [a-z] \"$@\"\n");
    env.write("a.txt", "ONE\ntwo\n");
    env.write("b.md", "three \n");
    git(&env, &["add", "up.sh", "check.sh", "a.txt", "b.md"]);
    let commit = || git_in(&env, "", &["commit", "-m", "m"]);
    let run = commit().exits(1);
    run.says("    -two\n    +TWO\n").says("    -three \n    +three\n").says("hint: onramp fmt up");
    assert_eq!(git(&env, &["diff"]).stdout, "");
    // Also where the work tree has something else, which is not looked at.
    env.write("a.txt", "ONE\nTWO\n");
    commit().exits(1).says("    -two\n    +TWO\n");
    assert_eq!((env.read("a.txt").as_str(), env.read("b.md").as_str()), ("ONE\nTWO\n", "three \n"));
    git(&env, &["add", "a.txt"]);
    env.write("b.md", "three\n");
    git(&env, &["add", "b.md"]);
    commit().exits(0);
}
