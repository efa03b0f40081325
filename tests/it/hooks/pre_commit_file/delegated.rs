//! Hooks that prek or pre-commit runs.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::{git, git_in, hook, program, repository};
use super::{ALL, PREK, REMOTE, local, pre_commit, recording, seen, with_file, with_prek};

#[test]
fn one_process_runs_what_is_delegated_and_runs_again_when_it_has_mended_something() {
    let env = with_prek(&(local(&[recording("one", "")]) + REMOTE));
    env.onramp(["hooks", "install"]).exits(0);
    env.write("a.txt", "bad\n");
    git(&env, &["add", "a.txt"]);
    git(&env, &["commit", "-q", "-m", "a"]).says("staged the changes of a.txt");
    assert_eq!(git(&env, &["show", "HEAD:a.txt"]).stdout, "good\n");
    assert_eq!(git(&env, &["status", "--short"]).stdout, "");
    let text = seen(&env);
    assert_eq!(text.matches("prek run --config ").count(), 2, "{text}");
    assert!(text.contains(" --hook-stage pre-commit --files a.txt\nskips one\n"), "{text}");
    assert!(!text.contains("leak"), "{text}");
    // The second time it finds its own changes.
    assert_eq!(text.matches("unstaged").count(), 1, "{text}");
    assert!(text.contains(".onramp/shadow/tree\n"), "{text}");
}

#[test]
fn pre_commit_mends_staged_content_and_knows_nothing_of_the_index() {
    let Some(pre_commit) = pre_commit() else { return };
    let env = repository(ALL);
    let source = env.outside().join("source");
    let manifest = "- {id: mend, name: mend, language: script, entry: ./mend, types: [text]}\n\
                    - {id: never, name: never, language: fail, entry: never}\n";
    program(&source.join(".pre-commit-hooks.yaml"), manifest);
    let mend = "#!/bin/sh\nresult=0\ntest -z \"$GIT_DIR$GIT_INDEX_FILE$GIT_WORK_TREE\" || exit 9\n\
        for file; do grep -q bad \"$file\" || continue\n\
        sed s/bad/good/ \"$file\" > \"$file.new\" && mv \"$file.new\" \"$file\"; result=1; done\nexit $result\n";
    program(&source.join("mend"), mend);
    for words in
        [&["init", "-q"][..], &["add", "--all"], &["commit", "-q", "-m", "hooks"], &["tag", "v1.0.0"]]
    {
        git_in(&env, "../source", words).exits(0);
    }
    let file = format!(
        "repos:\n  - repo: '{}'\n    rev: v1.0.0\n    hooks: [{{id: mend}}]\n\
         \x20 - repo: local\n    hooks: [{{id: todo, name: todo, language: pygrep, entry: TODO}}]\n",
        source.display()
    );
    env.write(".pre-commit-config.yaml", &file);
    let programs = env.outside().join("programs");
    symlink(&pre_commit, programs.join("pre-commit")).expect("a link");
    fs::remove_file(programs.join("onramp")).expect("the stand-in");
    symlink(env.program(), programs.join("onramp")).expect("a link");
    let home = env.outside().join("pre-commit").display().to_string();
    let env = env.variable("PRE_COMMIT_HOME", &home);
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "hooks"]);
    env.onramp(["hooks", "install"]).exits(0);
    let run = env.onramp(["hooks", "status"]).exits(0);
    run.says("mend                     delegated to pre-commit: it comes from ")
        .says("todo                     native");
    env.write("a.txt", "bad\n1\n2\n3\n");
    git(&env, &["add", "a.txt"]);
    env.write("a.txt", "bad\n1\n2\n3\nTODO: bad\n");
    git(&env, &["commit", "-q", "-m", "a"]).says("staged the changes of a.txt");
    assert_eq!(git(&env, &["show", "HEAD:a.txt"]).stdout, "good\n1\n2\n3\n");
    assert_eq!(env.read("a.txt"), "good\n1\n2\n3\nTODO: bad\n");
    // What is not staged is never put aside.
    let kept = fs::read_dir(&home).expect("its folder").flatten();
    assert!(kept.map(|entry| entry.file_name()).all(|name| !name.to_string_lossy().starts_with("patch")));
}

