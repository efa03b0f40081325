use std::fmt::Write;

use super::short_type::short_type;
use super::{Diagram, Entity, EntityKind, Mark, Relation, Row};

/// How many letters and how many relations Mermaid takes where nobody has set another limit, as on GitHub.
pub const MERMAID_LIMITS: (usize, usize) = (50_000, 500);

/// The style of what has changed, for both of Mermaid's usual grounds.
const STYLES: [(Mark, &str); 3] = [
    (Mark::Added, "fill:#def3e6,stroke:#23814b,stroke-width:2px,color:#1f2328"),
    (Mark::Removed, "fill:#fbe3e1,stroke:#c23b34,stroke-width:2px,color:#1f2328"),
    (Mark::Changed, "fill:#fcefd2,stroke:#a86a00,stroke-width:2px,color:#1f2328"),
];

/// Words that mean something else to Mermaid than a name.
const WORDS: [&str; 18] = [
    "acctitle",
    "accdescr",
    "class",
    "classdef",
    "direction",
    "end",
    "erdiagram",
    "many",
    "one",
    "only",
    "optionally",
    "style",
    "subgraph",
    "title",
    "to",
    "u",
    "zero",
    "default",
];

/// The diagram in the language of Mermaid, as GitHub shows it in Markdown.
pub fn mermaid(diagram: &Diagram) -> String {
    let ids: Vec<String> = diagram.entities.iter().enumerate().map(id).collect();
    let mut text = String::from("erDiagram\n");
    for (entity, id) in diagram.entities.iter().zip(&ids) {
        write_entity(&mut text, entity, id);
    }
    for relation in &diagram.relations {
        write_relation(&mut text, diagram, relation, &ids);
    }
    for (mark, style) in STYLES {
        let marked = diagram.entities.iter().zip(&ids).filter(|(entity, _)| entity.mark == mark);
        let marked: Vec<&str> = marked.map(|(_, id)| id.as_str()).collect();
        if !marked.is_empty() {
            let _ = writeln!(text, "  classDef {} {style}", mark.word());
            let _ = writeln!(text, "  class {} {}", marked.join(","), mark.word());
        }
    }
    text.pop();
    text
}

/// The name of a table where Mermaid reads it as one, else its number.
fn id((place, entity): (usize, &Entity)) -> String {
    let name = entity.name();
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&name.to_ascii_lowercase().as_str());
    // An enumeration may be called like a table, and a table like the number of another one.
    let is_number = name.strip_prefix("entity_").is_some();
    if is_plain && !is_number && entity.kind != EntityKind::Enum { name } else { format!("entity_{place}") }
}

fn write_entity(text: &mut String, entity: &Entity, id: &str) {
    let _ = write!(text, "  {id}");
    let sign = match entity.mark {
        Mark::Removed => "- ",
        Mark::Same => "",
        mark => &format!("{} ", mark.sign()),
    };
    let kind = Some(entity.kind.label()).filter(|label| !label.is_empty());
    let kind = kind.map_or(String::new(), |label| format!(" ({label})"));
    let label = format!("{sign}{}{kind}", entity.name());
    if label != id {
        let _ = write!(text, "[{}]", quoted(&label));
    }
    if entity.rows.is_empty() && entity.hidden == 0 {
        text.push('\n');
        return;
    }
    text.push_str(" {\n");
    for row in &entity.rows {
        write_row(text, row, entity.kind);
    }
    if entity.hidden > 0 {
        let _ = writeln!(text, "    _ more_columns {}", quoted(&entity.hidden.to_string()));
    }
    text.push_str("  }\n");
}

fn write_row(text: &mut String, row: &Row, kind: EntityKind) {
    let type_name = match (kind, row.type_name.as_str()) {
        (EntityKind::Enum, _) => "label",
        (_, "") => "untyped",
        (_, type_name) => &short_type(type_name),
    };
    let (shown_type, shown_name) = (word(type_name), word(&row.name));
    let keys =
        [(row.keys.primary, "PK"), (row.keys.foreign, "FK"), (row.keys.unique && !row.keys.primary, "UK")];
    let keys: Vec<&str> = keys.into_iter().filter(|(is_in, _)| *is_in).map(|(_, key)| key).collect();
    let mut notes: Vec<String> = Vec::new();
    notes.extend(Some(row.mark.word().to_owned()).filter(|word| !word.is_empty()));
    notes.extend(Some(row.name.clone()).filter(|name| *name != shown_name));
    notes.extend(Some(type_name.to_owned()).filter(|name| name.replace(' ', "_") != shown_type));
    notes.extend(row.nullable.then(|| "null".to_owned()));
    notes.extend(row.changes.iter().cloned());
    let _ = write!(text, "    {shown_type} {shown_name}");
    if !keys.is_empty() {
        let _ = write!(text, " {}", keys.join(","));
    }
    if !notes.is_empty() {
        let _ = write!(text, " {}", quoted(&notes.join(", ")));
    }
    text.push('\n');
}

fn write_relation(text: &mut String, diagram: &Diagram, relation: &Relation, ids: &[String]) {
    let parent = if relation.optional { "|o" } else { "||" };
    let child = if relation.one_to_one { "o|" } else { "o{" };
    let line = if relation.mark == Mark::Removed { ".." } else { "--" };
    let rows = &diagram.entities[relation.child].rows;
    let names = relation.columns.iter().filter_map(|(row, _)| row.map(|row| rows[row].name.as_str()));
    let names = names.collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { relation.name.clone() } else { names };
    let label = match relation.mark {
        Mark::Same => names,
        mark => format!("{names} ({})", mark.word()),
    };
    let _ = writeln!(
        text,
        "  {} {parent}{line}{child} {} : {}",
        ids[relation.parent],
        ids[relation.child],
        quoted(&label)
    );
}

/// A text as one word of an attribute. What Mermaid does not take there becomes `_`.
fn word(text: &str) -> String {
    let mut word: String = text
        .chars()
        .map(|c| {
            let is_letter = ('\u{c0}'..='\u{ffff}').contains(&c) && c.is_alphanumeric();
            if c.is_ascii_alphanumeric() || "_-()[]".contains(c) || is_letter { c } else { '_' }
        })
        .collect();
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c >= '\u{c0}');
    let lower = word.to_ascii_lowercase();
    let behind_key = ["pk", "fk", "uk"].iter().find_map(|key| lower.strip_prefix(key));
    let is_key =
        behind_key.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    if !starts_well || is_key {
        word.insert(0, '_');
    }
    word
}

/// A text between quotes. What has a meaning to Mermaid, to its Markdown or to HTML is written by its number, which
/// Mermaid turns back.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let text = if text.is_empty() { "\u{a0}" } else { text };
    let has_tildes = text.matches('~').count() > 1;
    let has_direction = text.to_ascii_lowercase().contains("direction");
    for c in crate::shortened(text, 120).chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '%' | '*' | ';' | '{' | '}' => {
                let _ = write!(quoted, "#{};", c as u32);
            }
            // Two of them stand around a parameter of a type.
            '~' if has_tildes => quoted.push_str("#126;"),
            // A line with this word and a direction behind it is about the direction of the whole.
            'd' | 'D' if has_direction => {
                let _ = write!(quoted, "#{};", c as u32);
            }
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                quoted.push('\u{fffd}')
            }
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
