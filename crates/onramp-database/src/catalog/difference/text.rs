use std::fmt;

use super::{AttributeChange, Change, Difference, ObjectChange};
use crate::catalog::{Kind, Object, ObjectId, POSITION};

/// How much of a text is shown, in characters.
const WIDTH: usize = 90;

/// One line for each new or lost object, and one for each attribute that differs.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| write!(f, "{change}"))
    }
}

impl fmt::Display for ObjectChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.id;
        match &self.change {
            Change::Added(object) => line(f, '+', id, &summary(id, object)),
            Change::Removed(object) => line(f, '-', id, &summary(id, object)),
            Change::Changed(attributes) => {
                attributes.iter().try_for_each(|change| line(f, '~', id, &change.to_string()))
            }
        }
    }
}

impl fmt::Display for AttributeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, before, after } = self;
        let show = |text: Option<&str>| text.map_or_else(|| "none".to_owned(), shortened);
        if let (Some(old), Some(new)) = (before, after) {
            // Of several lines the first that differs tells most.
            let count = old.lines().count().max(new.lines().count());
            let pair = |number| (old.lines().nth(number), new.lines().nth(number));
            let different = (0..count).find(|number| pair(*number).0 != pair(*number).1);
            if let Some(number) = different.filter(|_| count > 1) {
                let (old, new) = pair(number);
                return write!(f, "{attribute}, line {}: {} -> {}", number + 1, show(old), show(new));
            }
        }
        write!(f, "{attribute}: {} -> {}", show(before.as_deref()), show(after.as_deref()))
    }
}

fn line(f: &mut fmt::Formatter<'_>, sign: char, id: &ObjectId, what: &str) -> fmt::Result {
    let space = if what.is_empty() { "" } else { "  " };
    writeln!(f, "{sign} {id}{space}{what}")
}

/// The object in a few words.
fn summary(id: &ObjectId, object: &Object) -> String {
    let value = |name: &str| object.get(name).map(String::as_str);
    let words: Vec<String> = match id.kind {
        Kind::Column => [
            value("type").map(str::to_owned),
            value("nullable").filter(|nullable| *nullable == "false").map(|_| "NOT NULL".to_owned()),
            value("default").map(|text| format!("DEFAULT {text}")),
            value("generated").map(|text| format!("GENERATED {text}")),
            value("identity").map(|text| format!("IDENTITY {text}")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Kind::Index => [
            value("unique").map(|_| "UNIQUE".to_owned()),
            value("columns").map(|columns| format!("({columns})")),
            value("where").map(|predicate| format!("WHERE {predicate}")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        _ => match value("definition") {
            // What nobody named is called by its definition.
            Some(definition) if definition == id.name() => Vec::new(),
            Some(definition) => vec![definition.to_owned()],
            None => {
                let told = object.iter().filter(|(name, _)| *name != POSITION);
                vec![told.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")]
            }
        },
    };
    shortened(&words.join(" "))
}

/// The text on one line, and not too long for it.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(WIDTH) {
        Some((place, _)) => format!("{}...", text[..place].trim_end()),
        None => text,
    }
}
