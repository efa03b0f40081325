use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::compare::{Part, common_key, part};
use crate::rows::snapshot::{Snapshot, TableRows};

/// What a later snapshot has no more, in tables and columns that both have. What was added, and what has another value
/// that may come from the old one, is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The tables in which something is different, by name.
    pub tables: Vec<MissingRows>,
}

/// What is missing in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingRows {
    /// Its name.
    pub table: String,
    /// How many rows it had.
    pub rows_before: usize,
    /// How many of them it has no more. A row that is there under another key is not missing; without a primary key, that
    /// both snapshots have, only their number is compared.
    pub rows: usize,
    /// How many it has that it did not have.
    pub rows_added: usize,
    /// The columns in which values are different.
    pub columns: Vec<MissingValues>,
}

/// What is missing in a column, of rows that are still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingValues {
    /// Its name.
    pub column: String,
    /// How many values, NULL not counted, are others than before.
    pub changed: usize,
    /// How many of those are gone: they are NULL now, or the one value that all rows have where they had several.
    pub gone: usize,
}

impl Missing {
    pub(in crate::rows) fn between(earlier: &Snapshot, later: &Snapshot) -> Self {
        let in_both = earlier.tables.iter().filter_map(|(name, before)| {
            let missing = of_table(name, before, later.tables.get(name)?);
            (missing.rows > 0 || !missing.columns.is_empty()).then_some(missing)
        });
        Self { tables: in_both.collect() }
    }

    /// As it is kept.
    pub fn to_json(&self) -> Value {
        let column = |one: &MissingValues| json!([one.column, one.changed, one.gone]);
        let table = |one: &MissingRows| {
            let columns: Vec<Value> = one.columns.iter().map(column).collect();
            json!([one.table, one.rows_before, one.rows, one.rows_added, columns])
        };
        self.tables.iter().map(table).collect()
    }

    /// What was kept; `None` where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let count = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let column = |value: &Value| {
            let [column, changed, gone] = value.as_array()?.as_slice() else { return None };
            Some(MissingValues { column: text(column)?, changed: count(changed)?, gone: count(gone)? })
        };
        let table = |value: &Value| {
            let [table, rows_before, rows, rows_added, columns] = value.as_array()?.as_slice() else {
                return None;
            };
            Some(MissingRows {
                table: text(table)?,
                rows_before: count(rows_before)?,
                rows: count(rows)?,
                rows_added: count(rows_added)?,
                columns: columns.as_array()?.iter().map(column).collect::<Option<_>>()?,
            })
        };
        Some(Self { tables: value.as_array()?.iter().map(table).collect::<Option<_>>()? })
    }
}

fn of_table(name: &str, before: &TableRows, after: &TableRows) -> MissingRows {
    let mut missing =
        MissingRows { table: name.to_owned(), rows_before: before.count, ..MissingRows::default() };
    let common: Vec<(usize, usize)> = before
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| Some((at, after.columns.iter().position(|other| other == column)?)))
        .collect();
    match common_key(before, after).filter(|_| before.is_kept() && after.is_kept()) {
        Some(key) => by_key(before, after, &common, &key, &mut missing),
        None => {
            missing.rows = before.count.saturating_sub(after.count);
            missing.rows_added = after.count.saturating_sub(before.count);
            // Which row is which nobody knows, but for how many of them have a value.
            if missing.rows == 0 && before.is_kept() && after.is_kept() {
                as_multisets(before, after, &common, &mut missing);
            }
        }
    }
    missing
}

fn by_key(
    before: &TableRows,
    after: &TableRows,
    common: &[(usize, usize)],
    key: &[(usize, usize)],
    missing: &mut MissingRows,
) {
    let rest: Vec<(usize, usize)> = common.iter().copied().filter(|pair| !key.contains(pair)).collect();
    let mut later: HashMap<Part<'_>, &[Option<String>]> = HashMap::new();
    for row in &after.rows {
        later.insert(part(row, key.iter().map(|(_, at)| *at)), row);
    }
    let (mut pairs, mut lost) = (Vec::new(), Vec::new());
    for row in &before.rows {
        match later.remove(&part(row, key.iter().map(|(at, _)| *at))) {
            Some(other) => pairs.push((row.as_slice(), other)),
            None => lost.push(row.as_slice()),
        }
    }
    // A row that is the same but for its key has got another one.
    let mut others: Vec<&[Option<String>]> = later.into_values().collect();
    for row in lost {
        let values = part(row, rest.iter().map(|(at, _)| *at));
        let is_it = |other: &&[Option<String>]| part(other, rest.iter().map(|(_, at)| *at)) == values;
        match others.iter().position(is_it).filter(|_| !rest.is_empty()) {
            Some(place) => pairs.push((row, others.swap_remove(place))),
            None => missing.rows += 1,
        }
    }
    missing.rows_added = others.len();
    for (at, other_at) in common {
        let values: Vec<(Option<&str>, Option<&str>)> =
            pairs.iter().map(|(row, other)| (row[*at].as_deref(), other[*other_at].as_deref())).collect();
        let changed = values.iter().filter(|(old, new)| old.is_some() && old != new).count();
        let emptied = values.iter().filter(|(old, new)| old.is_some() && new.is_none()).count();
        let old = values.iter().filter_map(|(old, _)| *old);
        let gone = if is_levelled(old, values.iter().map(|(_, new)| *new)) { changed } else { emptied };
        let column = before.columns[*at].clone();
        missing.columns.extend((changed > 0).then_some(MissingValues { column, changed, gone }));
    }
}

fn as_multisets(before: &TableRows, after: &TableRows, common: &[(usize, usize)], missing: &mut MissingRows) {
    for (at, other_at) in common {
        let old: Vec<&str> = before.rows.iter().filter_map(|row| row[*at].as_deref()).collect();
        let new: Vec<Option<&str>> = after.rows.iter().map(|row| row[*other_at].as_deref()).collect();
        let mut left: HashMap<&str, usize> = HashMap::new();
        new.iter().flatten().for_each(|value| *left.entry(value).or_default() += 1);
        let mut changed = 0;
        for value in &old {
            match left.get_mut(value) {
                Some(count) if *count > 0 => *count -= 1,
                _ => changed += 1,
            }
        }
        let emptied = old.len().saturating_sub(new.iter().flatten().count());
        let gone = if is_levelled(old.into_iter(), new.into_iter()) { changed } else { emptied };
        let column = before.columns[*at].clone();
        missing.columns.extend((changed > 0).then_some(MissingValues { column, changed, gone }));
    }
}

/// Whether all rows have the same value where they had several.
fn is_levelled<'a>(
    old: impl Iterator<Item = &'a str>,
    mut new: impl Iterator<Item = Option<&'a str>>,
) -> bool {
    let Some(first) = new.next() else { return false };
    first.is_some() && new.all(|value| value == first) && old.collect::<BTreeSet<_>>().len() > 1
}
