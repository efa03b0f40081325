use std::path::Path;

use crate::text::{lines, number, trim_end};
use crate::{File, Finding};

const NAME: &str = "trailing-whitespace";

/// So many lines of a file are told one by one.
const TOLD_LINES: usize = 10;

/// What breaks a line of Markdown.
const BREAK: &[u8] = b"  ";

/// So many bytes are looked at before a look is taken at what was found: enough for the loop to be made of vector
/// instructions.
const BLOCK: usize = 4 * 1024;

pub(super) fn fix(hard_breaks: bool, path: &Path, bytes: &[u8]) -> Option<Vec<u8>> {
    if !may_have_any(bytes) {
        return None;
    }
    let keeps_breaks = hard_breaks && is_markdown(path);
    let mut fixed = Vec::new();
    // Up to here everything is in it.
    let mut copied = 0;
    for line in lines(bytes) {
        let kept = kept(line.text, keeps_breaks);
        if !is_fine(line.text, kept) {
            fixed.extend_from_slice(&bytes[copied..line.start + kept.0]);
            fixed.extend_from_slice(kept.1);
            copied = line.start + line.text.len();
        }
    }
    if copied == 0 {
        return None;
    }
    fixed.extend_from_slice(&bytes[copied..]);
    Some(fixed)
}

pub(super) fn findings(hard_breaks: bool, file: &File<'_>) -> Vec<Finding> {
    if !may_have_any(file.bytes) {
        return Vec::new();
    }
    let keeps_breaks = hard_breaks && is_markdown(file.path);
    let wrong =
        lines(file.bytes).enumerate().filter(|(_, line)| !is_fine(line.text, kept(line.text, keeps_breaks)));
    let (mut found, mut more) = (Vec::new(), 0);
    for (place, line) in wrong {
        if found.len() < TOLD_LINES {
            found.push(Finding {
                line: Some(number(place + 1)),
                column: Some(number(kept(line.text, keeps_breaks).0 + 1)),
                ..file.finding(NAME, "trailing whitespace")
            });
        } else {
            more += 1;
        }
    }
    if more > 0 {
        let lines = if more == 1 { "line" } else { "lines" };
        found.push(file.finding(NAME, format!("trailing whitespace on {more} more {lines}")));
    }
    found
}

/// How many bytes of a line stay, and what comes behind them: two blanks where they break the line.
fn kept(text: &[u8], keeps_breaks: bool) -> (usize, &'static [u8]) {
    // Carriage returns among the blanks would otherwise become a part of the line's end, with blanks before it.
    let bare = trim_end(text, |byte| b" \t\r".contains(&byte));
    let is_break = keeps_breaks && !bare.is_empty() && text.ends_with(BREAK);
    (bare.len(), if is_break { BREAK } else { b"" })
}

/// Whether the line is as it shall be.
fn is_fine(text: &[u8], (length, end): (usize, &[u8])) -> bool {
    &text[length..] == end
}

fn is_markdown(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
}

/// Whether any line could end with blanks. It cannot if this says no; most files are told by that alone, at the speed
/// at which they are read.
fn may_have_any(bytes: &[u8]) -> bool {
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t' || byte == b'\r';
    if bytes.last().is_some_and(|last| is_blank(*last)) {
        return true;
    }
    let mut start = 0;
    while start + 1 < bytes.len() {
        let end = (start + BLOCK).min(bytes.len() - 1);
        let here = &bytes[start..end];
        let next = &bytes[start + 1..=end];
        let found = here
            .iter()
            .zip(next)
            .fold(0, |found, (one, two)| found | u8::from(is_blank(*one) & (*two == b'\n')));
        if found != 0 {
            return true;
        }
        start = end;
    }
    false
}
