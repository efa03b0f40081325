//! What can be run of a `.pre-commit-config.yaml` without pre-commit, and on which files.

use std::fmt::Write;
use std::path::Path;

use expect_test::{Expect, expect};
use onramp_file_types::FileMode;
use onramp_import::{NativeRun, PreCommitConfig};

/// The files of a repository: path, what lies there, how it begins.
const FILES: [(&str, FileMode, &[u8]); 9] = [
    ("server/app.py", FileMode::File, b"import os\n"),
    ("server/migrations/0001.py", FileMode::File, b""),
    ("tools/run", FileMode::Executable, b"#!/usr/bin/env python3\n"),
    ("tools/run.sh", FileMode::Executable, b"#!/bin/sh\n"),
    ("ui/src/app.ts", FileMode::File, b""),
    ("ui/logo.png", FileMode::File, b"\x89PNG\0"),
    ("README.md", FileMode::File, b"# x\n"),
    ("link.py", FileMode::Symlink, b""),
    ("vendor/module", FileMode::Directory, b""),
];

fn check(text: &str, expected: Expect) {
    let config = PreCommitConfig::read("f.yaml", text).expect("a configuration");
    let plan = config.plan();
    let mut shown = String::new();
    for hook in &plan.native {
        let run = match &hook.run {
            NativeRun::Command(words) => format!("{words:?}"),
            NativeRun::Fail(message) => format!("fails: {message}"),
            NativeRun::Grep(_) => "searches".to_owned(),
            NativeRun::Builtin { id, args } => format!("built in: {id} {args:?}"),
        };
        let seen = FILES
            .iter()
            .filter(|(path, mode, first)| hook.files.accepts(Path::new(path), *mode, || first.to_vec()));
        let seen: Vec<&str> = seen.map(|(path, _, _)| *path).collect();
        let stages = if hook.stages.len() > 5 {
            "any stage".to_owned()
        } else {
            hook.stages.iter().map(|stage| stage.name()).collect::<Vec<_>>().join(" ")
        };
        let flags = [
            (hook.pass_filenames, "passes"),
            (hook.always_run, "always"),
            (hook.require_serial, "serial"),
            (hook.fail_fast, "ends"),
        ];
        let flags: Vec<&str> = flags.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        let (position, line, id) = (hook.position, hook.line, &hook.id);
        writeln!(shown, "{position} {id} of line {line}: {run}; {stages}; {}", flags.join(" "))
            .expect("a text takes everything");
        writeln!(shown, "    {}", seen.join(" ")).expect("a text takes everything");
    }
    for hook in &plan.delegated {
        writeln!(shown, "{} {} of line {}: delegated, {}", hook.position, hook.id, hook.line, hook.reason)
            .expect("a text takes everything");
    }
    expected.assert_eq(&shown);
}

