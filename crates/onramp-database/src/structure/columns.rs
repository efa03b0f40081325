use std::collections::BTreeMap;

use onramp_core::Dialect;

use super::text::{first_name, parts};
use super::{Index, IndexKey, Table};
use crate::catalog::{Object, ObjectId};

/// The exact names of tables and columns, for those that texts write in another way.
pub(super) struct Names {
    columns: BTreeMap<Vec<String>, Vec<String>>,
    /// SQLite takes a name in any case, and its texts write those that are keywords in capitals.
    ignores_case: bool,
}

impl Names {
    pub(super) fn of(tables: &BTreeMap<Vec<String>, Table>, dialect: Dialect) -> Self {
        let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect();
        Self {
            columns: tables.iter().map(|(path, table)| (path.clone(), names(table))).collect(),
            ignores_case: dialect == Dialect::Sqlite,
        }
    }

    /// The path of the table that a text means, as it stands there where no table has it.
    pub(super) fn table(&self, path: Vec<String>) -> Vec<String> {
        if self.columns.contains_key(&path) {
            return path;
        }
        let are_alike = |other: &&Vec<String>| {
            other.len() == path.len()
                && other.iter().zip(&path).all(|(one, two)| one.eq_ignore_ascii_case(two))
        };
        self.columns.keys().find(|other| self.ignores_case && are_alike(other)).cloned().unwrap_or(path)
    }

    /// The column of a table that a text means, if it means one.
    pub(super) fn column(&self, table: &[String], name: &str) -> Option<String> {
        let columns = self.columns.get(table)?;
        let exact = columns.iter().find(|column| *column == name);
        let alike = || columns.iter().find(|column| self.ignores_case && column.eq_ignore_ascii_case(name));
        exact.or_else(alike).cloned()
    }

    /// The columns of a table that a list names; what is no column stays as it is written.
    pub(super) fn columns(&self, table: &[String], list: &str) -> Vec<String> {
        let column = |part: &str| {
            let (name, _) = first_name(part);
            self.column(table, &name).unwrap_or(name)
        };
        parts(list).into_iter().map(column).collect()
    }
}

pub(super) fn index(id: &ObjectId, object: &Object, names: &Names) -> Index {
    let text = |attribute: &str| object.get(attribute).map(String::as_str);
    let keys = parts(text("columns").unwrap_or_default());
    Index {
        id: id.clone(),
        keys: keys.into_iter().map(|part| index_key(id.whole(), part, names)).collect(),
        unique: text("unique") == Some("true"),
        predicate: text("where").map(str::to_owned),
        method: text("method").unwrap_or("btree").to_owned(),
        attributes: object.clone(),
    }
}

fn index_key(table: &[String], part: &str, names: &Names) -> IndexKey {
    let (name, after) = first_name(part);
    // A function looks like a name, too.
    let is_name = !name.is_empty() && !after.starts_with(['(', '.', ':']);
    let column = names.column(table, &name).filter(|_| is_name);
    let (text, after) = match column {
        Some(_) => part.split_at(part.len() - after.len()),
        None => part.split_at(end_of_expression(part)),
    };
    let words: Vec<&str> = after.split_whitespace().collect();
    IndexKey {
        column,
        text: text.to_owned(),
        descending: words.contains(&"DESC"),
        rest: words.into_iter().filter(|word| *word != "DESC").collect::<Vec<_>>().join(" "),
    }
}

/// Where what is said of an expression begins, which is written behind it.
fn end_of_expression(part: &str) -> usize {
    let ends = [" DESC", " COLLATE ", " NULLS ", " text_pattern_ops", " varchar_pattern_ops"];
    let behind = part.rfind(')').map_or(0, |end| end + 1);
    let first = ends.iter().filter_map(|end| part[behind..].find(end)).min();
    // Behind the last parenthesis nothing of the expression is left.
    let is_parenthesised = behind > 0 && part[behind..].starts_with(' ');
    first.map_or(if is_parenthesised { behind } else { part.len() }, |end| behind + end)
}
