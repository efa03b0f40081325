//! Keys and indexes: what must be unique, and what rows are found by.

mod access;

use onramp_database::catalog::Kind;
use onramp_database::structure::Key;

use super::pair::Pair;
use super::pairing::pair_up;
use super::{Found, written};
use crate::finding::{Object, Side};
use crate::model::TableModel;
use crate::report::Renamed;
use access::Access;
pub(super) use access::deferrable;

/// Primary keys; the order of their columns counts.
pub(super) fn compare_primary_keys(pair: &Pair<'_>, found: &mut Found) {
    let key = |side: &TableModel| side.table.primary_key.clone();
    if let (Some(left), Some(right)) = (key(pair.left), key(pair.right)) {
        compare_two_primary_keys(pair, &left, &right, found);
    }
    let columns = |side: &TableModel| key(side).map(|key| key.columns);
    let (left, right) = (columns(pair.left), columns(pair.right));
    let object = || pair.key(Kind::PrimaryKey, "", &[]);
    match (left, right) {
        (Some(left), None) => pair.only(found, object(), Side::Left, left.join(", ")),
        (None, Some(right)) => pair.only(found, object(), Side::Right, right.join(", ")),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_two_primary_keys(pair: &Pair<'_>, left: &Key, right: &Key, found: &mut Found) {
    let object = || pair.key(Kind::PrimaryKey, "", &[]);
    let both = [left, right];
    if !are_alike(&left.columns, &right.columns) {
        pair.differs(found, object(), "columns", both.map(|key| Some(key.columns.join(", "))));
    }
    if deferrable(&left.rest) != deferrable(&right.rest) {
        pair.differs(found, object(), "deferrable", both.map(|key| deferrable(&key.rest)));
    }
    written::compare(pair, found, &object(), both.map(|key| &key.attributes));
}

fn are_alike(left: &[String], right: &[String]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Unique constraints and indexes. A unique index without a condition is a unique constraint by another name.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let (left, right) = (Access::all(pair.left, pair), Access::all(pair.right, pair));
    let is_equal = |one: &Access, other: &Access| one.is_equal(other);
    let is_same_key = |one: &Access, other: &Access| one.is_same_key(other);
    let has_name_of = |one: &Access, other: &Access| one.shares_a_name_with(other);
    let has_columns_of = |one: &Access, other: &Access| one.has_columns_of(other);
    let mut paired = pair_up(left, right, &[&is_equal, &is_same_key, &has_name_of, &has_columns_of]);
    for (left, right, _) in &paired.pairs {
        differences(pair, left, right, found);
        let attributes = [left, right].map(|access| &access.attributes);
        written::compare(pair, found, &object(pair, left, Some(right)), attributes);
        rename(pair, left, right, found);
    }
    if !pair.is_of_one_dialect() {
        // Classes of operators that have LIKE find rows: where texts are compared as bytes, an index does that anyway.
        let others = |rest: &[Access], is_left: bool| {
            let of_pairs = paired.pairs.iter().map(|(left, right, _)| if is_left { right } else { left });
            rest.iter()
                .map(Access::without_pattern_classes)
                .map(|plain| {
                    plain.is_some_and(|plain| {
                        has_primary_key_like(pair, &plain)
                            || of_pairs.clone().any(|other| other.begins_like(&plain))
                    })
                })
                .collect::<Vec<bool>>()
        };
        let (left, right) = (others(&paired.left, true), others(&paired.right, false));
        let keep = |rest: &mut Vec<Access>, explained: Vec<bool>| {
            let mut explained = explained.into_iter();
            rest.retain(|_| !explained.next().unwrap_or_default());
        };
        keep(&mut paired.left, left);
        keep(&mut paired.right, right);
    }
    for (rest, side) in [(paired.left, Side::Left), (paired.right, Side::Right)] {
        for access in rest {
            pair.only(found, object(pair, &access, None), side, access.description());
        }
    }
}

/// Whether the primary keys of both sides find rows by what an index sorts by.
fn has_primary_key_like(pair: &Pair<'_>, access: &Access) -> bool {
    let names = access.column_names();
    [pair.left, pair.right].iter().all(|side| {
        let key = side.table.primary_key.as_ref();
        let columns = key.map(|key| key.columns.iter().map(|column| column.to_lowercase()));
        access.predicate.is_none()
            && columns.is_some_and(|columns| columns.collect::<Vec<_>>().starts_with(&names))
    })
}

fn object(pair: &Pair<'_>, one: &Access, other: Option<&Access>) -> Object {
    let mut names: Vec<&str> = one.names.iter().map(String::as_str).collect();
    let others = other.into_iter().flat_map(|other| other.names.iter().map(String::as_str));
    names.extend(others.filter(|name| !one.names.iter().any(|own| own == name)));
    let is_key = one.is_plain_unique() && other.is_none_or(Access::is_plain_unique);
    if is_key {
        return pair.key(Kind::Unique, &one.columns_text(), &names);
    }
    let (first, rest) = names.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let columns = pair.key(Kind::Index, &one.columns_text(), rest);
    let mut other_names = columns.other_names;
    other_names.push(columns.name);
    match first {
        // A unique constraint of SQLite that nobody has named.
        "" => pair.key(Kind::Index, &one.columns_text(), rest),
        first => Object { other_names, ..pair.part(Kind::Index, first) },
    }
}

fn differences(pair: &Pair<'_>, left: &Access, right: &Access, found: &mut Found) {
    let mut differs = |attribute: &'static str, texts: [Option<String>; 2]| {
        pair.differs(found, object(pair, left, Some(right)), attribute, texts);
    };
    let both = [left, right];
    if left.unique != right.unique {
        let text = |access: &Access| Some(if access.unique { "unique" } else { "not unique" }.to_owned());
        differs("unique", both.map(text));
    }
    // Classes of operators belong to the method, and so does the order of keys.
    let is_of_two_methods = left.method != right.method && !pair.is_of_one_dialect();
    let is_same_order = left.keys == right.keys
        || is_of_two_methods && left.has_columns_of(right)
        || left.is_plain_unique() && right.is_plain_unique() && left.column_names() == right.column_names();
    if !is_same_order {
        differs("columns", both.map(|access| Some(access.keys_text())));
    }
    if left.predicate != right.predicate {
        differs("predicate", both.map(|access| access.predicate_text.clone()));
    }
    if left.method != right.method {
        differs("method", both.map(|access| Some(access.method.clone())));
    }
    if left.include != right.include {
        differs("include", both.map(|access| access.include.clone()));
    }
    if left.nulls != right.nulls {
        differs("nulls", both.map(|access| access.nulls.then(|| "NULLS NOT DISTINCT".to_owned())));
    }
    if left.deferrable != right.deferrable {
        differs("deferrable", both.map(|access| access.deferrable.clone()));
    }
    if left.on_conflict != right.on_conflict {
        differs("on-conflict", both.map(|access| access.on_conflict.clone()));
    }
}

/// Names are no difference, but whoever drops one of both by its name wants to know.
fn rename(pair: &Pair<'_>, left: &Access, right: &Access, found: &mut Found) {
    let (Some(own), Some(other)) = (left.names.first(), right.names.first()) else { return };
    if left.kind == right.kind && !left.shares_a_name_with(right) {
        found.renamed.push(Renamed {
            kind: left.kind,
            table: pair.name(),
            left: own.clone(),
            right: other.clone(),
        });
    }
}
