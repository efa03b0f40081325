use onramp_core::Dialect;

use super::cursor::{Cursor, outer};
use super::token::{Token, tokens};

/// The columns that the definition of a check, as a server prints it, requires values in.
pub(crate) fn parse_required(definition: &str, dialect: Dialect) -> Vec<String> {
    let tokens = tokens(definition, dialect);
    let cursor = &mut Cursor::new(&tokens);
    cursor.take(&["check"]);
    required(cursor.parenthesised().unwrap_or_default())
}

/// How many parentheses may lie in one another; what is deeper is not read.
const DEEPEST: usize = 100;

/// The columns that a condition requires values in: those of `a IS NOT NULL AND b IS NOT NULL`, however many parentheses
/// there are.
pub(crate) fn required(condition: &[Token]) -> Vec<String> {
    required_within(condition, DEEPEST)
}

fn required_within(condition: &[Token], depth: usize) -> Vec<String> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    if let [name, is, not, null] = condition
        && is.is("is")
        && not.is("not")
        && null.is("null")
    {
        return Cursor::new(std::slice::from_ref(name)).name().into_iter().collect();
    }
    let mut whole = Cursor::new(condition);
    if let Some(inner) = whole.parenthesised()
        && whole.rest().is_empty()
    {
        return required_within(inner, depth);
    }
    // The `AND` of a `BETWEEN` or in a `CASE` is another one.
    let is_other = |token: &Token| ["or", "between", "case", "not"].iter().any(|word| token.is(word));
    let ends: Vec<usize> =
        outer(condition).filter(|(_, token)| token.is("and")).map(|(place, _)| place).collect();
    if ends.is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for end in ends.into_iter().chain([condition.len()]) {
        parts.push(&condition[start..end]);
        start = end + 1;
    }
    let is_plain = |part: &[Token]| match part {
        [_, is, _, null] => is.is("is") && null.is("null"),
        part => !outer(part).any(|(_, token)| is_other(token)),
    };
    if !parts.iter().all(|part| is_plain(part)) {
        return Vec::new();
    }
    parts.into_iter().flat_map(|part| required_within(part, depth)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &str, expected: &[&str]) {
        assert_eq!(parse_required(definition, Dialect::Postgresql), expected, "{definition}");
    }

    #[test]
    fn conditions_that_hold_for_no_null_are_known() {
        check("CHECK ((a IS NOT NULL))", &["a"]);
        check("CHECK ((\"A b\" IS NOT NULL)) NOT VALID", &["A b"]);
        check("CHECK (((a IS NOT NULL) AND (b > 0) AND ((c IS NOT NULL))))", &["a", "c"]);
        check("CHECK (a is not null and b is not null)", &["a", "b"]);
        check("CHECK (((a IS NOT NULL) OR (b > 0)))", &[]);
        check("CHECK (a is not null and b > 0 or c)", &[]);
        check("CHECK (c between b and a is not null)", &[]);
        check("CHECK ((a IS NOT NULL) = (b IS NOT NULL))", &[]);
        check("CHECK ((a > 0))", &[]);
        check("CHECK ((NOT (a IS NOT NULL)))", &[]);
        let deep = 100_000;
        check(&format!("CHECK {}a IS NOT NULL{}", "(".repeat(deep), ")".repeat(deep)), &[]);
    }
}
