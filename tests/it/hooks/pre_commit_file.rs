//! The hooks of `.pre-commit-config.yaml` that run by `[hooks] delegate`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use onramp_tests::TestEnv;

use super::{git, git_in, hook, names, program, repository};

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

/// Hooks that each choose their files in another way.
fn filters() -> String {
    let keys = [
        ("all", ""),
        ("files", ", files: '^src/'"),
        ("exclude", ", exclude: '\\.md$'"),
        ("both", ", files: '\\.(py|md)$', exclude: '^docs/'"),
        ("ahead", ", files: '^(?!src/).*\\.py$'"),
        ("python", ", types: [python]"),
        ("text-executable", ", types: [text, executable]"),
        ("either", ", types_or: [markdown, toml]"),
        ("not", ", types: [text], exclude_types: [python, markdown]"),
        ("binary", ", types: [binary]"),
        ("links", ", types: [symlink]"),
        ("none", ", files: nothing"),
        ("always", ", files: nothing, always_run: true"),
        ("no-names", ", types: [python], pass_filenames: false"),
        ("serial", ", require_serial: true, args: [--fix, 'a b']"),
        ("pushed", ", stages: [pre-push]"),
        ("manual", ", stages: [manual]"),
    ];
    let hooks: Vec<String> = keys.iter().map(|(id, keys)| recording(id, keys)).collect();
    format!("files: '^(?!left-out)'\nexclude: '^generated/'\n{}", local(&hooks))
}

/// Stages a file of each kind.
fn stage_files(env: &TestEnv) {
    for name in
        ["src/a.py", "b.py", "docs/c.md", "d.md", "e.toml", "left-out.py", "generated/f.py", "g h.txt"]
    {
        env.write(name, "text\n");
    }
    fs::write(env.root().join("i.bin"), b"\x7fELF\0\0\0").expect("a file");
    program(&env.root().join("script"), "#!/usr/bin/env python3\n");
    program(&env.root().join("tool"), "#!/bin/sh\n");
    symlink("d.md", env.root().join("link.md")).expect("a link");
    symlink("nowhere", env.root().join("broken")).expect("a link");
    env.write("gone", "");
    git(env, &["add", "--all"]);
    env.write("unstaged.py", "");
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Pre-commit itself, where the example's environment has it.
fn pre_commit() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/flowline/.venv/bin/pre-commit");
    let found = venv.canonicalize().ok();
    if found.is_none() {
        onramp_tests::skip("examples/flowline has no pre-commit; run `cargo xtask setup`");
    }
    found
}

#[test]
fn hooks_see_the_files_that_pre_commit_gives_them() {
    let Some(pre_commit) = pre_commit() else { return };
    let env = with_file(ALL, &filters());
    let home = env.outside().join("pre-commit").display().to_string();
    let env = env.variable("PRE_COMMIT_HOME", &home);
    stage_files(&env);
    git_in(&env, "", &["diff", "--cached", "--name-only"]).says("link.md");
    env.command("", [&pre_commit.display().to_string(), "run"]).exits(0);
    let theirs = seen(&env);
    env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    let ours = seen(&env);
    assert!(sorted(&theirs).len() > 40 && theirs.contains("links link.md"), "{theirs}");
    assert_eq!(sorted(&ours), sorted(&theirs));
    // In one process each, where pre-commit starts several.
    let runs = ours.lines().filter(|line| *line == "all runs").count();
    assert_eq!(runs, 1, "{ours}");
}