#[test]
fn without_prek_and_pre_commit_nothing_that_is_delegated_passes() {
    let mut env = with_file(ALL, &(local(&[recording("one", "")]) + REMOTE));
    env.write("a.txt", "");
    git(&env, &["add", "a.txt"]);
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(4);
    run.says(
        "the hooks mend, other of .pre-commit-config.yaml need prek or pre-commit, and neither is installed",
    )
    .says("install prek");
    assert!(seen(&env).contains("one a.txt"));
    env.onramp(["hooks", "status"]).exits(0).says("not runnable: neither prek nor pre-commit is installed");
    env.set_variable("ONRAMP_SKIP", "mend,other");
    env.onramp(["hooks", "run", "pre-commit"])
        .exits(0)
        .says("skipped: hooks:mend, hooks:other (ONRAMP_SKIP)");
}

#[test]
fn where_no_file_is_left_none_is_looked_for_and_nothing_is_put_aside() {
    let env = with_prek(&format!("repos:\n{REMOTE}"));
    env.write("a.txt", "text\n");
    git(&env, &["add", "a.txt"]);
    git(&env, &["commit", "-q", "-m", "a"]);
    git(&env, &["rm", "-q", "a.txt"]);
    env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    assert!(seen(&env).contains(" --files .onramp-no-file\n"));
}

#[test]
fn pre_commit_is_not_asked_to_run_what_it_does_not_know() {
    let env = with_file(ALL, "repos:\n  - repo: builtin\n    hooks: [{id: check-yaml}]\n");
    program(&env.outside().join("programs/pre-commit"), PREK);
    env.write("a.yaml", "");
    git(&env, &["add", "a.yaml"]);
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(4);
    run.says("the hook check-yaml of .pre-commit-config.yaml needs prek, which is not installed");
    env.onramp(["hooks", "status"])
        .exits(0)
        .says("not runnable: prek is not installed, and nothing built in does");
    assert_eq!(seen(&env), "");
}

#[test]
fn a_hook_that_stays_aside_with_nobody_to_do_its_work_is_told() {
    let env = with_file(&format!("{ALL}pre-commit = [\"lint\"]\n"), &local(&[recording("one", "")]));
    program(&hook(&env, "pre-commit"), "#!/bin/sh\n# File generated by pre-commit: https://example.org\n");
    env.onramp(["hooks", "install"]).exits(0);
    let configuration = env.read("onramp.toml").replace("delegate = [\"*\"]\n", "");
    env.write("onramp.toml", &configuration);
    let run = env.onramp(["hooks", "install"]).exits(0);
    run.says("warning: .git/hooks/pre-commit.replaced-by-onramp is kept and does not run");
}

#[test]
fn other_stages_hand_on_what_git_hands_to_them() {
    let hooks = format!(
        "default_install_hook_types: [commit-msg, pre-push, post-checkout]\n{}{REMOTE}",
        local(&[
            recording("msg", ", stages: [commit-msg, prepare-commit-msg]"),
            recording("push", ", stages: [pre-push], types: [text]"),
            recording("out", ", stages: [post-checkout], always_run: true"),
        ])
    );
    let env = with_prek(&hooks);
    env.onramp(["hooks", "install"])
        .exits(0)
        .says("prepare-commit-msg")
        .says("post-checkout")
        .says("pre-push");
    env.write("a.txt", "text\n");
    git(&env, &["add", "a.txt"]);
    git(&env, &["commit", "-q", "-m", "a"]);
    let text = seen(&env);
    assert_eq!(text.matches("msg .git/COMMIT_EDITMSG\n").count(), 2, "{text}");
    assert!(text.contains("PRE_COMMIT_COMMIT_MSG_SOURCE=message\n"), "{text}");
    let options =
        "--hook-stage commit-msg --commit-msg-filename .git/COMMIT_EDITMSG --files .git/COMMIT_EDITMSG\n";
    assert!(text.contains(options), "{text}");
    git(&env, &["init", "-q", "--bare", "../remote"]);
    git(&env, &["push", "-q", "../remote", "main"]);
    seen(&env);
    env.write("b.txt", "text\n");
    git(&env, &["add", "b.txt"]);
    git(&env, &["commit", "-q", "-m", "b"]);
    seen(&env);
    git(&env, &["push", "-q", "../remote", "main"]);
    let text = seen(&env);
    assert!(text.contains("push b.txt\n") && !text.contains("push a.txt"), "{text}");
    for part in
        ["--hook-stage pre-push --files b.txt\n", "PRE_COMMIT_REMOTE_URL=../remote\n", "PRE_COMMIT_FROM_REF="]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    git(&env, &["checkout", "-q", "-b", "side"]);
    let text = seen(&env);
    assert!(text.contains("out runs\n") && text.contains("PRE_COMMIT_CHECKOUT_TYPE=1\n"), "{text}");
}
