use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::Diagnostic;
use crate::node::{Entry, Node, Place, Table, Value};
use crate::source::Source;

/// What could be read of a file. Where there are errors, the tree lacks what they concern.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) root: Node,
    pub(crate) errors: Vec<Diagnostic>,
}

/// Reads the text of the source with the number `id` into a tree, past its syntax errors.
pub(crate) fn parse(source: &Source, id: usize) -> Parsed {
    let (document, errors) = DeTable::parse_recoverable(source.text());
    let root = Node { value: table(document.get_ref(), id), place: Place::new(id, 0..0) };
    // One mistake often gives several errors on its line; the first one tells best.
    let mut by_line: BTreeMap<usize, (usize, Diagnostic)> = BTreeMap::new();
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let diagnostic = if error.message() == "duplicate key" {
            duplicate(source, &root, span.clone())
        } else {
            source.diagnostic(span.clone(), error.message().to_owned(), None)
        };
        let line = by_line.entry(diagnostic.line).or_insert_with(|| (span.start, diagnostic.clone()));
        if span.start < line.0 {
            *line = (span.start, diagnostic);
        }
    }
    Parsed { root, errors: by_line.into_values().map(|(_, diagnostic)| diagnostic).collect() }
}

fn table(table: &DeTable<'_>, id: usize) -> Value {
    let mut entries = Table::new();
    for (key, value) in table.iter() {
        let key_place = Place::new(id, key.span());
        let mut node = node(value.get_ref(), value.span(), id);
        // A table's own bytes may be a header, an inline table or a piece of a dotted key; its key is the
        // same in all three.
        if matches!(node.value, Value::Table(_)) {
            node.place = key_place;
        }
        entries.insert(key.get_ref().to_string(), Entry { key: key_place, node });
    }
    Value::Table(entries)
}

/// The parser ends nesting at 80 levels, so the recursion is bounded.
fn node(value: &DeValue<'_>, span: Range<usize>, id: usize) -> Node {
    let value = match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            // What does not fit is out of every range that the schema allows, like the largest number.
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            let limit = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
            Value::Integer(parsed.unwrap_or(limit))
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(time) => Value::Datetime(time.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| node(item.get_ref(), item.span(), id)).collect())
        }
        DeValue::Table(entries) => table(entries, id),
    };
    Node { value, place: Place::new(id, span) }
}

fn duplicate(source: &Source, root: &Node, span: Range<usize>) -> Diagnostic {
    let key = &source.text()[span.clone()];
    let line = source.line_range(source.line(span.start));
    let header = header(&source.text()[line.clone()]);
    let (what, first) = match &header {
        Some(header) => (format!("table `{header}`"), first_header(source, header, span.start)),
        None => (format!("key `{key}`"), first_key(source, root, span.clone())),
    };
    let message = match first {
        Some(line) => format!("duplicate {what}, first given on line {line}"),
        None => format!("duplicate {what}"),
    };
    source.diagnostic(span, message, None)
}

/// `[a.b]` of a line that is such a header, without blanks and comment.
fn header(line: &str) -> Option<String> {
    let line = line.trim_start();
    let end = line.rfind(']').filter(|_| line.starts_with('['))?;
    let end = line.find('#').map_or(end, |comment| line[..comment].rfind(']').unwrap_or(end));
    Some(line[..=end].chars().filter(|character| !character.is_whitespace()).collect())
}

fn first_header(source: &Source, wanted: &str, before: usize) -> Option<usize> {
    let last = source.line(before);
    (1..last).find(|line| header(&source.text()[source.line_range(*line)]).as_deref() == Some(wanted))
}

/// The line of the key that a duplicate repeats. The parser tells only the second one, so the first is the
/// nearest earlier key of that name, preferably one with the same text before it on its line.
fn first_key(source: &Source, root: &Node, span: Range<usize>) -> Option<usize> {
    let text = source.text();
    let name = text[span.clone()].trim_matches(['"', '\'']);
    let lead = |start: usize| text[source.line_range(source.line(start)).start..start].trim();
    let mut best: Option<(bool, usize)> = None;
    let mut rest = vec![root];
    while let Some(node) = rest.pop() {
        match &node.value {
            Value::Array(items) => rest.extend(items),
            Value::Table(table) => {
                for (key, entry) in table {
                    rest.push(&entry.node);
                    if let Place::Written { start, .. } = entry.key
                        && start < span.start
                        && key == name
                    {
                        best = best.max(Some((lead(start) == lead(span.start), start)));
                    }
                }
            }
            _ => {}
        }
    }
    best.map(|(_, start)| source.line(start))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: Expect) {
        let parsed = parse(&Source::new("onramp.toml".into(), text.to_owned()), 0);
        let lines: Vec<_> =
            parsed.errors.iter().map(|e| format!("{}:{}: {}\n", e.line, e.column, e.message)).collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn several_syntax_errors_are_told_at_once() {
        check(
            "[project]\nname = flowline\nage = 08\n[setup.x\nrun = 1\nb = \"open\n",
            expect![[r#"
                2:8: invalid boolean, expected `false`
                3:7: unexpected leading zero, expected nothing
                4:9: unclosed table, expected `]`
            "#]],
        );
    }

    #[test]
    fn a_duplicate_names_the_key_and_the_first_line() {
        check(
            "[a]\nrun = 1\nnix = { run = 2 }\nrun = 3\n\n[ a ] # again\n\n[b]\nx = { y = 1, y = 2 }\n",
            expect![[r#"
                4:1: duplicate key `run`, first given on line 2
                6:3: duplicate table `[a]`, first given on line 1
                9:14: duplicate key `y`, first given on line 9
            "#]],
        );
    }

    #[test]
    fn headers_inline_tables_and_dotted_keys_are_one_tree() {
        for text in ["[a.b]\nc = 1", "a = { b = { c = 1 } }", "a.b.c = 1", "\u{feff}[a]\r\nb.c = 1\r\n"] {
            let parsed = parse(&Source::new("onramp.toml".into(), text.to_owned()), 0);
            assert!(parsed.errors.is_empty(), "{text}");
            assert_eq!(parsed.root.to_json(), serde_json::json!({ "a": { "b": { "c": 1 } } }), "{text}");
        }
    }

    #[test]
    fn endless_nesting_is_an_error_and_no_overflow() {
        for text in ["a.".repeat(100_000) + "a = 1", "a = ".to_owned() + &"[".repeat(100_000)] {
            assert!(!parse(&Source::new("onramp.toml".into(), text), 0).errors.is_empty());
        }
    }
}