#[test]
fn hooks_see_the_staged_content_of_their_files() {
    let env = with_file(ALL, &filters());
    stage_files(&env);
    env.onramp(["hooks", "run", "pre-commit"]).exits(0).says("skipped: hooks:none (no changed files)");
    let text = seen(&env);
    let of = |id: &str| {
        let of = sorted(&text).into_iter().filter_map(|line| line.strip_prefix(&format!("{id} ")));
        of.filter(|name| *name != "runs").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("python"), ["b.py", "script", "src/a.py"]);
    assert_eq!(of("ahead"), ["b.py"]);
    assert_eq!(of("both"), ["b.py", "d.md", "src/a.py"]);
    assert_eq!(of("either"), ["d.md", "docs/c.md", "e.toml"]);
    assert_eq!(of("text-executable"), ["script", "tool"]);
    assert_eq!(of("links"), ["broken", "link.md"]);
    assert_eq!(of("serial")[..2], ["--fix", "a b"]);
    assert!(text.contains("always runs") && text.contains("no-names runs") && of("no-names").is_empty());
    assert!(!text.contains("none runs") && !text.contains("pushed") && !text.contains("manual"), "{text}");
}

#[test]
fn what_a_hook_changes_is_committed_and_what_is_not_staged_stays() {
    let mend = "      - {id: mend, name: mend, language: script, entry: mend, types: [text]}\n".to_owned();
    let env = with_file(ALL, &local(&[mend]));
    let env = env.script(
        "mend",
        "#!/bin/sh\nfor file; do sed -i.old 's/bad/good/' \"$file\"; rm -f \"$file.old\"; done\n",
    );
    git(&env, &["add", "--all"]);
    env.onramp(["hooks", "install"]).exits(0).says("pre-commit           installed  .pre-commit-config.yaml");
    git(&env, &["commit", "-q", "--no-verify", "-m", "mend"]);
    env.write("a.txt", "bad\n1\n2\n3\n4\n");
    git(&env, &["add", "a.txt"]);
    env.write("a.txt", "bad\n1\n2\n3\n4\nmore\n");
    git(&env, &["commit", "-q", "-m", "a"]).says("staged the changes of a.txt");
    assert_eq!(git(&env, &["show", "HEAD:a.txt"]).stdout, "good\n1\n2\n3\n4\n");
    assert_eq!(env.read("a.txt"), "good\n1\n2\n3\n4\nmore\n");
}

#[test]
fn a_change_of_what_is_not_committed_is_no_success() {
    let write = "      - {id: write, name: w, language: system, entry: sh -c 'echo new > record', pass_filenames: false}\n";
    let env = with_file(ALL, &local(&[write.to_owned()]));
    env.write("a.txt", "");
    git(&env, &["add", "a.txt"]);
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(1);
    run.says("a hook of .pre-commit-config.yaml changes record, which this commit does not change");
    assert_eq!(env.read("record"), RECORD);
}

#[test]
fn searches_and_messages_need_no_process() {
    let hooks = [
        "      - {id: no-todo, name: t, language: pygrep, entry: TODO, types: [text]}\n",
        "      - {id: no-rej, name: r, language: fail, entry: no rejects, files: '\\.rej$'}\n",
    ];
    let env = with_file(ALL, &local(&hooks.map(str::to_owned)));
    env.write("a.txt", "one\nTODO: two\n");
    env.write("b.rej", "");
    git(&env, &["add", "a.txt", "b.rej"]);
    // Both are told, though one is enough to fail.
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(1);
    run.says("a.txt:2:TODO: two").says("hooks:no-todo failed: found something in 1 file").says("no rejects");
}

#[test]
fn checks_of_the_builtin_repository_run_natively_where_onramp_has_the_same() {
    let hooks = "repos:\n  - repo: builtin\n    hooks: [{id: trailing-whitespace}, {id: end-of-file-fixer}, \
                 {id: check-json}, {id: check-yaml}]\n";
    let env = with_prek(hooks);
    env.write("a.txt", "blank \nno end");
    env.write("b.geojson", "{}\n");
    git(&env, &["add", "a.txt", "b.geojson"]);
    env.onramp(["hooks", "run", "pre-commit"]).exits(0).says("1 changed");
    assert_eq!(env.read("a.txt"), "blank\nno end\n");
    assert!(seen(&env).contains("skips trailing-whitespace,end-of-file-fixer,check-json\n"));
    env.write("b.geojson", "{");
    git(&env, &["add", "b.geojson"]);
    env.onramp(["hooks", "run", "pre-commit"])
        .exits(1)
        .says("b.geojson:2:1: ")
        .says("hooks:check-json failed");
}

