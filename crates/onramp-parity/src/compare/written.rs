use onramp_database::catalog::{Kind, Object as Attributes, POSITION};

use super::pair::Pair;
use super::{Found, Spelling, views};
use crate::finding::{Finding, Object};

/// Attributes that the comparison by meaning has dealt with, whatever came of it: its reasons to let two spellings pass
/// hold for one dialect too.
const OF_COLUMNS: [&str; 6] = ["type", "default", "generated", "collation", "identity", POSITION];
/// What AUTOINCREMENT says is told of the column.
const OF_PRIMARY_KEYS: [&str; 1] = ["autoincrement"];
/// Texts with expressions in them, which are compared as trees.
const WITH_EXPRESSIONS: [&str; 3] = ["definition", "columns", "where"];

/// Of one dialect, compares all that the catalogs tell of an object, as it is written. An object of which something has
/// been told already differs in its text anyway, so that is passed over.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found, object: &Object, attributes: [&Attributes; 2]) {
    if !pair.is_of_one_dialect() {
        return;
    }
    let is_told = found.findings.iter().any(|finding: &Finding| finding.object == *object);
    let is_read = matches!(object.kind, Kind::Check | Kind::Index | Kind::Unique | Kind::ForeignKey);
    let passed_over = |attribute: &str| match object.kind {
        Kind::Column => OF_COLUMNS.contains(&attribute) || is_told && attribute == "nullable",
        Kind::PrimaryKey if OF_PRIMARY_KEYS.contains(&attribute) => true,
        _ if WITH_EXPRESSIONS.contains(&attribute) => {
            let is_same = || match object.kind {
                Kind::View | Kind::MaterializedView => views::ask_the_same(pair) == Some(true),
                _ => is_read,
            };
            is_told || pair.spelling == Spelling::OfTwoVersions && is_same()
        }
        _ => is_told && ["unique", "method", "include", "nulls", "on-conflict"].contains(&attribute),
    };
    for (attribute, texts) in differences(attributes) {
        if !passed_over(&attribute) {
            pair.differs(found, object.clone(), attribute, texts);
        }
    }
}

/// The attributes that are not the same, with their texts.
pub(super) fn differences(attributes: [&Attributes; 2]) -> Vec<(String, [Option<String>; 2])> {
    let [left, right] = attributes;
    let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
    let texts = names.map(|name| (name.clone(), [left.get(name).cloned(), right.get(name).cloned()]));
    texts.filter(|(_, [left, right])| left != right).collect()
}
