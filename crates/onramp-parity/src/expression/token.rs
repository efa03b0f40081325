use onramp_core::Dialect;
use onramp_database::sql::{self, TokenKind};

/// A piece of an expression that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A keyword or a bare name, in lower case.
    Word(String),
    /// A name in quotes, in lower case too: one of the two dialects does not tell them apart.
    Name(String),
    /// A text, without its quotes.
    Text(String),
    /// A blob, in hexadecimal digits.
    Bytes(String),
    /// A number as it is written.
    Number(String),
    /// An operator or a bracket.
    Symbol(String),
}

impl Token {
    /// Whether it is that keyword, given in lower case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    /// Whether it is that operator or bracket.
    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(own) if own == symbol)
    }

    /// The name that it may be, in lower case.
    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// One spelling, for what nobody can read.
    pub(super) fn spelling(&self) -> String {
        match self {
            Self::Word(text) | Self::Name(text) | Self::Number(text) | Self::Symbol(text) => text.clone(),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Bytes(digits) => format!("x'{digits}'"),
        }
    }
}

/// The tokens of an expression that a server has accepted. Those of both are read as PostgreSQL reads them: SQLite has
/// nothing in expressions that means something else there, once names stand in double quotes.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let read = |token: sql::Token<'_>| {
        let value = || token.value().into_owned();
        match token.kind {
            TokenKind::Word => Token::Word(token.text.to_lowercase()),
            TokenKind::Name => Token::Name(value().to_lowercase()),
            TokenKind::Text => Token::Text(value()),
            TokenKind::Bytes => Token::Bytes(value().to_lowercase()),
            TokenKind::Number => Token::Number(token.text.to_lowercase()),
            TokenKind::Parameter | TokenKind::Symbol => Token::Symbol(token.text.to_owned()),
        }
    };
    sql::tokens(text, Dialect::Postgresql).into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = tokens(text).iter().map(Token::spelling).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn both_dialects_are_cut_into_pieces() {
        check("(Level >= 0)", &["(", "level", ">=", "0", ")"]);
        check("'it''s'::text", &["'it''s'", "::", "text"]);
        check("\"Key\" ->> '$.a'", &["key", "->>", "'$.a'"]);
        check("E'a\\\\b'", &["'a\\b'"]);
        check("x'0A' || .5 + 1e-3", &["x'0a'", "||", ".5", "+", "1e-3"]);
        check("a!~~*b", &["a", "!~~*", "b"]);
    }

    #[test]
    fn what_does_not_end_is_read_to_its_end() {
        check("'abc", &["'abc'"]);
        check("\"ä", &["ä"]);
        check("E'\\", &["''"]);
    }
}
