use std::collections::BTreeMap;

use onramp_core::Dialect;

use super::pair::Pair;
use super::{Both, Found, SameTables, object};
use crate::finding::{Difference, Finding, Side};
use crate::model::{Model, TableModel};

/// Tables and views, with all that belongs to them.
pub(super) fn compare(both: Both<'_>, found: &mut Found) {
    let Both { left, right, .. } = both;
    let (pairs, left_only, right_only) = tables_by_name(left, right);
    let paths =
        |(one, other): &(&TableModel, &TableModel)| (one.table.id.path.clone(), other.table.id.path.clone());
    let same_tables: SameTables = pairs.iter().map(paths).collect();
    for (left_table, right_table) in pairs {
        let pair = Pair::new(left_table, right_table, both, &same_tables);
        pair.compare(found);
    }
    for (tables, side) in [(left_only, Side::Left), (right_only, Side::Right)] {
        for table in tables {
            let count = table.view_columns().map_or(0, |columns| columns.len());
            let text = match (count, table.table.attributes.get("definition")) {
                (0, Some(definition)) => definition.clone(),
                (1, _) => "1 column".to_owned(),
                (count, _) => format!("{count} columns"),
            };
            found.findings.push(Finding {
                object: object(table.name(), table.kind(), table.name()),
                difference: Difference::Only { side, text },
            });
        }
    }
}

type Tables<'a> = Vec<&'a TableModel>;
type TablePairs<'a> = Vec<(&'a TableModel, &'a TableModel)>;

/// Tables are the same if their paths are. Case makes a difference to PostgreSQL alone: beside SQLite, what has the path in
/// another case is the same if nothing has it exactly. Where only one dialect knows schemas, the last name decides, if it
/// is the only one of its kind.
fn tables_by_name<'a>(left: &'a Model, right: &'a Model) -> (TablePairs<'a>, Tables<'a>, Tables<'a>) {
    let all = |model: &'a Model| model.tables.values().collect::<Tables<'a>>();
    let exact = |table: &TableModel| table.table.id.path.clone();
    let (mut pairs, mut left_only, mut right_only) = take_pairs(all(left), all(right), exact);
    if !is_case_told([left.dialect, right.dialect]) {
        let (more, lefts, rights) = take_pairs(left_only, right_only, lower_path);
        pairs.extend(more);
        (left_only, right_only) = (lefts, rights);
    }
    if left.dialect != right.dialect {
        left_only.retain(|table| {
            let is_alike = |other: &TableModel| lower_path(other).last() == lower_path(table).last();
            let mut alike = right_only.iter().enumerate().filter(|(_, other)| is_alike(other));
            let (Some((place, _)), None) = (alike.next(), alike.next()) else { return true };
            pairs.push((table, right_only.remove(place)));
            false
        });
    }
    (pairs, left_only, right_only)
}

/// Those with the same key on both sides, and the rest of each.
fn take_pairs<'a>(
    left: Tables<'a>,
    right: Tables<'a>,
    key: impl Fn(&TableModel) -> Vec<String>,
) -> (TablePairs<'a>, Tables<'a>, Tables<'a>) {
    let mut by_key: BTreeMap<Vec<String>, Tables<'a>> = BTreeMap::new();
    for table in right {
        by_key.entry(key(table)).or_default().push(table);
    }
    let (mut pairs, mut rest) = (Vec::new(), Vec::new());
    for table in left {
        match by_key.get_mut(&key(table)).filter(|others| !others.is_empty()) {
            Some(others) => pairs.push((table, others.remove(0))),
            None => rest.push(table),
        }
    }
    (pairs, rest, by_key.into_values().flatten().collect())
}

fn lower_path(table: &TableModel) -> Vec<String> {
    table.table.id.path.iter().map(|name| name.to_lowercase()).collect()
}

/// Whether names that differ in case alone are of two objects on both sides.
pub(super) fn is_case_told(dialects: [Dialect; 2]) -> bool {
    dialects == [Dialect::Postgresql; 2]
}
