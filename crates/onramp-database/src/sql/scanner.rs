use onramp_core::Dialect;

use super::token::{Token, TokenKind};

/// The tokens of a text. What is not closed ends with the text.
pub fn tokens(text: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let mut scanner = Scanner::new(text, dialect);
    std::iter::from_fn(|| scanner.next()).collect()
}

/// The operators of more than one sign, the longest first.
const OF_POSTGRESQL: [&str; 32] = [
    "!~~*", "->>", "#>>", "!~~", "!~*", "~~*", "<=>", "||", "<=", ">=", "<>", "!=", "==", "=>", "::", ":=",
    "->", "#>", "@>", "<@", "?|", "?&", "&&", "~~", "~*", "!~", "<<", ">>", "@@", "|/", "#-", "^@",
];
const OF_SQLITE: [&str; 10] = ["->>", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->"];

/// A place in a text, from which the next token is read.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) dialect: Dialect,
    pub(super) at: usize,
    /// Where the last text with escapes has ended. Another one on a later line goes on with it.
    escaped_to: Option<usize>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, dialect, at: 0, escaped_to: None }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.skip();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let goes_on = self
            .escaped_to
            .take()
            .is_some_and(|end| first == '\'' && is_continuation(&self.text[end..self.at]));
        let (kind, length) = match (first, self.dialect) {
            ('\'', _) if goes_on => (TokenKind::Text, escaped(rest, 0)),
            ('\'', _) => (TokenKind::Text, quoted(rest, 0)),
            ('"', _) => (TokenKind::Name, quoted(rest, 0)),
            ('x' | 'X', _) if rest[1..].starts_with('\'') => (TokenKind::Bytes, quoted(rest, 1)),
            ('`', Dialect::Sqlite) => (TokenKind::Name, quoted(rest, 0)),
            ('[', Dialect::Sqlite) => (TokenKind::Name, rest.find(']').map_or(rest.len(), |end| end + 1)),
            ('?' | ':' | '@' | '#' | '$', Dialect::Sqlite) => (TokenKind::Parameter, 1 + word(&rest[1..])),
            ('e' | 'E', Dialect::Postgresql) if rest[1..].starts_with('\'') => {
                (TokenKind::Text, escaped(rest, 1))
            }
            ('b' | 'B', Dialect::Postgresql) if rest[1..].starts_with('\'') => {
                (TokenKind::Bytes, quoted(rest, 1))
            }
            ('u' | 'U', Dialect::Postgresql) if rest[1..].starts_with("&'") => {
                (TokenKind::Text, quoted(rest, 2))
            }
            ('u' | 'U', Dialect::Postgresql) if rest[1..].starts_with("&\"") => {
                (TokenKind::Name, quoted(rest, 2))
            }
            ('$', Dialect::Postgresql) => in_dollars(rest),
            _ if first.is_ascii_digit() => (TokenKind::Number, number(rest)),
            ('.', _) if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                (TokenKind::Number, number(rest))
            }
            _ if begins_word(first) => (TokenKind::Word, word(rest)),
            (_, dialect) => {
                let long = match dialect {
                    Dialect::Postgresql => &OF_POSTGRESQL[..],
                    Dialect::Sqlite => &OF_SQLITE,
                };
                let is_whole = |symbol: &&&str| rest.starts_with(**symbol) && !holds_a_comment(rest, symbol);
                let long = long.iter().find(is_whole);
                (TokenKind::Symbol, long.map_or(first.len_utf8(), |symbol| symbol.len()))
            }
        };
        let has_escapes = kind == TokenKind::Text
            && (goes_on || self.dialect == Dialect::Postgresql && rest.starts_with(['e', 'E']));
        let start = self.at;
        self.at += length;
        self.escaped_to = has_escapes.then_some(self.at);
        Some(Token { kind, text: &rest[..length], start, has_escapes })
    }

    /// Passes blanks and comments.
    fn skip(&mut self) {
        while self.comment().is_some() {}
    }

    /// Passes blanks, and the comment behind them if there is one. A byte order mark is a blank; whatever else is beyond
    /// ASCII is a letter to both servers.
    pub(super) fn comment(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let is_blank = |letter: char| matches!(letter, ' ' | '\t'..='\r' | '\u{feff}');
        let blank = rest.find(|letter| !is_blank(letter)).unwrap_or(rest.len());
        self.at += blank;
        let rest = &rest[blank..];
        let length = if rest.starts_with("--") {
            rest.find(self.ends_of_line()).unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            self.length_of_comment(rest)
        } else {
            return None;
        };
        self.at += length;
        Some(&rest[..length])
    }

    fn ends_of_line(&self) -> &'static [char] {
        match self.dialect {
            Dialect::Postgresql => &['\n', '\r'],
            Dialect::Sqlite => &['\n'],
        }
    }

    /// PostgreSQL's comments lie in one another; SQLite's do not.
    fn length_of_comment(&self, rest: &str) -> usize {
        let (mut at, mut depth) = (2, 1);
        while depth > 0 {
            let Some(found) = rest[at..].find(['*', '/']) else { return rest.len() };
            at += found;
            let here = &rest[at..];
            if here.starts_with("*/") {
                depth -= 1;
                at += 2;
            } else if here.starts_with("/*") && self.dialect == Dialect::Postgresql {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        at
    }
}

/// Whether a text in quotes goes on behind what stands between: blanks, with an end of line among them, and comments of a
/// line.
fn is_continuation(between: &str) -> bool {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
    between.contains('\n') && between.lines().all(is_blank)
}

/// Whether a comment begins behind the first sign of an operator, and so ends it: `a |/* b */ c`.
fn holds_a_comment(text: &str, symbol: &str) -> bool {
    (1..symbol.len()).any(|place| text[place..].starts_with("/*") || text[place..].starts_with("--"))
}

fn begins_word(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || !letter.is_ascii()
}

/// How long the word is that a text begins with; 0 where it begins with none.
fn word(text: &str) -> usize {
    let is_part = |letter: char| begins_word(letter) || letter.is_ascii_digit() || letter == '$';
    text.find(|letter| !is_part(letter)).unwrap_or(text.len())
}

/// How long the number is that a text begins with: digits, a fraction, an exponent, or hexadecimal.
fn number(text: &str) -> usize {
    let is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let mut before = ' ';
    let end = text.find(|letter: char| {
        let is_sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E') && !is_hexadecimal;
        before = letter;
        !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') || is_sign)
    });
    end.unwrap_or(text.len())
}

/// How long a text in quotes is, whose first quote stands at a place. A doubled quote is one of the text.
fn quoted(text: &str, open: usize) -> usize {
    let quote = char::from(text.as_bytes()[open]);
    let mut place = open + 1;
    while let Some(end) = text[place..].find(quote) {
        place += end + 1;
        if !text[place..].starts_with(quote) {
            return place;
        }
        place += 1;
    }
    text.len()
}

/// The same of a text in which a backslash takes the meaning from what follows it.
fn escaped(text: &str, open: usize) -> usize {
    let mut letters = text.char_indices().skip(open + 1).peekable();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '\'' if letters.next_if(|(_, next)| *next == '\'').is_none() => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// What begins with a dollar in PostgreSQL: a text in `$tag$`, `$1`, or nothing but the sign.
fn in_dollars(text: &str) -> (TokenKind, usize) {
    let digits = text[1..].find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len() - 1);
    if digits > 0 {
        return (TokenKind::Parameter, 1 + digits);
    }
    let is_part = |letter: char| begins_word(letter) || letter.is_ascii_digit();
    let name = text[1..].find(|letter| !is_part(letter)).unwrap_or(text.len() - 1);
    let Some(tag) = text.get(..name + 2).filter(|tag| tag.ends_with('$')) else {
        return (TokenKind::Symbol, 1);
    };
    let end = text[tag.len()..].find(tag).map_or(text.len(), |end| 2 * tag.len() + end);
    (TokenKind::Text, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::{Bytes, Name, Number, Parameter, Symbol, Text, Word};

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expected: &[(TokenKind, &str)]) {
        let found = tokens(text, dialect);
        let values: Vec<_> = found.iter().map(|token| (token.kind, token.value())).collect();
        let values: Vec<(TokenKind, &str)> = values.iter().map(|(kind, value)| (*kind, &**value)).collect();
        assert_eq!(values, expected);
        for token in &found {
            assert_eq!(&text[token.start..token.end()], token.text);
        }
    }

    #[test]
    fn names_texts_and_comments_are_told_apart() {
        check(
            Dialect::Postgresql,
            "Drop /* a /* b */ c */ \"Flow\"\"s\" -- ; end\n 'it''s';",
            &[(Word, "Drop"), (Name, "Flow\"s"), (Text, "it's"), (Symbol, ";")],
        );
        check(
            Dialect::Sqlite,
            "Flow [a b] `c``d` \"e\" /* /* */ ?1 :f ?",
            &[
                (Word, "Flow"),
                (Name, "a b"),
                (Name, "c`d"),
                (Name, "e"),
                (Parameter, "?1"),
                (Parameter, ":f"),
                (Parameter, "?"),
            ],
        );
        check(Dialect::Postgresql, "ü$ é", &[(Word, "ü$"), (Word, "é")]);
        check(Dialect::Postgresql, "\u{feff}a\u{feff} b", &[(Word, "a\u{feff}"), (Word, "b")]);
        check(Dialect::Postgresql, "a -- b\rc", &[(Word, "a"), (Word, "c")]);
        check(Dialect::Sqlite, "a -- b\rc\r\nd", &[(Word, "a"), (Word, "d")]);
        check(
            Dialect::Postgresql,
            "u&\"d\\0061t\" U&'a''b' u",
            &[(Name, "d\\0061t"), (Text, "a'b"), (Word, "u")],
        );
    }

    #[test]
    fn dollars_mean_what_stands_behind_them() {
        check(
            Dialect::Postgresql,
            "$a$ ; $$ $a$ $1 $",
            &[(Text, " ; $$ "), (Parameter, "$1"), (Symbol, "$")],
        );
        check(Dialect::Postgresql, "$ä$$b$$ä$ a$b$c", &[(Text, "$b$"), (Word, "a$b$c")]);
        check(
            Dialect::Postgresql,
            "$1$ $a-$ $",
            &[
                (Parameter, "$1"),
                (Symbol, "$"),
                (Symbol, "$"),
                (Word, "a"),
                (Symbol, "-"),
                (Symbol, "$"),
                (Symbol, "$"),
            ],
        );
        check(Dialect::Sqlite, "$a $$ b", &[(Parameter, "$a"), (Parameter, "$$"), (Word, "b")]);
    }

    #[test]
    fn backslashes_count_where_the_text_says_so() {
        check(Dialect::Postgresql, r"E'a\'b\\\n''' '\' x", &[(Text, "a'b\\\n'"), (Text, "\\"), (Word, "x")]);
        check(
            Dialect::Postgresql,
            "E'a'\n  'b\\'c' 'd\\' e",
            &[(Text, "a"), (Text, "b'c"), (Text, "d\\"), (Word, "e")],
        );
        check(Dialect::Postgresql, "E'a' -- 'x\n  'b\\'c' d", &[(Text, "a"), (Text, "b'c"), (Word, "d")]);
        check(Dialect::Postgresql, "E'a' 'b\\' c", &[(Text, "a"), (Text, "b\\"), (Word, "c")]);
        check(Dialect::Sqlite, r"E'a\' x", &[(Word, "E"), (Text, "a\\"), (Word, "x")]);
    }

    #[test]
    fn numbers_and_operators() {
        check(
            Dialect::Postgresql,
            "x::int>=-1.5e-3 and .5<>0x1F||x'0a'||B'01'->>a[1]",
            &[
                (Word, "x"),
                (Symbol, "::"),
                (Word, "int"),
                (Symbol, ">="),
                (Symbol, "-"),
                (Number, "1.5e-3"),
                (Word, "and"),
                (Number, ".5"),
                (Symbol, "<>"),
                (Number, "0x1F"),
                (Symbol, "||"),
                (Bytes, "0a"),
                (Symbol, "||"),
                (Bytes, "01"),
                (Symbol, "->>"),
                (Word, "a"),
                (Symbol, "["),
                (Number, "1"),
                (Symbol, "]"),
            ],
        );
        check(
            Dialect::Postgresql,
            "a |/* ' */ b #-- '\n #- c",
            &[(Word, "a"), (Symbol, "|"), (Word, "b"), (Symbol, "#"), (Symbol, "#-"), (Word, "c")],
        );
        check(Dialect::Sqlite, "a<-1_0", &[(Word, "a"), (Symbol, "<"), (Symbol, "-"), (Number, "1_0")]);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for (text, value) in [("'open", "open"), ("$a$open", "open"), ("e'op\\'en\\", "op'en"), ("$$", "")] {
            check(Dialect::Postgresql, text, &[(Text, value)]);
        }
        for text in ["\"open", "[open", "`open"] {
            check(Dialect::Sqlite, text, &[(Name, "open")]);
        }
        check(Dialect::Postgresql, "/* open /* */", &[]);
        check(Dialect::Postgresql, "'", &[(Text, "")]);
    }
}
