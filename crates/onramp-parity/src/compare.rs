//! Two schemas, object by object.

mod accesses;
mod checks;
mod columns;
mod default;
mod foreign_keys;
mod loose;
mod others;
mod pair;
mod pairing;
mod parts;
mod tables;
mod triggers;
mod views;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Dialect;
use onramp_database::catalog::{Catalog, Kind};

use crate::finding::{Finding, Object};
use crate::model::{Model, Partitions};
use crate::report::{Excepted, Renamed, Report, Stale};
use crate::rules::Rules;
use crate::types::TypeMap;

/// The tables that both sides have: the paths of the left side and those of the right one.
type SameTables = BTreeMap<Vec<String>, Vec<String>>;

/// What is compared with what.
#[derive(Clone, Copy)]
pub(crate) struct Both<'a> {
    left: &'a Model,
    right: &'a Model,
    map: &'a TypeMap,
    spelling: Spelling,
}

/// What the texts of two sides have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Both are of one server, or of two of one version: texts that differ mean another thing.
    Same,
    /// Both are of one dialect, and the versions of the servers may print an expression in two ways.
    OfTwoVersions,
    /// They have nothing to do with one another.
    OfTwoDialects,
}

/// What came to light.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// What differs in its name alone.
    pub(crate) renamed: Vec<Renamed>,
    /// The places of the types of the configuration that some columns have.
    pub(crate) types_used: BTreeSet<usize>,
    /// What was compared but for its statements.
    pub(crate) uncompared: Vec<Object>,
}

/// Compares two schemas. Of one dialect, everything counts as it is written; of two, what means the same is equal.
pub fn compare(left: &Catalog, right: &Catalog, rules: &Rules) -> Report {
    let map = TypeMap::new(&rules.types);
    let dialects = [left.dialect, right.dialect];
    let spelling = Spelling::of(left, right);
    let partitions = match spelling {
        Spelling::OfTwoDialects => Partitions::PartsOfTheirTables,
        Spelling::Same | Spelling::OfTwoVersions => Partitions::Tables,
    };
    let (left_model, right_model) = (Model::of(left, &map, partitions), Model::of(right, &map, partitions));
    let both = Both { left: &left_model, right: &right_model, map: &map, spelling };
    let mut found = Found::default();
    tables::compare(both, &mut found);
    match spelling {
        Spelling::OfTwoDialects => loose::compare(both, &mut found),
        Spelling::Same | Spelling::OfTwoVersions => others::compare([left, right], &mut found),
    }
    let Found { mut findings, renamed, types_used, mut uncompared } = found;
    findings.sort();
    findings.dedup();
    uncompared.sort();
    uncompared.dedup();
    let mut report = Report {
        dialects,
        server_versions: [left, right].map(|catalog| catalog.server_version.clone()),
        findings: Vec::new(),
        excepted: Vec::new(),
        stale: Vec::new(),
        renamed,
        uncompared,
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

impl Spelling {
    fn of(left: &Catalog, right: &Catalog) -> Self {
        let major = |catalog: &Catalog| catalog.server_version.split('.').next().map(str::to_owned);
        match (left.dialect, right.dialect) {
            // SQLite keeps what was written.
            (Dialect::Sqlite, Dialect::Sqlite) => Self::Same,
            (Dialect::Postgresql, Dialect::Postgresql) if major(left) == major(right) => Self::Same,
            (Dialect::Postgresql, Dialect::Postgresql) => Self::OfTwoVersions,
            _ => Self::OfTwoDialects,
        }
    }
}

/// An object with one name.
pub(crate) fn object(table: String, kind: Kind, name: String) -> Object {
    Object { table, kind, name, other_names: Vec::new() }
}
