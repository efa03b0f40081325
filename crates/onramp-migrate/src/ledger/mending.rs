//! What mending does to ledgers whose entries are missing, in disorder, or left by a merge.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use onramp_core::Dialect;

use super::faults::{HEADINGS, Numbers, PROSE, complete, declared, entry, fixed, history, spec};
use super::page::Page;
use super::{Fixed, Ledger, fix_ledger};
use crate::{MigrateSpec, Pairing};

const TITLES: [&str; 5] = ["Add logs", "Add tags", "Index runs", "Add runs", "Add flows"];
const HEAD: &str = "# Notes\n\n<!-- newest first -->\n";

fn newest_first() -> MigrateSpec {
    declared(spec(HEADINGS, Some("<!-- newest first -->")))
}

fn findings(fixed: &Fixed) -> String {
    let shown = fixed.findings.iter().map(|found| {
        let line = found.line.unwrap_or_default();
        format!("{}:{line} {} [{}]\n", found.file.display(), found.message, found.code)
    });
    shown.collect()
}

#[track_caller]
fn check(spec: &MigrateSpec, text: &str, expected: Expect) {
    let found = fixed(spec, text);
    let united = found.united.iter().map(|title| format!("kept {title}\n"));
    let moved = found.moved.iter().map(|title| format!("moved {title}\n"));
    let written = found.written.iter().map(|title| format!("wrote {title}\n"));
    let done: String = united.chain(moved).chain(written).collect();
    expected.assert_eq(&format!("{done}{}", findings(&found)));
    assert_eq!(found.text == text, done.is_empty());
    let again = fixed(spec, &found.text);
    assert_eq!((again.text, again.findings), (found.text, found.findings));
}

