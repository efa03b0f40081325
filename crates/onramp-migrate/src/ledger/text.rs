//! The text of a ledger: its lines, and the entries among them.

use std::collections::BTreeMap;
use std::ops::Range;

use onramp_core::Dialect;

use super::fence::Fence;
use super::template::{Template, heading};

/// A line with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Without its end.
    pub(super) text: &'a str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, with its end.
    pub(super) end: usize,
    /// Whether it is part of code or of a comment, where nothing is an entry.
    pub(super) is_quoted: bool,
}

/// One entry as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its first line, from 1.
    pub line: u32,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// What it says of each dialect.
    pub ids: BTreeMap<Dialect, ListedId>,
    /// The lines of the file that it consists of, with what people have written between and below, from 0.
    pub(super) lines: Range<usize>,
}

/// What an entry says of a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedId {
    /// The id; `None` where the entry says that there is none.
    pub id: Option<String>,
    /// The line, from 1.
    pub line: u32,
}

/// The lines of a text.
pub(super) fn lines(text: &str, with_fences: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let text = line.strip_suffix('\n').unwrap_or(line);
        let text = text.strip_suffix('\r').unwrap_or(text);
        lines.push(Line { text, start, end, is_quoted: false });
        start = end;
    }
    if with_fences {
        mark(&mut lines, fence_end);
    }
    mark(&mut lines, comment_end);
    lines
}

/// Marks what is quoted. What begins and never ends is nothing special: nobody hides the rest of a file.
fn mark(lines: &mut [Line<'_>], end_of: impl Fn(&[Line<'_>], usize) -> Option<usize>) {
    let mut place = 0;
    while place < lines.len() {
        match end_of(lines, place) {
            Some(end) if !lines[place].is_quoted => {
                lines[place..=end].iter_mut().for_each(|line| line.is_quoted = true);
                place = end + 1;
            }
            _ => place += 1,
        }
    }
}

