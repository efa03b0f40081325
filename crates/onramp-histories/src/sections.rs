use std::ops::Range;

/// A tool whose files hold both ways, with marks between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Marks {
    /// `-- +goose Up`.
    Goose,
    /// `-- migrate:up`.
    Dbmate,
    /// `-- +migrate Up`.
    SqlMigrate,
    /// `-- +micrate Up`.
    Micrate,
    /// `-- rambler up`.
    Rambler,
}

/// What the mark of each tool begins with, behind the dashes and blanks.
const PREFIXES: [(Marks, &str); 5] = [
    (Marks::Goose, "+goose"),
    (Marks::Dbmate, "migrate:"),
    (Marks::SqlMigrate, "+migrate"),
    (Marks::Micrate, "+micrate"),
    (Marks::Rambler, "rambler"),
];

impl Marks {
    /// The tool's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::SqlMigrate => "sql-migrate",
            Self::Micrate => "micrate",
            Self::Rambler => "rambler",
        }
    }
}

/// Where a file's parts lie, in bytes, and what is wrong with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) marks: Marks,
    pub(crate) up: Vec<Range<usize>>,
    pub(crate) down: Vec<Range<usize>>,
    pub(crate) has_up: bool,
    pub(crate) has_down: bool,
    pub(crate) up_no_transaction: bool,
    pub(crate) down_no_transaction: bool,
    /// Lines from 1, with what is wrong there.
    pub(crate) faults: Vec<(u32, String)>,
}

/// A part of a file that begins behind a mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Before,
    Up,
    Down,
}

impl Sections {
    /// Reads the marks of a file; `None` where there are none.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let marks = text.lines().find_map(|line| mark(line).map(|(marks, _)| marks))?;
        let mut sections = Self {
            marks,
            up: Vec::new(),
            down: Vec::new(),
            has_up: false,
            has_down: false,
            up_no_transaction: false,
            down_no_transaction: false,
            faults: Vec::new(),
        };
        let (mut part, mut start, mut open) = (Part::Before, 0, None);
        let mut place = 0;
        for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
            let end = place + line.len();
            if let Some((of, words)) = mark(line)
                && of == marks
            {
                match words.first().map(String::as_str) {
                    Some(word @ ("up" | "down")) => {
                        sections.close(part, start..place);
                        start = end;
                        let no_transaction = words[1..]
                            .iter()
                            .any(|word| matches!(word.as_str(), "notransaction" | "transaction:false"));
                        part = sections.open(word, number, no_transaction);
                    }
                    Some("statementbegin") => {
                        if open.replace(number).is_some() {
                            sections.faults.push((number, "a statement begins within another".to_owned()));
                        }
                    }
                    Some("statementend") => {
                        if open.take().is_none() {
                            sections.faults.push((number, "a statement ends that has not begun".to_owned()));
                        }
                    }
                    Some("no") if words.get(1).is_some_and(|word| word == "transaction") => {
                        (sections.up_no_transaction, sections.down_no_transaction) = (true, true);
                    }
                    Some("envsub") => {}
                    word => {
                        let word = word.unwrap_or("nothing");
                        sections.faults.push((number, format!("{} knows no mark `{word}`", marks.name())));
                    }
                }
            }
            place = end;
        }
        sections.close(part, start..text.len());
        if let Some(line) = open {
            sections.faults.push((line, "a statement begins that does not end".to_owned()));
        }
        if !sections.has_up {
            sections.faults.push((1, "there is no part that leads up".to_owned()));
        }
        Some(sections)
    }

    fn open(&mut self, word: &str, line: u32, no_transaction: bool) -> Part {
        let (has, flag, part) = match word {
            "up" => (&mut self.has_up, &mut self.up_no_transaction, Part::Up),
            _ => (&mut self.has_down, &mut self.down_no_transaction, Part::Down),
        };
        *flag |= no_transaction;
        if std::mem::replace(has, true) {
            self.faults.push((line, format!("a second part leads {word}")));
        }
        part
    }

    fn close(&mut self, part: Part, range: Range<usize>) {
        match part {
            Part::Before => {}
            Part::Up => self.up.push(range),
            Part::Down => self.down.push(range),
        }
    }
}

