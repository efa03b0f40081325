use onramp_database::catalog::Kind;
use onramp_database::structure::ForeignKey;

use super::accesses::deferrable;
use super::pair::Pair;
use super::pairing::pair_up;
use super::{Found, written};
use crate::finding::{Object, Side};
use crate::report::Renamed;

/// Foreign keys, found by their columns and where those lead.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let keys = |side: &crate::model::TableModel| side.table.foreign_keys.clone();
    let is_same = |left: &ForeignKey, right: &ForeignKey| {
        columns(left) == columns(right) && has_target_of(pair, left, right)
    };
    let is_equal = |left: &ForeignKey, right: &ForeignKey| {
        is_same(left, right) && left.on_delete == right.on_delete && left.on_update == right.on_update
    };
    let has_columns_of = |left: &ForeignKey, right: &ForeignKey| columns(left) == columns(right);
    let paired = pair_up(keys(pair.left), keys(pair.right), &[&is_equal, &is_same, &has_columns_of]);
    for (left, right, _) in &paired.pairs {
        differences(pair, left, right, found);
    }
    for (rest, side) in [(paired.left, Side::Left), (paired.right, Side::Right)] {
        for key in rest {
            let delete =
                format!("{} ON DELETE {} ON UPDATE {}", target_text(&key), key.on_delete, key.on_update);
            pair.only(found, object(pair, &[&key]), side, delete);
        }
    }
}

fn differences(pair: &Pair<'_>, left: &ForeignKey, right: &ForeignKey, found: &mut Found) {
    let both = [left, right];
    let mut differs = |attribute: &'static str, texts: [Option<String>; 2]| {
        if texts[0] != texts[1] {
            pair.differs(found, object(pair, &both), attribute, texts);
        }
    };
    if !has_target_of(pair, left, right) {
        differs("target", both.map(|key| Some(target_text(key))));
    }
    differs("on-delete", both.map(|key| Some(key.on_delete.to_string())));
    differs("on-update", both.map(|key| Some(key.on_update.to_string())));
    differs("deferrable", both.map(|key| deferrable(&key.rest)));
    let matched = |key: &ForeignKey| key.rest.contains("MATCH FULL").then(|| "FULL".to_owned());
    differs("match", both.map(matched));
    written::compare(pair, found, &object(pair, &both), both.map(|key| &key.attributes));
    if let (Some(own), Some(other)) = (name(left), name(right))
        && !own.eq_ignore_ascii_case(other)
    {
        let (left, right) = (own.to_owned(), other.to_owned());
        found.renamed.push(Renamed { kind: Kind::ForeignKey, table: pair.name(), left, right });
    }
}

fn object(pair: &Pair<'_>, keys: &[&ForeignKey]) -> Object {
    let mut names: Vec<&str> = keys.iter().filter_map(|key| name(key)).collect();
    names.dedup();
    let columns = keys.first().map(|key| key.columns.join(", ")).unwrap_or_default();
    pair.key(Kind::ForeignKey, &columns, &names)
}

/// Its name, if somebody has named it.
fn name(key: &ForeignKey) -> Option<&str> {
    let own = key.id.name();
    let is_text = key.attributes.get("definition").is_some_and(|text| own.starts_with(text.as_str()));
    (!is_text).then_some(own)
}

fn columns(key: &ForeignKey) -> Vec<String> {
    key.columns.iter().map(|column| column.to_lowercase()).collect()
}

/// Whether both lead to the same columns of the same table.
fn has_target_of(pair: &Pair<'_>, left: &ForeignKey, right: &ForeignKey) -> bool {
    let columns =
        |key: &ForeignKey| key.target_columns.iter().map(|column| column.to_lowercase()).collect::<Vec<_>>();
    columns(left) == columns(right) && pair.is_same_table(&left.target, &right.target)
}

fn target_text(key: &ForeignKey) -> String {
    format!("{}({})", key.target.join("."), key.target_columns.join(", "))
}
