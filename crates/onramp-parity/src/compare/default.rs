use serde_json::Value;

use crate::expression::{Expression, Nowhere, RANDOM_UUID, literal};
use crate::types::Meaning;

/// What a column's default comes to.
#[derive(Debug, PartialEq)]
pub(super) enum Worth {
    /// NULL, whether somebody says so or not.
    Nothing,
    /// A document, whatever its spaces.
    Json(Value),
    /// A list of texts, which the one dialect has in braces and the other as JSON.
    List(Vec<String>),
    Value(Expression),
}

impl Worth {
    /// Of an expression as it is written, for a column whose values are of that meaning.
    pub(super) fn of(text: Option<&str>, meaning: Option<Meaning>) -> Self {
        let Some(text) = text else { return Self::Nothing };
        let value = match Expression::value(text, &Nowhere) {
            Expression::Null => return Self::Nothing,
            // A default names no column: SQLite takes a name that is none for a text.
            Expression::Column(_) => Expression::Text(unquoted(text)),
            // What makes a JSON text of a JSON text.
            Expression::Call(name, mut arguments) if name == "json" && arguments.len() == 1 => {
                arguments.swap_remove(0)
            }
            other => other,
        };
        let Some(meaning) = meaning else { return Self::Value(value) };
        let value = literal(value, meaning);
        match (meaning, value) {
            (Meaning::Json, Expression::Text(text)) => match serde_json::from_str(&text) {
                Ok(document) => Self::Json(document),
                Err(_) => Self::Value(Expression::Text(text)),
            },
            (Meaning::Array, Expression::Text(text)) => match items(&text) {
                Some(items) => Self::List(items),
                None => Self::Value(Expression::Text(text)),
            },
            (Meaning::Array, Expression::Operation("array", items)) => {
                let texts = items.iter().map(|item| match item {
                    Expression::Text(text) | Expression::Number(text) => Some(text.clone()),
                    _ => None,
                });
                match texts.collect() {
                    Some(texts) => Self::List(texts),
                    None => Self::Value(Expression::Operation("array", items)),
                }
            }
            // There is no function for it in SQLite, and a dozen ways to write one.
            (Meaning::Uuid, _) if text.contains("randomblob") => {
                Self::Value(Expression::Call(RANDOM_UUID.to_owned(), Vec::new()))
            }
            (Meaning::Text | Meaning::Enumeration, Expression::Number(number)) => {
                Self::Value(Expression::Text(number))
            }
            (_, value) => Self::Value(value),
        }
    }
}

/// The items of `{a,b}` or `["a", "b"]`.
fn items(text: &str) -> Option<Vec<String>> {
    if let Ok(Value::Array(values)) = serde_json::from_str(text) {
        let item = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        return Some(values.into_iter().map(item).collect());
    }
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    let is_plain = !inner.contains(['{', '\\']);
    is_plain.then(|| inner.split(',').map(|item| item.trim_matches('"').to_owned()).collect())
}

fn unquoted(text: &str) -> String {
    let text = text.trim().trim_matches(['(', ')']).trim();
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(meaning: Meaning, postgresql: &str, sqlite: &str) -> bool {
        let worth = |text: &str| Worth::of(Some(text).filter(|text| !text.is_empty()), Some(meaning));
        worth(postgresql) == worth(sqlite)
    }

    #[test]
    fn the_spellings_of_a_default_are_equal() {
        for (meaning, postgresql, sqlite) in [
            (Meaning::Timestamp, "now()", "CURRENT_TIMESTAMP"),
            (Meaning::Timestamp, "timezone('utc'::text, now())", "strftime('%Y-%m-%d %H:%M:%f000', 'now')"),
            (Meaning::Timestamp, "EXTRACT(epoch FROM now())", "unixepoch()"),
            (Meaning::Date, "CURRENT_DATE", "date('now')"),
            (Meaning::Text, "'x'::character varying", "'x'"),
            (Meaning::Text, "'it''s'::text", "'it''s'"),
            (Meaning::Text, "'0'::character varying", "0"),
            (Meaning::Text, "'x'::text", "x"),
            (Meaning::Enumeration, "'new'::state", "'new'"),
            (Meaning::Boolean, "true", "1"),
            (Meaning::Boolean, "false", "'0'"),
            (Meaning::Boolean, "true", "TRUE"),
            (Meaning::Integer, "1", "'1'"),
            (Meaning::Integer, "'-1'::integer", "-1"),
            (Meaning::Integer, "(- 1)", "-1"),
            (Meaning::Decimal, "0.00", "0"),
            (Meaning::Decimal, "'1.50'::numeric", "1.5"),
            (Meaning::Json, "'{}'::jsonb", "'{}'"),
            (Meaning::Json, "'{\"a\": 1}'::jsonb", "'{\"a\":1}'"),
            (Meaning::Json, "'[]'::jsonb", "json('[]')"),
            (Meaning::Array, "'{}'::text[]", "'[]'"),
            (Meaning::Array, "ARRAY[]::text[]", "'[]'"),
            (Meaning::Array, "ARRAY['a'::text, 'b'::text]", "'[\"a\", \"b\"]'"),
            (Meaning::Uuid, "gen_random_uuid()", "lower(hex(randomblob(16)))"),
            (Meaning::Binary, "'\\x00ff'::bytea", "x'00FF'"),
            (
                Meaning::Timestamp,
                "'2020-01-01 00:00:00+00'::timestamp with time zone",
                "'2020-01-01 00:00:00'",
            ),
            (Meaning::Text, "NULL::character varying", ""),
            (Meaning::Interval, "'00:00:00'::interval", "'0'"),
            (Meaning::Interval, "'01:30:00'::interval", "'1970-01-01 01:30:00.000000'"),
            (Meaning::Interval, "'00:00:01.5'::interval", "1.5"),
            (Meaning::Text, "", "NULL"),
        ] {
            assert!(same(meaning, postgresql, sqlite), "{postgresql} | {sqlite}");
        }
    }

    #[test]
    fn another_default_is_another() {
        for (meaning, postgresql, sqlite) in [
            (Meaning::Timestamp, "now()", "CURRENT_DATE"),
            (Meaning::Text, "'x'::text", "'X'"),
            (Meaning::Text, "'x'::text", ""),
            (Meaning::Text, "''::text", ""),
            (Meaning::Boolean, "true", "0"),
            (Meaning::Boolean, "false", ""),
            (Meaning::Integer, "1", "2"),
            (Meaning::Decimal, "0.5", "0.05"),
            (Meaning::Json, "'{}'::jsonb", "'[]'"),
            (Meaning::Array, "'{a}'::text[]", "'[]'"),
            (Meaning::Uuid, "gen_random_uuid()", ""),
            (Meaning::Interval, "'00:00:01'::interval", "'0'"),
            (Meaning::Interval, "'1 day'::interval", "'0'"),
        ] {
            assert!(!same(meaning, postgresql, sqlite), "{postgresql} | {sqlite}");
        }
    }
}
