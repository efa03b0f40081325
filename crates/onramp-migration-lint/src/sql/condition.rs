//! Conditions that are true for every row: `true`, `1 = 1`, `id > 3 OR NOT false`.

use super::cursor::{Cursor, outer};
use super::token::{Kind, Token};

/// How deep parentheses and NOT are read.
const DEPTH: usize = 50;

/// Whether a condition is true whatever a row holds, as far as its text alone tells.
pub(super) fn is_always_true(condition: &[Token]) -> bool {
    any(condition, DEPTH) == Some(true)
}

/// `a OR b`. `None` is what the text does not tell; so it is with parts of what is no condition, or hides one within.
fn any(tokens: &[Token], depth: usize) -> Option<bool> {
    let is_strange = |token: &Token| {
        token.is_sign("[") || ["select", "values", "table", "case"].iter().any(|word| token.is(word))
    };
    if depth == 0 || outer(tokens).any(|(_, token)| is_strange(token)) {
        return None;
    }
    let parts: Vec<_> = between(tokens, "or").into_iter().map(|part| all(part, depth - 1)).collect();
    let are_false = || parts.iter().all(|part| *part == Some(false)).then_some(false);
    if parts.contains(&Some(true)) { Some(true) } else { are_false() }
}

/// `a AND b`.
fn all(tokens: &[Token], depth: usize) -> Option<bool> {
    // The AND of a BETWEEN is another one.
    if outer(tokens).any(|(_, token)| token.is("between")) {
        return None;
    }
    let parts: Vec<_> = between(tokens, "and").into_iter().map(|part| one(part, depth)).collect();
    let are_true = || parts.iter().all(|part| *part == Some(true)).then_some(true);
    if parts.contains(&Some(false)) { Some(false) } else { are_true() }
}

/// What stands between ANDs and ORs.
fn one(tokens: &[Token], depth: usize) -> Option<bool> {
    let mut cursor = Cursor::new(tokens);
    if depth == 0 {
        return None;
    }
    if cursor.take(&["not"]) {
        return one(cursor.rest(), depth - 1).map(|is_true| !is_true);
    }
    if let Some(inner) = cursor.parenthesised() {
        return if cursor.rest().is_empty() { any(inner, depth - 1) } else { None };
    }
    match tokens {
        [single] => match Constant::of(single)? {
            Constant::Truth(is_true) => Some(is_true),
            Constant::Number(number) => Some(number != 0.0),
            Constant::Text(_) => None,
        },
        [left, sign, right] if sign.kind == Kind::Symbol => {
            Constant::of(left)?.compare(&sign.text, &Constant::of(right)?)
        }
        [left, is, null] if is.is("is") && null.is("null") => Constant::of(left).map(|_| false),
        [left, is, not, null] if is.is("is") && not.is("not") && null.is("null") => {
            Constant::of(left).map(|_| true)
        }
        [left, is, right] if is.is("is") => Constant::of(left)?.compare("=", &Constant::of(right)?),
        _ => None,
    }
}

/// What stands between keywords that are in no parentheses.
fn between<'a>(tokens: &'a [Token], word: &str) -> Vec<&'a [Token]> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, _) in outer(tokens).filter(|(_, token)| token.is(word)) {
        parts.push(&tokens[begin..place]);
        begin = place + 1;
    }
    parts.push(&tokens[begin..]);
    parts
}

/// A value that stands in the text.
enum Constant<'a> {
    Truth(bool),
    Number(f64),
    Text(&'a str),
}

impl<'a> Constant<'a> {
    fn of(token: &'a Token) -> Option<Self> {
        match token.kind {
            Kind::Word if token.is("true") => Some(Self::Truth(true)),
            Kind::Word if token.is("false") => Some(Self::Truth(false)),
            Kind::Number => token.text.parse().ok().map(Self::Number),
            Kind::Text => Some(Self::Text(&token.text)),
            _ => None,
        }
    }

    /// What a comparison comes to. Which of two texts comes first is a matter of the collation.
    fn compare(&self, sign: &str, other: &Self) -> Option<bool> {
        let order = match (self, other) {
            (Self::Truth(left), Self::Truth(right)) => Some(left.cmp(right)),
            (Self::Number(left), Self::Number(right)) => left.partial_cmp(right),
            (Self::Text(left), Self::Text(right)) => {
                return match sign {
                    "=" | "==" => Some(left == right),
                    "<>" | "!=" => Some(left != right),
                    _ => None,
                };
            }
            _ => None,
        }?;
        match sign {
            "=" | "==" => Some(order.is_eq()),
            "<>" | "!=" => Some(order.is_ne()),
            "<" => Some(order.is_lt()),
            "<=" => Some(order.is_le()),
            ">" => Some(order.is_gt()),
            ">=" => Some(order.is_ge()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;
    use onramp_testing::Scratch;

    use super::super::token::tokens;
    use super::*;

    fn is_true(text: &str) -> bool {
        is_always_true(&tokens(text, Dialect::Sqlite))
    }

    const TRUE: [&str; 16] = [
        "true",
        "TRUE",
        "1",
        "(1)",
        "1=1",
        "1 == 1.0",
        "'a' = 'a'",
        "'a' <> 'b'",
        "2 >= 1 AND ((NOT FALSE))",
        "NOT (1 = 2 OR 0)",
        "a = 3 OR 1 = 1",
        "NOT NOT true",
        "a BETWEEN 1 AND 2 OR true",
        "1 IS NOT NULL",
        "true IS true",
        "a IN (1, 2) OR (b = 1 OR 7)",
    ];

    #[test]
    fn a_condition_that_tells_no_rows_apart_is_seen() {
        let mut scratch =
            Scratch::sqlite("CREATE TABLE t (a, b); INSERT INTO t VALUES (NULL, 1), (2, NULL);");
        for text in TRUE {
            assert!(is_true(text), "{text}");
            let query = format!("SELECT CAST(count(*) AS TEXT) FROM t WHERE {text}");
            assert_eq!(scratch.client.texts(&query).unwrap(), ["2"], "{text}");
        }
    }

    #[test]
    fn what_may_tell_rows_apart_is_a_condition() {
        let conditions = [
            "",
            "a",
            "false",
            "0",
            "1 = 2",
            "a = a",
            "a = 1 AND true",
            "NOT a BETWEEN 1 AND 0",
            "a BETWEEN 0 AND 1",
            "NULL",
            "NOT NULL",
            "NULL IS NULL AND a",
            "(SELECT a FROM t WHERE b OR true)",
            "(VALUES (a OR true))",
            "CASE WHEN a OR true OR b THEN a END",
            "f(true OR true)",
            "(a) = (true OR true)",
            "ARRAY[a OR true OR b]",
            "EXISTS (SELECT 1)",
            "\"true\"",
            "CURRENT OF c",
            "1 +",
            ")",
            "(1",
        ];
        for text in conditions {
            let tokens = tokens(text, Dialect::Postgresql);
            assert!(!is_always_true(&tokens), "{text}");
        }
        let deep = format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(!is_true(&deep));
        assert!(!is_true(&"NOT ".repeat(100_000)));
    }
}
