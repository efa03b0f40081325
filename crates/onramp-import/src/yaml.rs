use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span};

use crate::ImportError;
use crate::node::{Entry, Node, Place, Value};

/// How many values may be kept for aliases, and how many aliases may stand for, together. A file of a few lines
/// could fill the memory otherwise.
const ALIASED: usize = 100_000;

/// Reads the first document of a text: anchors, aliases and merge keys resolved, keys that are given twice
/// refused. JSON is read as well, being YAML.
///
/// The parser ends nesting at 255 levels of each kind, so whatever recurses over the result is bounded.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, ImportError> {
    let mut builder = Builder { file, open: Vec::new(), anchors: HashMap::new(), aliased: 0, root: None };
    for event in Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            Place { line: marker.line(), column: marker.col() + 1 }.error(file, error.info())
        })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, place(&span))?;
    }
    Ok(builder.root.unwrap_or(Node { place: Place { line: 1, column: 1 }, value: Value::Null }))
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

/// A list or mapping whose end has not come yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key that waits for its value.
    key: Option<(String, Place)>,
    /// The line of each key.
    keys: HashMap<String, usize>,
    /// What is merged into this mapping, unless it has the key itself.
    merged: Vec<Entry>,
}

struct Builder<'a> {
    file: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    aliased: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), ImportError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix() == "str");
                let value = if style == ScalarStyle::Plain && !is_text {
                    plain(&text)
                } else {
                    Value::Text(text.into_owned())
                };
                self.add(Node { place, value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.begin(Value::List(Vec::new()), anchor, place);
                Ok(())
            }
            Event::MappingStart(_, anchor, _) => {
                self.begin(Value::Map(Vec::new()), anchor, place);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(mut open) => {
                    if let Value::Map(entries) = &mut open.node.value {
                        for entry in open.merged {
                            if open.keys.insert(entry.key.clone(), entry.place.line).is_none() {
                                entries.push(entry);
                            }
                        }
                    }
                    self.add(open.node, open.anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(place.error(self.file, "an alias stands in what it is an alias of"));
                };
                self.aliased += size;
                let node =
                    (self.aliased <= ALIASED).then(|| node.clone()).ok_or_else(|| self.too_many(place))?;
                self.add(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn too_many(&self, place: Place) -> ImportError {
        place.error(self.file, format!("anchors and aliases stand for more than {ALIASED} values"))
    }

    fn begin(&mut self, value: Value, anchor: usize, place: Place) {
        let node = Node { place, value };
        self.open.push(Open { node, anchor, key: None, keys: HashMap::new(), merged: Vec::new() });
    }

    /// Puts a value that is complete where it belongs.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), ImportError> {
        if anchor > 0 {
            let size = size(&node);
            self.aliased += size;
            if self.aliased > ALIASED {
                return Err(self.too_many(node.place));
            }
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return Ok(());
        };
        match &mut open.node.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match open.key.take() {
                None => open.key = Some((key(self.file, &node)?, node.place)),
                Some((key, place)) if key == "<<" => {
                    open.merged.extend(merged(self.file, place, node)?);
                }
                Some((key, place)) => {
                    if let Some(first) = open.keys.insert(key.clone(), place.line) {
                        let message = format!("duplicate key `{key}`, first given on line {first}");
                        return Err(place.error(self.file, message));
                    }
                    entries.push(Entry { place, key, node });
                }
            },
            _ => {}
        }
        Ok(())
    }
}

fn key(file: &str, node: &Node) -> Result<String, ImportError> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Ok(text.clone()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null => Ok("null".to_owned()),
        other => Err(node.place.error(file, format!("a key is {}, not a string", other.kind()))),
    }
}

