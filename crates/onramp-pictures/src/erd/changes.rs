use std::collections::BTreeSet;

use onramp_database::catalog::{AttributeChange, Catalog, Change, Difference, Kind, Object, ObjectChange};

use super::{ListedChange, Mark};

/// How many letters of a text stand in a line about it.
const LETTERS: usize = 160;

/// What is different between two catalogs, but for the places of columns, which follow from others that came or went, and
/// for the parts of what is new or gone as a whole. The entities are yet to be found.
pub(super) fn listed(before: &Catalog, after: &Catalog) -> Vec<ListedChange> {
    let mut difference = Difference::between(before, after);
    drop(difference.split_off_positions());
    let wholes = |catalog: &Catalog| -> BTreeSet<Vec<String>> {
        let wholes = catalog.objects.keys().filter(|id| id.kind.has_parts());
        wholes.map(|id| id.path.clone()).collect()
    };
    let (old, new) = (wholes(before), wholes(after));
    let is_told_by_whole = |ObjectChange { id, change }: &&ObjectChange| {
        id.kind.is_part()
            && match change {
                Change::Added(_) => !old.contains(id.whole()),
                Change::Removed(_) => !new.contains(id.whole()),
                Change::Changed(_) => false,
            }
    };
    difference.changes.iter().filter(|change| !is_told_by_whole(change)).map(of_object).collect()
}

fn of_object(ObjectChange { id, change }: &ObjectChange) -> ListedChange {
    let (mark, details) = match change {
        Change::Added(object) => (Mark::Added, essence(id.kind, object)),
        Change::Removed(object) => (Mark::Removed, essence(id.kind, object)),
        Change::Changed(attributes) => (Mark::Changed, attributes.iter().map(line).collect()),
    };
    ListedChange { mark, kind: id.kind, path: id.path.clone(), entity: None, details }
}

/// The line about an object that is there in one catalog alone.
fn essence(kind: Kind, object: &Object) -> Vec<String> {
    let text = |attribute: &str| object.get(attribute).map(String::as_str);
    let line = match kind {
        Kind::Column => {
            let null = if text("nullable") == Some("false") { " not null" } else { "" };
            let default = text("default").map_or(String::new(), |default| format!(" default {default}"));
            format!("{}{null}{default}", text("type").unwrap_or_default())
        }
        Kind::Index => {
            let unique = if text("unique") == Some("true") { "unique " } else { "" };
            let only = text("where").map_or(String::new(), |predicate| format!(" where {predicate}"));
            format!("{unique}({}){only}", text("columns").unwrap_or_default())
        }
        Kind::Enum => text("labels").unwrap_or_default().to_owned(),
        _ => text("definition").unwrap_or_default().to_owned(),
    };
    Some(in_one_line(&line)).filter(|line| !line.is_empty()).into_iter().collect()
}

fn line(AttributeChange { attribute, before, after }: &AttributeChange) -> String {
    let text = |text: &Option<String>| text.as_deref().map_or("none".to_owned(), in_one_line);
    format!("{attribute}: {} \u{2192} {}", text(before), text(after))
}

fn in_one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::shortened(&words, LETTERS)
}
