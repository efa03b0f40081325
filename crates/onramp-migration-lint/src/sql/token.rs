use onramp_core::Dialect;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word that stands without quotes: a keyword, or a name.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    /// A number.
    Number,
    /// Anything else, one character each, and `::`.
    Sign,
}

/// A piece of a statement. Blanks and comments are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Without its quotes. A word is as the dialect keeps a name: in lower case where the server is PostgreSQL.
    pub(crate) text: String,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends, in bytes.
    pub(crate) end: usize,
}

impl Token {
    /// Whether it is that keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is that sign.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// The tokens of a text. What is not closed ends with the text.
pub(crate) fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
    let mut scanner = Scanner { text, dialect, at: 0 };
    std::iter::from_fn(|| scanner.next()).collect()
}

struct Scanner<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let first = self.rest().chars().next()?;
        let (kind, text) = match first {
            '\'' => (Kind::Text, self.quoted('\'', false)),
            '"' => (Kind::Name, self.quoted('"', false)),
            '`' => (Kind::Name, self.quoted('`', false)),
            '[' if self.dialect == Dialect::Sqlite => (Kind::Name, self.quoted(']', false)),
            'e' | 'E' if self.rest()[1..].starts_with('\'') => {
                self.at += 1;
                (Kind::Text, self.quoted('\'', true))
            }
            '$' if self.dollar_tag().is_some() => (Kind::Text, self.dollar_quoted()),
            _ if first.is_alphabetic() || first == '_' => (Kind::Word, self.word()),
            _ if first.is_ascii_digit() => {
                let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
                (Kind::Number, self.take_while(is_part))
            }
            ':' if self.rest().starts_with("::") => {
                self.at += 2;
                (Kind::Sign, "::".to_owned())
            }
            _ => {
                self.at += first.len_utf8();
                (Kind::Sign, first.to_string())
            }
        };
        Some(Token { kind, text, start, end: self.at })
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let rest = self.rest();
            if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += self.length_of_comment();
            } else if blank == 0 {
                return;
            }
        }
    }

    /// PostgreSQL's comments lie in one another; SQLite's do not.
    fn length_of_comment(&self) -> usize {
        let rest = self.rest();
        let (mut depth, mut at) = (0, 0);
        while at < rest.len() {
            if rest[at..].starts_with("/*") && (depth == 0 || self.dialect == Dialect::Postgresql) {
                depth += 1;
                at += 2;
            } else if rest[at..].starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += rest[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        rest.len()
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let taken = rest[..length].to_owned();
        self.at += length;
        taken
    }

    fn word(&mut self) -> String {
        let word = self.take_while(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$');
        match self.dialect {
            Dialect::Postgresql => word.to_lowercase(),
            Dialect::Sqlite => word,
        }
    }

    /// What stands in quotes; two closing ones are one of the text.
    fn quoted(&mut self, close: char, has_escapes: bool) -> String {
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        let mut end = self.text.len();
        while let Some((place, letter)) = letters.next() {
            if has_escapes && letter == '\\' {
                text.extend(letters.next().map(|(_, escaped)| escaped));
            } else if letter != close {
                text.push(letter);
            } else if letters.peek().is_some_and(|(_, next)| *next == close) {
                letters.next();
                text.push(close);
            } else {
                end = self.at + place + close.len_utf8();
                break;
            }
        }
        self.at = end;
        text
    }

    /// The opening of a text such as `$body$`.
    fn dollar_tag(&self) -> Option<&str> {
        if self.dialect != Dialect::Postgresql {
            return None;
        }
        let end = self.rest()[1..].find('$')? + 2;
        let tag = &self.rest()[..end];
        let name = &tag[1..end - 1];
        let is_name = !name.starts_with(|letter: char| letter.is_ascii_digit())
            && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        is_name.then_some(tag)
    }

    fn dollar_quoted(&mut self) -> String {
        let tag = self.dollar_tag().unwrap_or("$$").to_owned();
        let body = &self.rest()[tag.len()..];
        let (text, length) = match body.find(&tag) {
            Some(end) => (body[..end].to_owned(), end + 2 * tag.len()),
            None => (body.to_owned(), body.len() + tag.len()),
        };
        self.at += length;
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, text: &str, expected: &[(Kind, &str)]) {
        let found = tokens(text, dialect);
        let found: Vec<(Kind, &str)> = found.iter().map(|token| (token.kind, token.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_texts_and_comments_are_told_apart() {
        use Kind::{Name, Sign, Text, Word};
        check(
            Dialect::Postgresql,
            "Drop /* a /* b */ c */ \"Flow\"\"s\" -- ; end\n 'it''s';",
            &[(Word, "drop"), (Name, "Flow\"s"), (Text, "it's"), (Sign, ";")],
        );
        check(Dialect::Postgresql, "$a$ ; $$ $a$ $1", &[(Text, " ; $$ "), (Sign, "$"), (Kind::Number, "1")]);
        check(
            Dialect::Postgresql,
            r"E'a\'b' x::int",
            &[(Text, "a'b"), (Word, "x"), (Sign, "::"), (Word, "int")],
        );
        check(
            Dialect::Sqlite,
            "Flow [a b] `c` \"d\"",
            &[(Word, "Flow"), (Name, "a b"), (Name, "c"), (Name, "d")],
        );
        check(Dialect::Postgresql, "'open", &[(Text, "open")]);
        check(Dialect::Postgresql, "/* open", &[]);
        check(Dialect::Postgresql, "ü$ é", &[(Word, "ü$"), (Word, "é")]);
    }
}
