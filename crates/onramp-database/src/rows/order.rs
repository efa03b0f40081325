//! The order in which tables get rows: those that are referred to before those that refer to them.

use std::collections::BTreeSet;

use super::schema::{Storage, Table};

/// A step of seeding.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Everything that the table's rows must refer to is there.
    One(usize),
    /// These tables need rows of one another, so that the first ones refer to rows that are still to come.
    Circle(Vec<usize>),
}

/// Orders tables, by their positions. Where there is a choice, references that may be NULL are respected too, and
/// the earlier table comes first.
pub(super) fn order(tables: &[Table]) -> Vec<Step> {
    let needed: Vec<BTreeSet<usize>> =
        (0..tables.len()).map(|table| parents(tables, table, Need::Must)).collect();
    let wanted: Vec<BTreeSet<usize>> =
        (0..tables.len()).map(|table| parents(tables, table, Need::May)).collect();
    let mut open: BTreeSet<usize> = (0..tables.len()).collect();
    let mut steps = Vec::new();
    while !open.is_empty() {
        let missed = |table: &usize| wanted[*table].intersection(&open).count();
        let ready = open.iter().filter(|table| needed[**table].is_disjoint(&open));
        let table = ready.min_by_key(|table| missed(table)).copied();
        // A smallest set of tables that only need one another.
        let circle =
            open.iter().map(|table| reach(*table, &needed, &open)).filter(|circle| !circle.is_empty());
        let circle = circle.filter(|circle| closes(circle, &needed)).min_by_key(BTreeSet::len);
        let wants_no_more = |circle: &BTreeSet<usize>| {
            circle
                .iter()
                .all(|table| wanted[*table].intersection(&open).all(|parent| circle.contains(parent)))
        };
        match (table, circle) {
            (Some(table), circle) if missed(&table) == 0 || !circle.as_ref().is_some_and(wants_no_more) => {
                open.remove(&table);
                steps.push(Step::One(table));
            }
            (_, Some(circle)) => {
                open.retain(|table| !circle.contains(table));
                steps.push(Step::Circle(circle.into_iter().collect()));
            }
            (_, None) => break,
        }
    }
    steps
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    May,
}

/// The other tables that a table's rows must, or may, refer to.
fn parents(tables: &[Table], table: usize, need: Need) -> BTreeSet<usize> {
    let own = &tables[table];
    let counts = |may: bool| need == Need::May || !may;
    let keys = own.foreign_keys.iter().filter(|key| counts(!own.releasing(key).is_empty()));
    let mut parents: BTreeSet<usize> = keys.filter_map(|key| key.parent).collect();
    if let Storage::Partitions(leaves) = &own.storage {
        parents.extend(leaves);
    }
    parents.remove(&table);
    parents
}

/// All open tables that one needs, by any number of steps; itself among them if it is in a circle.
fn reach(from: usize, needed: &[BTreeSet<usize>], open: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(table) = pending.pop() {
        for next in needed[table].intersection(open) {
            if reached.insert(*next) {
                pending.push(*next);
            }
        }
    }
    reached
}

/// Whether each of these tables needs one of them.
fn closes(tables: &BTreeSet<usize>, needed: &[BTreeSet<usize>]) -> bool {
    tables.iter().all(|table| !needed[*table].is_disjoint(tables))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::schema::{Column, ForeignKey, Kind, Source};

    /// A table whose n-th column refers to the n-th parent.
    fn table(parents: &[(usize, bool)]) -> Table {
        let column = |(at, (_, nullable)): (usize, &(usize, bool))| Column {
            name: at.to_string(),
            kind: Kind::Boolean,
            nullable: *nullable,
            source: Source::Given,
            domain: None,
        };
        let key = |(at, (parent, _)): (usize, &(usize, bool))| ForeignKey {
            name: String::new(),
            columns: vec![at],
            parent: Some(*parent),
            parent_columns: vec![0],
            parent_name: String::new(),
            deferrable: false,
        };
        Table {
            name: String::new(),
            path: String::new(),
            columns: parents.iter().enumerate().map(column).collect(),
            checks: Vec::new(),
            constraints: Vec::new(),
            foreign_keys: parents.iter().enumerate().map(key).collect(),
            referenced: Vec::new(),
            key: Vec::new(),
            unique: Vec::new(),
            storage: Storage::Own,
        }
    }

    #[test]
    fn parents_come_first_and_optional_ones_where_they_can() {
        let tables = [table(&[(1, false)]), table(&[(2, true)]), table(&[(2, false)])];
        assert_eq!(order(&tables), [Step::One(2), Step::One(1), Step::One(0)]);
        let tables = [table(&[(1, false)]), table(&[(0, true), (2, true)]), table(&[])];
        assert_eq!(order(&tables), [Step::One(2), Step::One(1), Step::One(0)]);
    }

    #[test]
    fn tables_that_need_one_another_are_one_step() {
        let tables = [
            table(&[(2, false)]),
            table(&[(2, false), (1, false)]),
            table(&[(1, false)]),
            table(&[(0, true)]),
        ];
        assert_eq!(order(&tables), [Step::Circle(vec![1, 2]), Step::One(0), Step::One(3)]);
    }
}
