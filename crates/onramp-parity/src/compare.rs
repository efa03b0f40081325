//! Two schemas, object by object.

mod accesses;
mod checks;
mod columns;
mod default;
mod foreign_keys;
mod pair;
mod pairing;

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind, ObjectId};

use crate::finding::{Difference, Finding, Object, Side};
use crate::model::{Model, TableModel};
use crate::report::{Excepted, Renamed, Report, Stale};
use crate::rules::Rules;
use crate::types::TypeMap;
use pair::Pair;
use pairing::pair_up;

/// The tables that both sides have: the paths of the left side and those of the right one.
type SameTables = BTreeMap<Vec<String>, Vec<String>>;

/// What came to light.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// What differs in its name alone.
    pub(crate) renamed: Vec<Renamed>,
    /// The places of the types of the configuration that some columns have.
    pub(crate) types_used: BTreeSet<usize>,
}

/// Compares two schemas. Of one dialect, everything counts as it is written; of two, what means the same is equal.
pub fn compare(left: &Catalog, right: &Catalog, rules: &Rules) -> Report {
    let map = TypeMap::new(&rules.types);
    let dialects = [left.dialect, right.dialect];
    let (left_model, right_model) = (Model::of(left, &map), Model::of(right, &map));
    let mut found = Found::default();
    tables(&left_model, &right_model, &map, &mut found);
    loose(&left_model, &right_model, &mut found);
    let Found { mut findings, renamed, types_used } = found;
    findings.sort();
    findings.dedup();
    let mut report = Report {
        dialects,
        server_versions: [left, right].map(|catalog| catalog.server_version.clone()),
        findings: Vec::new(),
        excepted: Vec::new(),
        stale: Vec::new(),
        renamed,
    };
    // What was declared was declared of two dialects.
    let exceptions = if dialects[0] == dialects[1] { &[][..] } else { &rules.exceptions };
    let mut used = vec![false; exceptions.len()];
    for finding in findings {
        let mut met = None;
        for (place, exception) in exceptions.iter().enumerate() {
            if exception.meets(&finding, dialects) {
                used[place] = true;
                met = met.or(Some(place));
            }
        }
        match met {
            Some(exception) => report.excepted.push(Excepted { finding, exception }),
            None => report.findings.push(finding),
        }
    }
    if dialects[0] != dialects[1] {
        let unused = used.iter().enumerate().filter(|(_, used)| !**used);
        report.stale.extend(unused.map(|(place, _)| Stale::Exception(place)));
        let types = (0..rules.types.len()).filter(|place| !types_used.contains(place));
        report.stale.extend(types.map(Stale::Type));
    }
    report
}

fn tables(left: &Model, right: &Model, map: &TypeMap, found: &mut Found) {
    let (pairs, left_only, right_only) = tables_by_name(left, right);
    let paths =
        |(one, other): &(&TableModel, &TableModel)| (one.table.id.path.clone(), other.table.id.path.clone());
    let same_tables: SameTables = pairs.iter().map(paths).collect();
    for (left_table, right_table) in pairs {
        let dialects = [left.dialect, right.dialect];
        let pair = Pair::new(left_table, right_table, dialects, map, &same_tables);
        pair.compare(found);
        parts(left, right, &pair, found);
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
fn is_case_told(dialects: [Dialect; 2]) -> bool {
    dialects == [Dialect::Postgresql; 2]
}

/// Triggers, rules and policies: what they do is written in other languages, so that they are there is all that can be
/// compared.
fn parts(left: &Model, right: &Model, pair: &Pair<'_>, found: &mut Found) {
    let of = |model: &Model, table: &TableModel| {
        let parts = model.parts.iter().filter(|(id, _)| id.whole() == table.table.id.path);
        parts.cloned().collect::<Vec<_>>()
    };
    let (lefts, rights) = (of(left, pair.left), of(right, pair.right));
    let ids: Vec<&ObjectId> = lefts.iter().map(|(id, _)| id).collect();
    let others: Vec<&ObjectId> = rights.iter().map(|(id, _)| id).collect();
    let is_same = |one: &&ObjectId, other: &&ObjectId| {
        one.kind == other.kind && one.name().eq_ignore_ascii_case(other.name())
    };
    let paired = pair_up(ids, others, &[&is_same]);
    for (ids, side, all) in [(paired.left, Side::Left, &lefts), (paired.right, Side::Right, &rights)] {
        for id in ids {
            let attributes = all.iter().find(|(own, _)| own == id).map(|(_, attributes)| attributes);
            let text = attributes.and_then(|attributes| attributes.get("definition")).cloned();
            let name = format!("{}.{}", pair.name(), id.name());
            found.findings.push(Finding {
                object: object(pair.name(), id.kind, name),
                difference: Difference::Only {
                    side,
                    text: text.unwrap_or_else(|| id.kind.name().to_owned()),
                },
            });
        }
    }
}

fn loose(left: &Model, right: &Model, found: &mut Found) {
    let has = |model: &Model, id: &ObjectId| {
        let is_it = |other: &ObjectId| {
            other.kind == id.kind && other.path.join(".").eq_ignore_ascii_case(&id.path.join("."))
        };
        model.loose.iter().any(|(other, _)| is_it(other))
    };
    for (model, other, side) in [(left, right, Side::Left), (right, left, Side::Right)] {
        for (id, attributes) in model.loose.iter().filter(|(id, _)| !has(other, id)) {
            let text = match id.kind {
                Kind::Enum => attributes.get("labels").cloned().unwrap_or_default(),
                _ => attributes.get("type").cloned().unwrap_or_default(),
            };
            let name = id.path.join(".");
            found.findings.push(Finding {
                object: object(name.clone(), id.kind, name),
                difference: Difference::Only { side, text },
            });
        }
    }
}

/// An object with one name.
pub(crate) fn object(table: String, kind: Kind, name: String) -> Object {
    Object { table, kind, name, other_names: Vec::new() }
}

/// Whether two dialects have nothing to do with one another's spelling.
pub(crate) fn are_one(dialects: [Dialect; 2]) -> bool {
    dialects[0] == dialects[1]
}
