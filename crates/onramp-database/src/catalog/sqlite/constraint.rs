use super::super::{Kind, Object};
use super::cursor::{Cursor, expression, split_at_commas};
use super::token::{Token, canonical, exact_name};

/// A constraint of a table, wherever in the statement it stood.
pub(super) struct Constraint {
    pub(super) kind: Kind,
    /// The name that the statement gives it.
    pub(super) name: Option<String>,
    pub(super) attributes: Object,
}

impl Constraint {
    fn new(kind: Kind, definition: String) -> Self {
        Self { kind, name: None, attributes: [("definition".to_owned(), definition)].into() }
    }

    fn set(&mut self, attribute: &str, value: String) {
        self.attributes.insert(attribute.to_owned(), value);
    }
}

/// The table constraint that is next.
pub(super) fn of_table(cursor: &mut Cursor<'_, '_>) -> Option<Constraint> {
    if cursor.take(&["PRIMARY", "KEY"]) {
        return keyed(Kind::PrimaryKey, "PRIMARY KEY", cursor);
    }
    if cursor.take(&["UNIQUE"]) {
        return keyed(Kind::Unique, "UNIQUE", cursor);
    }
    if cursor.take(&["FOREIGN", "KEY"]) {
        let columns = list(cursor.take_parenthesised()?);
        return cursor.take(&["REFERENCES"]).then(|| foreign_key(&columns, cursor));
    }
    check(cursor)
}

/// The constraint of a column that is next, one that could as well be the table's.
pub(super) fn of_column(column: &Token<'_>, cursor: &mut Cursor<'_, '_>) -> Option<Constraint> {
    let name = canonical(std::slice::from_ref(column));
    if cursor.take(&["PRIMARY", "KEY"]) {
        let is_descending = !cursor.take(&["ASC"]) && cursor.take(&["DESC"]);
        let order = if is_descending { " DESC" } else { "" };
        let mut constraint = Constraint::new(Kind::PrimaryKey, format!("PRIMARY KEY ({name}{order})"));
        conflict(&mut constraint, cursor);
        if is_descending {
            // An old quirk: only at the column does the order keep it from being the row id.
            constraint.set("stands-at", "column".to_owned());
        }
        if cursor.take(&["AUTOINCREMENT"]) {
            constraint.set("autoincrement", "true".to_owned());
        }
        return Some(constraint);
    }
    if cursor.take(&["UNIQUE"]) {
        let mut constraint = Constraint::new(Kind::Unique, format!("UNIQUE ({name})"));
        conflict(&mut constraint, cursor);
        return Some(constraint);
    }
    if cursor.take(&["REFERENCES"]) {
        return Some(foreign_key(&name, cursor));
    }
    check(cursor)
}

/// What becomes of a conflict with a constraint, if that is next.
pub(super) fn on_conflict(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    if !cursor.take(&["ON", "CONFLICT"]) {
        return None;
    }
    cursor.next().map(|token| canonical(std::slice::from_ref(token)))
}

fn check(cursor: &mut Cursor<'_, '_>) -> Option<Constraint> {
    if !cursor.take(&["CHECK"]) {
        return None;
    }
    let text = expression(cursor.take_parenthesised()?);
    let mut constraint = Constraint::new(Kind::Check, format!("CHECK ({text})"));
    conflict(&mut constraint, cursor);
    Some(constraint)
}

fn keyed(kind: Kind, words: &str, cursor: &mut Cursor<'_, '_>) -> Option<Constraint> {
    let mut columns = cursor.take_parenthesised()?;
    let is_automatic = columns.last().is_some_and(|token| token.is("AUTOINCREMENT"));
    if is_automatic {
        columns = &columns[..columns.len() - 1];
    }
    let mut constraint = Constraint::new(kind, format!("{words} ({})", list(columns)));
    conflict(&mut constraint, cursor);
    if is_automatic {
        constraint.set("autoincrement", "true".to_owned());
    }
    Some(constraint)
}

fn conflict(constraint: &mut Constraint, cursor: &mut Cursor<'_, '_>) {
    if let Some(resolution) = on_conflict(cursor) {
        constraint.set("on-conflict", resolution);
    }
}

/// What follows `REFERENCES`, in the form in which PostgreSQL prints a foreign key: what is usual is left out.
fn foreign_key(columns: &str, cursor: &mut Cursor<'_, '_>) -> Constraint {
    let table = cursor.next().map(|token| canonical(std::slice::from_ref(token))).unwrap_or_default();
    let mut text = format!("FOREIGN KEY ({columns}) REFERENCES {table}");
    if let Some(columns) = cursor.take_parenthesised() {
        text.push_str(&format!("({})", list(columns)));
    }
    let (mut on_delete, mut on_update, mut matched, mut deferred) = (None, None, None, "");
    loop {
        if cursor.take(&["ON", "DELETE"]) {
            on_delete = action(cursor);
        } else if cursor.take(&["ON", "UPDATE"]) {
            on_update = action(cursor);
        } else if cursor.take(&["ON", "INSERT"]) {
            // The grammar takes it, and nothing follows from it.
            action(cursor);
        } else if cursor.take(&["MATCH"]) {
            matched = cursor.next().map(|token| exact_name(token).to_uppercase());
        } else if cursor.take(&["NOT", "DEFERRABLE"]) {
            initially(cursor);
            deferred = "";
        } else if cursor.take(&["DEFERRABLE"]) {
            deferred = initially(cursor);
        } else {
            break;
        }
    }
    for (words, value) in [("MATCH", matched), ("ON UPDATE", on_update), ("ON DELETE", on_delete)] {
        if let Some(value) = value {
            text.push_str(&format!(" {words} {value}"));
        }
    }
    text.push_str(deferred);
    Constraint::new(Kind::ForeignKey, text)
}

fn action(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    for words in [&["SET", "NULL"][..], &["SET", "DEFAULT"], &["CASCADE"], &["RESTRICT"]] {
        if cursor.take(words) {
            return Some(words.join(" "));
        }
    }
    cursor.take(&["NO", "ACTION"]);
    None
}

fn initially(cursor: &mut Cursor<'_, '_>) -> &'static str {
    if cursor.take(&["INITIALLY", "DEFERRED"]) {
        return " DEFERRABLE INITIALLY DEFERRED";
    }
    cursor.take(&["INITIALLY", "IMMEDIATE"]);
    " DEFERRABLE"
}

/// Names of columns, each maybe with a collation and an order; the usual order is left out.
fn list(tokens: &[Token<'_>]) -> String {
    let columns = split_at_commas(tokens).into_iter().map(|column| match column.split_last() {
        Some((last, column)) if last.is("ASC") => canonical(column),
        _ => canonical(column),
    });
    columns.collect::<Vec<_>>().join(", ")
}
