//! Conditions that are true for every row: `true`, `1 = 1`, `id > 3 OR NOT false`, and `id IS NOT NULL` where no id is.

use super::bound::at_most;
use super::cursor::{Cursor, outer};
use super::parsed::Path;
use super::token::{Kind, Token};

/// How deep parentheses and NOT are read.
const DEPTH: usize = 50;

/// Which rows a statement changes, as far as its text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of them.
    All,
    /// Those that a condition on the table itself is true of.
    Where(Condition),
    /// Nobody knows.
    Some,
}

/// A condition on the rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    table: Path,
    /// The names that mean a query of the statement, wherever rows are read.
    queries: Vec<String>,
    tokens: Vec<Token>,
}

impl Condition {
    pub(super) fn new(table: Path, queries: &[String], tokens: &[Token]) -> Self {
        Self { table, queries: queries.to_vec(), tokens: tokens.to_vec() }
    }

    /// How many rows it is true of at most, `is_key` telling of a column whether no two rows have the same value in it.
    pub(crate) fn at_most(&self, is_key: &dyn Fn(&str) -> bool) -> Option<usize> {
        at_most(&self.tokens, is_key)
    }

    /// Whether it is true whatever a row holds, `is_required` telling of a column whether it holds no NULL.
    pub(crate) fn is_always_true(&self, is_required: &dyn Fn(&str) -> bool) -> bool {
        Reading { table: &self.table, queries: &self.queries, is_required }.any(&self.tokens, DEPTH)
            == Some(true)
    }
}

struct Reading<'a> {
    table: &'a Path,
    queries: &'a [String],
    is_required: &'a dyn Fn(&str) -> bool,
}

impl Reading<'_> {
    /// `a OR b`. `None` is what the text does not tell; so it is with parts of what is no condition, or hides one within.
    fn any(&self, tokens: &[Token], depth: usize) -> Option<bool> {
        let is_strange = |token: &Token| {
            token.is_sign("[") || ["select", "values", "table", "case"].iter().any(|word| token.is(word))
        };
        if depth == 0 || outer(tokens).any(|(_, token)| is_strange(token)) {
            return None;
        }
        let parts: Vec<_> = between(tokens, "or").into_iter().map(|part| self.all(part, depth - 1)).collect();
        let are_false = || parts.iter().all(|part| *part == Some(false)).then_some(false);
        if parts.contains(&Some(true)) { Some(true) } else { are_false() }
    }

    /// `a AND b`.
    fn all(&self, tokens: &[Token], depth: usize) -> Option<bool> {
        // The AND of a BETWEEN is another one.
        if outer(tokens).any(|(_, token)| token.is("between")) {
            return None;
        }
        let parts: Vec<_> = between(tokens, "and").into_iter().map(|part| self.one(part, depth)).collect();
        let are_true = || parts.iter().all(|part| *part == Some(true)).then_some(true);
        if parts.contains(&Some(false)) { Some(false) } else { are_true() }
    }

    /// What stands between ANDs and ORs.
    fn one(&self, tokens: &[Token], depth: usize) -> Option<bool> {
        let mut cursor = Cursor::new(tokens);
        if depth == 0 {
            return None;
        }
        if cursor.take(&["not"]) {
            return self.one(cursor.rest(), depth - 1).map(|is_true| !is_true);
        }
        if let Some(inner) = cursor.parenthesised() {
            return if cursor.rest().is_empty() { self.any(inner, depth - 1) } else { None };
        }
        match tokens {
            [single] => match Constant::of(single)? {
                Constant::Truth(is_true) => Some(is_true),
                Constant::Number(number) => Some(number != 0.0),
                Constant::Text(_) => None,
            },
            [left, sign, right] if sign.kind == Kind::Symbol && Constant::of(left).is_some() => {
                Constant::of(left)?.compare(&sign.text, &Constant::of(right)?)
            }
            [left, is, null] if is.is("is") && null.is("null") && Constant::of(left).is_some() => Some(false),
            [left, is, not, null]
                if is.is("is") && not.is("not") && null.is("null") && Constant::of(left).is_some() =>
            {
                Some(true)
            }
            [left, is, right] if is.is("is") && Constant::of(left).is_some() => {
                Constant::of(left)?.compare("=", &Constant::of(right)?)
            }
            _ => self.of_column(tokens),
        }
    }

    /// What is so of a column that holds no NULL.
    fn of_column(&self, tokens: &[Token]) -> Option<bool> {
        let mut cursor = Cursor::new(tokens);
        let column = column(&mut cursor).filter(|column| (self.is_required)(column))?;
        match cursor.rest() {
            [is, null] if is.is("is") && null.is("null") => Some(false),
            [isnull] if isnull.is("isnull") => Some(false),
            [is, not, null] if is.is("is") && not.is("not") && null.is("null") => Some(true),
            [not, null] if not.is("not") && null.is("null") => Some(true),
            [notnull] if notnull.is("notnull") => Some(true),
            [sign, ..] if sign.kind == Kind::Symbol => {
                cursor.next();
                let is_itself = self::column(&mut cursor)? == column && cursor.rest().is_empty();
                match sign.text.as_str() {
                    "=" | "==" | "<=" | ">=" => is_itself.then_some(true),
                    "<>" | "!=" | "<" | ">" => is_itself.then_some(false),
                    _ => None,
                }
            }
            [is_in, ..] if is_in.is("in") => {
                cursor.next();
                let mut query = Cursor::new(cursor.parenthesised().filter(|_| cursor.rest().is_empty())?);
                query.take(&["select"]).then_some(())?;
                query.take(&["distinct"]);
                let is_itself = self::column(&mut query)? == column && query.take(&["from"]);
                (is_itself && self.takes_own_table(&mut query) && query.rest().is_empty()).then_some(true)
            }
            _ => None,
        }
    }

    /// Takes the name of the table itself. A query of the statement hides it where its schema is not named.
    fn takes_own_table(&self, cursor: &mut Cursor<'_>) -> bool {
        let mut ahead = *cursor;
        let name = ahead.name().filter(|_| !ahead.take_sign("."));
        let is_query = |name: String| self.queries.iter().any(|query| query.eq_ignore_ascii_case(&name));
        !name.is_some_and(is_query) && cursor.path().is_some_and(|path| path == *self.table)
    }
}

