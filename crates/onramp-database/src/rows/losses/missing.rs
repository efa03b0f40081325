use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::compare::{Part, part};
use super::pairs::{Pair, of_columns, of_tables};
use crate::rows::snapshot::{Snapshot, TableRows};

/// What a later snapshot has no more, in tables and columns that both have. What was added, and what has another value
/// that may come from the old one, is not in it.
///
/// What has another name later is followed where the server knows it again. Elsewhere all is told that it may have become:
/// who knows the statements in between knows which of that is so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The tables in which something is different, by name.
    pub tables: Vec<MissingRows>,
    /// The tables that the server knows again under another name, or with columns of other names.
    pub renamed: Vec<Renamed>,
}

/// A table that the server knows again where names are others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renamed {
    /// Its name.
    pub table: String,
    /// The name that it has later.
    pub today: String,
    /// Its columns of other names: the one from before and the later one.
    pub columns: Vec<(String, String)>,
}

/// What is missing in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingRows {
    /// Its name.
    pub table: String,
    /// The name of the later table that it is held against.
    pub today: String,
    /// Whether the server says that both are one table.
    pub is_certain: bool,
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
    /// The name of the later column that it is held against.
    pub today: String,
    /// Whether the server says that both are one column.
    pub is_certain: bool,
    /// How many values, NULL not counted, are others than before.
    pub changed: usize,
    /// How many of those are gone: they are NULL now, or the one value that all rows have where they had several.
    pub gone: usize,
}

impl Missing {
    pub(in crate::rows) fn between(earlier: &Snapshot, later: &Snapshot) -> Self {
        let compared = |pair: Pair<&str>| of_pair(earlier, later, pair);
        let (pairs, others) = of_tables(&earlier.tables, &later.tables);
        // What has all that it had under its own name has become nothing else.
        let whole: BTreeSet<&str> =
            pairs.iter().filter(|pair| compared(**pair).is_none()).map(|pair| pair.before).collect();
        let is_open = |pair: &&Pair<&str>| {
            let is_new = !earlier.tables.contains_key(pair.after);
            !whole.contains(pair.before) && (is_new || !whole.contains(pair.after))
        };
        let others = others.iter().filter(is_open);
        let mut tables: Vec<MissingRows> =
            pairs.iter().chain(others).filter_map(|pair| compared(*pair)).collect();
        tables.sort_by(|left, right| left.table.cmp(&right.table));
        let certain = pairs.iter().filter(|pair| pair.is_certain);
        Self { tables, renamed: certain.filter_map(|pair| renamed(earlier, later, *pair)).collect() }
    }

    /// As it is kept.
    pub fn to_json(&self) -> Value {
        let column =
            |one: &MissingValues| json!([one.column, one.today, one.is_certain, one.changed, one.gone]);
        let table = |one: &MissingRows| {
            let columns: Vec<Value> = one.columns.iter().map(column).collect();
            json!([one.table, one.today, one.is_certain, one.rows_before, one.rows, one.rows_added, columns])
        };
        let tables: Vec<Value> = self.tables.iter().map(table).collect();
        let renamed = self.renamed.iter().map(|one| json!([one.table, one.today, one.columns]));
        json!({ "tables": tables, "renamed": renamed.collect::<Vec<_>>() })
    }

    /// What was kept; `None` where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let count = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let column = |value: &Value| {
            let [column, today, is_certain, changed, gone] = value.as_array()?.as_slice() else {
                return None;
            };
            Some(MissingValues {
                column: text(column)?,
                today: text(today)?,
                is_certain: is_certain.as_bool()?,
                changed: count(changed)?,
                gone: count(gone)?,
            })
        };
        let table = |value: &Value| {
            let [table, today, is_certain, rows_before, rows, rows_added, columns] =
                value.as_array()?.as_slice()
            else {
                return None;
            };
            Some(MissingRows {
                table: text(table)?,
                today: text(today)?,
                is_certain: is_certain.as_bool()?,
                rows_before: count(rows_before)?,
                rows: count(rows)?,
                rows_added: count(rows_added)?,
                columns: columns.as_array()?.iter().map(column).collect::<Option<_>>()?,
            })
        };
        let pair = |value: &Value| {
            let [before, after] = value.as_array()?.as_slice() else { return None };
            Some((text(before)?, text(after)?))
        };
        let renamed = |value: &Value| {
            let [table, today, columns] = value.as_array()?.as_slice() else { return None };
            let columns = columns.as_array()?.iter().map(pair).collect::<Option<_>>()?;
            Some(Renamed { table: text(table)?, today: text(today)?, columns })
        };
        let list = |name: &str| value.get(name)?.as_array();
        Some(Self {
            tables: list("tables")?.iter().map(table).collect::<Option<_>>()?,
            renamed: list("renamed")?.iter().map(renamed).collect::<Option<_>>()?,
        })
    }
}

