use onramp_database::catalog::{Kind, Object as Attributes, ObjectId};

use super::pair::Pair;
use super::pairing::pair_up;
use super::{Found, object, triggers, written};
use crate::finding::{Object, Side};
use crate::model::TableModel;

type Part = (ObjectId, Attributes);

/// Triggers, rules, policies and exclusions. Of one dialect they are compared as they are written. SQLite has triggers
/// alone, so whatever else there is is missing there.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Found) {
    let is_exact =
        |left: &&Part, right: &&Part| left.0.kind == right.0.kind && left.0.name() == right.0.name();
    let is_alike = |left: &&Part, right: &&Part| {
        left.0.kind == right.0.kind && left.0.name().eq_ignore_ascii_case(right.0.name())
    };
    let of = |side: &'_ TableModel| {
        let is_read = |id: &ObjectId| side.table.triggers.iter().any(|trigger| trigger.id == *id);
        let parts = side.parts.iter();
        parts.filter(|(id, _)| pair.is_of_one_dialect() || !is_read(id)).cloned().collect::<Vec<_>>()
    };
    let (left, right) = (of(pair.left), of(pair.right));
    let paired = pair_up(left.iter().collect(), right.iter().collect(), &[&is_exact, &is_alike]);
    for (left, right, _) in paired.pairs {
        let object = pair.part(left.0.kind, left.0.name());
        if pair.is_of_one_dialect() {
            written::compare(pair, found, &object, [&left.1, &right.1]);
        } else {
            found.uncompared.push(object);
        }
    }
    for (parts, side) in [(paired.left, Side::Left), (paired.right, Side::Right)] {
        for (id, attributes) in parts {
            pair.only(found, pair.part(id.kind, id.name()), side, described(id.kind, attributes));
        }
    }
    if !pair.is_of_one_dialect() {
        triggers::compare(pair, found);
        row_security(pair, found);
    }
}

/// Row security without a policy lets nobody but the owner see a row. Where there are policies, they tell.
fn row_security(pair: &Pair<'_>, found: &mut Found) {
    let has_policy = |side: &TableModel| side.parts.iter().any(|(id, _)| id.kind == Kind::Policy);
    let text = |side: &TableModel| side.table.attributes.get("row-security").cloned();
    let texts = [pair.left, pair.right].map(|side| text(side).filter(|_| !has_policy(side)));
    if texts[0] != texts[1] {
        let table: Object = object(pair.name(), pair.left.kind(), pair.name());
        pair.differs(found, table, "row-security", texts);
    }
}

/// In short what it is.
fn described(kind: Kind, attributes: &Attributes) -> String {
    if let Some(definition) = attributes.get("definition") {
        return definition.clone();
    }
    let clauses = [("FOR", "command"), ("TO", "roles"), ("USING", "using"), ("WITH CHECK", "check")];
    let clauses =
        clauses.iter().filter_map(|(words, name)| Some(format!("{words} {}", attributes.get(*name)?)));
    match clauses.collect::<Vec<_>>().join(" ") {
        clauses if clauses.is_empty() => kind.name().to_owned(),
        clauses => clauses,
    }
}
