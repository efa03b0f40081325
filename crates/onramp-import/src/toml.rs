use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::ImportError;
use crate::node::{Entry, Node, Place, Value};

/// Reads a TOML file into the tree that YAML is read into. Its parser ends nesting at 80 levels.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, ImportError> {
    let places = Places::new(text);
    let document = DeTable::parse(text)
        .map_err(|error| places.place(error.span().unwrap_or(0..0)).error(file, error.message()))?;
    Ok(Node { place: Place { line: 1, column: 1 }, value: table(document.get_ref(), &places) })
}

/// Where the lines of a text begin.
struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, lines }
    }

    fn place(&self, span: Range<usize>) -> Place {
        let line = self.lines.partition_point(|start| *start <= span.start).max(1);
        let front = self.text.get(self.lines[line - 1]..span.start);
        Place { line, column: front.map_or(0, |front| front.chars().count()) + 1 }
    }
}

/// The entries in the order of the file, which the table does not keep.
fn table(table: &DeTable<'_>, places: &Places<'_>) -> Value {
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    for (key, value) in table.iter() {
        let node = node(value.get_ref(), value.span(), places);
        let entry = Entry { place: places.place(key.span()), key: key.get_ref().to_string(), node };
        entries.push((key.span().start, entry));
    }
    entries.sort_by_key(|(start, _)| *start);
    Value::Map(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn node(value: &DeValue<'_>, span: Range<usize>, places: &Places<'_>) -> Node {
    let read = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| node(item.get_ref(), item.span(), places)).collect())
        }
        DeValue::Table(entries) => table(entries, places),
    };
    Node { place: places.place(span), value: read }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_places_and_mistakes_too() {
        let node = parse("f.toml", "[b]\nx = 1\n\n[a]\ny = [\"z\", true]\n").unwrap();
        let Value::Map(entries) = &node.value else { panic!("a table") };
        assert_eq!(entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        let y = node.get("a").and_then(|a| a.get("y")).unwrap();
        assert_eq!((y.place.line, y.place.column), (5, 5));
        let error = parse("f.toml", "a = 1\nb = \"ä\" x\n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 9), "{error}");
    }
}
