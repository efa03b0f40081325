use std::collections::BTreeMap;

use onramp_core::Failure;
use rusqlite::Connection;

use super::super::{Kind, Object, ObjectId};
use super::cursor::{Cursor, expression, split_at_commas};
use super::table::USUAL_COLLATION;
use super::token::{Token, TokenKind, canonical, tokens};
use super::{after_name, rows};

/// A key of an index as the pragma tells it.
struct Key {
    /// The column, none for an expression.
    column: Option<String>,
    is_descending: bool,
    collation: String,
}

/// Adds an index of a table that was added before.
pub(super) fn add(
    objects: &mut BTreeMap<ObjectId, Object>,
    connection: &Connection,
    table: &str,
    name: &str,
    sql: &str,
) -> Result<(), Failure> {
    let all = tokens(sql);
    let mut cursor = Cursor::new(after_name(&all));
    cursor.take(&["ON"]);
    cursor.next();
    let written = split_at_commas(cursor.take_parenthesised().unwrap_or_default());
    let query = "SELECT name, \"desc\", coll FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno";
    let keys = rows(connection, query, [name], |row| {
        Ok(Key { column: row.get(0)?, is_descending: row.get(1)?, collation: row.get(2)? })
    })?;
    let keys = keys.iter().zip(written).map(|(key, written)| {
        let order = if key.is_descending { " DESC" } else { "" };
        match &key.column {
            Some(column) => {
                let usual = usual_collation(objects, table, column);
                let collation = match key.collation.eq_ignore_ascii_case(usual) {
                    true => String::new(),
                    false => format!(" COLLATE {}", key.collation.to_ascii_uppercase()),
                };
                format!("{}{collation}{order}", spelled(column))
            }
            None => format!("{}{order}", expression(without_order(written))),
        }
    });
    let mut object = Object::from([("columns".to_owned(), keys.collect::<Vec<_>>().join(", "))]);
    if all.iter().take(2).any(|token| token.is("UNIQUE")) {
        object.insert("unique".to_owned(), "true".to_owned());
    }
    if cursor.take(&["WHERE"]) {
        let predicate: Vec<Token<'_>> = std::iter::from_fn(|| cursor.next().copied()).collect();
        object.insert("where".to_owned(), expression(&predicate));
    }
    objects.insert(ObjectId::new(Kind::Index, [table, name]), object);
    Ok(())
}

fn usual_collation<'a>(objects: &'a BTreeMap<ObjectId, Object>, table: &str, column: &str) -> &'a str {
    let column = objects.get(&ObjectId::new(Kind::Column, [table, column]));
    column.and_then(|column| column.get("collation")).map_or(USUAL_COLLATION, String::as_str)
}

/// A name as it is spelled in expressions.
fn spelled(name: &str) -> String {
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    canonical(&[Token::alone(TokenKind::Name, &quoted)])
}

fn without_order<'a, 'b>(key: &'b [Token<'a>]) -> &'b [Token<'a>] {
    match key.split_last() {
        Some((last, key)) if last.is("ASC") || last.is("DESC") => key,
        _ => key,
    }
}
