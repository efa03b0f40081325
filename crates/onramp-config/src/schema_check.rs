use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Place, Table, Value};
use crate::pattern::Pattern;
use crate::schema::{Kind, Schema, toml_text};
use crate::shape::Shape;
use crate::source::Source;
use crate::suggest::{did_you_mean, nearest, quoted};

/// Holds the tree of one file against the schema and reports everything that does not fit.
///
/// What does not fit is taken out of the tree, or replaced by a [`Place::Filler`] where a value must be, so
/// that the later checks can go on with the rest. Missing keys are not looked for: another file may bring
/// them.
pub(crate) fn check_shape(root: &mut Node, sources: &[Source]) -> Vec<Diagnostic> {
    let mut check = Check { sources, path: String::new(), found: Vec::new() };
    check.value(root, Shape::of_file());
    check.found
}

/// Reports the keys that are required and missing, and fills their places.
pub(crate) fn check_required(root: &mut Node, sources: &[Source]) -> Vec<Diagnostic> {
    let mut check = Check { sources, path: String::new(), found: Vec::new() };
    check.required(root, Shape::of_file());
    check.found
}

/// Reports the keys that are required and missing in the section that some keys lead to, if it is there.
pub(crate) fn check_required_below(root: &mut Node, keys: &[&str], sources: &[Source]) -> Vec<Diagnostic> {
    let mut check = Check { sources, path: keys.join("."), found: Vec::new() };
    let (mut node, mut shape) = (root, Shape::of_file());
    for key in keys {
        let Value::Table(table) = &mut node.value else { return Vec::new() };
        let (Some(entry), Some(below)) = (table.get_mut(*key), shape.key(key)) else { return Vec::new() };
        (node, shape) = (&mut entry.node, below);
    }
    check.required(node, shape);
    check.found
}

struct Check<'a> {
    sources: &'a [Source],
    /// The keys down to the value at hand, joined by dots. Empty for the file itself.
    path: String,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn value(&mut self, node: &mut Node, shape: &Shape) {
        let kinds = &shape.kinds;
        match &mut node.value {
            Value::Table(table) if kinds.contains(&Kind::Table) => self.table(table, shape),
            Value::Array(items) if kinds.contains(&Kind::List) => {
                for item in items {
                    if let Some(shape) = &shape.items {
                        self.value(item, shape);
                    }
                }
            }
            Value::String(text) if kinds.contains(&Kind::String) => {
                if let Some((message, hint)) = wrong_text(text, shape) {
                    self.report(node.place, message, hint);
                    *node = filler(shape);
                }
            }
            Value::Integer(number) if kinds.contains(&Kind::Integer) => {
                if shape.range.is_some_and(|(least, most)| !(least..=most).contains(number)) {
                    self.report(node.place, format!("expected {}", shape.schema.expected()), None);
                    *node = filler(shape);
                }
            }
            Value::Boolean(_) if kinds.contains(&Kind::Boolean) => {}
            found => {
                let message = format!("expected {}, found {}", shape.schema.expected(), describe(found));
                let hint = self.type_hint(found, kinds);
                self.report(node.place, message, hint);
                *node = filler(shape);
            }
        }
    }

    fn table(&mut self, table: &mut Table, shape: &Shape) {
        let mut unknown = Vec::new();
        for (name, Entry { key, node }) in table.iter_mut() {
            let Some(key_shape) = shape.key(name) else {
                self.unknown_key(*key, name, node, shape);
                unknown.push(name.clone());
                continue;
            };
            if let Some(pattern) = shape.name_pattern.filter(|pattern| !pattern.accepts(name)) {
                let message = format!("`{name}` is not {}", pattern.noun());
                self.report(*key, message, Some(format!("use {}", pattern.rule())));
            }
            self.below(name, |check| check.value(node, key_shape));
        }
        for name in unknown {
            table.remove(&name);
            // The key that was meant is not missing as well.
            if let Some((meant, shape)) =
                nearest(&name, shape.keys()).and_then(|meant| Some((meant, shape.key(meant)?)))
            {
                let entry = || Entry { key: Place::Filler, node: filler(shape) };
                table.entry(meant.to_owned()).or_insert_with(entry);
            }
        }
    }

    /// Does something with the value of a key.
    fn below(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        check(self);
        self.path.truncate(length);
    }

    fn unknown_key(&mut self, place: Place, name: &str, node: &Node, shape: &Shape) {
        let hint = did_you_mean(name, shape.keys()).or_else(|| self.home_of(name)).or_else(|| {
            let keys: Vec<_> = shape.keys().map(|key| format!("`{key}`")).collect();
            Some(format!("known here: {}", keys.join(", ")))
        });
        let message = match self.path.as_str() {
            "" if matches!(node.value, Value::Table(_)) => format!("unknown section `{name}`"),
            "" => format!("unknown key `{name}` before any section"),
            path => format!("unknown key `{name}` in `[{path}]`"),
        };
        self.report(place, message, hint);
    }

    /// The sections that have such a key where this one has not.
    fn home_of(&self, name: &str) -> Option<String> {
        if Schema::of_file().keys().any(|(section, _)| section == name) {
            return Some(format!("`{name}` is a section of its own: begin it with `[{name}]`"));
        }
        let mut homes = Vec::new();
        for (section, schema) in Schema::of_file().keys() {
            let (label, schema) = match schema.entries() {
                Some(entries) => (format!("`[{section}.NAME]`"), entries),
                None => (format!("`[{section}]`"), schema),
            };
            if schema.keys().any(|(key, _)| key == name) {
                homes.push(label);
            }
        }
        (!homes.is_empty() && homes.len() <= 3)
            .then(|| format!("`{name}` is a key of {}", homes.join(" and ")))
    }

    fn type_hint(&self, found: &Value, kinds: &[Kind]) -> Option<String> {
        let text = kinds.contains(&Kind::String);
        match found {
            Value::Integer(number) if text => Some(format!("write it in quotes: `\"{number}\"`")),
            Value::Float(number) if text => Some(format!("write it in quotes: `\"{number}\"`")),
            Value::Boolean(truth) if text => Some(format!("write it in quotes: `\"{truth}\"`")),
            Value::String(text) if kinds == [Kind::List] => {
                Some(format!("write it in brackets: `[{text:?}]`"))
            }
            Value::Array(items) if kinds == [Kind::Table] && all_tables(items) => {
                Some(format!("write `[{}]` with single brackets", self.path))
            }
            Value::String(text) if kinds == [Kind::Boolean] => {
                nearest(text, ["true", "false"]).map(|word| format!("write it without quotes: `{word}`"))
            }
            Value::String(text) if kinds == [Kind::Integer] && text.parse::<i64>().is_ok() => {
                Some(format!("write it without quotes: `{text}`"))
            }
            _ => None,
        }
    }

    fn required(&mut self, node: &mut Node, shape: &Shape) {
        let place = node.place;
        let table = match &mut node.value {
            Value::Table(table) => table,
            Value::Array(list) => {
                if let Some(items) = &shape.items {
                    list.iter_mut().for_each(|item| self.required(item, items));
                }
                return;
            }
            _ => return,
        };
        let mut missing = Vec::new();
        for name in &shape.required {
            let Some(key_shape) = shape.key(name).filter(|_| !table.contains_key(*name)) else {
                continue;
            };
            if key_shape.kinds == [Kind::Table] && !key_shape.required.is_empty() {
                // The keys that the missing table would need are what one has to write.
                self.below(name, |check| check.required(&mut Node::empty_table(place), key_shape));
            } else {
                missing.push((*name, key_shape));
            }
            table.insert((*name).to_owned(), Entry { key: Place::Filler, node: filler(key_shape) });
        }
        self.report_missing(place, &missing);
        for (name, entry) in table.iter_mut() {
            let has_more = matches!(entry.node.value, Value::Table(_) | Value::Array(_));
            if let Some(key_shape) = shape.key(name).filter(|_| has_more && entry.key != Place::Filler) {
                self.below(name, |check| check.required(&mut entry.node, key_shape));
            }
        }
    }

    /// Tells of all keys that one table lacks at once: most likely it is there by mistake, or not yet written.
    fn report_missing(&mut self, place: Place, missing: &[(&str, &Shape)]) {
        let (message, hint) = match (missing, self.path.as_str()) {
            ([], _) => return,
            (sections, "") => {
                for (name, shape) in sections {
                    let hint = wanted(name, shape, "it");
                    self.report(place, format!("missing section `[{name}]`"), Some(hint));
                }
                return;
            }
            ([(name, shape)], path) => {
                (format!("missing key `{name}` in `[{path}]`"), wanted(name, shape, "it"))
            }
            (several, path) => {
                let names = quoted(several.iter().map(|(name, _)| *name));
                let hints = several.iter().map(|(name, shape)| wanted(name, shape, &format!("`{name}`")));
                let hint = hints.collect::<Vec<_>>().join("; ");
                (format!("missing keys {names} in `[{path}]`"), hint)
            }
        };
        self.report(place, message, Some(hint));
    }

    fn report(&mut self, place: Place, message: String, hint: Option<String>) {
        if let Place::Written { source, start, end } = place {
            self.found.push(self.sources[source].diagnostic(start..end, message, hint));
        }
    }
}