#[test]
fn all_hooks_run_unless_the_file_ends_at_the_first_failure() {
    let failing = |keys: &str| {
        let bad = format!("      - {{id: bad, name: b, language: system, entry: 'false'{keys}}}\n");
        local(&[bad, recording("later", "")])
    };
    for (hooks, runs) in [
        (failing(""), true),
        (failing(", fail_fast: true"), false),
        (format!("fail_fast: true\n{}", failing("")), false),
    ] {
        let env = with_file(ALL, &hooks);
        env.write("a.txt", "");
        git(&env, &["add", "a.txt"]);
        env.onramp(["hooks", "run", "pre-commit"]).exits(1).says("hooks:bad failed");
        assert_eq!(seen(&env).contains("later a.txt"), runs, "{hooks}");
    }
}

#[test]
fn hooks_are_skipped_by_name_in_both_ways_and_that_is_told() {
    let mut env = with_prek(&(local(&[recording("one", ""), recording("two", ", alias: zwei")]) + REMOTE));
    env.write("a.txt", "");
    git(&env, &["add", "a.txt"]);
    env.set_variable("ONRAMP_SKIP", "hooks:one,mend");
    env.set_variable("SKIP", "zwei");
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    let run = run.says("hooks:one").says("hooks:zwei (SKIP)").says("(ONRAMP_SKIP)");
    run.never_says("no task is called that");
    let text = seen(&env);
    assert!(!text.contains("runs") && text.contains("skips one,zwei,mend\n"), "{text}");
    env.set_variable("SKIP", "");
    env.set_variable("ONRAMP_SKIP", "hooks");
    env.onramp(["hooks", "run", "pre-commit"]).exits(0).says("4 skipped");
    assert_eq!(seen(&env), "");
}

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
fn hooks_run_in_the_root_of_the_repository_and_on_the_index_of_the_commit() {
    let env = with_prek(&(local(&[recording("one", ", types: [text]")]) + REMOTE));
    let below = env.root().join("below");
    fs::create_dir(&below).expect("a folder");
    fs::rename(env.root().join("onramp.toml"), below.join("onramp.toml")).expect("a file");
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "below"]);
    env.onramp_in("below", ["hooks", "install"]).exits(0).says("pre-commit           installed");
    for name in ["below/a.txt", "b.txt", "c.txt"] {
        env.write(name, "one\n");
    }
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "part", "below/a.txt", "b.txt"]);
    let text = seen(&env);
    assert!(text.contains("one b.txt\none below/a.txt\n") && !text.contains("c.txt"), "{text}");
    assert!(text.contains("--files b.txt below/a.txt\n") && !text.contains("leak"), "{text}");
    // A second work tree has its own copy, and the same hooks.
    git(&env, &["commit", "-q", "-m", "rest"]);
    git(&env, &["worktree", "add", "-q", "../second"]);
    seen(&env);
    fs::write(env.outside().join("second/d.txt"), "bad\n").expect("a file");
    git_in(&env, "../second", &["add", "d.txt"]).exits(0);
    git_in(&env, "../second", &["commit", "-q", "-m", "d"]).exits(0);
    assert!(seen(&env).contains("one d.txt\n"));
    assert_eq!(git(&env, &["show", "second:d.txt"]).stdout, "good\n");
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

