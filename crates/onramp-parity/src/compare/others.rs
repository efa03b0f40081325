use std::collections::BTreeMap;

use onramp_database::catalog::{Catalog, Kind, Object as Attributes, ObjectId};

use super::written::differences;
use super::{Found, object};
use crate::finding::{Difference, Finding, Side};

/// The objects of one dialect that belong to no table: types, sequences, functions, extensions and whatever else there is.
pub(super) fn compare(catalogs: [&Catalog; 2], found: &mut Found) {
    let [left, right] = catalogs.map(all);
    // A sequence that goes with a column is told with the column.
    let is_told = |attributes: &Attributes, other: &Catalog| {
        let owner = attributes.get("owned-by").filter(|owner| !owner.is_empty());
        owner.is_some_and(|owner| !has_column(other, owner))
    };
    for (key, (id, attributes)) in &left {
        match right.get(key) {
            Some((_, others)) => {
                for (attribute, [left, right]) in differences([attributes, others]) {
                    let attribute = attribute.into();
                    tell(found, id, Difference::Differs { attribute, left, right });
                }
            }
            None if is_told(attributes, catalogs[1]) => {}
            None => tell(found, id, only(Side::Left, attributes)),
        }
    }
    for (_, (id, attributes)) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
        if !is_told(attributes, catalogs[0]) {
            tell(found, id, only(Side::Right, attributes));
        }
    }
}

/// The objects by what makes them the same on both sides.
type Others<'a> = BTreeMap<(Kind, Vec<String>), (&'a ObjectId, &'a Attributes)>;

fn all(catalog: &Catalog) -> Others<'_> {
    let others = catalog.objects.iter().filter(|(id, _)| !id.kind.is_part() && !id.kind.has_parts());
    others.map(|(id, attributes)| ((id.kind, key(id, attributes)), (id, attributes))).collect()
}

fn has_column(catalog: &Catalog, path: &str) -> bool {
    catalog.objects.keys().any(|id| id.kind == Kind::Column && id.path.join(".") == path)
}

/// A sequence that a column owns has whatever name the column and the table had once.
fn key(id: &ObjectId, attributes: &Attributes) -> Vec<String> {
    match attributes.get("owned-by").filter(|owner| id.kind == Kind::Sequence && !owner.is_empty()) {
        Some(owner) => vec!["owned by".to_owned(), owner.clone()],
        None => id.path.clone(),
    }
}

fn only(side: Side, attributes: &Attributes) -> Difference {
    let told = ["definition", "labels", "type", "columns", "subtype", "version"];
    let text = told.iter().find_map(|name| attributes.get(*name)).cloned().unwrap_or_default();
    Difference::Only { side, text }
}

fn tell(found: &mut Found, id: &ObjectId, difference: Difference) {
    let name = id.path.join(".");
    found.findings.push(Finding { object: object(name.clone(), id.kind, name), difference });
}
