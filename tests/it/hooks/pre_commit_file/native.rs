//! Hooks that onramp runs itself: which files they see, and what becomes of their changes.

use std::fs;
use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use super::super::{git, git_in, program};
use super::{ALL, RECORD, REMOTE, local, pre_commit, recording, seen, with_file, with_prek};

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
