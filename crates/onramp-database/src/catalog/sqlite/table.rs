use std::collections::{BTreeMap, HashMap};

use onramp_core::Failure;
use rusqlite::Connection;

use super::super::{Kind, Object, ObjectId, POSITION};
use super::constraint::{Constraint, of_column, of_table, on_conflict};
use super::cursor::{Cursor, expression, split_at_commas};
use super::token::{Token, canonical, exact_name, tokens};
use super::{after_name, rows};

/// The collation of a column that names none.
pub(super) const USUAL_COLLATION: &str = "BINARY";

/// What the stored statement tells.
#[derive(Default)]
struct Statement {
    /// Attributes of the columns by their names.
    columns: HashMap<String, Object>,
    constraints: Vec<Constraint>,
    /// What the scan could not read. It counts, as it is written.
    unread: Vec<String>,
}

/// Adds a table with its columns and constraints.
pub(super) fn add(
    objects: &mut BTreeMap<ObjectId, Object>,
    connection: &Connection,
    table: &str,
    sql: &str,
) -> Result<(), Failure> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(after_name(&tokens));
    let statement = scan(cursor.take_parenthesised().unwrap_or_default());
    let mut object = Object::new();
    let options: Vec<String> = std::iter::from_fn(|| cursor.next()).map(|t| t.text.to_uppercase()).collect();
    let options = options.join(" ");
    for (words, name) in [("WITHOUT ROWID", "without-rowid"), ("STRICT", "strict")] {
        if options.contains(words) {
            object.insert(name.to_owned(), "true".to_owned());
        }
    }
    if !statement.unread.is_empty() {
        object.insert("definition".to_owned(), statement.unread.join(", "));
    }
    objects.insert(ObjectId::new(Kind::Table, [table]), object);
    add_columns(objects, connection, table, statement.columns)?;
    for constraint in statement.constraints {
        add_constraint(objects, table, constraint);
    }
    Ok(())
}

fn add_columns(
    objects: &mut BTreeMap<ObjectId, Object>,
    connection: &Connection,
    table: &str,
    mut told: HashMap<String, Object>,
) -> Result<(), Failure> {
    let query = "SELECT cid, name, type, \"notnull\", dflt_value FROM pragma_table_xinfo(?1, 'main')";
    let columns = rows(connection, query, [table], |row| {
        let (name, kind): (String, String) = (row.get(1)?, row.get(2)?);
        let (position, is_not_null): (i64, bool) = (row.get(0)?, row.get(3)?);
        Ok((position + 1, name, kind, is_not_null, row.get::<_, Option<String>>(4)?))
    })?;
    for (position, name, kind, is_not_null, default) in columns {
        let mut object = told.remove(&name).unwrap_or_default();
        let mut set = |attribute: &str, value: String| object.insert(attribute.to_owned(), value);
        set(POSITION, position.to_string());
        set("nullable", (!is_not_null).to_string());
        if let Some(default) = default {
            set("default", expression(&tokens(&default)));
        }
        object.entry("type".to_owned()).or_insert_with(|| canonical(&tokens(&kind)).to_uppercase());
        objects.insert(ObjectId::new(Kind::Column, [table, &name]), object);
    }
    Ok(())
}

fn add_constraint(objects: &mut BTreeMap<ObjectId, Object>, table: &str, constraint: Constraint) {
    let Constraint { kind, name, attributes } = constraint;
    let name = name.unwrap_or_else(|| match kind {
        Kind::PrimaryKey => "PRIMARY KEY".to_owned(),
        _ => attributes.get("definition").cloned().unwrap_or_default(),
    });
    // The same check may stand there twice.
    let names = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name} #{number}")));
    let mut ids = names.map(|name| ObjectId::new(kind, [table, &name]));
    if let Some(id) = ids.find(|id| !objects.contains_key(id)) {
        objects.insert(id, attributes);
    }
}

fn scan(body: &[Token<'_>]) -> Statement {
    let mut statement = Statement::default();
    for part in split_at_commas(body) {
        let mut cursor = Cursor::new(part);
        let begins = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        if begins.iter().any(|word| cursor.is_at(&[word])) {
            scan_constraints(&mut statement, &mut cursor);
        } else {
            scan_column(&mut statement, &mut cursor);
        }
        if cursor.peek().is_some() {
            statement.unread.push(canonical(part));
        }
    }
    statement
}

/// Table constraints; SQLite takes several without a comma between them.
fn scan_constraints(statement: &mut Statement, cursor: &mut Cursor<'_, '_>) {
    let mut name = None;
    loop {
        if cursor.take(&["CONSTRAINT"]) {
            name = cursor.next().map(exact_name);
        } else if let Some(constraint) = of_table(cursor) {
            statement.constraints.push(Constraint { name: name.take(), ..constraint });
        } else {
            return;
        }
    }
}

fn scan_column(statement: &mut Statement, cursor: &mut Cursor<'_, '_>) {
    let Some(column) = cursor.next() else { return };
    let mut object = Object::new();
    let ends = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
        "AS",
    ];
    // The pragma tells the type too, but not always without the words that follow it.
    let all = *cursor;
    while cursor.peek().is_some_and(|token| !ends.iter().any(|word| token.is(word))) {
        if cursor.take_parenthesised().is_none() {
            cursor.next();
        }
    }
    object.insert("type".to_owned(), canonical(all.until(cursor)).to_uppercase());
    let mut name = None;
    loop {
        if cursor.take(&["CONSTRAINT"]) {
            name = cursor.next().map(exact_name);
        } else if let Some(constraint) = of_column(column, cursor) {
            statement.constraints.push(Constraint { name: name.take(), ..constraint });
        } else if !scan_attribute(&mut object, &mut name, cursor) {
            break;
        }
    }
    statement.columns.insert(exact_name(column), object);
}

/// What can only stand at a column.
fn scan_attribute(object: &mut Object, name: &mut Option<String>, cursor: &mut Cursor<'_, '_>) -> bool {
    let mut set = |attribute: &str, value: String| object.insert(attribute.to_owned(), value);
    if cursor.take(&["NOT", "NULL"]) {
        if let Some(resolution) = on_conflict(cursor) {
            set("not-null-conflict", resolution);
        }
        if let Some(name) = name.take() {
            set("not-null-constraint", name);
        }
    } else if cursor.take(&["NULL"]) {
        on_conflict(cursor);
    } else if cursor.take(&["COLLATE"]) {
        let collation = cursor.next().map(exact_name).unwrap_or_default();
        if !collation.eq_ignore_ascii_case(USUAL_COLLATION) {
            set("collation", collation.to_ascii_uppercase());
        }
    } else if cursor.take(&["DEFAULT"]) {
        // The pragma tells it.
        if cursor.take_parenthesised().is_none() {
            if cursor.is_at(&["+"]) || cursor.is_at(&["-"]) {
                cursor.next();
            }
            cursor.next();
        }
    } else if cursor.take(&["GENERATED", "ALWAYS", "AS"]) || cursor.take(&["AS"]) {
        let value = expression(cursor.take_parenthesised().unwrap_or_default());
        let kind = if cursor.take(&["STORED"]) { "STORED" } else { "VIRTUAL" };
        cursor.take(&["VIRTUAL"]);
        set("generated", format!("({value}) {kind}"));
    } else {
        return false;
    }
    *name = None;
    true
}
