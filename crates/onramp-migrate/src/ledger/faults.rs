//! Faults planted in ledgers, and what mending leaves alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use expect_test::{Expect, expect};
use onramp_core::Dialect;
use onramp_exec::Environment;

use super::{Fixed, Ledger, fix_ledger};
use crate::{AlembicSpec, DialectSpec, EngineSpec, History, LedgerSpec, MigrateSpec, OnlySpec};

pub(super) const HEADINGS: &str = "## {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n";
const ROWS: &str = "| {title} | {sqlite} | {postgresql} |";

pub(crate) fn spec(template: &str, after: Option<&str>) -> MigrateSpec {
    let dialect = |(dialect, label): (Dialect, &str)| DialectSpec {
        dialect,
        label: label.to_owned(),
        versions: PathBuf::from(dialect.name()),
        url: String::new(),
        env: BTreeMap::new(),
        server: onramp_database::ServerSpec::default(),
        baseline: None,
        pending: BTreeMap::new(),
        renamed: BTreeMap::new(),
    };
    MigrateSpec {
        root: PathBuf::new(),
        worktree: PathBuf::new(),
        installed_models: Vec::new(),
        state: PathBuf::from(".onramp"),
        temporary: PathBuf::new(),
        environment: Environment::default(),
        typed_exec: String::new(),
        typed_rebase: None,
        engine: EngineSpec::Alembic(AlembicSpec::default()),
        url_env: String::new(),
        dialects: [(Dialect::Sqlite, "SQLite"), (Dialect::Postgresql, "Postgres")].map(dialect).to_vec(),
        keep: onramp_database::Keep::default(),
        ledger: Some(LedgerSpec {
            file: PathBuf::from("NOTES.md"),
            template: template.to_owned(),
            after: after.map(str::to_owned),
            none: "none".to_owned(),
        }),
        pairing: None,
        only: Vec::<OnlySpec>::new(),
        polish: Vec::new(),
    }
}

/// The same for a tool whose revisions come in the order of their names.
pub(crate) fn command_spec() -> MigrateSpec {
    MigrateSpec {
        engine: EngineSpec::Command(crate::CommandSpec::default()),
        ledger: None,
        ..spec(HEADINGS, None)
    }
}

/// A history of revisions `id title`, each behind the one before it.
pub(crate) fn history(dialect: Dialect, revisions: &[&str]) -> History {
    let mut files = BTreeMap::new();
    let mut down = "None".to_owned();
    for revision in revisions {
        let (id, title) = revision.split_once(' ').unwrap();
        let text = format!("\"\"\"{title}\"\"\"\nrevision = '{id}'\ndown_revision = {down}\n");
        files.insert(PathBuf::from(format!("{dialect}/{id}.py")), text.into_bytes());
        down = format!("'{id}'");
    }
    History::of_files(&EngineSpec::Alembic(AlembicSpec::default()), &files).unwrap()
}

pub(super) fn histories() -> BTreeMap<Dialect, History> {
    let sqlite = ["aa01 Add flows", "aa02 Add runs", "aa04 Add tags", "aa05 Add logs"];
    let postgresql = ["bb01 Add flows", "bb02 Add runs", "bb03 Index runs", "bb04 Add tags", "bb05 Add logs"];
    BTreeMap::from([
        (Dialect::Sqlite, history(Dialect::Sqlite, &sqlite)),
        (Dialect::Postgresql, history(Dialect::Postgresql, &postgresql)),
    ])
}

/// The same project, which says why PostgreSQL alone has an index.
pub(super) fn declared(spec: MigrateSpec) -> MigrateSpec {
    let only = OnlySpec {
        revision: "bb03".to_owned(),
        dialect: Dialect::Postgresql,
        reason: "SQLite has no such index".to_owned(),
        place: None,
    };
    MigrateSpec { only: vec![only], ..spec }
}