/// What is missing if those are one table; `None` where nothing is.
fn of_pair(earlier: &Snapshot, later: &Snapshot, pair: Pair<&str>) -> Option<MissingRows> {
    let (before, after) = (earlier.tables.get(pair.before)?, later.tables.get(pair.after)?);
    let missing = MissingRows {
        table: pair.before.to_owned(),
        today: pair.after.to_owned(),
        is_certain: pair.is_certain,
        rows_before: before.count,
        ..MissingRows::default()
    };
    let missing = Comparison { before, after, missing }.run();
    (missing.rows > 0 || !missing.columns.is_empty()).then_some(missing)
}

/// What is called otherwise in a table that the server knows again; `None` where nothing is.
fn renamed(earlier: &Snapshot, later: &Snapshot, pair: Pair<&str>) -> Option<Renamed> {
    let (before, after) = (earlier.tables.get(pair.before)?, later.tables.get(pair.after)?);
    let (pairs, _) = of_columns(before, after);
    let certain = pairs.iter().filter(|pair| pair.is_certain);
    let names = certain.map(|pair| (before.columns[pair.before].clone(), after.columns[pair.after].clone()));
    let columns: Vec<_> = names.filter(|(old, new)| old != new).collect();
    let (table, today) = (pair.before.to_owned(), pair.after.to_owned());
    (table != today || !columns.is_empty()).then_some(Renamed { table, today, columns })
}

/// Two tables that are held against one another.
struct Comparison<'a> {
    before: &'a TableRows,
    after: &'a TableRows,
    missing: MissingRows,
}

/// A row before and later.
type Rows<'a> = (&'a [Option<String>], &'a [Option<String>]);

impl Comparison<'_> {
    fn run(mut self) -> MissingRows {
        let (before, after) = (self.before, self.after);
        let (pairs, others) = of_columns(before, after);
        let common: Vec<(usize, usize)> = pairs.iter().map(|pair| (pair.before, pair.after)).collect();
        let are_kept = before.is_kept() && after.is_kept();
        let columns: BTreeMap<(usize, usize), (usize, usize)> =
            match common_key(before, after, &common).filter(|_| are_kept) {
                Some(key) => {
                    let rows = self.rows_by_key(&common, &key);
                    pairs.iter().chain(&others).map(|pair| (place(pair), by_rows(&rows, pair))).collect()
                }
                None => {
                    self.missing.rows = before.count.saturating_sub(after.count);
                    self.missing.rows_added = after.count.saturating_sub(before.count);
                    // Which row is which nobody knows, but for how many of them have a value.
                    let are_all_there = self.missing.rows == 0 && are_kept;
                    let all = pairs.iter().chain(&others).filter(|_| are_all_there);
                    all.map(|pair| (place(pair), as_multiset(before, after, pair))).collect()
                }
            };
        let changed = |pair: &Pair<usize>| columns.get(&place(pair)).map_or(0, |(changed, _)| *changed);
        // Likewise, what has all its values under its own name has become nothing else.
        let is_whole = |at: usize| pairs.iter().any(|pair| pair.before == at && changed(pair) == 0);
        let is_taken = |at: usize| pairs.iter().any(|pair| pair.after == at && changed(pair) == 0);
        let others = others.iter().filter(|pair| !is_whole(pair.before) && !is_taken(pair.after));
        for pair in pairs.iter().chain(others).filter(|pair| changed(pair) > 0) {
            let (changed, gone) = columns[&place(pair)];
            self.missing.columns.push(MissingValues {
                column: before.columns[pair.before].clone(),
                today: after.columns[pair.after].clone(),
                is_certain: pair.is_certain,
                changed,
                gone,
            });
        }
        self.missing
    }

    /// The rows that are still there; takes note of those that are not.
    fn rows_by_key(&mut self, common: &[(usize, usize)], key: &[(usize, usize)]) -> Vec<Rows<'_>> {
        let rest: Vec<(usize, usize)> = common.iter().copied().filter(|pair| !key.contains(pair)).collect();
        let mut later: HashMap<Part<'_>, &[Option<String>]> = HashMap::new();
        for row in &self.after.rows {
            later.insert(part(row, key.iter().map(|(_, at)| *at)), row);
        }
        let (mut rows, mut lost) = (Vec::new(), Vec::new());
        for row in &self.before.rows {
            match later.remove(&part(row, key.iter().map(|(at, _)| *at))) {
                Some(other) => rows.push((row.as_slice(), other)),
                None => lost.push(row.as_slice()),
            }
        }
        // A row that is the same but for its key has got another one.
        let mut others: Vec<&[Option<String>]> = later.into_values().collect();
        for row in lost {
            let values = part(row, rest.iter().map(|(at, _)| *at));
            let is_it = |other: &&[Option<String>]| part(other, rest.iter().map(|(_, at)| *at)) == values;
            match others.iter().position(is_it).filter(|_| !rest.is_empty()) {
                Some(place) => rows.push((row, others.swap_remove(place))),
                None => self.missing.rows += 1,
            }
        }
        self.missing.rows_added = others.len();
        rows
    }
}

