use std::path::Path;

use super::*;

fn told_of(builtin: Builtin, path: &str, bytes: &[u8], kind: Kind) -> Vec<String> {
    let file = File { path: Path::new(path), bytes, kind };
    let line = |finding: Finding| {
        let place = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
        format!("{}:{}: {}", place(finding.line), place(finding.column), finding.message)
    };
    check(&[builtin], &file).into_iter().map(line).collect()
}

fn told(builtin: Builtin, path: &str, text: &str) -> Vec<String> {
    told_of(builtin, path, text.as_bytes(), Kind::Regular)
}

const NOTHING: [&str; 0] = [];

#[test]
fn markers_of_a_merge_are_told_and_headings_are_none() {
    let text = "a\n<<<<<<< HEAD\nb\n||||||| base\n=======\nc\r\n>>>>>>> topic\r\n=======\n";
    let lines = told(Builtin::MergeMarkers, "a", text);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[0], "2:1: a merge was not finished: `<<<<<<<`");
    assert_eq!(lines[3], "7:1: a merge was not finished: `>>>>>>>`");
    assert_eq!(told(Builtin::MergeMarkers, "a.rst", "Title\n=======\n <<<<<<< x\n>>>>>>>>>> x\n"), NOTHING);
    assert_eq!(told(Builtin::MergeMarkers, "a", ">>>>>>> left over\n").len(), 1);
}

#[test]
fn sizes_above_the_limit_are_told() {
    let limit = Builtin::LargeFiles { max: 2048 };
    assert_eq!(told(limit.clone(), "a", &"x".repeat(2048)), NOTHING);
    assert_eq!(told(limit.clone(), "a", &"x".repeat(2049)), ["-:-: 3 KiB, and at most 2 KiB are allowed"]);
    assert_eq!(told_of(limit, "a", &[0; 3000], Kind::Regular).len(), 1, "binary files count");
}

#[test]
fn names_that_differ_in_case_are_told() {
    let conflicts = |paths: &[&'static str], all: &[&'static str]| {
        let found = case_conflicts(paths, all).into_iter();
        found.map(|found| format!("{}: {}", found.path.display(), found.message)).collect::<Vec<_>>()
    };
    let all = ["README", "Src/a", "Src/b", "readme", "src/A", "straße", "other"];
    assert_eq!(
        conflicts(&all, &all),
        [
            "README: differs from `readme` in case only",
            "Src/a: the folder `Src` differs from `src` in case only",
            "readme: differs from `README` in case only",
            "src/A: the folder `src` differs from `Src` in case only",
        ]
    );
    assert_eq!(conflicts(&["other"], &all), NOTHING);
    assert_eq!(conflicts(&["ReadMe"], &["readme"]), ["ReadMe: differs from `readme` in case only"]);
    assert_eq!(conflicts(&["É"], &["é"]).len(), 1);
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let told = |kind| told_of(Builtin::BrokenSymlinks, "a", b"no/where", kind);
    assert_eq!(told(Kind::BrokenLink), ["-:-: the link leads to `no/where`, which is not there"]);
    assert_eq!(told(Kind::Link), NOTHING);
}

#[test]
fn private_keys_are_told_and_public_ones_are_not() {
    for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
        let text = format!("key: |\n  -----BEGIN {label}-----\n");
        assert_eq!(told(Builtin::PrivateKeys, "a.yaml", &text), ["2:3: a private key"], "{label}");
    }
    for label in ["PUBLIC KEY", "CERTIFICATE", "(.*) PRIVATE KEY", "PRIVATE\nKEY"] {
        assert_eq!(
            told(Builtin::PrivateKeys, "a", &format!("-----BEGIN {label}-----\n")),
            NOTHING,
            "{label}"
        );
    }
    assert_eq!(
        told(Builtin::PrivateKeys, "a.ppk", &format!("{}2: ssh-rsa\n", "PuTTY-User-Key-File-")).len(),
        1
    );
}

#[test]
fn syntax_errors_are_told_with_their_place() {
    assert_eq!(told(Builtin::Toml, "a.toml", "a = 1\nb = [\n"), ["2:6: unclosed array, expected `]`"]);
    assert_eq!(told(Builtin::Toml, "a.toml", "a = 1\na = 2\n"), ["2:1: duplicate key"]);
    assert_eq!(told(Builtin::Toml, "a.toml", "\u{feff}a = 1\r\n"), NOTHING);
    assert_eq!(told(Builtin::Toml, "a.txt", "["), NOTHING);
    assert_eq!(told(Builtin::Toml, "x/Cargo.lock", "[").len(), 1);
    assert_eq!(told(Builtin::Json, "a.json", "{\n  \"a\": 1,\n}"), ["3:1: key must be a string"]);
    assert_eq!(told(Builtin::Json, "a.json", ""), ["1:1: EOF while parsing a value"]);
    assert_eq!(told(Builtin::Json, "a.JSON", "[1, 1e999, \"\\ud800\"]"), NOTHING);
    assert_eq!(told(Builtin::Json, "a.json", "{} {}").len(), 1);
    assert_eq!(told(Builtin::Yaml, "a.yml", "a: &x 1\nb: *x\nc: !custom {d: e}\n---\n- f\n"), NOTHING);
    assert_eq!(told(Builtin::Yaml, "a.yaml", "a: [1\nb: 2\n").len(), 1);
    assert_eq!(told(Builtin::Yaml, "a.yaml", ""), NOTHING);
    assert_eq!(told(Builtin::Json, "a.json", "{\0}"), ["1:2: key must be a string"]);
    assert_eq!(told(Builtin::Json, "a.json", "[\"\u{7f}\"]"), NOTHING);
    let latin = |builtin, path| told_of(builtin, path, b"a = \"\n\xe9\"", Kind::Regular);
    for (builtin, path) in [(Builtin::Toml, "a.toml"), (Builtin::Json, "a.json"), (Builtin::Yaml, "a.yaml")] {
        assert_eq!(latin(builtin, path), ["2:1: this byte is not UTF-8"]);
    }
}

#[test]
fn depth_is_no_trouble() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    assert_eq!(told(Builtin::Json, "a.json", &deep("[", "]")), NOTHING);
    assert_eq!(
        told(Builtin::Toml, "a.toml", &format!("a = {}", deep("[", "]"))).len(),
        1,
        "a limit, and no crash"
    );
    assert!(told(Builtin::Yaml, "a.yaml", &deep("[", "]")).len() <= 1);
}

#[test]
fn scripts_are_executable_and_executables_are_scripts() {
    let told = |bytes: &[u8], kind| told_of(Builtin::Executables, "a", bytes, kind);
    assert_eq!(told(b"#!/bin/sh\n", Kind::Executable), NOTHING);
    assert_eq!(told(b"#! /bin/sh\n", Kind::Regular).len(), 1);
    assert_eq!(told(b"#![warn(x)]\n", Kind::Regular), NOTHING);
    assert_eq!(told(b"x\n", Kind::Executable).len(), 1);
    assert_eq!(told(b"\x7fELF\0", Kind::Executable), NOTHING);
    assert_eq!(told(b"", Kind::Regular), NOTHING);
}
