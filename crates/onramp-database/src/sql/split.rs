use std::ops::Range;

use onramp_core::Dialect;

use super::nesting::Nesting;
use super::scanner::Scanner;
use super::token::Token;

/// A part of a script. All of them, one behind the other, are the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: PieceKind,
    /// Itself, without blanks and comments before it, and without the semicolon behind it.
    pub text: &'a str,
    /// Where that begins in the script, in bytes.
    pub start: usize,
    /// All that it takes of the script: what stands before it, and what ends it.
    pub whole: Range<usize>,
    /// Of a statement, its tokens; their places are those in the script.
    pub tokens: Vec<Token<'a>>,
}

/// What a piece of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A statement.
    Statement,
    /// A line that the server's own client takes for itself: `\connect` of psql, `.read` of SQLite's.
    Command,
    /// Rows of the `COPY .. FROM stdin` before it, up to the line with `\.`, which is no part of the text.
    Rows,
    /// Blanks, comments and semicolons alone.
    Nothing,
}

/// Cuts a script into pieces. Bodies of triggers and functions are parts of their statements. Marks of tools are comments:
/// what goose has between `StatementBegin` and `StatementEnd` is read as a server reads it.
pub fn split(script: &str, dialect: Dialect) -> Vec<Piece<'_>> {
    let mut splitter =
        Splitter { scanner: Scanner::new(script, dialect), pieces: Vec::new(), open: Vec::new(), cut: 0 };
    splitter.run();
    splitter.pieces
}

struct Splitter<'a> {
    scanner: Scanner<'a>,
    pieces: Vec<Piece<'a>>,
    /// The tokens of the statement that is being read.
    open: Vec<Token<'a>>,
    /// Where the last piece ends.
    cut: usize,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        let mut nesting = Nesting::default();
        while let Some(token) = self.scanner.next() {
            if self.is_command(&token) {
                nesting = Nesting::default();
                self.close(token.start);
                self.command(token.start);
            } else if token.is(";") && nesting.is_none() {
                let is_copy = self.copies_from_client();
                self.close(token.end());
                if is_copy {
                    self.rows();
                }
            } else {
                nesting.take(&token, &self.open, self.scanner.dialect);
                self.open.push(token);
            }
        }
        self.close(self.scanner.text.len());
    }

    /// Ends what is open.
    fn close(&mut self, end: usize) {
        let tokens = std::mem::take(&mut self.open);
        match tokens.first().zip(tokens.last()) {
            Some((first, last)) => self.add(PieceKind::Statement, first.start..last.end(), end, tokens),
            // Semicolons in a row are one piece.
            None => match self.pieces.last_mut().filter(|last| last.kind == PieceKind::Nothing) {
                Some(last) => {
                    last.whole.end = end;
                    self.cut = end;
                }
                None if end > self.cut => self.add(PieceKind::Nothing, end..end, end, tokens),
                None => {}
            },
        }
    }

    fn add(&mut self, kind: PieceKind, text: Range<usize>, end: usize, tokens: Vec<Token<'a>>) {
        let start = text.start;
        let whole = std::mem::replace(&mut self.cut, end)..end;
        self.pieces.push(Piece { kind, text: &self.scanner.text[text], start, whole, tokens });
    }

    /// Whether a client takes what begins here for itself. No statement has a backslash outside of quotes, and none
    /// begins with a point.
    fn is_command(&self, token: &Token<'_>) -> bool {
        match self.scanner.dialect {
            Dialect::Postgresql => token.is("\\"),
            Dialect::Sqlite => {
                let before = &self.scanner.text[..token.start];
                let begins_line = before.is_empty() || before.ends_with(['\n', '\u{feff}']);
                self.open.is_empty() && token.is(".") && begins_line
            }
        }
    }

    fn command(&mut self, start: usize) {
        let line = &self.scanner.text[start..];
        let length = line.find('\n').unwrap_or(line.len());
        let text = start..start + line[..length].trim_end().len();
        self.scanner.at = (start + length + 1).min(self.scanner.text.len());
        self.add(PieceKind::Command, text, self.scanner.at, Vec::new());
    }

    /// Whether the statement that is open is followed by rows.
    fn copies_from_client(&self) -> bool {
        self.scanner.dialect == Dialect::Postgresql
            && self.open.first().is_some_and(|first| first.is("copy"))
            && self.open.windows(2).any(|pair| pair[0].is("from") && pair[1].is("stdin"))
    }

    /// Rows begin on the line behind the statement, which may end with a comment.
    fn rows(&mut self) {
        let rest = self.scanner.rest();
        let Some((line, _)) = rest.split_once('\n') else { return };
        if !line.trim().is_empty() && !line.trim_start().starts_with("--") {
            return;
        }
        let start = self.scanner.at + line.len() + 1;
        let (mut end, mut at) = (self.scanner.text.len(), start);
        for line in self.scanner.text[start..].split_inclusive('\n') {
            let is_last = line.trim_end_matches(['\n', '\r']) == "\\.";
            if is_last {
                end = at;
            }
            at += line.len();
            if is_last {
                break;
            }
        }
        self.scanner.at = at;
        self.add(PieceKind::Rows, start..end, at, Vec::new());
    }
}

#[cfg(test)]
mod tests;