/// A complete ledger, newest first; changes are applied to it.
pub(super) fn complete() -> String {
    let entries = [
        ("Add logs", "`aa05`", "`bb05`"),
        ("Add tags", "`aa04`", "`bb04`"),
        ("Index runs", "none", "`bb03`"),
        ("Add runs", "`aa02`", "`bb02`"),
        ("Add flows", "`aa01`", "`bb01`"),
    ];
    let entries = entries
        .iter()
        .map(|(title, sqlite, postgres)| format!("\n## {title}\nSQLite: {sqlite}\nPostgres: {postgres}\n"));
    format!("# Notes\n\n<!-- newest first -->\n{}", entries.collect::<String>())
}

pub(super) fn entry(title: &str) -> String {
    let text = complete();
    let start = text.find(&format!("\n## {title}\n")).unwrap();
    let rest = &text[start + 1..];
    let end = rest.find("\n\n").map_or(rest.len(), |end| end + 1);
    format!("\n{}", &rest[..end])
}

pub(super) fn fixed(spec: &MigrateSpec, text: &str) -> Fixed {
    let ledger = Ledger::of_text(spec, spec.ledger.as_ref().unwrap(), text.to_owned()).unwrap();
    fix_ledger(spec, &ledger, &histories()).unwrap()
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    let spec = spec(HEADINGS, Some("<!-- newest first -->"));
    let ledger = Ledger::of_text(&spec, spec.ledger.as_ref().unwrap(), text.to_owned()).unwrap();
    let findings = ledger.check(&spec, &histories());
    let shown = findings.iter().map(|found| {
        let line = found.line.unwrap_or_default();
        format!("{}:{line} {} [{}]\n", found.file.display(), found.message, found.code)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn each_fault_is_told_once_at_its_line() {
    check(&complete(), expect![""]);
    check(
        &complete().replace(&entry("Add tags"), ""),
        expect![[r#"
            postgresql/bb04.py:1 revision `bb04` of Postgres has no entry in NOTES.md [ledger-missing]
            sqlite/aa04.py:1 revision `aa04` of SQLite has no entry in NOTES.md [ledger-missing]
        "#]],
    );
    check(
        &complete().replace("aa04", "aa0x4"),
        expect![[r#"
            NOTES.md:10 no history of SQLite has a revision `aa0x4`; did you mean `aa04`? [ledger-unknown]
        "#]],
    );
    check(
        &complete().replace("`bb04`", "`zzzzzz`"),
        expect![[r#"
            NOTES.md:11 no history of Postgres has a revision `zzzzzz`; did you mean `bb04`? [ledger-unknown]
        "#]],
    );
    check(
        &(complete() + &entry("Add tags")),
        expect![[r#"
            NOTES.md:26 revision `aa04` is listed in line 10 already [ledger-twice]
            NOTES.md:27 revision `bb04` is listed in line 11 already [ledger-twice]
        "#]],
    );
    check(
        &complete().replace("aa04", "x").replace("bb04", "aa04").replace('x', "bb04"),
        expect![[r#"
            NOTES.md:10 revision `bb04` is one of Postgres, and listed as one of SQLite; did you mean `aa04`? [ledger-dialect]
            NOTES.md:11 revision `aa04` is one of SQLite, and listed as one of Postgres; did you mean `bb04`? [ledger-dialect]
        "#]],
    );
    check(
        &complete().replace("SQLite: `aa04`", "SQLite: none"),
        expect![[r#"
            NOTES.md:10 SQLite has a revision "Add tags" after all: `aa04` [ledger-none]
        "#]],
    );
    check(
        &complete().replace("Postgres: `bb04`\n", ""),
        expect![[r#"
            NOTES.md:9 the entry "Add tags" says nothing of Postgres [ledger-incomplete]
        "#]],
    );
    check(
        &complete().replace("bb04", "x").replace("bb02", "bb04").replace('x', "bb02"),
        expect![[r#"
            NOTES.md:11 `aa04` and `bb02` are no pair: `bb04` is the one that is called "Add tags" too [ledger-pair]
            NOTES.md:17 the entry "Add runs" pairs revisions that cannot both be right: its dialects have them in different orders [ledger-pair]
            NOTES.md:19 `aa02` and `bb04` are no pair: `bb02` is the one that is called "Add runs" too [ledger-pair]
        "#]],
    );
    check(
        &(complete().replace("SQLite: `aa04`", "SQLite: none")
            + "\n## Alone\nSQLite: `aa04`\nPostgres: none\n"),
        expect![[r#"
            NOTES.md:25 the entry "Alone" belongs below the entry "Index runs", as the histories have it; it has to be moved by hand: something else is wrong with the entry "Alone" [ledger-order]
            NOTES.md:27 Postgres has a revision "Add tags", `bb04`, which stands alone in line 11 [ledger-pair]
        "#]],
    );
}

#[test]
fn the_order_of_the_histories_decides() {
    let moved = complete().replace(&entry("Add flows"), "");
    let moved =
        moved.replace("<!-- newest first -->\n", &format!("<!-- newest first -->\n{}", entry("Add flows")));
    check(
        &moved,
        expect![[r#"
            NOTES.md:5 the entry "Add flows" belongs below the entry "Add runs", as the histories have it [ledger-order]
        "#]],
    );
    // Where the file does not say what is first, its entries do.
    let spec = spec(HEADINGS, None);
    let ledger = |text: &str| {
        let ledger = Ledger::of_text(&spec, spec.ledger.as_ref().unwrap(), text.to_owned()).unwrap();
        ledger.check(&spec, &histories()).len()
    };
    assert_eq!(ledger(&complete()), 0);
    let titles = ["Add flows", "Add runs", "Index runs", "Add tags", "Add logs"];
    let oldest_first: String = titles.iter().map(|title| entry(title)).collect();
    assert_eq!(ledger(&oldest_first), 0);
    assert_eq!(ledger(&titles.map(entry).concat().replace(&entry("Index runs"), "")), 1);
}

#[test]
fn what_is_missing_is_written_in_its_place() {
    let newest_first = declared(spec(HEADINGS, Some("<!-- newest first -->")));
    // What stands for nothing is set as the template has it.
    let as_written = complete().replace("SQLite: none", "SQLite: `none`");
    for title in ["Add flows", "Add runs", "Index runs", "Add tags", "Add logs"] {
        let lacking = as_written.replace(&entry(title).replace(": none", ": `none`"), "");
        let fixed = fixed(&newest_first, &lacking);
        assert_eq!(fixed.text, as_written, "{title}");
        assert_eq!((fixed.written, fixed.findings), (vec![title.to_owned()], vec![]));
    }
    let fixed = fixed(&newest_first, "# Notes\n\n<!-- newest first -->\n");
    assert_eq!(fixed.text, as_written);
}

#[test]
fn rows_are_written_among_rows() {
    let table = "| what | lite | post |\n|---|---|---|\n";
    let rows = [
        "| Add flows | aa01 | bb01 |",
        "| Add runs | aa02 | bb02 |",
        "| Index runs | none | bb03 |",
        "| Add tags | aa04 | bb04 |",
        "| Add logs | aa05 | bb05 |",
    ];
    let oldest_first = |left_out: usize| {
        let rows = rows.iter().enumerate().filter(|(place, _)| *place != left_out);
        rows.map(|(_, row)| format!("{row}\n")).collect::<String>()
    };
    for left_out in 0..rows.len() {
        let fixed = fixed(&declared(spec(ROWS, None)), &format!("{table}{}", oldest_first(left_out)));
        assert_eq!(fixed.text, format!("{table}{}", oldest_first(9)), "{left_out}");
    }
    let fixed = fixed(&declared(spec(ROWS, Some("|---|---|---|"))), &format!("{table}{}\n", rows[4]));
    let newest_first: String = rows.iter().rev().map(|row| format!("{row}\n")).collect();
    assert_eq!(fixed.text, format!("{table}{newest_first}"));
}

#[test]
fn what_moves_keeps_its_line_ends() {
    let spec = spec(HEADINGS, None);
    let prose = "one\r\ntwo\n\r\nthree \u{85}\n";
    let (tags, runs) = (format!("{}\n{prose}", entry("Add tags").trim_start()), entry("Add runs"));
    let text = format!("{}\n{tags}{runs}", entry("Add flows").trim_start());
    let ledger = Ledger::of_text(&spec, spec.ledger.as_ref().unwrap(), text).unwrap();
    let moved = [(Dialect::Sqlite, "aa04"), (Dialect::Postgresql, "bb04")]
        .map(|(dialect, id)| (dialect, id.to_owned()));
    let text = super::reordered(&ledger, &histories(), &moved.into()).unwrap();
    assert_eq!(text, format!("{}{runs}\r\n{tags}", entry("Add flows").trim_start()));
}

/// Numbers that look random, the same each time: xorshift of Marsaglia, "Xorshift RNGs", 2003.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

pub(super) const PROSE: [&str; 14] = [
    "A change that one dialect does not need says `none` for it.\n",
    "\n\n",
    "```\n## Title\nSQLite: `aa01`\nPostgres: `bb01`\n```\n",
    "~~~sql\nselect 1;\n~~~\n",
    "| a | b |\n|---|---|\n| aa01 | bb01 |\n",
    "<!-- a comment\nSQLite: `aa02`\n-->\n",
    "- SQLite rebuilds the table\n- Postgres: it does not\n",
    "### By hand ###\n",
    "   \n\t\n",
    "ä \u{a0} — ∀ `x`\n",
    "> SQLite: `aa04`\n",
    "SQLite 3.35 or later\n",
    "***\n",
    "{title} {sqlite} {{x}}\n",
];

/// Whatever stands around entries stays as it is: without the lines that were written, the file is what it was.
#[test]
fn prose_is_left_alone() {
    let titles = ["Add logs", "Add tags", "Index runs", "Add runs", "Add flows"];
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for round in 0..4000 {
        let after = (numbers.below(2) == 0).then_some("<!-- newest first -->");
        let spec = declared(spec(HEADINGS, after));
        let mut text = String::new();
        let prose = |text: &mut String, numbers: &mut Numbers| {
            for _ in 0..numbers.below(3) {
                text.push_str(PROSE[numbers.below(PROSE.len())]);
            }
        };
        prose(&mut text, &mut numbers);
        if numbers.below(4) > 0 {
            text.push_str("<!-- newest first -->\n");
        }
        prose(&mut text, &mut numbers);
        for title in titles {
            if numbers.below(3) > 0 {
                // Right below a prose that goes on, an entry would still be one.
                let own = entry(title);
                text.push_str(if numbers.below(2) == 0 { &own } else { own.trim_start() });
            }
            prose(&mut text, &mut numbers);
        }
        if numbers.below(2) == 0 {
            text = text.replace('\n', "\r\n");
        }
        if numbers.below(3) == 0 {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let first = fixed(&spec, &text);
        let again = fixed(&spec, &first.text);
        assert_eq!((&again.text, again.written.len()), (&first.text, 0), "{round}: {text:?}");
        let missing: Vec<_> = again.findings.iter().filter(|found| found.code == "ledger-missing").collect();
        assert!(missing.is_empty(), "{round}: {missing:?}\n{text:?}\n{:?}", first.text);
        only_adds(&text, &first.text, &first.written).unwrap_or_else(|error| {
            panic!("{round}: {error}\n--- before\n{text}\n--- after\n{}", first.text)
        });
    }
}

/// Checks that a text has become another one by the insertion of entries and blank lines alone.
fn only_adds(before: &str, after: &str, written: &[String]) -> Result<(), String> {
    let newline = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = before.split_inclusive('\n').peekable();
    let mut added = Vec::new();
    for line in after.split_inclusive('\n') {
        match lines.peek() {
            Some(next) if *next == line => drop(lines.next()),
            // The last line may have had no end.
            Some(next) if !next.ends_with('\n') && line == format!("{next}{newline}") => drop(lines.next()),
            _ => added.push(line),
        }
    }
    if let Some(lost) = lines.next() {
        return Err(format!("lost: {lost:?}"));
    }
    let of_entries = added.iter().filter(|line| !line.trim().is_empty()).count();
    let blanks = added.len() - of_entries;
    let is_ended = added.iter().all(|line| line.ends_with(newline));
    if of_entries != 3 * written.len() || blanks > written.len() + 2 || !is_ended {
        return Err(format!("added {added:?} for {written:?}"));
    }
    Ok(())
}
