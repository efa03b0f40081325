//! What the rules find, by where they look.

mod attribution;
mod data;
mod enumerations;
mod locks;
mod refusals;
mod renames;
mod rows;
mod sqlite;
mod transactions;

use onramp_database::catalog::{Kind, ObjectId};

pub(crate) use data::data;
pub(crate) use enumerations::enumerations;
pub(crate) use locks::{forms_in, locks};
pub(crate) use refusals::{Companions, companions, is_refusal, refused};
pub(crate) use rows::rows;
pub(crate) use sqlite::sqlite;
pub(crate) use transactions::transactions;

use crate::lint::Step;
use crate::rule::Rule;
use crate::sql::Path;

/// What a rule has found, before anybody has asked for its level.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) object: Option<ObjectId>,
    pub(crate) message: String,
    pub(crate) statement: Option<usize>,
    pub(crate) line: Option<u32>,
}

impl Found {
    /// Something about a statement.
    pub(crate) fn at(
        step: &Step<'_>,
        rule: &'static Rule,
        object: Option<ObjectId>,
        message: String,
    ) -> Self {
        Self { rule, object, message, statement: Some(step.index), line: step.line() }
    }
}

/// The table of that path.
pub(crate) fn table_id(path: &[String]) -> ObjectId {
    ObjectId::new(Kind::Table, path.iter().map(String::as_str))
}

/// A part of the table of that path.
pub(crate) fn part_id(kind: Kind, table: &[String], name: &str) -> ObjectId {
    ObjectId::new(kind, table.iter().map(String::as_str).chain([name]))
}

/// A path for a message.
pub(crate) fn shown(path: &Path) -> String {
    path.0.join(".")
}
