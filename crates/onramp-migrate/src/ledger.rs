//! The project's own list of its migrations.
//!
//! Entries are found by the template that they are written by ([`template`]): the text around its placeholders tells a
//! line of an entry from any other, and what people have written between those lines, behind an id or around entries is
//! nobody's business here. Code in fences and comments is no entry.

mod check;
mod conflicts;
#[cfg(test)]
pub(crate) mod faults;
mod fence;
mod fix;
mod line;
#[cfg(test)]
mod mending;
mod missing;
mod page;
mod place;
mod sequence;
mod sorting;
mod template;
mod text;
mod twins;
mod union;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

use onramp_core::{Dialect, Failure};

use crate::marks::Conflict;
use crate::{History, LedgerSpec, MigrateSpec};

pub use fix::{Fixed, fix_ledger};
pub use missing::Undecided;
pub(crate) use place::{reordered, with_other_ids};
pub(crate) use template::Template;
pub use text::{LedgerEntry, ListedId};

/// A ledger as it was read.
#[derive(Clone, Debug)]
pub struct Ledger<'a> {
    spec: &'a LedgerSpec,
    template: Template,
    /// Its text; empty where there is no file yet.
    pub text: String,
    /// Whether there is a file.
    is_there: bool,
    /// Its entries, in the order of the file.
    pub entries: Vec<LedgerEntry>,
    /// What a merge has left to a person.
    conflicts: Vec<Conflict>,
}

impl<'a> Ledger<'a> {
    /// Reads the project's ledger; `None` where the configuration has none. Fails, with the reason, where entries could
    /// not be found by its template.
    pub fn read(spec: &'a MigrateSpec) -> Result<Option<Self>, Failure> {
        let Some(ledger) = &spec.ledger else { return Ok(None) };
        let text = ledger.content()?.map(|bytes| ledger.utf8(bytes)).transpose()?;
        let is_there = text.is_some();
        let read = Self::of_text(spec, ledger, text.unwrap_or_default())?;
        Ok(Some(Self { is_there, ..read }))
    }

    /// The same of a text that the file has elsewhere.
    pub fn of_text(spec: &'a MigrateSpec, ledger: &'a LedgerSpec, text: String) -> Result<Self, Failure> {
        let dialects: Vec<Dialect> = spec.dialects.iter().map(|dialect| dialect.dialect).collect();
        let template = Template::readable(&ledger.template, &dialects).map_err(|reason| {
            let message = format!("the ledger's entries cannot be found by its template: {reason}");
            Failure::task(message).hint("onramp reference configuration")
        })?;
        let lines = text::lines(&text, !template.has_fence());
        let entries = text::entries(&template, &ledger.none, &lines);
        let conflicts = conflicts::conflicts(&template, &ledger.none, &text);
        Ok(Self { spec: ledger, template, text, is_there: true, entries, conflicts })
    }

    /// The same of a text that the project's ledger may have; `None` where the configuration has none.
    pub fn of_text_of(spec: &'a MigrateSpec, text: &str) -> Result<Option<Self>, Failure> {
        spec.ledger.as_ref().map(|ledger| Self::of_text(spec, ledger, text.to_owned())).transpose()
    }

    /// The name of its file.
    pub fn file_name(&self) -> String {
        self.spec.file.file_name().unwrap_or_default().display().to_string()
    }

    /// The line, from 1, of the first mark that a merge has left; `None` where there is none. As long as there is one, entries
    /// are those of both sides.
    pub fn conflict(&self) -> Option<usize> {
        self.conflicts.first().map(|conflict| conflict.lines.start + 1)
    }

    /// What stands for the id of a dialect that has none.
    fn none(&self) -> &str {
        &self.spec.none
    }
}

/// Whether the newest entry is the first one or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    NewestFirst,
    NewestLast,
}

impl Ledger<'_> {
    /// Where new entries go: below the line `after` the newest is the first; without it, as most entries have it.
    fn direction(&self, histories: &BTreeMap<Dialect, History>) -> Direction {
        if self.spec.after.is_some() {
            return Direction::NewestFirst;
        }
        let mut rising = 0_i64;
        for (dialect, history) in histories {
            let order = history.in_order();
            let places: BTreeMap<&str, usize> =
                order.iter().enumerate().map(|(place, revision)| (revision.id.as_str(), place)).collect();
            let listed = self.entries.iter().filter_map(|entry| {
                let id = entry.ids.get(dialect)?.id.as_deref()?;
                places.get(id).copied()
            });
            let listed: Vec<usize> = listed.collect();
            rising += listed.windows(2).map(|pair| if pair[0] < pair[1] { 1 } else { -1 }).sum::<i64>();
        }
        if rising < 0 { Direction::NewestFirst } else { Direction::NewestLast }
    }
}

impl LedgerSpec {
    /// The content of the file; `None` where there is none.
    pub(crate) fn content(&self) -> Result<Option<Vec<u8>>, Failure> {
        match fs::read(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            other => {
                other.map(Some).map_err(|error| Failure::task(format!("{}: {error}", self.file.display())))
            }
        }
    }

