use onramp_core::Dialect;
use onramp_database::catalog::{Object, ObjectId};
use onramp_database::structure::{Column, Table};

use super::clues::Clue;
use super::named_types::NamedTypes;
use crate::types::{Meaning, TypeMap, TypeName};

/// A column, with what can be told of its type.
pub(crate) struct ColumnModel {
    /// Its exact name.
    pub(crate) name: String,
    /// The same in lower case, by which columns are found.
    pub(crate) key: String,
    /// Its type as the server has it.
    pub(crate) type_text: String,
    /// What its type may be understood as, as it is declared first.
    pub(crate) types: Vec<TypeName>,
    /// The enumeration that is its type, and its labels in order.
    pub(crate) enumeration: Option<(ObjectId, Vec<String>)>,
    /// The enumeration that its type is made of, arrays of one included.
    pub(crate) of_enumeration: Option<ObjectId>,
    /// The labels that a check holds it to.
    pub(crate) checked_labels: Option<Vec<String>>,
    /// What its values are, as far as its own side can tell.
    pub(crate) meaning: Option<Meaning>,
    pub(crate) nullable: bool,
    pub(crate) default: Option<String>,
    pub(crate) generated: Option<String>,
    pub(crate) collation: Option<String>,
    /// All that the catalog tells of it.
    pub(crate) attributes: Object,
    pub(crate) automatic: Automatic,
}

/// Whether a column numbers rows by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Automatic {
    No,
    /// It is a row id of SQLite, which does so whatever is said.
    RowId,
    /// Somebody has asked for that, in these words.
    Asked(String),
}

/// What a column of a table is read by.
pub(crate) struct Reading<'a> {
    pub(crate) table: &'a Table,
    pub(crate) dialect: Dialect,
    pub(crate) named: &'a NamedTypes,
    pub(crate) map: &'a TypeMap,
}

impl ColumnModel {
    /// `clues` are those about this column.
    pub(crate) fn of(column: &Column, clues: &[&Clue], reading: &Reading<'_>) -> Self {
        let Reading { table, dialect, named, map } = *reading;
        let domain = named.domain(&column.type_name);
        let type_name = domain.map_or(column.type_name.as_str(), |domain| domain.base.as_str());
        let enumeration = named.enumeration(type_name).cloned();
        let element = type_name.trim_end_matches("[]");
        let of_enumeration = named.enumeration(element).map(|(id, _)| id.clone());
        let collation = column.attributes.get("collation").cloned();
        let mut types = vec![TypeName::parse(type_name)];
        if domain.is_some() {
            types.push(TypeName::parse(&column.type_name));
        }
        if dialect == Dialect::Sqlite {
            types.extend(understood(table, &types[0], collation.as_deref(), clues));
        }
        let checked_labels = clues.iter().find_map(|clue| match clue {
            Clue::Labels { labels, .. } => Some(labels.clone()),
            _ => None,
        });
        let meaning = match &enumeration {
            Some(_) => Some(Meaning::Enumeration),
            None => map.meanings(dialect, &types).first().copied(),
        };
        let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column.name));
        let default = column.default.clone().or_else(|| domain.and_then(|domain| domain.default.clone()));
        Self {
            name: column.name.clone(),
            key: column.name.to_lowercase(),
            type_text: column.type_name.clone(),
            types,
            enumeration,
            of_enumeration,
            checked_labels,
            meaning,
            // SQLite lets NULL into keys that do not forbid it, an old mistake that nobody relies on.
            nullable: column.nullable && !is_key && domain.is_none_or(|domain| domain.nullable),
            default,
            generated: column.generated.clone(),
            collation,
            attributes: column.attributes.clone(),
            automatic: automatic(table, column, dialect),
        }
    }
}

/// What a type of SQLite may be understood as beside what is declared.
fn understood(table: &Table, declared: &TypeName, collation: Option<&str>, clues: &[&Clue]) -> Vec<TypeName> {
    let mut names = Vec::new();
    if table.attributes.contains_key("strict") {
        names.push(TypeName::parse(&format!("strict {declared}")));
    }
    if collation.is_some_and(|collation| collation.eq_ignore_ascii_case("nocase")) {
        names.push(TypeName::parse("citext"));
    }
    for clue in clues {
        match clue {
            Clue::Truth { .. } => names.push(TypeName::parse("boolean")),
            Clue::Json { .. } => names.push(TypeName::parse("json")),
            Clue::Length { most, .. } if declared.arguments.is_empty() => {
                names.push(TypeName::parse(&format!("varchar({most})")));
            }
            Clue::Length { .. } | Clue::Labels { .. } => {}
        }
    }
    names
}

fn automatic(table: &Table, column: &Column, dialect: Dialect) -> Automatic {
    match dialect {
        Dialect::Sqlite => {
            let is_all = |columns: &[String]| columns == [column.name.clone()];
            let Some(key) = table.primary_key.as_ref().filter(|key| is_all(&key.columns)) else {
                return Automatic::No;
            };
            if key.attributes.contains_key("autoincrement") {
                return Automatic::Asked("AUTOINCREMENT".to_owned());
            }
            let is_row_id = column.type_name.eq_ignore_ascii_case("integer")
                && !table.attributes.contains_key("without-rowid")
                && !key.attributes.contains_key("stands-at");
            if is_row_id { Automatic::RowId } else { Automatic::No }
        }
        Dialect::Postgresql => {
            let default = column.default.as_deref().unwrap_or_default();
            if let Some(identity) = column.attributes.get("identity") {
                Automatic::Asked(format!("GENERATED {identity} AS IDENTITY"))
            } else if default.starts_with("nextval(") {
                Automatic::Asked(default.to_owned())
            } else {
                Automatic::No
            }
        }
    }
}
