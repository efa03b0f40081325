//! Which tables and columns of two moments may be the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::rows::snapshot::TableRows;

/// Something of an earlier moment, and what it may be later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<T> {
    pub(super) before: T,
    pub(super) after: T,
    /// Whether the server says that both are the same. Otherwise that is for others to say.
    pub(super) is_certain: bool,
}

/// The pairs of tables, by their names. A table that the server knows again has one pair, any other one that of its name;
/// what else it may have become is in the second list.
pub(super) fn of_tables<'a>(
    earlier: &'a BTreeMap<String, TableRows>,
    later: &'a BTreeMap<String, TableRows>,
) -> (Vec<Pair<&'a str>>, Vec<Pair<&'a str>>) {
    let oid = |table: &TableRows| table.identity.as_ref().map(|identity| identity.table);
    let by_oid: BTreeMap<u32, &str> =
        later.iter().filter_map(|(name, table)| Some((oid(table)?, name.as_str()))).collect();
    let certain = |table: &TableRows| by_oid.get(&oid(table)?).copied();
    let claimed: BTreeSet<&str> = earlier.values().filter_map(certain).collect();
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for (name, table) in earlier {
        if let Some(after) = certain(table) {
            pairs.push(Pair { before: name.as_str(), after, is_certain: true });
            continue;
        }
        let of_name = later.contains_key(name) && !claimed.contains(name.as_str());
        pairs.extend(of_name.then_some(Pair {
            before: name.as_str(),
            after: name.as_str(),
            is_certain: false,
        }));
        let is_alike = |other: &TableRows| other.columns.iter().any(|column| table.columns.contains(column));
        let may_be = |(after, other): &(&'a String, &'a TableRows)| {
            *after != name && !claimed.contains(after.as_str()) && is_alike(other)
        };
        let may_be = later.iter().filter(may_be);
        others.extend(may_be.map(|(after, _)| Pair { before: name.as_str(), after, is_certain: false }));
    }
    (pairs, others)
}

/// The same of the columns of a table, by their places.
pub(super) fn of_columns(before: &TableRows, after: &TableRows) -> (Vec<Pair<usize>>, Vec<Pair<usize>>) {
    let numbers = |table: &TableRows| table.identity.as_ref().map(|identity| identity.columns.clone());
    let is_same_table = before.identity.is_some()
        && before.identity.as_ref().map(|identity| identity.table)
            == after.identity.as_ref().map(|identity| identity.table);
    let known = numbers(before).zip(numbers(after)).filter(|_| is_same_table);
    let certain = |at: usize| {
        let (before, after) = known.as_ref()?;
        let number = before.get(at)?;
        after.iter().position(|other| other == number)
    };
    let claimed: BTreeSet<usize> = (0..before.columns.len()).filter_map(certain).collect();
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for (at, name) in before.columns.iter().enumerate() {
        if let Some(after) = certain(at) {
            pairs.push(Pair { before: at, after, is_certain: true });
            continue;
        }
        for (place, other) in after.columns.iter().enumerate().filter(|(place, _)| !claimed.contains(place)) {
            let list = if other == name { &mut pairs } else { &mut others };
            list.push(Pair { before: at, after: place, is_certain: false });
        }
    }
    (pairs, others)
}
