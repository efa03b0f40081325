//! One side of a comparison: its tables, and what can be told of their columns.

mod clues;
mod column;
mod named_types;
mod query;
mod view;

use std::collections::BTreeMap;

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind, Object, ObjectId};
use onramp_database::structure::{Check, Structure, Table};

use crate::expression::{Expression, Nowhere, Scope};
use crate::types::TypeMap;
pub(crate) use clues::Clue;
use column::Reading;
pub(crate) use column::{Automatic, ColumnModel};
use named_types::NamedTypes;
pub(crate) use query::Query;

/// A schema.
pub(crate) struct Model {
    pub(crate) dialect: Dialect,
    /// The tables and views by their paths. Partitions are parts of their tables, and not among them.
    pub(crate) tables: BTreeMap<Vec<String>, TableModel>,
    /// Enumerations that no column has, and sequences that no column owns.
    pub(crate) loose: Vec<(ObjectId, Object)>,
}

/// A table or view.
pub(crate) struct TableModel {
    pub(crate) table: Table,
    /// In the order of the table.
    pub(crate) columns: Vec<ColumnModel>,
    pub(crate) checks: Vec<CheckModel>,
    /// What belongs to it and is no key, check, column or index: triggers, rules, policies, exclusions.
    pub(crate) parts: Vec<(ObjectId, Object)>,
}

/// What becomes of partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partitions {
    /// They are parts of their tables, as nobody who reads or writes rows need know of them.
    PartsOfTheirTables,
    /// They are tables.
    Tables,
}

/// A check of a table, or of the domain that a column has.
pub(crate) struct CheckModel {
    /// Its name, if somebody has named it.
    pub(crate) name: Option<String>,
    /// As it is written.
    pub(crate) text: String,
    /// The column that stands for `VALUE`, of a check that belongs to a domain.
    pub(crate) value: Option<String>,
    /// What it tells of a column's type.
    pub(crate) clue: Option<Clue>,
    /// All that the catalog tells of it; nothing of one that belongs to a domain.
    pub(crate) attributes: Object,
}

impl Model {
    pub(crate) fn of(catalog: &Catalog, map: &TypeMap, partitions: Partitions) -> Self {
        let types = NamedTypes::of(catalog);
        let structure = Structure::of(catalog);
        let tables = structure.tables.into_iter();
        let tables = tables.filter(|(_, table)| partitions == Partitions::Tables || !is_partition(table));
        let mut tables: BTreeMap<Vec<String>, TableModel> =
            tables.map(|(path, table)| (path, TableModel::of(table, catalog.dialect, &types, map))).collect();
        let all = || catalog.objects.iter().map(|(id, object)| (id.clone(), object.clone()));
        let is_part =
            |kind: Kind| matches!(kind, Kind::Trigger | Kind::Rule | Kind::Policy | Kind::Exclusion);
        for (id, object) in all().filter(|(id, _)| is_part(id.kind)) {
            if let Some(table) = tables.get_mut(id.whole()) {
                table.parts.push((id, object));
            }
        }
        let is_used = |id: &ObjectId| tables.values().any(|table| table.has_type(id));
        let loose = all().filter(|(id, object)| match id.kind {
            Kind::Enum => !is_used(id),
            Kind::Sequence => {
                object.get("owned-by").is_none_or(String::is_empty) && !is_numbering(&tables, id)
            }
            _ => false,
        });
        let loose = loose.collect();
        Self { dialect: catalog.dialect, tables, loose }
    }
}

impl TableModel {
    fn of(table: Table, dialect: Dialect, named: &NamedTypes, map: &TypeMap) -> Self {
        let mut checks: Vec<CheckModel> = table.checks.iter().map(CheckModel::of_table).collect();
        for column in &table.columns {
            for (name, expression) in named.domain_checks(&column.type_name) {
                checks.push(CheckModel::new(Some(name), expression, Some(column.name.to_lowercase())));
            }
        }
        let reading = Reading { table: &table, dialect, named, map };
        let columns = table.columns.iter().map(|column| {
            let name = column.name.to_lowercase();
            let clues = checks.iter().filter_map(|check| check.clue.as_ref());
            let clues: Vec<&Clue> = clues.filter(|clue| clue.column() == name).collect();
            ColumnModel::of(column, &clues, &reading)
        });
        let columns = columns.collect();
        Self { table, columns, checks, parts: Vec::new() }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.table.id.kind
    }

    pub(crate) fn name(&self) -> String {
        self.table.id.path.join(".")
    }

    /// The names of a view's columns in lower case, where they can be told: SQLite keeps its statement alone.
    pub(crate) fn view_columns(&self) -> Option<Vec<String>> {
        if self.columns.is_empty() {
            return view::columns(self.table.attributes.get("definition")?);
        }
        Some(self.columns.iter().map(|column| column.key.clone()).collect())
    }

    /// The column of that name, which is in lower case.
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnModel> {
        self.columns.iter().find(|column| column.key == name)
    }

    fn has_type(&self, id: &ObjectId) -> bool {
        self.columns.iter().any(|column| column.of_enumeration.as_ref() == Some(id))
    }
}

impl CheckModel {
    /// The name of one that nobody has named is its text.
    fn of_table(check: &Check) -> Self {
        let own = check.id.name();
        let is_text = check.attributes.get("definition").is_some_and(|text| own.starts_with(text.as_str()));
        let name = (!is_text).then(|| own.to_owned());
        Self { attributes: check.attributes.clone(), ..Self::new(name, check.expression.clone(), None) }
    }

    fn new(name: Option<String>, text: String, value: Option<String>) -> Self {
        let mut check = Self { name, text, value, clue: None, attributes: Object::new() };
        check.clue = Clue::of(&check.expression(&Nowhere));
        check
    }

    /// What it says, about the columns of a table.
    pub(crate) fn expression(&self, scope: &dyn Scope) -> Expression {
        match &self.value {
            Some(column) => Expression::check_of(&self.text, column, scope),
            None => Expression::check(&self.text, scope),
        }
    }
}

fn is_partition(table: &Table) -> bool {
    table.attributes.contains_key("partition-of")
}

/// Whether a column takes its values from a sequence.
fn is_numbering(tables: &BTreeMap<Vec<String>, TableModel>, sequence: &ObjectId) -> bool {
    let is_of_column = |column: &ColumnModel| {
        let default = column.default.as_deref().unwrap_or_default();
        default.starts_with("nextval(") && default.contains(sequence.name())
    };
    tables.values().any(|table| table.columns.iter().any(is_of_column))
}
