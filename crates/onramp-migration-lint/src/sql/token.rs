use onramp_core::Dialect;
use onramp_database::sql;
pub(crate) use onramp_database::sql::TokenKind as Kind;

/// A piece of a statement, as a parsed one keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Without its quotes. A word is as the dialect keeps a name: in lower case where the server is PostgreSQL.
    pub(crate) text: String,
}

impl Token {
    /// Whether it is that keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is that sign.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Symbol && self.text == sign
    }
}

/// The tokens of a text.
pub(crate) fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
    kept(&sql::tokens(text, dialect), dialect)
}

/// The same of tokens that were read already.
pub(super) fn kept(tokens: &[sql::Token<'_>], dialect: Dialect) -> Vec<Token> {
    let keep = |token: &sql::Token<'_>| {
        let text = match (token.kind, dialect) {
            (Kind::Word, Dialect::Postgresql) => token.text.to_ascii_lowercase(),
            _ => token.value().into_owned(),
        };
        Token { kind: token.kind, text }
    };
    tokens.iter().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_the_server_keeps_them() {
        let kept = |dialect, text: &str| -> Vec<String> {
            tokens(text, dialect).into_iter().map(|token| token.text).collect()
        };
        let text = "Drop \"Flow\"\"s\" ÄB 'It''s'";
        assert_eq!(kept(Dialect::Postgresql, text), ["drop", "Flow\"s", "Äb", "It's"]);
        assert_eq!(kept(Dialect::Sqlite, text), ["Drop", "Flow\"s", "ÄB", "It's"]);
    }
}
