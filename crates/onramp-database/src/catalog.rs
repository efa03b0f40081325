//! What a database consists of: all objects of its schema, as a flat map of canonical texts.
//!
//! # Theory of operation
//!
//! A catalog is read to be compared: before and after a revision, history against models, one database
//! against another. Two things that mean the same must read the same, and whatever differs must show. So every
//! text is one that the server prints (`pg_get_constraintdef` and its like), because only the server knows that
//! `int` is `integer` and where it would put parentheses; or, for SQLite, which keeps the statements as they
//! were written, the tokens of the stored statement in one spelling. Nothing is nested: a column, a check and
//! an index are objects like a table, so a difference is that of two maps, and a new kind of object is one
//! query more.
//!
//! What no query knows appears with the server's own name for it, as [`Kind::Opaque`]: a difference there
//! is seen although nobody can express it.
//!
//! Left out, because they belong to the machine and not to the schema: owners (a grant to the owner reads
//! `owner`), statistics targets, whether a materialised view is filled, the state of sequences, security
//! labels, settings of the database itself, and whatever an extension brings along.

mod difference;
mod json;
mod kind;
mod object_id;
mod postgresql;
mod sqlite;
mod text;

use std::collections::BTreeMap;

use onramp_core::{Dialect, Failure};

use crate::Client;

pub use difference::{AttributeChange, Change, Difference, ObjectChange};
pub use kind::Kind;
pub use object_id::{DEFAULT_SCHEMA, ObjectId};

/// The attributes of an object: canonical texts by the name of what they tell. What is usual has no entry.
pub type Object = BTreeMap<String, String>;

/// The attribute that tells a column's place among those that the table has now, counted from 1.
pub const POSITION: &str = "position";

/// All objects of one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The dialect; texts of two dialects cannot be compared.
    pub dialect: Dialect,
    /// The version of the server, or of the SQLite library that read the file.
    pub server_version: String,
    /// The objects.
    pub objects: BTreeMap<ObjectId, Object>,
}

impl Catalog {
    /// Reads a database's catalog in one snapshot, without the tables whose names are in `left_out` (such as
    /// `alembic_version`; in another schema than the default one, `schema.table`) and all that belongs to them.
    /// Fails where the client is in a transaction, and with what the server says.
    pub fn read(client: &mut Client, left_out: &[&str]) -> Result<Self, Failure> {
        let mut catalog = match client {
            Client::Sqlite(connection) => sqlite::read(connection),
            Client::Postgresql(client) => postgresql::read(client),
        }
        .map_err(|failure| failure.context("the catalog cannot be read"))?;
        for table in left_out {
            catalog.leave_out(table);
        }
        Ok(catalog)
    }

    /// Removes a table with its columns, keys, indexes, triggers and the sequences that it owns.
    pub fn leave_out(&mut self, table: &str) {
        let is_it = |path: &[String]| path.join(".") == table;
        let has_it = self.objects.keys().any(|id| id.kind.has_parts() && is_it(&id.path));
        if !has_it {
            return;
        }
        self.objects.retain(|id, object| {
            let belongs = (id.kind.has_parts() || id.kind.is_part()) && is_it(id.whole());
            let owner = object.get("owned-by").filter(|_| id.kind == Kind::Sequence);
            let is_owned =
                owner.and_then(|owner| owner.rsplit_once('.')).is_some_and(|(owner, _)| owner == table);
            !belongs && !is_owned
        });
    }
}
