use onramp_database::catalog::{Kind, ObjectId};

use super::{Both, Found, object};
use crate::finding::{Difference, Finding, Side};
use crate::model::Model;

/// Enumerations that no column has and sequences that no column takes its values from: they are there, or not.
pub(super) fn compare(both: Both<'_>, found: &mut Found) {
    let Both { left, right, .. } = both;
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
