//! Catalogs of SQLite files, written by version 3.35 or later.
//!
//! The pragmas tell about columns and the keys of indexes; about checks, names, collations and deferrability
//! they are silent, so those come from the stored statements, token by token. Names are exact; in expressions
//! spaces, comments, quotes around plain names and the case of keywords and functions do not count.

mod constraint;
mod cursor;
mod index;
mod keywords;
mod table;
mod token;

use std::collections::{BTreeMap, HashSet};

use onramp_core::{Dialect, Failure};
use rusqlite::{Connection, Params, Row};

use super::{Catalog, Kind, Object, ObjectId, POSITION};
use crate::client::sqlite_failure;
use token::{Token, canonical, tokens};

/// Reads the catalog of the file that the connection is open on.
pub(super) fn read(connection: &mut Connection) -> Result<Catalog, Failure> {
    let transaction = connection.transaction().map_err(sqlite_failure)?;
    let objects = Reading { connection: &transaction, objects: BTreeMap::new() }.read()?;
    transaction.rollback().map_err(sqlite_failure)?;
    Ok(Catalog { dialect: Dialect::Sqlite, server_version: rusqlite::version().to_owned(), objects })
}

struct Reading<'a> {
    connection: &'a Connection,
    objects: BTreeMap<ObjectId, Object>,
}

/// A line of `sqlite_schema`.
struct Stored {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

impl Reading<'_> {
    fn read(mut self) -> Result<BTreeMap<ObjectId, Object>, Failure> {
        let query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";
        let shadows: HashSet<String> =
            rows(self.connection, query, [], |row| row.get(0))?.into_iter().collect();
        let query = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema
            WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC, name";
        let stored = rows(self.connection, query, [], |row| {
            Ok(Stored { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
        })?;
        // Triggers, tables and views come before indexes, whose collations are told only where they differ from
        // their columns'.
        for stored in stored.iter().filter(|stored| !shadows.contains(&stored.table)) {
            match stored.kind.as_str() {
                "table" if is_virtual(&stored.sql) => self.add_virtual(stored),
                "table" => table::add(&mut self.objects, self.connection, &stored.name, &stored.sql)?,
                "index" => {}
                "view" => {
                    self.add_text(Kind::View, vec![stored.name.clone()], &stored.sql);
                    self.add_view_columns(&stored.name);
                }
                kind => {
                    let path = vec![stored.table.clone(), stored.name.clone()];
                    let kind = if kind == "trigger" { Kind::Trigger } else { Kind::Opaque };
                    self.add_text(kind, path, &stored.sql);
                }
            }
        }
        for stored in stored.iter().filter(|stored| stored.kind == "index") {
            index::add(&mut self.objects, self.connection, &stored.table, &stored.name, &stored.sql)?;
        }
        Ok(self.objects)
    }

    /// What a module makes of its arguments only the module knows, so they count as they are written.
    fn add_virtual(&mut self, stored: &Stored) {
        let using = tokens(&stored.sql).into_iter().find(|token| token.is("USING"));
        let arguments = using.map_or(stored.sql.as_str(), |using| &stored.sql[using.start..]);
        let object = Object::from([("definition".to_owned(), arguments.trim().to_owned())]);
        self.objects.insert(ObjectId::new(Kind::VirtualTable, [&stored.name]), object);
    }

    /// One whose tables are gone has none: SQLite keeps such a view, and cannot tell.
    fn add_view_columns(&mut self, view: &str) {
        let query = "SELECT cid, name, type FROM pragma_table_xinfo(?1, 'main')";
        let columns = rows(self.connection, query, [view], |row| {
            let (position, name, kind): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((position + 1, name, kind))
        });
        for (position, name, kind) in columns.unwrap_or_default() {
            let mut object = Object::from([(POSITION.to_owned(), position.to_string())]);
            // What is computed has no type.
            if !kind.is_empty() {
                object.insert("type".to_owned(), canonical(&tokens(&kind)).to_uppercase());
            }
            self.objects.insert(ObjectId::new(Kind::Column, [view, &name]), object);
        }
    }

    fn add_text(&mut self, kind: Kind, path: Vec<String>, sql: &str) {
        let tokens = tokens(sql);
        let object = Object::from([("definition".to_owned(), canonical(after_name(&tokens)))]);
        self.objects.insert(ObjectId { kind, path }, object);
    }
}

fn is_virtual(sql: &str) -> bool {
    tokens(sql).get(1).is_some_and(|token| token.is("VIRTUAL"))
}

/// What follows the name in `CREATE [UNIQUE] KIND [IF NOT EXISTS] name`.
fn after_name<'a, 'b>(tokens: &'b [Token<'a>]) -> &'b [Token<'a>] {
    let skipped = ["CREATE", "UNIQUE", "TABLE", "INDEX", "VIEW", "TRIGGER", "IF", "NOT", "EXISTS"];
    let name = tokens.iter().position(|token| !skipped.iter().any(|word| token.is(word)));
    name.map_or(&[], |name| &tokens[name + 1..])
}

fn rows<T>(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare(query).map_err(sqlite_failure)?;
    let rows = statement.query_map(parameters, read).map_err(sqlite_failure)?;
    rows.collect::<Result<_, _>>().map_err(sqlite_failure)
}
