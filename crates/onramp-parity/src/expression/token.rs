/// A piece of an expression that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
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
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    /// Whether it is that operator or bracket.
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(own) if own == symbol)
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

/// Operators of more than one sign, the longest first.
const LONG: [&str; 31] = [
    "!~~*", "->>", "#>>", "!~~", "!~*", "~~*", "<=>", "||", "<=", ">=", "<>", "!=", "==", "::", "->", "#>",
    "@>", "<@", "?|", "?&", "&&", "~~", "~*", "!~", "<<", ">>", "@@", "|/", "#-", "^@", ":=",
];

/// The tokens of an expression that a server has accepted. What could be none is a symbol of its own.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '\'' => string(rest, '\'', Token::Text),
            '"' => string(rest, '"', |name| Token::Name(name.to_lowercase())),
            'e' | 'E' if rest[1..].starts_with('\'') => escaped(rest),
            'x' | 'X' if rest[1..].starts_with('\'') => {
                let (token, length) = string(&rest[1..], '\'', |digits| Token::Bytes(digits.to_lowercase()));
                (token, length + 1)
            }
            _ if first.is_ascii_digit() || is_fraction(rest) => number(rest),
            _ if first.is_alphabetic() || first == '_' => word(rest),
            _ => symbol(rest, first),
        };
        tokens.extend(token);
        rest = &rest[length.min(rest.len())..];
    }
    tokens
}

fn string(text: &str, quote: char, make: impl Fn(String) -> Token) -> (Option<Token>, usize) {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((place, letter)) = letters.next() {
        if letter != quote {
            value.push(letter);
        } else if letters.peek().is_some_and(|(_, next)| *next == quote) {
            value.push(quote);
            letters.next();
        } else {
            return (Some(make(value)), place + 1);
        }
    }
    (Some(make(value)), text.len())
}

/// A text with backslashes, as PostgreSQL prints one that has some in it.
fn escaped(text: &str) -> (Option<Token>, usize) {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(2).peekable();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next().map(|(_, next)| next)),
            '\'' if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                value.push('\'');
                letters.next();
            }
            '\'' => return (Some(Token::Text(value)), place + 1),
            _ => value.push(letter),
        }
    }
    (Some(Token::Text(value)), text.len())
}

fn is_fraction(text: &str) -> bool {
    text.starts_with('.') && text[1..].starts_with(|next: char| next.is_ascii_digit())
}

fn number(text: &str) -> (Option<Token>, usize) {
    let mut before = ' ';
    let end = text.find(|letter: char| {
        let is_sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E') && !text.starts_with("0x");
        before = letter;
        !(letter.is_ascii_alphanumeric() || letter == '.' || is_sign)
    });
    let end = end.unwrap_or(text.len());
    (Some(Token::Number(text[..end].to_lowercase())), end)
}

fn word(text: &str) -> (Option<Token>, usize) {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    (Some(Token::Word(text[..end].to_lowercase())), end)
}

fn symbol(text: &str, first: char) -> (Option<Token>, usize) {
    let long = LONG.into_iter().find(|symbol| text.starts_with(symbol));
    let length = long.map_or(first.len_utf8(), str::len);
    (Some(Token::Symbol(text[..length].to_owned())), length)
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
