use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::Diagnostic;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A configuration file's text, and the way from a byte of it to a line and a column.
#[derive(Debug)]
pub(crate) struct Source {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    pub(crate) fn new(path: PathBuf, text: String) -> Self {
        let first = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        let line_starts =
            std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, text, line_starts }
    }

    /// Reads a file. What keeps it from being read is a diagnostic like any other.
    pub(crate) fn read(path: &Path) -> Result<Self, Diagnostic> {
        let bytes = std::fs::read(path).map_err(|error| Diagnostic::unreadable(path, &error))?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path.to_owned(), text)),
            Err(error) => {
                let bad = error.utf8_error().valid_up_to();
                // The text before the bad byte is kept by the lossy form byte for byte.
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let hint = Some("save the file as UTF-8".to_owned());
                let message = "this byte is not UTF-8".to_owned();
                Err(Self::new(path.to_owned(), text).diagnostic(bad..bad, message, hint))
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The line of a byte, counted from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    /// How many lines there are.
    pub(crate) fn lines(&self) -> usize {
        self.line_starts.len()
    }

    /// A line's bytes, without the line end.
    pub(crate) fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }

    /// A diagnostic about some bytes of the file.
    pub(crate) fn diagnostic(&self, span: Range<usize>, message: String, hint: Option<String>) -> Diagnostic {
        let offset = self.text.floor_char_boundary(span.start);
        let line = self.line(offset);
        let range = self.line_range(line);
        let start = offset.clamp(range.start, range.end);
        let end = self.text.floor_char_boundary(span.end).clamp(start, range.end);
        let count = |range: Range<usize>| self.text[range].chars().count();
        Diagnostic {
            message: escape_controls(&message),
            file: self.path.clone(),
            line,
            column: count(range.start..start) + 1,
            width: count(start..end).max(1),
            source_line: self.text[range]
                .chars()
                .map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
                .collect(),
            hint: hint.map(|hint| escape_controls(&hint)),
        }
    }
}

impl Diagnostic {
    fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        if error.kind() == std::io::ErrorKind::NotFound {
            let hint = Some("see `onramp reference configuration`".to_owned());
            return Self::of_file(path.to_owned(), format!("there is no `{name}` here"), hint);
        }
        Self::of_file(path.to_owned(), format!("cannot read `{name}`: {error}"), None)
    }
}

/// Values of a configuration are quoted in messages; what would move a terminal's cursor is spelled out.
fn escape_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}
