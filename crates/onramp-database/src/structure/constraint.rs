use super::columns::Names;
use super::text::{Reading, parts};
use super::{Action, Check, ForeignKey, Key};
use crate::catalog::{Object, ObjectId};

fn definition(object: &Object) -> Reading<'_> {
    Reading::new(object.get("definition").map_or("", String::as_str))
}

/// Of a primary key or a unique constraint.
pub(super) fn key(id: &ObjectId, object: &Object, names: &Names) -> Key {
    let mut reading = definition(object);
    let mut rest = Vec::new();
    let _ = reading.take("PRIMARY KEY") || reading.take("UNIQUE");
    if reading.take("NULLS NOT DISTINCT") {
        rest.push("NULLS NOT DISTINCT");
    }
    let list = reading.take_parenthesised().unwrap_or_default();
    let columns = names.columns(id.whole(), list);
    // Said of the last column.
    rest.extend(Some("WITHOUT OVERLAPS").filter(|words| list.ends_with(words)));
    rest.extend(Some(reading.rest()).filter(|rest| !rest.is_empty()));
    Key { id: id.clone(), columns, rest: rest.join(" "), attributes: object.clone() }
}

pub(super) fn foreign_key(id: &ObjectId, object: &Object, names: &Names) -> ForeignKey {
    let mut reading = definition(object);
    reading.take("FOREIGN KEY");
    let (list, has_period) = without_period(reading.take_parenthesised().unwrap_or_default());
    let columns = names.columns(id.whole(), &list);
    reading.take("REFERENCES");
    let target = names.table(reading.take_path());
    let (list, _) = without_period(reading.take_parenthesised().unwrap_or_default());
    let target_columns = names.columns(&target, &list);
    let mut foreign_key = ForeignKey {
        id: id.clone(),
        columns,
        target,
        target_columns,
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        rest: String::new(),
        attributes: object.clone(),
    };
    let mut rest: Vec<&str> = Vec::from_iter(has_period.then_some("PERIOD"));
    for matched in ["MATCH FULL", "MATCH PARTIAL", "MATCH SIMPLE"] {
        rest.extend(reading.take(matched).then_some(matched));
    }
    loop {
        if reading.take("ON UPDATE") {
            foreign_key.on_update = action(&mut reading);
        } else if reading.take("ON DELETE") {
            foreign_key.on_delete = action(&mut reading);
        } else {
            break;
        }
    }
    rest.extend(Some(reading.rest()).filter(|rest| !rest.is_empty()));
    foreign_key.rest = rest.join(" ");
    foreign_key
}

pub(super) fn check(id: &ObjectId, object: &Object) -> Check {
    let mut reading = definition(object);
    reading.take("CHECK");
    let mut expression = reading.take_parenthesised().unwrap_or_default();
    // PostgreSQL puts parentheses around the whole once more.
    let mut inner = Reading::new(expression);
    if let Some(whole) = inner.take_parenthesised().filter(|_| inner.rest().is_empty()) {
        expression = whole;
    }
    Check {
        id: id.clone(),
        expression: expression.to_owned(),
        rest: reading.rest().to_owned(),
        attributes: object.clone(),
    }
}

/// A list of columns without the word before its last one that says that a range of time is compared, and whether it had
/// the word. A column of that name has no other name behind it.
fn without_period(list: &str) -> (String, bool) {
    let mut parts = parts(list);
    let last = parts.pop().unwrap_or_default();
    let plain = last.strip_prefix("PERIOD ").unwrap_or(last);
    parts.push(plain);
    (parts.join(", "), plain != last)
}

fn action(reading: &mut Reading<'_>) -> Action {
    let actions = [Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault, Action::NoAction];
    actions.into_iter().find(|action| reading.take(&action.to_string())).unwrap_or_default()
}