/// The tool whose mark a line is, and the mark's words in small letters.
fn mark(line: &str) -> Option<(Marks, Vec<String>)> {
    let text = line.trim().strip_prefix("--")?.trim_start();
    let (marks, prefix) = PREFIXES.iter().find(|(_, prefix)| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })?;
    let rest = &text[prefix.len()..];
    let words: Vec<String> = rest.split_whitespace().map(str::to_ascii_lowercase).collect();
    // A sentence about the tool is none of its marks.
    let is_mark = match marks {
        Marks::Dbmate => matches!(words.first().map(String::as_str), Some("up" | "down")),
        Marks::Rambler => {
            matches!(words.first().map(String::as_str), Some("up" | "down")) && words.len() == 1
        }
        _ => rest.starts_with(char::is_whitespace),
    };
    is_mark.then_some((*marks, words))
}

/// The names of drone's statements in a file: the line of each, from 1, its name, and where its text lies.
pub(crate) fn named_statements(text: &str) -> Vec<(u32, String, Range<usize>)> {
    let mut statements: Vec<(u32, String, Range<usize>)> = Vec::new();
    let mut place = 0;
    for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
        let end = place + line.len();
        let name = line.trim().strip_prefix("--").and_then(|rest| rest.trim_start().strip_prefix("name:"));
        if let Some(name) = name {
            if let Some((_, _, range)) = statements.last_mut() {
                range.end = place;
            }
            statements.push((number, name.trim().to_owned(), end..text.len()));
        }
        place = end;
    }
    // Queries of sqlc say what they return.
    let is_query =
        statements.iter().any(|(_, name, _)| name.contains(':') || name.contains(' ') || name.is_empty());
    if is_query { Vec::new() } else { statements }
}

/// Whether a script says by its first line that it runs in no transaction, as sqlx and Atlas have it.
pub(crate) fn begins_without_transaction(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let is_of_atlas = || {
        let mut lines = text.lines().take_while(|line| line.starts_with("--"));
        lines.any(|line| line.trim_end().ends_with("atlas:txmode none"))
    };
    first.starts_with("-- no-transaction") || is_of_atlas()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let described = Sections::of(text).map_or("none".to_owned(), |sections| {
            let part = |ranges: &[Range<usize>]| -> String {
                ranges.iter().map(|range| text[range.clone()].replace('\n', "|")).collect()
            };
            format!(
                "{} up `{}`{} down `{}`{} {:?}",
                sections.marks.name(),
                part(&sections.up),
                if sections.up_no_transaction { "!" } else { "" },
                part(&sections.down),
                if sections.down_no_transaction { "!" } else { "" },
                sections.faults
            )
        });
        expected.assert_eq(&described);
    }

    #[test]
    fn parts_of_each_tool() {
        check("-- +goose Up\nA;\n-- +goose Down\nB;\n", expect!["goose up `A;|` down `B;|` []"]);
        check("--+goose NO TRANSACTION\n-- +goose up\nA", expect!["goose up `A`! down ``! []"]);
        check(
            "-- migrate:up transaction:false\nA;\n-- migrate:down\n",
            expect!["dbmate up `A;|`! down `` []"],
        );
        check(
            "-- +migrate Up notransaction\nA\n-- +migrate Down\nB",
            expect!["sql-migrate up `A|`! down `B` []"],
        );
        check("CREATE TABLE a;\n-- about migrate: nothing\n", expect!["none"]);
    }

    #[test]
    fn faulty_marks() {
        check(
            "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose Down\n-- +goose Dwon\n-- +goose up\n",
            expect![[
                r#"goose up `-- +goose StatementBegin|A;|` down `-- +goose Dwon|` [(5, "goose knows no mark `dwon`"), (6, "a second part leads up"), (2, "a statement begins that does not end")]"#
            ]],
        );
        check(
            "-- +goose Down\nB",
            expect![[r#"goose up `` down `B` [(1, "there is no part that leads up")]"#]],
        );
    }

    #[test]
    fn statements_of_drone_and_queries_of_sqlc() {
        let names = |text: &str| {
            named_statements(text)
                .into_iter()
                .map(|(line, name, _)| format!("{line} {name}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(names("-- name: a-b\nX;\n\n-- name: c\nY"), ["1 a-b", "4 c"]);
        assert!(names("-- name: GetUser :one\nSELECT 1").is_empty());
    }
}
