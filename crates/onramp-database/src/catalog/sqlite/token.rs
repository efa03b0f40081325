use std::borrow::Cow;

use onramp_core::Dialect;

use super::keywords::{Role, role};
use crate::sql;
pub(super) use crate::sql::{Token, TokenKind};

/// The exact name that a token stands for, if it is read as one. SQLite takes a text in single quotes too.
pub(super) fn exact_name(token: &Token<'_>) -> String {
    token.value().into_owned()
}

/// The tokens of a statement that SQLite has accepted.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    sql::tokens(sql, Dialect::Sqlite)
}

/// The tokens in one spelling: single spaces, keywords in upper case, functions in lower case, quotes around
/// names only where they are needed. Tokens that mean the same have the same spelling, and no others.
pub(super) fn canonical(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        let previous = index.checked_sub(1).map(|index| &tokens[index]);
        let is_sign = index > 0 && is_sign(&tokens[..index]);
        if previous.is_some_and(|previous| !is_sign && needs_space(previous, token)) {
            text.push(' ');
        }
        text.push_str(&spelling(token, next));
    }
    text
}

fn spelling<'a>(token: &Token<'a>, next: Option<&Token<'_>>) -> Cow<'a, str> {
    match token.kind {
        TokenKind::Text | TokenKind::Bytes | TokenKind::Number | TokenKind::Parameter | TokenKind::Symbol => {
            Cow::Borrowed(token.text)
        }
        TokenKind::Word => match role(token.text) {
            Role::Reserved | Role::Either => Cow::Owned(token.text.to_ascii_uppercase()),
            Role::Name if next.is_some_and(|next| next.is("(")) => {
                Cow::Owned(token.text.to_ascii_lowercase())
            }
            Role::Name => Cow::Borrowed(token.text),
        },
        TokenKind::Name => {
            let name = exact_name(token);
            let is_plain = name.starts_with(is_letter) && word(&name) == name.len();
            match role(&name) {
                _ if !is_plain => Cow::Owned(quoted_name(&name)),
                Role::Reserved => Cow::Owned(quoted_name(&name)),
                // Bare, it would mean the same and be written in upper case, because nothing tells it from a
                // keyword there.
                Role::Either => Cow::Owned(name.to_ascii_uppercase()),
                Role::Name if next.is_some_and(|next| next.is("(")) => Cow::Owned(name.to_ascii_lowercase()),
                Role::Name => Cow::Owned(name),
            }
        }
    }
}

fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn needs_space(left: &Token<'_>, right: &Token<'_>) -> bool {
    let tight_after = left.is("(") || left.is(".");
    let tight_before = [")", ",", ".", ";"].iter().any(|symbol| right.is(symbol));
    let is_name = match left.kind {
        TokenKind::Word => role(left.text) == Role::Name,
        TokenKind::Name => true,
        _ => false,
    };
    !(tight_after || tight_before || is_name && right.is("("))
}

/// Whether the last token is the sign of what follows, and no operator between two values.
fn is_sign(tokens: &[Token<'_>]) -> bool {
    let Some((last, before)) = tokens.split_last() else { return false };
    let is_symbol = ["-", "+", "~"].iter().any(|symbol| last.is(symbol));
    let follows_value = before.last().is_some_and(|before| match before.kind {
        TokenKind::Symbol => before.is(")"),
        TokenKind::Word => role(before.text) != Role::Reserved,
        _ => true,
    });
    is_symbol && !follows_value
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || !letter.is_ascii()
}

/// The length of the word that a text begins with, in bytes.
fn word(text: &str) -> usize {
    let is_part = |letter: char| is_letter(letter) || letter.is_ascii_digit() || letter == '$';
    text.find(|letter| !is_part(letter)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &str) {
        assert_eq!(canonical(&tokens(sql)), expected, "{sql}");
    }

    #[test]
    fn spelling_does_not_count() {
        check("a\n  >0 -- why\nand \"b\" is /* not */ not null", "a > 0 AND b IS NOT NULL");
        check("LOWER( [name] )||`x y`", "lower(name) || \"x y\"");
        check("Max(a,b) in (select count(*) from t)", "max(a, b) IN (SELECT count(*) FROM t)");
        check("main . \"T\".x", "main.T.x");
    }

    #[test]
    fn keywords_as_names_are_read_alike_with_and_without_quotes() {
        check("key > 1", "KEY > 1");
        check("\"key\" > 1", "KEY > 1");
        check("\"order\" > 1", "\"order\" > 1");
    }

    #[test]
    fn literals_stay_as_they_are() {
        check("'it''s  A' <> x'0A' and 1.5e-3 > .5 and 0x1F", "'it''s  A' <> x'0A' AND 1.5e-3 > .5 AND 0x1F");
        check("a->>'$.b' = ?1", "a ->> '$.b' = ?1");
        check("ü = 1-2 or a in (- 1, +b, -(c))", "ü = 1 - 2 OR a IN (-1, +b, -(c))");
    }

    #[test]
    fn names_are_exact() {
        let names: Vec<String> = tokens("a \"b\"\"c\" [d e] `f``g` 'h'").iter().map(exact_name).collect();
        assert_eq!(names, ["a", "b\"c", "d e", "f`g", "h"]);
    }
}
