use std::borrow::Cow;
use std::collections::BTreeMap;

use onramp_core::Dialect;
use onramp_database::catalog::Kind;

use super::tables::is_case_told;
use super::{
    Both, Found, SameTables, Spelling, accesses, checks, columns, foreign_keys, object, parts, written,
};
use crate::expression::Scope;
use crate::finding::{Difference, Finding, Object, Side};
use crate::model::{ColumnModel, TableModel};
use crate::types::{Meaning, TypeMap};

/// A table or view that both sides have.
pub(super) struct Pair<'a> {
    pub(super) left: &'a TableModel,
    pub(super) right: &'a TableModel,
    pub(super) dialects: [Dialect; 2],
    pub(super) map: &'a TypeMap,
    pub(super) spelling: Spelling,
    both: Both<'a>,
    same_tables: &'a SameTables,
    meanings: BTreeMap<String, Meaning>,
}

impl<'a> Pair<'a> {
    pub(super) fn new(
        left: &'a TableModel,
        right: &'a TableModel,
        both: Both<'a>,
        same_tables: &'a SameTables,
    ) -> Self {
        let Both { map, spelling, .. } = both;
        let dialects = [both.left.dialect, both.right.dialect];
        let mut meanings = BTreeMap::new();
        // SQLite's types are declarations, those of others are facts; what is told last counts.
        let mut sides = [(dialects[0], left), (dialects[1], right)];
        sides.sort_by_key(|(dialect, _)| *dialect != Dialect::Sqlite);
        for (_, table) in sides {
            let known = |column: &ColumnModel| Some((column.key.clone(), column.meaning?));
            meanings.extend(table.columns.iter().filter_map(known));
        }
        Self { left, right, dialects, map, spelling, both, same_tables, meanings }
    }

    /// What is known of the columns of the table that has this name in lower case, if both sides have one such table; of
    /// itself else.
    pub(super) fn of_table(&self, name: &str) -> Self {
        let mut known = self
            .same_tables
            .iter()
            .filter(|(left, _)| left.last().is_some_and(|last| last.to_lowercase() == name));
        let (left, right) = match (known.next(), known.next()) {
            (Some((left, right)), None) => {
                (self.both.left.tables.get(left), self.both.right.tables.get(right))
            }
            _ => (None, None),
        };
        let (left, right) = (left.unwrap_or(self.left), right.unwrap_or(self.right));
        Self::new(left, right, self.both, self.same_tables)
    }

    /// The table's name, as the left side has it.
    pub(super) fn name(&self) -> String {
        self.left.name()
    }

    /// Whether a path of the left side and one of the right side lead to the same table. Of tables that are on no side, the
    /// paths say so, or between two dialects the last names.
    pub(super) fn is_same_table(&self, left: &[String], right: &[String]) -> bool {
        if let Some(paired) = self.same_tables.get(left) {
            return paired == right;
        }
        let lower = |path: &[String]| path.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>();
        if self.same_tables.values().any(|path| path == right) {
            return false;
        }
        match self.dialects {
            dialects if is_case_told(dialects) => left == right,
            _ if self.is_of_one_dialect() => lower(left) == lower(right),
            _ => lower(left).last() == lower(right).last(),
        }
    }

    /// Whether both sides are of one dialect, so that everything counts as it is written.
    pub(super) fn is_of_one_dialect(&self) -> bool {
        self.spelling != Spelling::OfTwoDialects
    }

    pub(super) fn compare(&self, found: &mut Found) {
        if self.left.kind() != self.right.kind() {
            let texts = [self.left.kind(), self.right.kind()].map(|kind| Some(kind.name().to_owned()));
            self.differs(found, object(self.name(), self.left.kind(), self.name()), "kind", texts);
        }
        columns::compare(self, found);
        accesses::compare_primary_keys(self, found);
        accesses::compare(self, found);
        foreign_keys::compare(self, found);
        checks::compare(self, found);
        parts::compare(self, found);
        written::compare(
            self,
            found,
            &object(self.name(), self.left.kind(), self.name()),
            [&self.left.table.attributes, &self.right.table.attributes],
        );
    }

    /// A part of the table by its own name.
    pub(super) fn part(&self, kind: Kind, name: &str) -> Object {
        object(self.name(), kind, format!("{}.{name}", self.name()))
    }

    /// A part of the table by its columns, with the names that it has on the sides.
    pub(super) fn key(&self, kind: Kind, columns: &str, names: &[&str]) -> Object {
        let name = match columns {
            "" => self.name(),
            columns => format!("{}({columns})", self.name()),
        };
        let other_names = names.iter().map(|name| format!("{}.{name}", self.name())).collect();
        Object { other_names, ..object(self.name(), kind, name) }
    }

    pub(super) fn only(&self, found: &mut Found, object: Object, side: Side, text: String) {
        found.findings.push(Finding { object, difference: Difference::Only { side, text } });
    }

    pub(super) fn differs(
        &self,
        found: &mut Found,
        object: Object,
        attribute: impl Into<Cow<'static, str>>,
        texts: [Option<String>; 2],
    ) {
        let ([left, right], attribute) = (texts, attribute.into());
        found.findings.push(Finding { object, difference: Difference::Differs { attribute, left, right } });
    }
}

impl Scope for Pair<'_> {
    fn meaning(&self, column: &str) -> Option<Meaning> {
        self.meanings.get(column).copied()
    }

    fn is_required(&self, column: &str) -> bool {
        [self.left, self.right].iter().all(|side| side.column(column).is_some_and(|column| !column.nullable))
    }
}