/// The entries that a merge key brings; of several mappings the earlier one has precedence.
fn merged(file: &str, place: Place, node: Node) -> Result<Vec<Entry>, ImportError> {
    match node.value {
        Value::Map(entries) => Ok(entries),
        Value::List(items) => {
            let mut all = Vec::new();
            for item in items {
                all.extend(merged(file, item.place, item)?);
            }
            Ok(all)
        }
        other => Err(place.error(file, format!("`<<` is {}, not a mapping", other.kind()))),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}

/// A plain scalar as the core schema reads it. What YAML 1.1 also calls a boolean is one where a boolean is
/// wanted, and a text everywhere else.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && (digits.parse::<f64>().is_ok() || digits.starts_with("0x") || digits.starts_with("0o"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// The value as JSON would have it, numbers and all.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(number) => number.clone(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => {
                format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
            Value::Map(entries) => {
                let entries = entries.iter().map(|entry| format!("{}: {}", entry.key, shown(&entry.node)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn check(text: &str, expected: Expect) {
        let result = parse("f.yaml", text).map_or_else(|error| error.to_string(), |node| shown(&node));
        expected.assert_eq(&result);
    }

    #[test]
    fn anchors_aliases_and_merge_keys_are_resolved() {
        check(
            "base: &b {a: 1, b: [x]}\nlist: &l\n  - *b\none:\n  <<: *b\n  a: 2\ntwo:\n  <<: [{c: 3}, *b]\nagain: *l\n",
            expect![[
                r#"{base: {a: 1, b: ["x"]}, list: [{a: 1, b: ["x"]}], one: {a: 2, b: ["x"]}, two: {c: 3, a: 1, b: ["x"]}, again: [{a: 1, b: ["x"]}]}"#
            ]],
        );
    }

    #[test]
    fn scalars_are_what_the_core_schema_says() {
        check(
            "[true, False, yes, 1, 0x1f, 1.5, 1.5.2, ~, '1', !!str 1, v1, .5, -3, '']",
            expect![[r#"[true, false, "yes", 1, 0x1f, 1.5, "1.5.2", null, "1", "1", "v1", .5, -3, ""]"#]],
        );
    }

    #[test]
    fn json_with_tabs_and_crlf_is_yaml() {
        check(
            "{\r\n\t\"a\": [\r\n\t\t\"x\",\r\n\t\t{\"b\":\t\"\\u00e4\\/\"}\r\n\t],\r\n\t\"c\":null\r\n}\r\n",
            expect![[r#"{a: ["x", {b: "ä/"}], c: null}"#]],
        );
        check("\u{feff}a: 1\r\nb:\r\n  - c\r\n", expect![[r#"{a: 1, b: ["c"]}"#]]);
    }

    #[test]
    fn mistakes_have_their_place() {
        check("a: 1\nb: 2\na: 3\n", expect!["f.yaml:3:1: duplicate key `a`, first given on line 1"]);
        check("a:\n\t- b\n", expect!["f.yaml:2:2: tabs disallowed within this context (block indentation)"]);
        check("a: [1, 2\nb: 3\n", expect!["f.yaml:2:2: illegal placement of ':' indicator"]);
        check("a: *nobody\n", expect!["f.yaml:1:4: while parsing node, found unknown anchor"]);
        check("? [x]\n: 1\n", expect!["f.yaml:1:3: a key is a list, not a string"]);
        check("a: {<<: 1}\n", expect!["f.yaml:1:5: `<<` is a number, not a mapping"]);
        check("a: &a [*a]\n", expect!["f.yaml:1:8: an alias stands in what it is an alias of"]);
        check("", expect!["null"]);
    }

    #[test]
    fn a_file_that_grows_when_it_is_read_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let alias = vec![format!("*a{}", level - 1); 9].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        }
        check(&text, expect!["f.yaml:5:9: anchors and aliases stand for more than 100000 values"]);
    }

    #[test]
    fn depth_and_size_are_no_danger() {
        for text in ["[".repeat(1_000_000), "- ".repeat(1_000_000), "{a: ".repeat(1_000_000)] {
            assert!(parse("f.yaml", &text).is_err());
        }
        let many: String = (0..200_000).map(|index| format!("key{index}: [a, b, {{c: d}}]\n")).collect();
        let node = parse("f.yaml", &many).unwrap();
        assert!(node.get("key199999").is_some());
    }
}
