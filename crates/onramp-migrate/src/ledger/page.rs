//! The lines of a ledger, and where something stands among them.

use std::ops::Range;

use super::text::{self, Line};
use super::{Ledger, LedgerEntry};

/// The lines of a ledger, and how its entries are set apart.
pub(super) struct Page<'a> {
    lines: Vec<Line<'a>>,
    pub(super) newline: &'static str,
    /// Whether a blank line stands between entries.
    pub(super) blank: bool,
}

impl<'a> Page<'a> {
    pub(super) fn of(ledger: &'a Ledger<'_>) -> Self {
        let lines = text::lines(&ledger.text, !ledger.template.has_fence());
        let newline = super::newline_of(&ledger.text);
        let gaps = ledger.entries.windows(2).map(|pair| pair[0].lines.end..pair[1].lines.start);
        let is_blank = |gap: Range<usize>| lines[gap].iter().any(|line| line.text.trim().is_empty());
        let (with, without): (Vec<_>, Vec<_>) = gaps.partition(|gap| is_blank(gap.clone()));
        let blank = match (with.len(), without.len()) {
            (0, 0) => !ledger.template.is_row(),
            (with, without) => with >= without && !ledger.template.is_row(),
        };
        Self { lines, newline, blank }
    }

    /// The same ways of setting entries apart, with other lines.
    pub(super) fn with_lines<'b>(&self, lines: Vec<Line<'b>>) -> Page<'b> {
        Page { lines, newline: self.newline, blank: self.blank }
    }

    /// Where an entry without a recognised title begins: with the paragraph that it stands in.
    fn start(&self, entry: &LedgerEntry) -> usize {
        let mut line = entry.lines.start;
        if entry.title.is_none() {
            while line > 0 && !self.lines[line - 1].text.trim().is_empty() && !self.lines[line - 1].is_quoted
            {
                line -= 1;
            }
        }
        line
    }

    /// The bytes of an entry, with the end of its last line.
    pub(super) fn range(&self, entry: &LedgerEntry) -> Range<usize> {
        self.lines[entry.lines.start].start..self.lines[entry.lines.end - 1].end
    }

    /// The bytes of an entry, without the end of its last line.
    fn bare_range(&self, entry: &LedgerEntry) -> Range<usize> {
        let last = &self.lines[entry.lines.end - 1];
        self.lines[entry.lines.start].start..last.start + last.text.len()
    }

    /// The text of an entry, to the byte; only where the file ends within its last line, that gets an end.
    pub(super) fn block(&self, text: &str, entry: &LedgerEntry) -> String {
        let mut block = text[self.range(entry)].to_owned();
        if !block.ends_with('\n') {
            block.push_str(self.newline);
        }
        block
    }

    /// The text of an entry, to the byte, without the end of its last line.
    pub(super) fn bare_block<'b>(&self, text: &'b str, entry: &LedgerEntry) -> &'b str {
        &text[self.bare_range(entry)]
    }

    /// The lines that are not blank and not part of some entries.
    pub(super) fn without(&self, ledger: &Ledger<'_>, entries: &[usize]) -> Vec<&'a str> {
        let left_out = |line: usize| entries.iter().any(|entry| ledger.entries[*entry].lines.contains(&line));
        let lines = self.lines.iter().enumerate();
        let lines = lines.filter(|(place, line)| !line.text.trim().is_empty() && !left_out(*place));
        lines.map(|(_, line)| line.text).collect()
    }

    /// The text with another order of its entries: `then` has for each place the entry that stands there. What is between
    /// them stays, to the byte.
    pub(super) fn with_entries_at(&self, ledger: &Ledger<'_>, then: &[usize]) -> String {
        let mut result = String::with_capacity(ledger.text.len());
        let mut end = 0;
        for (place, entry) in then.iter().enumerate() {
            let here = self.bare_range(&ledger.entries[place]);
            result.push_str(&ledger.text[end..here.start]);
            result.push_str(&ledger.text[self.bare_range(&ledger.entries[*entry])]);
            end = here.end;
        }
        result.push_str(&ledger.text[end..]);
        result
    }

    /// The number, from 1, of the first of some lines that is not blank.
    pub(super) fn first_text(&self, lines: Range<usize>) -> Option<usize> {
        let is_text = |line: &usize| !self.lines[*line].text.trim().is_empty();
        lines.into_iter().find(is_text).map(|line| line + 1)
    }

    /// The number, from 1, of the first line of an entry that a blank one sets apart from all that the template knows.
    pub(super) fn apart_from_entry(&self, ledger: &Ledger<'_>, entry: &LedgerEntry) -> Option<usize> {
        let is_known = |line: &usize| {
            let line = &self.lines[*line];
            !line.is_quoted && ledger.template.line_of(line.text, ledger.none()).is_some()
        };
        let last = entry.lines.clone().rev().find(is_known)?;
        let mut rest = last + 1..entry.lines.end;
        let blank = rest.find(|line| self.lines[*line].text.trim().is_empty())?;
        self.first_text(blank..entry.lines.end)
    }

    /// An entry as it is written here.
    pub(super) fn joined(&self, entry: &[String]) -> String {
        entry.iter().map(|line| format!("{line}{}", self.newline)).collect()
    }

    /// Entries above another one, with where they go.
    pub(super) fn above(&self, entry: &LedgerEntry, new: &[String]) -> (usize, String) {
        let line = self.start(entry);
        let mut text = String::new();
        let is_apart = line.checked_sub(1).is_none_or(|above| self.lines[above].text.trim().is_empty());
        if self.blank && !is_apart {
            text.push_str(self.newline);
        }
        for entry in new {
            text.push_str(entry);
            if self.blank {
                text.push_str(self.newline);
            }
        }
        (self.lines[line].start, text)
    }

    /// Entries below another one, with where they go. Where nothing but blank lines is left of the file, the first of them
    /// sets the new ones apart, so that none is left over behind them.
    pub(super) fn below(&self, entry: &LedgerEntry, new: &[String]) -> (usize, String) {
        let rest = &self.lines[entry.lines.end..];
        let is_end = rest.iter().all(|line| line.text.trim().is_empty());
        let gap = rest.first().filter(|_| self.blank && is_end);
        let above = gap.unwrap_or(&self.lines[entry.lines.end - 1]);
        let mut text = String::new();
        let is_whole = above.end > above.start + above.text.len();
        if !is_whole {
            text.push_str(self.newline);
        }
        for (place, entry) in new.iter().enumerate() {
            if self.blank && (place > 0 || gap.is_none()) {
                text.push_str(self.newline);
            }
            text.push_str(entry);
        }
        if self.blank && rest.first().is_some_and(|line| !line.text.trim().is_empty()) {
            text.push_str(self.newline);
        }
        (above.end, text)
    }
}
