/// A token of JavaScript or TypeScript. What is in comments is none, and what is in strings is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, a keyword, a number.
    Word(&'a str),
    /// What stands between quotes, as it is written.
    Text(&'a str),
    /// A template, or a regular expression.
    Opaque,
    /// One letter of anything else.
    Mark(char),
}

impl Token<'_> {
    pub(super) fn is(self, mark: char) -> bool {
        self == Token::Mark(mark)
    }

    pub(super) fn is_word(self, word: &str) -> bool {
        self == Token::Word(word)
    }
}

/// Words behind which a slash begins a regular expression.
const BEFORE_VALUES: [&str; 12] =
    ["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw", "new", "await"];

/// The tokens of a text. Whatever it is, this comes to its end: what does not end, ends with the text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    // What is called a hashbang is a line for the system alone.
    if rest.starts_with("#!") {
        rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
    }
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            '\'' | '"' => {
                let end = end_of_string(rest, first);
                tokens.push(Token::Text(rest[1..end].strip_suffix(first).unwrap_or(&rest[1..end])));
                end
            }
            '`' => {
                tokens.push(Token::Opaque);
                end_of_template(rest)
            }
            '/' if begins_value(tokens.last().copied()) => {
                tokens.push(Token::Opaque);
                end_of_expression(rest)
            }
            _ if is_of_word(first) => {
                let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
                tokens.push(Token::Word(&rest[..end]));
                end
            }
            _ => {
                tokens.push(Token::Mark(first));
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#')
}

/// Whether a slash behind this token is no division.
fn begins_value(before: Option<Token<'_>>) -> bool {
    match before {
        None => true,
        Some(Token::Word(word)) => BEFORE_VALUES.contains(&word),
        Some(Token::Text(_) | Token::Opaque) => false,
        Some(Token::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
    }
}

/// A string ends with its quote, or with its line.
fn end_of_string(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => return place,
            _ if letter == quote => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// A template ends with its quote; in its expressions there may be others, and strings and comments with quotes in them.
fn end_of_template(text: &str) -> usize {
    // Of each template that is open, how many braces are open in the expression; none outside of one.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut place = 0;
    while let Some(letter) = text[place..].chars().next() {
        let rest = &text[place..];
        let mut length = letter.len_utf8();
        match (open.last_mut(), letter) {
            (Some(None), '\\') => length += rest.chars().nth(1).map_or(0, char::len_utf8),
            (Some(None), '`') => drop(open.pop()),
            (Some(expression @ None), '$') if rest.starts_with("${") => {
                *expression = Some(0);
                length = 2;
            }
            (Some(None), _) => {}
            (_, '`') => open.push(None),
            (Some(Some(braces)), '{') => *braces += 1,
            (Some(expression @ Some(0)), '}') => *expression = None,
            (Some(Some(braces)), '}') => *braces -= 1,
            (_, '\'' | '"') => length = end_of_string(rest, letter),
            (_, '/') if rest.starts_with("//") => length = rest.find('\n').unwrap_or(rest.len()),
            (_, '/') if rest.starts_with("/*") => {
                length = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
            }
            _ => {}
        }
        place += length;
        if open.is_empty() {
            return place;
        }
    }
    text.len()
}

/// A regular expression ends with its slash, unless that stands in a class, and with its flags; or with its line.
fn end_of_expression(text: &str) -> usize {
    let (mut is_escaped, mut is_in_class) = (false, false);
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            '\n' => return place,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '/' if !is_in_class => {
                let flags = text[place + 1..].find(|letter: char| !letter.is_ascii_alphabetic());
                return flags.map_or(text.len(), |flags| place + 1 + flags);
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let told = |token| match token {
            Token::Word(word) => word.to_owned(),
            Token::Text(text) => format!("'{text}'"),
            Token::Opaque => "*".to_owned(),
            Token::Mark(mark) => mark.to_string(),
        };
        tokens(text).into_iter().map(told).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_strings_templates_and_expressions() {
        assert_eq!(told("#!/usr/bin/env node\na=1// b\n/* c */d"), "a = 1 d");
        assert_eq!(
            told(
                r#"'it\'s' "/* no */" 'open
x"#
            ),
            r#"'it\'s' '/* no */' 'open' x"#
        );
        assert_eq!(told("`a ${`b ${'}'} c` + {x: 1} /* ` } */} d` e"), "* e");
        assert_eq!(
            told("a / b / c; x = /[/'\"]+/gi.test(y); return /\\//"),
            "a / b / c ; x = * . test ( y ) ; return *"
        );
        assert_eq!(told("exports[\"up\"]=async()=>{}"), "exports [ 'up' ] = async ( ) = > { }");
    }

    #[test]
    fn what_does_not_end() {
        for text in
            ["`${", "`${`", "'\\", "\"", "/*", "/a", "/[", "`\\", "`${'", "`${/*", "ä`ö${ü", "//", "`${//"]
        {
            tokens(text);
        }
        assert_eq!(tokens(&"`${".repeat(100_000)).len(), 1);
    }
}
