use super::cursor::{Cursor, outer, parts};
use super::token::Token;

/// The columns that an `UPDATE` gives values to; `None` where that cannot be read.
pub(crate) fn assigned(tokens: &[Token]) -> Option<Vec<String>> {
    let place = outer(tokens).find(|(_, token)| token.is("set"))?.0;
    let behind = tokens.get(place + 1..)?;
    let is_end =
        |token: &Token| ["from", "where", "returning", "order", "limit"].iter().any(|word| token.is(word));
    // `a IS DISTINCT FROM b` is a value.
    let ends =
        |place: usize, token: &Token| is_end(token) && !(place > 0 && behind[place - 1].is("distinct"));
    let end =
        outer(behind).find(|(place, token)| ends(*place, token)).map_or(behind.len(), |(place, _)| place);
    let mut columns = Vec::new();
    for part in parts(&behind[..end]) {
        let mut cursor = Cursor::new(part);
        match cursor.parenthesised() {
            Some(several) => {
                for one in parts(several) {
                    columns.push(Cursor::new(one).name()?);
                }
            }
            None => columns.push(cursor.name()?),
        }
    }
    (!columns.is_empty()).then_some(columns)
}

#[cfg(test)]
mod tests {
    use onramp_core::Dialect;

    use super::super::token::tokens;
    use super::*;

    #[test]
    fn the_columns_are_those_that_get_values() {
        let of = |text: &str| assigned(&tokens(text, Dialect::Postgresql)).map(|columns| columns.join(" "));
        let told_of = [
            ("UPDATE t SET a = b", Some("a")),
            ("UPDATE t x SET a = f(b, c), d[1] = 2 FROM u WHERE e = 1", Some("a d")),
            ("UPDATE ONLY s.t SET (a, \"B\") = (SELECT c, d FROM u WHERE e), f.g = 1", Some("a B f")),
            ("UPDATE t SET a = b IS DISTINCT FROM c, d = 1 RETURNING e", Some("a d")),
            ("UPDATE t SET", None),
            ("UPDATE", None),
            ("UPDATE t SET = 1", None),
        ];
        for (text, expected) in told_of {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }
}