fn wrong_text(text: &str, shape: &Shape) -> Option<(String, Option<String>)> {
    let words = &shape.words;
    if !words.is_empty() && !words.contains(&text) {
        let hint = did_you_mean(text, words.iter().copied()).filter(|_| words.len() > 1);
        return Some((format!("expected {}, found `{text}`", shape.schema.expected()), hint));
    }
    let pattern: Pattern = shape.text_pattern.filter(|pattern| !pattern.accepts(text))?;
    Some((format!("`{text}` is not {}", pattern.noun()), Some(format!("use {}", pattern.rule()))))
}

/// What a missing key could be.
fn wanted(name: &str, shape: &Shape, subject: &str) -> String {
    match shape.schema.example() {
        Some(example) => format!("for example `{name} = {}`", toml_text(example)),
        None => format!("{subject} takes {}", shape.schema.expected()),
    }
}

/// The smallest value that the shape takes, to stand in for one that was reported.
fn filler(shape: &Shape) -> Node {
    let value = match shape.kinds.first() {
        Some(Kind::Integer) => Value::Integer(shape.range.map_or(0, |(least, _)| least)),
        Some(Kind::Boolean) => Value::Boolean(false),
        Some(Kind::List) => Value::Array(Vec::new()),
        Some(Kind::Table) => {
            let keys = shape.required.iter().filter_map(|name| Some((*name, shape.key(name)?)));
            let entry = |shape| Entry { key: Place::Filler, node: filler(shape) };
            Value::Table(keys.map(|(name, shape)| (name.to_owned(), entry(shape))).collect())
        }
        Some(Kind::String) | None => {
            Value::String(shape.words.first().copied().unwrap_or_default().to_owned())
        }
    };
    Node { value, place: Place::Filler }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date or time",
        Value::Array(items) if all_tables(items) => "a list of tables",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

fn all_tables(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item.value, Value::Table(_)))
}
