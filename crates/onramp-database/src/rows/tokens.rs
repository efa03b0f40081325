//! The words of an SQL expression, as values are looked for in it.

use onramp_core::Dialect;

use crate::sql::{self, TokenKind};

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

/// Reads a text, comments left out. What is no SQL comes out as something, and never fails.
pub(super) fn tokens(text: &str, brackets: Brackets) -> Vec<Token> {
    let dialect = match brackets {
        Brackets::QuoteNames => Dialect::Sqlite,
        Brackets::Subscript => Dialect::Postgresql,
    };
    let read = |token: sql::Token<'_>| {
        let word = match token.kind {
            TokenKind::Word => Word::Plain(token.text.to_lowercase()),
            TokenKind::Name => Word::Quoted(token.value().into_owned()),
            TokenKind::Text => Word::Text(token.value().into_owned()),
            TokenKind::Number => Word::Number(token.text.to_owned()),
            TokenKind::Bytes | TokenKind::Parameter | TokenKind::Symbol => {
                Word::Symbol(token.text.to_owned())
            }
        };
        Token { word, start: token.start, end: token.end() }
    };
    sql::tokens(text, dialect).into_iter().map(read).collect()
}

/// The columns among `columns` that an expression names, by position.
pub(super) fn named(text: &str, columns: &[&str], brackets: Brackets) -> Vec<usize> {
    let tokens = tokens(text, brackets);
    let names: Vec<&str> = tokens.iter().filter_map(|token| token.word.name()).collect();
    let is_named = |at: &usize| names.iter().any(|name| name.eq_ignore_ascii_case(columns[*at]));
    (0..columns.len()).filter(is_named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_dialects() {
        let words = |text, dialect| -> Vec<Word> {
            tokens(text, dialect).into_iter().map(|token| token.word).collect()
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