#[test]
fn a_revision_without_a_twin_is_left_to_a_person() {
    let undeclared = spec(HEADINGS, Some("<!-- newest first -->"));
    let text = complete().replace(&entry("Index runs"), "").replace(&entry("Add runs"), "");
    check(
        &undeclared,
        &text,
        expect![[r#"
            wrote Add runs
            postgresql/bb03.py:1 revision `bb03` of Postgres has no entry in NOTES.md, and SQLite has no revision called "Index runs" [ledger-unpaired]
        "#]],
    );
    check(
        &MigrateSpec { pairing: Some(Pairing::Id), ..undeclared.clone() },
        &text,
        expect![[r#"
            postgresql/bb02.py:1 revision `bb02` of Postgres has no entry in NOTES.md, and SQLite has no revision of that id [ledger-unpaired]
            postgresql/bb03.py:1 revision `bb03` of Postgres has no entry in NOTES.md, and SQLite has no revision of that id [ledger-unpaired]
            sqlite/aa02.py:1 revision `aa02` of SQLite has no entry in NOTES.md, and Postgres has no revision of that id [ledger-unpaired]
        "#]],
    );
    // Its twin stands in an entry, beside another one; then nobody knows where that entry belongs either.
    let text = complete().replace(&entry("Add tags"), "").replace("`bb02`", "`bb04`");
    check(
        &newest_first(),
        &text,
        expect![[r#"
            NOTES.md:13 the entry "Add runs" belongs below the entry "Add logs", as the histories have it; it has to be moved by hand: something else is wrong with the entry "Add runs" [ledger-order]
            NOTES.md:15 `aa02` and `bb04` are no pair: `bb02` is the one that is called "Add runs" too [ledger-pair]
            postgresql/bb02.py:1 revision `bb02` of Postgres has no entry in NOTES.md, and its twin `aa02` stands in line 14 without it [ledger-unpaired]
            sqlite/aa04.py:1 revision `aa04` of SQLite has no entry in NOTES.md, and its twin `bb04` stands in line 15 without it [ledger-unpaired]
        "#]],
    );
}

#[test]
fn titles_that_come_twice_are_certain_where_the_configuration_says_so() {
    let sqlite = history(Dialect::Sqlite, &["a1 Fix", "a2 fix"]);
    let postgresql = history(Dialect::Postgresql, &["b1 Fix", "b2 Fix"]);
    let histories = BTreeMap::from([(Dialect::Sqlite, sqlite), (Dialect::Postgresql, postgresql)]);
    let fix = |spec: &MigrateSpec| {
        let ledger = Ledger::of_text(spec, spec.ledger.as_ref().unwrap(), String::new()).unwrap();
        fix_ledger(spec, &ledger, &histories).unwrap()
    };
    let spec = spec(HEADINGS, None);
    expect![[r#"
        postgresql/b1.py:1 revision `b1` of Postgres has no entry in NOTES.md, and several revisions have its title [ledger-unpaired]
        postgresql/b2.py:1 revision `b2` of Postgres has no entry in NOTES.md, and several revisions have its title [ledger-unpaired]
        sqlite/a1.py:1 revision `a1` of SQLite has no entry in NOTES.md, and several revisions have its title [ledger-unpaired]
        sqlite/a2.py:1 revision `a2` of SQLite has no entry in NOTES.md, and several revisions have its title [ledger-unpaired]
    "#]]
    .assert_eq(&findings(&fix(&spec)));
    let by_slug = fix(&MigrateSpec { pairing: Some(Pairing::Slug), ..spec });
    assert_eq!(by_slug.findings, []);
    assert_eq!(
        by_slug.text,
        "## Fix\nSQLite: `a1`\nPostgres: `b1`\n\n## fix\nSQLite: `a2`\nPostgres: `b2`\n"
    );
}

#[test]
fn entries_go_where_the_histories_have_them_with_all_that_is_theirs() {
    let remark = "\nBackfill by hand: `UPDATE run ..`\r\n\n```\n## Add x\nSQLite: `aa09`\n```\n";
    let flows = format!("{}{remark}", entry("Add flows"));
    let disorder = format!("{HEAD}{flows}{}", complete()[HEAD.len()..].replace(&entry("Add flows"), ""));
    let found = fixed(&newest_first(), &disorder);
    assert_eq!(found.moved, ["Add flows"]);
    let rest = complete()[HEAD.len()..].replace(&entry("Add flows"), "");
    assert_eq!(found.text, format!("{HEAD}{rest}{flows}"));
    check(&newest_first(), &disorder, expect!["moved Add flows\n"]);
    // A file that ends within its last line still does.
    let all_wrong: String = TITLES.iter().rev().map(|title| entry(title)).collect();
    let found = fixed(&newest_first(), &format!("{HEAD}{}", all_wrong.trim_end()));
    assert_eq!(found.text, complete().trim_end());
}

#[test]
fn nothing_is_moved_past_what_belongs_to_nobody() {
    let rest = complete()[HEAD.len()..].replace(&entry("Add flows"), "");
    let chapter = |chapter: &str| {
        format!(
            "{HEAD}{}{}",
            entry("Add flows"),
            rest.replace("\n## Add runs", &format!("{chapter}\n## Add runs"))
        )
    };
    check(
        &newest_first(),
        &chapter("\n# 2025\n"),
        expect![[r#"
            NOTES.md:5 the entry "Add flows" belongs below the entry "Add runs", as the histories have it; it has to be moved by hand: line 21 stands in between, and is part of no entry [ledger-order]
        "#]],
    );
    // What ends the file may be about all of it.
    let footer = format!("{HEAD}{}{rest}\nOlder ones are in the wiki.\n", entry("Add flows"));
    check(
        &newest_first(),
        &footer,
        expect![[r#"
            NOTES.md:5 the entry "Add flows" belongs below the entry "Add runs", as the histories have it; it has to be moved by hand: line 25 may be part of the entry "Add runs" or not [ledger-order]
        "#]],
    );
    check(
        &newest_first(),
        &format!("{footer}\n---\n").replace("\nOlder", "\n---\nOlder"),
        expect!["moved Add flows\n"],
    );
    // Nobody knows where an entry belongs that lists nothing.
    check(
        &newest_first(),
        &chapter("\n## Add nothing\nSQLite: none\nPostgres: none\n"),
        expect![[r#"
            NOTES.md:5 the entry "Add flows" belongs below the entry "Add runs", as the histories have it; it has to be moved by hand: the entry "Add nothing" lists no revision that exists [ledger-order]
        "#]],
    );
}

/// Whatever is missing or in disorder: mended once, it is as mended as it can be, and all that was there still is, to
/// the byte.
#[test]
fn mended_twice_is_mended_once() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut counts = [0; 3];
    for round in 0..1500 {
        let mut spec = newest_first();
        if numbers.below(3) == 0 {
            spec.only.clear();
        }
        if numbers.below(2) == 0
            && let Some(ledger) = &mut spec.ledger
        {
            ledger.after = None;
        }
        let mut titles = TITLES.to_vec();
        for _ in 0..numbers.below(4) {
            let (one, other) = (numbers.below(titles.len()), numbers.below(titles.len()));
            titles.swap(one, other);
        }
        let mut text = if numbers.below(3) > 0 { HEAD.to_owned() } else { String::new() };
        for title in titles {
            if numbers.below(4) > 0 {
                text.push_str(&entry(title));
            }
            if numbers.below(3) == 0 {
                text.push_str(PROSE[numbers.below(PROSE.len())]);
            }
        }
        if numbers.below(3) == 0 {
            text = text.replace('\n', "\r\n");
        }
        if numbers.below(3) == 0 {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let first = fixed(&spec, &text);
        let again = fixed(&spec, &first.text);
        assert_eq!((&again.text, &again.findings), (&first.text, &first.findings), "{round}: {text:?}");
        assert!(again.moved.is_empty() && again.written.is_empty(), "{round}: {again:?}");
        counts[0] += first.moved.len();
        counts[1] += first.written.len();
        counts[2] += first.findings.iter().filter(|found| found.message.contains("by hand")).count();
        same_but_for_entries(&spec, &text, &first).unwrap_or_else(|reason| {
            panic!("{round}: {reason}\n--- before\n{text}\n--- after\n{}", first.text)
        });
    }
    assert!(counts.iter().all(|count| *count > 30), "{counts:?}");
}

/// Checks that what was there before is there again: each line as often as before, and as many new ones as the entries have
/// that were written. Where none was moved, the lines of before come in their order; where none was written, each entry is
/// what it was, to the byte, and so is what stands between them.
fn same_but_for_entries(spec: &MigrateSpec, before: &str, fixed: &Fixed) -> Result<(), String> {
    let lines = |text: &str| {
        let lines = text.split_inclusive('\n').filter(|line| !line.trim().is_empty());
        lines.map(|line| line.trim_end_matches(['\r', '\n']).to_owned()).collect::<Vec<_>>()
    };
    let (old, new) = (lines(before), lines(&fixed.text));
    let mut added = new.clone();
    for line in &old {
        let place = added.iter().position(|other| other == line);
        added.remove(place.ok_or_else(|| format!("lost {line:?}"))?);
    }
    let mut rest = new.iter();
    let in_order = old.iter().all(|line| rest.any(|other| other == line));
    if added.len() != 3 * fixed.written.len() || fixed.moved.is_empty() && !in_order {
        return Err(format!("added {added:?} for {:?}", fixed.written));
    }
    let read = |text: &str| {
        let ledger = Ledger::of_text(spec, spec.ledger.as_ref().unwrap(), text.to_owned()).unwrap();
        let page = Page::of(&ledger);
        let mut blocks: Vec<String> =
            ledger.entries.iter().map(|entry| page.bare_block(&ledger.text, entry).to_owned()).collect();
        blocks.sort();
        let every: Vec<usize> = (0..ledger.entries.len()).collect();
        let rest: Vec<String> = page.without(&ledger, &every).into_iter().map(str::to_owned).collect();
        (blocks, rest)
    };
    let (before, after) = (read(before), read(&fixed.text));
    match fixed.written.is_empty() && before != after {
        true => Err(format!("{before:?} became {after:?}")),
        false => Ok(()),
    }
}

/// A ledger in the middle of a merge.
fn merge(above: &str, ours: &str, base: Option<&str>, theirs: &str, below: &str) -> String {
    let base = base.map(|base| format!("||||||| 1234567\n{base}")).unwrap_or_default();
    format!("{above}<<<<<<< HEAD\n{ours}{base}=======\n{theirs}>>>>>>> main\n{below}")
}

#[test]
fn what_both_sides_of_a_merge_have_added_is_kept() {
    let block = |title: &str| entry(title).trim_start().to_owned();
    let rest = complete()[HEAD.len()..].replace(&entry("Add logs"), "").replace(&entry("Add tags"), "");
    let (logs, tags) = (format!("{}A remark.\n", block("Add logs")), block("Add tags"));
    let below = rest.as_str();
    let expected = format!("{HEAD}\n{logs}\n{tags}{below}");
    for text in [
        merge(&format!("{HEAD}\n"), &logs, None, &tags, below),
        merge(&format!("{HEAD}\n"), &tags, None, &logs, below),
        merge(&format!("{HEAD}\n"), &logs, Some(""), &tags, below),
        merge(&format!("{HEAD}\n"), &format!("{logs}\n{tags}"), None, &tags, below),
    ] {
        let found = fixed(&newest_first(), &text);
        assert_eq!((found.text.as_str(), found.findings.as_slice()), (expected.as_str(), &[][..]), "{text}");
        assert!(found.united.contains(&"Add logs".to_owned()), "{text}");
    }
    // Lines that both entries have are no part of the conflict.
    let refined = format!(
        "{HEAD}\n<<<<<<< HEAD\n## Index runs\nSQLite: none\nPostgres: `bb03`\n=======\n## Add tags\nSQLite: `aa04`\n\
         Postgres: `bb04`\n>>>>>>> main\n{}{}",
        entry("Add runs"),
        entry("Add flows")
    );
    let found = fixed(&newest_first(), &refined);
    assert_eq!(found.united, ["Index runs", "Add tags"]);
    let without_logs = complete().replace(&entry("Add logs"), "");
    assert_eq!(found.text.replace(&entry("Add logs"), ""), without_logs);
}

#[test]
fn what_is_more_than_new_entries_is_left_to_a_person() {
    let block = |title: &str| entry(title).trim_start().to_owned();
    let (logs, tags) = (block("Add logs"), block("Add tags"));
    let rest = complete()[HEAD.len()..].replace(&entry("Add logs"), "").replace(&entry("Add tags"), "");
    let above = format!("{HEAD}\n");
    let reason = |text: &str| {
        let found = fixed(&newest_first(), text);
        assert_eq!(found.text, text);
        assert!(found.findings.iter().all(|found| found.code == "ledger-conflict"));
        let found = found.findings.first().unwrap();
        format!("{}: {}", found.line.unwrap(), found.message)
    };
    for (text, expected) in [
        (
            merge(&above, &logs, None, &format!("A note.\n\n{tags}"), &rest),
            "the sides differ in more than entries, first in \"A note.\"",
        ),
        (
            merge(&above, &logs, Some("A note.\n"), &tags, &rest),
            "one side has changed what was there before, first in \"A note.\"",
        ),
        (
            merge(&above, &logs, Some(&tags), &tags, &rest),
            "one side has changed what was there before, first in \"## Add tags\"",
        ),
        (
            merge(&above, &logs, None, &logs.replace("## Add logs", "## Add the logs"), &rest),
            "`aa05` is listed in two entries then",
        ),
        (
            merge(&above, &logs, None, &format!("{logs}It takes a minute.\n"), &rest),
            "the sides have another text in the entry \"Add logs\", first in \"It takes a minute.\"",
        ),
        (
            merge(&above, &logs, None, &tags.replace("aa04", "aa07"), &rest),
            "the entry \"Add tags\" lists `aa07`, which no history has",
        ),
        (
            merge(&above, &logs, None, "## Add x\nSQLite: none\nPostgres: none\n", &rest),
            "the entry \"Add x\" is not complete",
        ),
        (
            format!("{HEAD}\n<<<<<<< HEAD\n{logs}\n{tags}{rest}"),
            "the marks are not those of one conflict each",
        ),
    ] {
        assert!(
            reason(&text).ends_with(&format!("a person has to solve that: {expected}")),
            "{}",
            reason(&text)
        );
        assert!(
            reason(&text).starts_with("5: a merge has left its marks in lines 5 to "),
            "{}",
            reason(&text)
        );
    }
}

/// A file that ends anywhere, as after a write that was not finished, gets its entries with one blank line between them, and
/// ends with the last of them.
#[test]
fn a_tail_that_is_gone_leaves_no_gap() {
    let oldest_first: String = TITLES.iter().rev().map(|title| entry(title)).collect();
    let mut written = 0;
    for (whole, after) in [
        (complete(), Some("<!-- newest first -->")),
        (complete(), None),
        (format!("# Notes\n{oldest_first}"), None),
    ] {
        let spec = declared(spec(HEADINGS, after));
        let ends = whole.match_indices('\n').flat_map(|(end, _)| [end, end + 1]);
        for (end, newline) in ends.flat_map(|end| [(end, "\n"), (end, "\r\n")]) {
            let text = whole[..end].replace('\n', newline);
            let first = fixed(&spec, &text);
            let plain = first.text.replace("\r\n", "\n");
            assert!(!plain.contains("\n\n\n"), "{text:?} became {plain:?}");
            // What ended the file still does, with what stood behind it.
            let ends_as_before = first.text.ends_with(text.lines().last().unwrap_or_default())
                || first.text.ends_with(&text[text.trim_end().rfind('\n').unwrap_or(0)..]);
            assert!(ends_as_before || !plain.ends_with("\n\n"), "{text:?} became {plain:?}");
            written += first.written.len();
            let again = fixed(&spec, &first.text);
            assert_eq!((&again.text, &again.findings), (&first.text, &first.findings), "{text:?}");
        }
    }
    assert!(written > 100, "{written}");
}