#[test]
fn a_hook_of_pre_commit_is_set_aside_and_comes_back() {
    for (manager, text) in [
        ("prek", "#!/bin/sh\n# File generated by prek: https://example.org\nexit 1\n"),
        ("pre-commit", "#!/usr/bin/env bash\n# File generated by pre-commit: https://example.org\nexit 1\n"),
    ] {
        let env = with_file(ALL, &local(&[recording("one", "")]));
        program(&hook(&env, "pre-commit"), text);
        fs::write(hook(&env, "pre-commit.legacy"), "").expect("a file");
        let run = env.onramp(["hooks", "install"]).exits(0);
        run.says(&format!("in place of the hook of {manager}, kept as pre-commit.replaced-by-onramp"))
            .says("warning: .git/hooks/pre-commit.legacy was run by the hook of pre-commit");
        env.onramp(["hooks", "install"]).exits(0).says("pre-commit           unchanged");
        env.onramp(["hooks", "status"]).exits(0).says("one                      native");
        env.write("a.txt", "");
        git(&env, &["add", "a.txt"]);
        git(&env, &["commit", "-q", "-m", "a"]);
        assert_eq!(seen(&env).matches("one a.txt").count(), 1);
        env.onramp(["hooks", "uninstall"]).exits(0).says("pre-commit           restored");
        assert_eq!(fs::read_to_string(hook(&env, "pre-commit")).expect("a hook"), text);
        assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-commit.legacy"]);
    }
}

#[test]
fn a_hook_of_pre_commit_that_was_chained_before_is_set_aside_too() {
    let env = with_file("[hooks]\npre-commit = [\"lint\"]\n", &local(&[recording("one", "")]));
    let text = "#!/bin/sh\n# File generated by prek: https://example.org\n";
    program(&hook(&env, "pre-commit"), text);
    env.onramp(["hooks", "install"]).exits(0).says("behind pre-commit.before-onramp");
    let configuration = env.read("onramp.toml") + "delegate = [\"*\"]\n";
    env.write("onramp.toml", &configuration);
    env.onramp(["hooks", "install"]).exits(0).says("in place of the hook of prek");
    assert_eq!(names(&env.root().join(".git/hooks")), ["pre-commit", "pre-commit.replaced-by-onramp"]);
    env.onramp(["hooks", "uninstall"]).exits(0);
    assert_eq!(fs::read_to_string(hook(&env, "pre-commit")).expect("a hook"), text);
}

#[test]
fn only_what_is_named_runs_and_names_of_nothing_are_told() {
    let configuration = "[hooks]\ndelegate = [\"two\", \"tow\"]\n";
    let env = with_file(configuration, &local(&[recording("one", ""), recording("two", "")]));
    env.write("a.txt", "");
    git(&env, &["add", "a.txt"]);
    let run = env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    run.says("[hooks] delegate names tow, and .pre-commit-config.yaml has no such hook");
    assert_eq!(seen(&env), "two runs\ntwo a.txt\n");
    env.onramp(["hooks", "status"])
        .exits(0)
        .says("one                      not asked for by [hooks] delegate");
    // The staged file decides, and one with errors stops the commit.
    env.write(".pre-commit-config.yaml", "repos: 1\n");
    env.onramp(["hooks", "run", "pre-commit"]).exits(0);
    git(&env, &["add", "--all"]);
    env.onramp(["hooks", "run", "pre-commit"]).exits(3).says(".pre-commit-config.yaml");
    env.onramp(["hooks", "status"]).exits(3);
}

#[test]
fn status_tells_machines_how_each_hook_is_run() {
    let env = with_prek(&(local(&[recording("one", ", alias: eins")]) + REMOTE));
    let run = env.onramp(["hooks", "status", "--format", "json"]).exits(0);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let file = &answer["pre-commit-file"];
    assert_eq!(file["program"], "prek");
    assert_eq!(file["hooks"][0]["runs"], "native");
    assert_eq!(file["hooks"][0]["alias"], "eins");
    assert_eq!(file["hooks"][1]["runs"], "delegated");
    assert_eq!(file["hooks"][1]["reason"], "it comes from https://example.org/hooks");
}
