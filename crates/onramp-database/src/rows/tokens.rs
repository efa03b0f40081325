//! The words of an SQL expression, in either dialect.

/// A word with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: Word,
    /// The bytes of the text that it was read from.
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A keyword or a plain name, in lower case.
    Plain(String),
    /// A quoted name, as it is.
    Quoted(String),
    /// A string constant, as its value.
    Text(String),
    /// A number, as it is written.
    Number(String),
    /// An operator or a punctuation mark.
    Symbol(String),
}

impl Word {
    pub(super) fn is_plain(&self, word: &str) -> bool {
        matches!(self, Self::Plain(plain) if plain == word)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(own) if own == symbol)
    }

    /// The name that it may be, of a column for example.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Plain(name) | Self::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// What stands between names in SQLite where a name is in brackets, and for an element of an array in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brackets {
    /// `[name]`
    QuoteNames,
    /// `array[1]`
    Subscript,
}

const OPERATOR: &[u8] = b"<>=!~*+-/%|&^@#?:";

/// Reads a text, comments left out. What is no SQL comes out as something, and never fails.
pub(super) fn tokens(text: &str, brackets: Brackets) -> Vec<Token> {
    let mut reader = Reader { text, at: 0, brackets };
    std::iter::from_fn(|| reader.next()).collect()
}

/// The columns among `columns` that an expression names, by position.
pub(super) fn named(text: &str, columns: &[&str], brackets: Brackets) -> Vec<usize> {
    let tokens = tokens(text, brackets);
    let names: Vec<&str> = tokens.iter().filter_map(|token| token.word.name()).collect();
    let is_named = |at: &usize| names.iter().any(|name| name.eq_ignore_ascii_case(columns[*at]));
    (0..columns.len()).filter(is_named).collect()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    brackets: Brackets,
}

impl Reader<'_> {
    fn byte(&self, offset: usize) -> u8 {
        self.text.as_bytes().get(self.at + offset).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let start = self.at;
        let first = self.text[start..].chars().next()?;
        let word = match first {
            '\'' => Word::Text(self.quoted('\'')),
            '"' | '`' => Word::Quoted(self.quoted(first)),
            '[' if self.brackets == Brackets::QuoteNames => Word::Quoted(self.quoted(']')),
            'e' | 'E' if self.byte(1) == b'\'' => {
                self.at += 1;
                Word::Text(self.quoted('\'').replace("\\\\", "\\"))
            }
            '0'..='9' => Word::Number(self.span(|c| c.is_ascii_alphanumeric() || c == '.')),
            '.' if self.byte(1).is_ascii_digit() => {
                Word::Number(self.span(|c| c.is_ascii_alphanumeric() || c == '.'))
            }
            c if c.is_alphanumeric() || c == '_' => {
                Word::Plain(self.span(|c| c.is_alphanumeric() || c == '_' || c == '$').to_lowercase())
            }
            c if c.is_ascii() && OPERATOR.contains(&(c as u8)) => {
                Word::Symbol(self.span(|c| c.is_ascii() && OPERATOR.contains(&(c as u8))))
            }
            c => {
                self.at += c.len_utf8();
                Word::Symbol(c.to_string())
            }
        };
        Some(Token { word, start, end: self.at })
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start().len();
            let rest = &rest[blank..];
            self.at += blank;
            let comment = if rest.starts_with("--") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += comment;
        }
    }

    fn span(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        rest[..length].to_owned()
    }

    /// Reads from the opening mark to the closing one; the closing mark twice stands for itself.
    fn quoted(&mut self, close: char) -> String {
        let mut value = String::new();
        let mut rest = self.text[self.at..].char_indices().skip(1).peekable();
        while let Some((offset, c)) = rest.next() {
            if c != close {
                value.push(c);
            } else if rest.peek().is_some_and(|(_, next)| *next == close) {
                rest.next();
                value.push(c);
            } else {
                self.at += offset + c.len_utf8();
                return value;
            }
        }
        self.at = self.text.len();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_dialects() {
        let words = |text, brackets| -> Vec<Word> {
            tokens(text, brackets).into_iter().map(|token| token.word).collect()
        };
        let plain = |word: &str| Word::Plain(word.to_owned());
        let symbol = |word: &str| Word::Symbol(word.to_owned());
        assert_eq!(
            words("(Level >= 1.5) -- why\nAND \"a\"\"b\" <> 'it''s'::text", Brackets::Subscript),
            [
                symbol("("),
                plain("level"),
                symbol(">="),
                Word::Number("1.5".to_owned()),
                symbol(")"),
                plain("and"),
                Word::Quoted("a\"b".to_owned()),
                symbol("<>"),
                Word::Text("it's".to_owned()),
                symbol("::"),
                plain("text"),
            ]
        );
        assert_eq!(
            words("[a b]/*x*/>=`c`", Brackets::QuoteNames),
            [Word::Quoted("a b".to_owned()), symbol(">="), Word::Quoted("c".to_owned())]
        );
        assert_eq!(named("lower(b)) WHERE c", &["a", "B", "c"], Brackets::Subscript), [1, 2]);
        assert_eq!(words("'open", Brackets::Subscript), [Word::Text("open".to_owned())]);
    }
}
