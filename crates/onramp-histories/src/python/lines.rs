//! As much of Python's lexical structure as it takes to read a revision file without running it.

use std::ops::Range;

/// A token of a logical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, keyword or number.
    Word(String),
    /// A string literal: its text with escapes as written. Adjacent literals are separate tokens.
    Text(String),
    /// Any other character.
    Sign(char),
}

/// A logical line: what stands between two line ends that are neither in brackets nor in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// How far it is indented, in characters.
    pub(crate) indent: usize,
    /// Its tokens, at least one; comments are none.
    pub(crate) tokens: Vec<Token>,
    /// Where each of them stands in the source, in bytes, with the quotes and the prefix of a string.
    pub(crate) spans: Vec<Range<usize>>,
}

/// The logical lines of a source, empty ones left out. Text that no Python would take gives some lines or
/// other; nothing panics.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    let skipped = source.len() - text.len();
    let offsets = text.char_indices().map(|(offset, _)| skipped + offset).chain([source.len()]);
    let mut scanner =
        Scanner { rest: text.chars().collect(), offsets: offsets.collect(), position: 0, depth: 0 };
    let mut lines = Vec::new();
    while scanner.peek(0).is_some() {
        let line = scanner.line();
        if !line.tokens.is_empty() {
            lines.push(line);
        }
    }
    lines
}

struct Scanner {
    rest: Vec<char>,
    /// Where each character begins in the source, and where the last one ends.
    offsets: Vec<usize>,
    position: usize,
    depth: usize,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.position + ahead).copied()
    }

    fn line(&mut self) -> Line {
        let start = self.position;
        while matches!(self.peek(0), Some(' ' | '\t' | '\u{c}')) {
            self.position += 1;
        }
        let mut line = Line { indent: self.position - start, tokens: Vec::new(), spans: Vec::new() };
        while let Some(character) = self.peek(0) {
            let begin = self.position;
            match character {
                '\n' | '\r' if self.depth == 0 => {
                    self.position += 1;
                    break;
                }
                '\\' if matches!(self.peek(1), Some('\n' | '\r')) => {
                    self.position +=
                        if self.peek(1) == Some('\r') && self.peek(2) == Some('\n') { 3 } else { 2 };
                }
                '#' => self.skip_comment(),
                character if character.is_whitespace() => self.position += 1,
                '"' | '\'' => line.tokens.push(Token::Text(self.text(false))),
                character if is_word(character) => {
                    let token = self.word();
                    line.tokens.push(token);
                }
                character => {
                    match character {
                        '(' | '[' | '{' => self.depth += 1,
                        ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    line.tokens.push(Token::Sign(character));
                    self.position += 1;
                }
            }
            if line.spans.len() < line.tokens.len() {
                line.spans.push(self.offset(begin)..self.offset(self.position));
            }
        }
        line
    }

    /// Where a character begins in the source; a string that does not end may lead beyond it.
    fn offset(&self, position: usize) -> usize {
        self.offsets[position.min(self.offsets.len() - 1)]
    }

    fn skip_comment(&mut self) {
        while self.peek(0).is_some_and(|character| !matches!(character, '\n' | '\r')) {
            self.position += 1;
        }
    }

    /// A word, or the string that it is the prefix of.
    fn word(&mut self) -> Token {
        let start = self.position;
        while self.peek(0).is_some_and(is_word) {
            self.position += 1;
        }
        let word: String = self.rest[start..self.position].iter().collect();
        let is_prefix = word.len() <= 2 && word.chars().all(|letter| "rRbBuUfFtT".contains(letter));
        match self.peek(0) {
            Some('"' | '\'') if is_prefix => Token::Text(self.text(word.contains(['r', 'R']))),
            _ => Token::Word(word),
        }
    }

    /// A string literal from its opening quote on. In a raw one a backslash stays, though it still keeps a
    /// quote from ending the string.
    fn text(&mut self, raw: bool) -> String {
        let quote = self.rest[self.position];
        let long = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.position += if long { 3 } else { 1 };
        let mut text = String::new();
        while let Some(character) = self.peek(0) {
            if character == '\\' {
                if raw || !matches!(self.peek(1), Some('"' | '\'' | '\\')) {
                    text.push(character);
                }
                text.extend(self.peek(1));
                self.position += 2;
                continue;
            }
            let ends = match long {
                true => (0..3).all(|ahead| self.peek(ahead) == Some(quote)),
                false => character == quote || character == '\n',
            };
            if ends {
                self.position += if long { 3 } else { usize::from(character == quote) };
                break;
            }
            text.push(character);
            self.position += 1;
        }
        text
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