fn place(pair: &Pair<usize>) -> (usize, usize) {
    (pair.before, pair.after)
}

/// The places of the primary key in both, where it has the same columns.
fn common_key(
    before: &TableRows,
    after: &TableRows,
    common: &[(usize, usize)],
) -> Option<Vec<(usize, usize)>> {
    let key = before.key.iter().map(|name| {
        let at = before.columns.iter().position(|column| column == name)?;
        common.iter().find(|(own, other)| *own == at && after.key.contains(&after.columns[*other])).copied()
    });
    let key: Vec<(usize, usize)> = key.collect::<Option<_>>()?;
    // SQLite has keys that are NULL, and more than one of them.
    let is_whole = key.iter().all(|(at, other)| {
        before.rows.iter().all(|row| row[*at].is_some()) && after.rows.iter().all(|row| row[*other].is_some())
    });
    (!key.is_empty() && key.len() == after.key.len() && is_whole).then_some(key)
}

/// How many values are others, and how many are gone.
fn by_rows(rows: &[Rows<'_>], pair: &Pair<usize>) -> (usize, usize) {
    let values: Vec<(Option<&str>, Option<&str>)> =
        rows.iter().map(|(row, other)| (row[pair.before].as_deref(), other[pair.after].as_deref())).collect();
    let changed = values.iter().filter(|(old, new)| old.is_some() && old != new).count();
    let emptied = values.iter().filter(|(old, new)| old.is_some() && new.is_none()).count();
    let old = values.iter().filter_map(|(old, _)| *old);
    let is_levelled = is_levelled(old, values.iter().map(|(_, new)| *new));
    (changed, if is_levelled { changed } else { emptied })
}

/// The same, where nobody knows which row is which.
fn as_multiset(before: &TableRows, after: &TableRows, pair: &Pair<usize>) -> (usize, usize) {
    let old: Vec<&str> = before.rows.iter().filter_map(|row| row[pair.before].as_deref()).collect();
    let new: Vec<Option<&str>> = after.rows.iter().map(|row| row[pair.after].as_deref()).collect();
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
    let is_levelled = is_levelled(old.into_iter(), new.into_iter());
    (changed, if is_levelled { changed } else { emptied })
}

/// Whether all rows have the same value where they had several.
fn is_levelled<'a>(
    old: impl Iterator<Item = &'a str>,
    mut new: impl Iterator<Item = Option<&'a str>>,
) -> bool {
    let Some(first) = new.next() else { return false };
    first.is_some() && new.all(|value| value == first) && old.collect::<BTreeSet<_>>().len() > 1
}