fn fence_end(lines: &[Line<'_>], begin: usize) -> Option<usize> {
    let fence = Fence::begun_by(lines[begin].text)?;
    let end = lines[begin + 1..].iter().position(|line| fence.is_ended_by(line.text));
    end.map(|offset| begin + 1 + offset)
}

fn comment_end(lines: &[Line<'_>], begin: usize) -> Option<usize> {
    let (_, behind) = lines[begin].text.split_once("<!--")?;
    if behind.contains("-->") || lines[begin].is_quoted {
        // A line that is a comment as a whole has no form of an entry anyway.
        return None;
    }
    lines[begin + 1..].iter().position(|line| line.text.contains("-->")).map(|offset| begin + 1 + offset)
}

/// The entries of a text in its order.
pub(super) fn entries(template: &Template, none: &str, lines: &[Line<'_>]) -> Vec<LedgerEntry> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    // The one that is being read, with the lines of the template that it has already.
    let mut open: Option<(LedgerEntry, Vec<usize>)> = None;
    let depth = template.heading().unwrap_or(6);
    for (place, line) in lines.iter().enumerate() {
        if line.is_quoted {
            continue;
        }
        let Some((part, found)) = template.line_of(line.text, none) else {
            // A chapter of its own, or a line across, ends what stands above it.
            if heading(line.text).is_some_and(|own| own <= depth) || is_rule(line.text) {
                entries.extend(close(open.take(), lines, place));
            }
            continue;
        };
        if is_head_of_table(lines, place) {
            continue;
        }
        let goes_on = open.as_ref().is_some_and(|(_, has)| found.title.is_none() && !has.contains(&part));
        if !goes_on {
            entries.extend(close(open.take(), lines, place));
        }
        let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
        let (entry, has) = open.get_or_insert_with(|| {
            let lines = place..place + 1;
            (LedgerEntry { line: number, title: None, ids: BTreeMap::new(), lines }, Vec::new())
        });
        has.push(part);
        entry.title = entry.title.take().or(found.title);
        for (dialect, id) in found.ids {
            let id = (!id.eq_ignore_ascii_case(none)).then_some(id);
            entry.ids.entry(dialect).or_insert(ListedId { id, line: number });
        }
        if !template.is_block() {
            let rows = lines[place + 1..].iter().take_while(|line| is_continued(line.text)).count();
            entries.extend(close(open.take(), lines, place + 1 + rows));
        }
    }
    entries.extend(close(open, lines, lines.len()));
    entries
}

/// The entry, if it lists anything, with the lines up to `end` without the blank ones before that.
fn close(open: Option<(LedgerEntry, Vec<usize>)>, lines: &[Line<'_>], end: usize) -> Option<LedgerEntry> {
    let (mut entry, _) = open.filter(|(entry, _)| !entry.ids.is_empty())?;
    let own = &lines[entry.lines.start..end];
    let last = own.iter().rposition(|line| !line.text.trim().is_empty()).unwrap_or(0);
    entry.lines.end = entry.lines.start + last + 1;
    Some(entry)
}

/// A line across the page.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let marks: String = line.split_whitespace().collect();
    marks.len() >= 3 && ["-", "*", "_"].iter().any(|mark| marks.trim_start_matches(mark).is_empty())
}

/// Whether an item of a list goes on in this line.
fn is_continued(line: &str) -> bool {
    line.starts_with(['\t', ' ']) && !line.trim().is_empty()
}

/// Whether the line has the names of a table's columns: the next one rules it off.
fn is_head_of_table(lines: &[Line<'_>], place: usize) -> bool {
    let rules_off = |text: &str| {
        let text = text.trim();
        text.contains('-') && text.contains('|') && text.chars().all(|letter| "|-: \t".contains(letter))
    };
    lines[place].text.contains('|') && lines.get(place + 1).is_some_and(|line| rules_off(line.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const HEADINGS: &str = "## {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n";

    fn check(template: &str, text: &str, expected: Expect) {
        let template = Template::readable(template, &Dialect::ALL).unwrap();
        let lines = lines(text, !template.has_fence());
        let shown = entries(&template, "none", &lines).into_iter().map(|entry| {
            let ids = entry.ids.iter().map(|(dialect, listed)| {
                format!(" {dialect}:{}={}", listed.line, listed.id.as_deref().unwrap_or("-"))
            });
            format!("{:?} {:?}{}\n", entry.lines, entry.title, ids.collect::<String>())
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn entries_with_remarks_code_and_chapters() {
        check(
            HEADINGS,
            "# Notes\nAn entry looks like this:\n```\n## Title\nSQLite: `x1`\nPostgres: `x2`\n```\n\
             <!--\n## Title\nSQLite: `y1`\n-->\n## First\r\nby hand\r\nSQLite: `a1`\r\n\r\nPostgres: none\r\n\
             a remark\r\n\r\n## A chapter without ids\n\ntext\n## Second\nSQLite: `a2`\n\n---\n\nThe end\n\
             # Appendix\nSQLite: `a3` is odd\n```\nnever closed\n",
            expect![[r#"
                11..17 Some("First") sqlite:14=a1 postgresql:16=-
                21..23 Some("Second") sqlite:23=a2
                28..31 None sqlite:29=a3
            "#]],
        );
    }

    #[test]
    fn the_lines_of_an_entry_come_in_any_order_and_each_once() {
        check(
            HEADINGS,
            "## First\nPostgres: `b1`\nSQLite: `a1`\n## Second\nSQLite: `a2`\nSQLite: `a3`\n",
            expect![[r#"
                0..3 Some("First") sqlite:3=a1 postgresql:2=b1
                3..5 Some("Second") sqlite:5=a2
                5..6 None sqlite:6=a3
            "#]],
        );
    }

    #[test]
    fn rows_of_a_table() {
        check(
            "| {title} | {sqlite} | {postgresql} |",
            "| what | lite | post |\n| --- | :-: | --- |\n| First | `a1` | none |\nSecond\n| Third | a3 | b3 |",
            expect![[r#"
                2..3 Some("First") sqlite:3=a1 postgresql:3=-
                4..5 Some("Third") sqlite:5=a3 postgresql:5=b3
            "#]],
        );
    }
}