/// Takes the name of a column, which that of its table may stand before.
fn column(cursor: &mut Cursor<'_>) -> Option<String> {
    let is_keyword = cursor
        .rest()
        .first()
        .is_some_and(|first| ["null", "true", "false"].iter().any(|word| first.is(word)));
    cursor.path().filter(|_| !is_keyword)?.0.pop()
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

    fn of(text: &str, dialect: Dialect, is_required: &dyn Fn(&str) -> bool) -> bool {
        let table = Path::new(vec!["t".to_owned()]);
        Condition::new(table, &[], &tokens(text, dialect)).is_always_true(is_required)
    }

    fn is_true(text: &str) -> bool {
        of(text, Dialect::Sqlite, &|_| false)
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
            assert!(!of(text, Dialect::Postgresql, &|_| false), "{text}");
        }
        let deep = format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(!is_true(&deep));
        assert!(!is_true(&"NOT ".repeat(100_000)));
    }

    /// `id` holds no NULL, `a` does; the database agrees on all of them.
    #[test]
    fn a_column_that_holds_no_null_tells_no_rows_apart() {
        let mut scratch = Scratch::sqlite(
            "CREATE TABLE t (id INTEGER NOT NULL, a INTEGER); INSERT INTO t VALUES (1, NULL), (2, 3);",
        );
        let of_all = [
            "id IS NOT NULL",
            "t.id IS NOT NULL",
            "main.t.id NOTNULL",
            "\"id\" NOT NULL",
            "NOT id IS NULL",
            "NOT (id ISNULL OR id <> id)",
            "id = id",
            "id >= t.id AND 1 = 1",
            "a = 3 OR id IS NOT NULL",
            "id IN (SELECT id FROM t)",
            "id IN (SELECT DISTINCT t.id FROM main.t)",
        ];
        let of_some = [
            "a IS NOT NULL",
            "a = a",
            "id IS NULL",
            "id <> id",
            "id = a",
            "id > 1",
            "id IN (SELECT a FROM t)",
            "id IN (SELECT id FROM t WHERE a = 3)",
            "id IN (SELECT id FROM t LIMIT 1)",
            "id NOT IN (SELECT id FROM t)",
            "id IS NOT NULL AND a = 3",
            "id + a IS NOT NULL",
            "NOT id IS NOT NULL",
        ];
        let is_required = |column: &str| column == "id";
        for (texts, expected) in [(&of_all[..], true), (&of_some, false)] {
            for text in texts {
                assert_eq!(of(text, Dialect::Sqlite, &is_required), expected, "{text}");
                let query = format!("SELECT CAST(count(*) = 2 AS TEXT) FROM t WHERE {text}");
                let is_of_all = scratch.client.texts(&query).unwrap() == ["1"];
                assert_eq!(is_of_all, expected, "{text}");
            }
        }
        assert!(!of("id IN (SELECT id FROM other)", Dialect::Sqlite, &is_required));
        // A query of the statement hides the table where its schema is not named.
        let mut is_hidden = |query: &str, text: &str| {
            let condition = Condition::new(
                Path::new(vec!["t".to_owned()]),
                &[query.to_owned()],
                &tokens(text, Dialect::Sqlite),
            );
            let of_all = condition.is_always_true(&is_required);
            let query = format!(
                "WITH {query} AS (SELECT 1 AS id) SELECT CAST(count(*) AS TEXT) FROM main.t WHERE {text}"
            );
            assert_eq!(scratch.client.texts(&query).unwrap() == ["2"], of_all, "{query}");
            !of_all
        };
        assert!(is_hidden("t", "id IN (SELECT id FROM t)"));
        assert!(is_hidden("T", "id IN (SELECT id FROM t)"));
        assert!(!is_hidden("t", "id IN (SELECT id FROM main.t)"));
        assert!(!is_hidden("u", "id IN (SELECT id FROM t)"));
    }
}
