use expect_test::{Expect, expect};

use super::*;
use crate::ledger::faults::spec;

const TEMPLATE: &str = "## {title}\nSQLite: {sqlite}\nPostgres: {postgresql}\n";

/// A branch: revisions `dialect/file id down`, and the text of its ledger.
fn side(name: &str, revisions: &[&str], ledger: &str) -> Side {
    let mut side = Side { name: name.to_owned(), ledger: Some(ledger.to_owned()), ..Side::default() };
    for dialect in Dialect::ALL {
        side.files.insert(dialect, BTreeMap::new());
    }
    for revision in revisions {
        let words: Vec<&str> = revision.split(' ').collect();
        let (dialect, file) = words[0].split_once('/').unwrap();
        let down = match words[2] {
            "None" => "None".to_owned(),
            down => format!("'{down}'"),
        };
        let text = format!("revision = '{}'\ndown_revision = {down}\n{}", words[1], words[3..].join(" "));
        let path = PathBuf::from(dialect).join(file);
        side.files.entry(dialect.parse().unwrap()).or_default().insert(path, text.into_bytes());
    }
    side
}

fn check(ours: &[&str], theirs: &[&str], base: &[&str], expected: Expect) {
    let ledger = "## A\nSQLite: a\nPostgres: none\n";
    let mut spec = spec(TEMPLATE, None);
    spec.ledger = None;
    let (ours, theirs) = (side("", ours, ledger), side("main", theirs, ledger));
    let findings = check_merge(&spec, &ours, &theirs, &side("", base, ledger));
    let shown = findings.iter().map(|found| {
        let (file, line) = (found.file.display(), found.line.unwrap_or_default());
        format!("{file}:{line} {} [{}]\n", found.message, found.code)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn what_only_one_side_has_done_is_no_trouble() {
    let base = ["sqlite/a.py a None", "sqlite/b.py b a"];
    check(&base, &base, &base, expect![""]);
    check(&["sqlite/a.py a None", "sqlite/b.py b a", "sqlite/c.py c b"], &base, &base, expect![""]);
    check(&base, &["sqlite/a.py a None", "sqlite/b.py b a", "sqlite/c.py c b"], &base, expect![""]);
    // Taken away on one side, it is gone; renamed on one side, it has the other name.
    check(&["sqlite/a.py a None"], &base, &base, expect![""]);
    check(&["sqlite/a.py a None", "sqlite/x.py b a"], &base, &base, expect![""]);
}

#[test]
fn two_ways_on_are_two_heads() {
    let base = ["sqlite/a.py a None", "postgresql/a.py a None"];
    let ours = [&base[..], &["sqlite/b.py b a", "sqlite/c.py c b"]].concat();
    let theirs = [&base[..], &["sqlite/d.py d a", "postgresql/d.py d a"]].concat();
    check(
        &ours,
        &theirs,
        &base,
        expect![[r#"
            sqlite/c.py:1 merged with main, SQLite has 2 heads: `c` (c.py) and `d` (d.py of main) [several-heads]
        "#]],
    );
}

#[test]
fn what_follows_something_that_the_other_side_took_away_is_cut_off() {
    let base = ["sqlite/a.py a None", "sqlite/b.py b a"];
    check(
        &["sqlite/a.py a None", "sqlite/b.py b a", "sqlite/c.py c b"],
        &["sqlite/a.py a None"],
        &base,
        expect![[r#"
            sqlite/c.py:1 merged with main, SQLite has 2 heads: `a` (a.py of main) and `c` (c.py) [several-heads]
            sqlite/c.py:1 revision `c` follows `b`, which main does not have any more [revision-cut-off]
        "#]],
    );
}

#[test]
fn ids_and_files_of_both_sides() {
    let base = ["sqlite/a.py a None"];
    check(
        &["sqlite/a.py a None", "sqlite/b.py b a"],
        &["sqlite/a.py a None", "sqlite/c.py b a"],
        &base,
        expect![[r#"
            sqlite/b.py:1 revision `b` is also c.py of main [duplicate-id]
            sqlite/b.py:1 merged with main, SQLite has 2 heads: `b` (b.py) and `b` (c.py of main) [several-heads]
        "#]],
    );
    check(
        &["sqlite/a.py a None ours"],
        &["sqlite/a.py a None theirs"],
        &base,
        expect![[r#"
            sqlite/a.py:0 main has another content in this file [file-conflict]
        "#]],
    );
}

#[test]
fn both_ledgers_count() {
    let spec = spec(TEMPLATE, None);
    let base = side("", &["sqlite/a.py a None"], "");
    let ours = ["sqlite/a.py a None", "sqlite/b.py b a"];
    let theirs = ["sqlite/a.py a None", "postgresql/x.py x None", "postgresql/y.py y x"];
    let entry =
        |sqlite: &str, postgresql: &str| format!("## T\nSQLite: {sqlite}\nPostgres: {postgresql}\n\n");
    let ours = side("", &ours, &(entry("a", "y") + &entry("b", "none")));
    let theirs = side("main", &theirs, &entry("a", "x"));
    let findings = check_merge(&spec, &ours, &theirs, &base);
    let shown: Vec<_> = findings.iter().map(|found| format!("{:?} {}", found.line, found.message)).collect();
    assert_eq!(shown, ["Some(1) main lists revision `a` with another twin"]);
    let lists_less = Side { ledger: Some(entry("b", "none")), ..ours };
    let findings = check_merge(&spec, &lists_less, &theirs, &base);
    let shown: Vec<_> = findings.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(shown, ["revision `y` of Postgres has an entry on neither side"]);
}