#[test]
fn files_are_those_of_pre_commit() {
    check(
        r"
exclude: ^server/migrations/
repos:
- repo: local
  hooks:
  - {id: all, name: a, entry: tool, language: system}
  - {id: python, name: a, entry: tool, language: system, types: [python]}
  - {id: or, name: a, entry: tool, language: system, types_or: [ts, markdown]}
  - {id: scripts, name: a, entry: tool, language: system, types: [executable, text], exclude_types: [python]}
  - {id: binary, name: a, entry: tool, language: system, types: [binary]}
  - {id: links, name: a, entry: tool, language: system, types: [symlink]}
  - {id: ahead, name: a, entry: tool, language: system, files: '^(?!ui/).*\.', exclude: '(?x)^( README | tools )'}
  - {id: globs, name: a, entry: tool, language: system, files: {glob: ['ui/**', '*.md']}}
",
        expect![[r#"
            0 all of line 6: ["tool"]; any stage; passes
                server/app.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            1 python of line 7: ["tool"]; any stage; passes
                server/app.py tools/run
            2 or of line 8: ["tool"]; any stage; passes
                ui/src/app.ts README.md
            3 scripts of line 9: ["tool"]; any stage; passes
                tools/run.sh
            4 binary of line 10: ["tool"]; any stage; passes
                ui/logo.png
            5 links of line 11: ["tool"]; any stage; passes
                link.py
            6 ahead of line 12: ["tool"]; any stage; passes
                server/app.py
            7 globs of line 13: ["tool"]; any stage; passes
                ui/src/app.ts ui/logo.png README.md
        "#]],
    );
}

#[test]
fn languages_decide_what_runs() {
    check(
        r"
default_stages: [commit, push]
repos:
- repo: local
  hooks:
  - {id: words, name: a, entry: 'tool --x ''a b''', args: ['c d', ''], language: system, pass_filenames: no}
  - {id: script, name: a, entry: check.sh, language: script, always_run: true, stages: [manual]}
  - {id: path, name: a, entry: tools/check.sh -v, language: unsupported_script, require_serial: true, fail_fast: yes}
  - {id: python, name: a, entry: python tools/x.py, language: python}
  - {id: fail, name: a, entry: Do not do that., language: fail, files: 'png$'}
  - {id: grep, name: a, entry: 'print\(', args: [-i, --multiline], language: pygrep, types: [python]}
- repo: builtin
  hooks:
  - id: trailing-whitespace
  - {id: check-added-large-files, args: ['--maxkb=10']}
  - id: no-commit-to-branch
",
        expect![[r#"
            0 words of line 6: ["tool", "--x", "a b", "c d", ""]; pre-commit pre-push; 
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            1 script of line 7: ["./check.sh"]; manual; passes always
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            2 path of line 8: ["tools/check.sh", "-v"]; pre-commit pre-push; passes serial ends
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            3 python of line 9: ["python", "tools/x.py"]; pre-commit pre-push; passes
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            4 fail of line 10: fails: Do not do that.; pre-commit pre-push; passes
                ui/logo.png
            5 grep of line 11: searches; pre-commit pre-push; passes
                server/app.py server/migrations/0001.py tools/run
            6 trailing-whitespace of line 14: built in: trailing-whitespace []; pre-commit pre-push; passes
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts README.md
            7 check-added-large-files of line 15: built in: check-added-large-files ["--maxkb=10"]; pre-commit pre-push; passes
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
            8 no-commit-to-branch of line 16: built in: no-commit-to-branch []; pre-commit pre-push; always
                server/app.py server/migrations/0001.py tools/run tools/run.sh ui/src/app.ts ui/logo.png README.md
        "#]],
    );
}

#[test]
fn what_is_not_understood_is_delegated_with_the_reason() {
    check(
        r"
repos:
- repo: local
  hooks:
  - {id: deps, name: a, entry: x, language: python, additional_dependencies: [ruff]}
  - {id: version, name: a, entry: x, language: python, language_version: python3.8}
  - {id: node, name: a, entry: x, language: node}
  - {id: quote, name: a, entry: 'x ''y', language: system}
  - {id: empty, name: a, entry: '', language: system}
  - {id: none, name: a, entry: x}
  - {id: regex, name: a, entry: x, language: system, files: '('}
  - {id: grep, name: a, entry: '[', language: pygrep}
  - {id: option, name: a, entry: 'x', args: [--fast], language: pygrep}
  - {id: type, name: a, entry: x, language: system, types: [pyton]}
- repo: builtin
  hooks: [{id: check-xml}]
- repo: meta
  hooks: [{id: identity}]
- repo: https://example.com/hooks
  rev: v1
  hooks: [{id: remote}]
",
        expect![[r#"
            0 deps of line 5: delegated, it needs an environment with ruff
            1 version of line 6: delegated, it needs python3.8
            2 node of line 7: delegated, its language is `node`
            3 quote of line 8: delegated, its `entry` has an open quote: `x 'y`
            4 empty of line 9: delegated, its `entry` is empty
            5 none of line 10: delegated, it has no `language`
            6 regex of line 11: delegated, the expression `(` is not understood: Parsing error at position 1: Opening parenthesis without closing parenthesis
            7 grep of line 12: delegated, the expression `[` is not understood: Parsing error at position 1: Invalid character class
            8 option of line 13: delegated, `pygrep` has no argument `--fast`
            9 type of line 14: delegated, the type `pyton` is not known here
            10 check-xml of line 16: delegated, no check `check-xml` is built in
            11 identity of line 18: delegated, it is about the configuration of pre-commit itself
            12 remote of line 21: delegated, it comes from https://example.com/hooks
        "#]],
    );
}

#[test]
fn mistakes_have_their_place() {
    let check = |text: &str, expected: Expect| {
        let error = PreCommitConfig::read("f.yaml", text).expect_err("a mistake");
        expected.assert_eq(&error.to_string());
    };
    check("- repo: local\n", expect!["f.yaml:1:1: a list of repositories, as before pre-commit 1.0"]);
    check("files: x\n", expect!["f.yaml:1:1: the file has no `repos`"]);
    check("repos: {a: b}\n", expect!["f.yaml:1:8: `repos` is a mapping, not a list"]);
    check("repos:\n- rev: x\n", expect!["f.yaml:2:3: a repository has no `repo`"]);
    check("repos:\n- repo: local\n  hooks:\n  - name: x\n", expect!["f.yaml:4:5: a hook has no `id`"]);
    check(
        "repos:\n- repo: local\n  hooks:\n  - {id: x, types: python}\n",
        expect!["f.yaml:4:20: `types` is a string, not a list"],
    );
    check(
        "repos:\n- repo: local\n  hooks:\n  - {id: x, pass_filenames: maybe}\n",
        expect!["f.yaml:4:29: `pass_filenames` is a string, not a boolean"],
    );
    check(
        "repos:\n- repo: local\n  hooks:\n  - {id: x, stages: [comit]}\n",
        expect!["f.yaml:4:22: there is no stage `comit`"],
    );
    check(
        "repos:\n- repo: local\n  hooks:\n  - {id: x, files: [a]}\n",
        expect!["f.yaml:4:20: `files` is a list, not a string"],
    );
    check(
        "repos:\r\n- repo: local\r\n  hooks:\r\n  - {id: x,\r\n     args: [{}]}\r\n",
        expect!["f.yaml:5:13: `args` is a mapping, not a string"],
    );
}
