use super::cursor::{Cursor, outer, parts};
use super::token::{Kind, Token};

/// How many rows a condition is true of at most, `is_key` telling of a column whether no two rows have the same value in it;
/// `None` where that cannot be read.
pub(super) fn at_most(condition: &[Token], is_key: &dyn Fn(&str) -> bool) -> Option<usize> {
    let is_other = |token: &Token| token.is("or") || token.is("between");
    if outer(condition).any(|(_, token)| is_other(token)) {
        return None;
    }
    let ends = outer(condition).filter(|(_, token)| token.is("and")).map(|(place, _)| place);
    let mut begin = 0;
    let mut least: Option<usize> = None;
    for end in ends.chain([condition.len()]) {
        if let Some(most) = of_part(&condition[begin..end], is_key) {
            least = Some(least.map_or(most, |least| least.min(most)));
        }
        begin = end + 1;
    }
    least
}

/// `id = 1`, `t.id IN (1, 2)`, `id = (SELECT min(id) FROM t)`.
fn of_part(tokens: &[Token], is_key: &dyn Fn(&str) -> bool) -> Option<usize> {
    let mut cursor = Cursor::new(tokens);
    cursor.path()?.0.pop().filter(|column| is_key(column))?;
    if cursor.take(&["in"]) {
        let values = parts(cursor.parenthesised().filter(|_| cursor.rest().is_empty())?);
        return values.iter().all(|value| is_value(value)).then_some(values.len());
    }
    (cursor.take_sign("=") || cursor.take_sign("==")).then_some(())?;
    is_value(cursor.rest()).then_some(1)
}

/// Whether it is one value, the same for every row.
fn is_value(tokens: &[Token]) -> bool {
    let mut cursor = Cursor::new(tokens);
    if let Some(query) = cursor.parenthesised() {
        let mut query = Cursor::new(query);
        let is_first_or_last = query.take(&["select", "min"]) || query.take(&["select", "max"]);
        return cursor.rest().is_empty()
            && is_first_or_last
            && query.parenthesised().is_some()
            && query.take(&["from"])
            && query.path().is_some()
            && query.rest().is_empty();
    }
    cursor.take_sign("-");
    let is_constant = |token: &Token| matches!(token.kind, Kind::Number | Kind::Text);
    cursor.next().is_some_and(is_constant)
        && (cursor.rest().is_empty()
            || cursor.take_sign("::") && cursor.path().is_some() && cursor.rest().is_empty())
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;

    use super::super::token::tokens;
    use super::*;

    #[test]
    fn a_key_that_is_told_bounds_the_rows() {
        let of = |text: &str| at_most(&tokens(text, Dialect::Postgresql), &|column| column == "id");
        let told_of = [
            ("id = 1", Some(1)),
            ("t.id = -1 AND a > 3", Some(1)),
            ("id = 'a'::uuid", Some(1)),
            ("a = 1 and id in (1, 2, 3)", Some(3)),
            ("id IN (1, 2) AND id = 2", Some(1)),
            ("id = (SELECT min(id) FROM t)", Some(1)),
            ("id = (SELECT id FROM u)", None),
            ("id IN (SELECT id FROM u)", None),
            ("a = 1", None),
            ("id > 1", None),
            ("id = a", None),
            ("id = id", None),
            ("id = 1 OR a = 2", None),
            ("NOT id = 1", None),
            ("id = 1 = a", None),
            ("id BETWEEN 1 AND 3", None),
            ("", None),
        ];
        for (text, expected) in told_of {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
