use std::collections::HashMap;

use super::{ChangedColumn, LostColumn, TableLosses};
use crate::rows::snapshot::TableRows;

/// Some values of a row.
pub(super) type Part<'a> = Vec<Option<&'a str>>;

/// The differences of one table; None where there are none.
pub(super) fn compare(table: &str, before: &TableRows, after: &TableRows) -> Option<TableLosses> {
    let mut losses =
        TableLosses { table: table.to_owned(), rows_before: before.count, ..TableLosses::default() };
    // Pairs of positions of the columns that both have.
    let mut common = Vec::new();
    for (at, column) in before.columns.iter().enumerate() {
        match after.columns.iter().position(|other| other == column) {
            Some(other) => common.push((at, other)),
            None => {
                let values = before.rows.iter().filter(|row| row[at].is_some()).count();
                losses.lost_columns.push(LostColumn { column: column.clone(), values });
            }
        }
    }
    if before.is_kept() && after.is_kept() {
        match common_key(before, after) {
            Some(key) => by_key(before, after, &common, &key, &mut losses),
            None => as_multisets(before, after, &common, &mut losses),
        }
    } else {
        losses.rows_lost = before.count.saturating_sub(after.count);
        losses.rows_added = after.count.saturating_sub(before.count);
    }
    let same = losses.rows_lost == 0
        && losses.rows_added == 0
        && losses.lost_columns.is_empty()
        && losses.changed_columns.is_empty();
    (!same).then_some(losses)
}

/// The positions of the primary key in both, where it has the same columns.
fn common_key(before: &TableRows, after: &TableRows) -> Option<Vec<(usize, usize)>> {
    let position = |rows: &TableRows, name: &String| rows.columns.iter().position(|column| column == name);
    let same = !before.key.is_empty()
        && before.key.len() == after.key.len()
        && before.key.iter().all(|column| after.key.contains(column));
    if !same {
        return None;
    }
    let key: Option<Vec<(usize, usize)>> =
        before.key.iter().map(|name| Some((position(before, name)?, position(after, name)?))).collect();
    // SQLite has keys that are NULL, and more than one of them.
    let whole = |key: &[(usize, usize)]| {
        key.iter().all(|(at, other)| {
            before.rows.iter().all(|row| row[*at].is_some())
                && after.rows.iter().all(|row| row[*other].is_some())
        })
    };
    key.filter(|key| whole(key))
}

pub(super) fn part(row: &[Option<String>], columns: impl Iterator<Item = usize>) -> Part<'_> {
    columns.map(|column| row[column].as_deref()).collect()
}

fn by_key(
    before: &TableRows,
    after: &TableRows,
    common: &[(usize, usize)],
    key: &[(usize, usize)],
    losses: &mut TableLosses,
) {
    let mut later: HashMap<Part<'_>, &[Option<String>]> = HashMap::new();
    for row in &after.rows {
        later.insert(part(row, key.iter().map(|(_, at)| *at)), row);
    }
    for row in &before.rows {
        let Some(other) = later.remove(&part(row, key.iter().map(|(at, _)| *at))) else {
            losses.rows_lost += 1;
            continue;
        };
        for (at, other_at) in common {
            if row[*at] == other[*other_at] {
                continue;
            }
            let name = &before.columns[*at];
            match losses.changed_columns.iter_mut().find(|changed| changed.column == *name) {
                Some(changed) => changed.values += 1,
                None => losses.changed_columns.push(ChangedColumn {
                    column: name.clone(),
                    values: 1,
                    example: (row[*at].clone(), other[*other_at].clone()),
                }),
            }
        }
    }
    losses.rows_added = later.len();
}

fn as_multisets(before: &TableRows, after: &TableRows, common: &[(usize, usize)], losses: &mut TableLosses) {
    let mut later: HashMap<Part<'_>, usize> = HashMap::new();
    for row in &after.rows {
        *later.entry(part(row, common.iter().map(|(_, at)| *at))).or_default() += 1;
    }
    for row in &before.rows {
        match later.get_mut(&part(row, common.iter().map(|(at, _)| *at))) {
            Some(count) if *count > 0 => *count -= 1,
            _ => losses.rows_lost += 1,
        }
    }
    losses.rows_added = later.values().sum();
}