    /// The content as text.
    pub(crate) fn utf8(&self, bytes: Vec<u8>) -> Result<String, Failure> {
        String::from_utf8(bytes).map_err(|_| Failure::task(format!("{} is not UTF-8", self.file.display())))
    }

    /// The entry for a migration: `title` is its message, `revisions` the dialects that got a revision.
    pub(crate) fn entry(&self, title: &str, revisions: &[(Dialect, &str)]) -> Vec<String> {
        Template::parse(&self.template).render(title, |dialect| {
            let found = revisions.iter().find(|(with, _)| *with == dialect);
            found.map_or(self.none.as_str(), |(_, id)| id).to_owned()
        })
    }

    /// `content` with `entry` below the line `after`, else at its end, nothing else of it changed. The line ends are
    /// those of the content.
    pub(crate) fn insert(&self, content: &str, entry: &[String]) -> String {
        let newline = newline_of(content);
        self.insert_text(content, &entry.iter().map(|line| format!("{line}{newline}")).collect::<String>())
    }

    /// The same of an entry whose lines have ends.
    fn insert_text(&self, content: &str, entry: &str) -> String {
        let template = Template::parse(&self.template);
        let newline = newline_of(content);
        let blank = if template.is_row() { "" } else { newline };
        let (before, rest) = self.split(content);
        // Where nothing follows, the blank line that is there is the one above the entry.
        let gap = if rest.trim().is_empty() && !template.is_row() {
            rest.find('\n').map_or(0, |end| end + 1)
        } else {
            0
        };
        let (before, rest) = content.split_at(before.len() + gap);
        let mut result = before.to_owned();
        if !before.is_empty() && !before.ends_with('\n') {
            result.push_str(newline);
        }
        let ends_blank = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
        if !ends_blank {
            result.push_str(blank);
        }
        result.push_str(entry);
        if !rest.is_empty() && !rest.starts_with(['\r', '\n']) {
            result.push_str(blank);
        }
        result.push_str(rest);
        result
    }

    /// What stands up to and with the line `after`, and what stands below it.
    fn split<'a>(&self, content: &'a str) -> (&'a str, &'a str) {
        let Some(after) = &self.after else { return (content, "") };
        let mut end = 0;
        for line in content.split_inclusive('\n') {
            end += line.len();
            if line.trim_end() == after.trim_end() {
                return content.split_at(end);
            }
        }
        (content, "")
    }
}

fn newline_of(content: &str) -> &'static str {
    if content.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn ledger(after: Option<&str>) -> LedgerSpec {
        LedgerSpec {
            file: PathBuf::new(),
            template: "# {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n".to_owned(),
            after: after.map(str::to_owned),
            none: "None".to_owned(),
        }
    }

    #[test]
    fn an_entry_names_every_dialect() {
        let entry = ledger(None).entry("add {sqlite}", &[(Dialect::Postgresql, "b1")]);
        assert_eq!(entry, ["# add {sqlite}", "SQLite: `None`", "Postgres: `b1`"]);
    }

    #[test]
    fn entries_go_to_the_end_or_below_a_line() {
        let end = ledger(None);
        assert_eq!(end.insert("", &["# a".to_owned()]), "# a\n");
        assert_eq!(end.insert("# 1\n", &["# a".to_owned()]), "# 1\n\n# a\n");
        assert_eq!(end.insert("# 1", &["# a".to_owned()]), "# 1\n\n# a\n");
        let below = ledger(Some("<!-- new -->"));
        assert_eq!(
            below.insert("top\n<!-- new -->\n\n# 1\n", &["# a".to_owned()]),
            "top\n<!-- new -->\n\n# a\n\n# 1\n"
        );
        assert_eq!(below.insert("<!-- new -->\n# 1\n", &["# a".to_owned()]), "<!-- new -->\n\n# a\n\n# 1\n");
        assert_eq!(below.insert("<!-- new -->", &["# a".to_owned()]), "<!-- new -->\n\n# a\n");
        assert_eq!(below.insert("# 1\n", &["# a".to_owned()]), "# 1\n\n# a\n");
        assert_eq!(below.insert("<!-- new -->\n\n", &["# a".to_owned()]), "<!-- new -->\n\n# a\n");
        assert_eq!(below.insert("<!-- new -->\n\n\n", &["# a".to_owned()]), "<!-- new -->\n\n# a\n\n");
        assert_eq!(below.insert("# 1\n\n\n", &["# a".to_owned()]), "# 1\n\n\n# a\n");
        let rows = LedgerSpec { template: "| {title} | {sqlite} |".to_owned(), ..ledger(Some("|-|-|")) };
        assert_eq!(rows.insert("|-|-|\n| 1 |\n", &["| a |".to_owned()]), "|-|-|\n| a |\n| 1 |\n");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(
            ledger(None).insert("# 1\r\n", &["# a".to_owned(), "b".to_owned()]),
            "# 1\r\n\r\n# a\r\nb\r\n"
        );
    }
}
