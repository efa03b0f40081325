use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Place, Table, Value};
use crate::pattern::Pattern;
use crate::schema::{Kind, Schema, toml_text};
use crate::source::Source;
use crate::suggest::{did_you_mean, nearest};

/// Holds the tree of one file against the schema and reports everything that does not fit.
///
/// What does not fit is taken out of the tree, or replaced by a [`Place::Filler`] where a value must be, so
/// that the later checks can go on with the rest. Missing keys are not looked for: another file may bring
/// them.
pub(crate) fn check_shape(root: &mut Node, sources: &[Source]) -> Vec<Diagnostic> {
    let mut check = Check { sources, path: Vec::new(), found: Vec::new() };
    check.value(root, Schema::of_file());
    check.found
}

/// Reports the keys that are required and missing, and fills their places.
pub(crate) fn check_required(root: &mut Node, sources: &[Source]) -> Vec<Diagnostic> {
    let mut check = Check { sources, path: Vec::new(), found: Vec::new() };
    check.required(root, Schema::of_file());
    check.found
}

struct Check<'a> {
    sources: &'a [Source],
    path: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn value(&mut self, node: &mut Node, schema: Schema<'_>) {
        let kinds = schema.kinds();
        match &mut node.value {
            Value::Table(table) if kinds.contains(&Kind::Table) => self.table(table, schema),
            Value::Array(items) if kinds.contains(&Kind::List) => {
                for item in items {
                    if let Some(schema) = schema.items() {
                        self.value(item, schema);
                    }
                }
            }
            Value::String(text) if kinds.contains(&Kind::String) => {
                if let Some((message, hint)) = wrong_text(text, schema) {
                    self.report(node.place, message, hint);
                    *node = filler(schema);
                }
            }
            Value::Integer(number) if kinds.contains(&Kind::Integer) => {
                if schema.range().is_some_and(|(least, most)| !(least..=most).contains(number)) {
                    self.report(node.place, format!("expected {}", schema.expected()), None);
                    *node = filler(schema);
                }
            }
            Value::Boolean(_) if kinds.contains(&Kind::Boolean) => {}
            found => {
                let message = format!("expected {}, found {}", schema.expected(), describe(found));
                let hint = self.type_hint(found, &kinds);
                self.report(node.place, message, hint);
                *node = filler(schema);
            }
        }
    }

    fn table(&mut self, table: &mut Table, schema: Schema<'_>) {
        let mut unknown = Vec::new();
        for (name, Entry { key, node }) in table.iter_mut() {
            let Some(key_schema) = schema.key(name) else {
                self.unknown_key(*key, name, node, schema);
                unknown.push(name.clone());
                continue;
            };
            if let Some(pattern) = schema.name_pattern().filter(|pattern| !pattern.accepts(name)) {
                let message = format!("`{name}` is not {}", pattern.noun());
                self.report(*key, message, Some(format!("use {}", pattern.rule())));
            }
            self.path.push(name.clone());
            self.value(node, key_schema);
            self.path.pop();
        }
        for name in unknown {
            table.remove(&name);
            // The key that was meant is not missing as well.
            if let Some((meant, schema)) = nearest(&name, schema.keys().map(|(key, _)| key))
                .and_then(|meant| Some((meant, schema.key(meant)?)))
            {
                let entry = || Entry { key: Place::Filler, node: filler(schema) };
                table.entry(meant.to_owned()).or_insert_with(entry);
            }
        }
    }

    fn unknown_key(&mut self, place: Place, name: &str, node: &Node, schema: Schema<'_>) {
        let hint = did_you_mean(name, schema.keys().map(|(key, _)| key))
            .or_else(|| self.home_of(name))
            .or_else(|| {
                let keys: Vec<_> = schema.keys().map(|(key, _)| format!("`{key}`")).collect();
                Some(format!("known here: {}", keys.join(", ")))
            });
        let message = match self.path.as_slice() {
            [] if matches!(node.value, Value::Table(_)) => format!("unknown section `{name}`"),
            [] => format!("unknown key `{name}` before any section"),
            path => format!("unknown key `{name}` in `[{}]`", path.join(".")),
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
                Some(format!("write `[{}]` with single brackets", self.path.join(".")))
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

    fn required(&mut self, node: &mut Node, schema: Schema<'_>) {
        let place = node.place;
        let Value::Table(table) = &mut node.value else {
            return;
        };
        for name in schema.required() {
            let Some(key_schema) = schema.key(name).filter(|_| !table.contains_key(name)) else {
                continue;
            };
            if key_schema.kinds() == [Kind::Table] && key_schema.required().next().is_some() {
                // The keys that the missing table would need are what one has to write.
                self.path.push(name.to_owned());
                self.required(&mut Node::empty_table(place), key_schema);
                self.path.pop();
            } else {
                let message = match self.path.as_slice() {
                    [] => format!("missing section `[{name}]`"),
                    path => format!("missing key `{name}` in `[{}]`", path.join(".")),
                };
                let hint = match key_schema.example() {
                    Some(example) => format!("for example `{name} = {}`", toml_text(example)),
                    None => format!("it takes {}", key_schema.expected()),
                };
                self.report(place, message, Some(hint));
            }
            table.insert(name.to_owned(), Entry { key: Place::Filler, node: filler(key_schema) });
        }
        for (name, entry) in table.iter_mut() {
            if let Some(key_schema) = schema.key(name).filter(|_| entry.key != Place::Filler) {
                self.path.push(name.clone());
                self.required(&mut entry.node, key_schema);
                self.path.pop();
            }
        }
    }

    fn report(&mut self, place: Place, message: String, hint: Option<String>) {
        if let Place::Written { source, start, end } = place {
            self.found.push(self.sources[source].diagnostic(start..end, message, hint));
        }
    }
}

fn wrong_text(text: &str, schema: Schema<'_>) -> Option<(String, Option<String>)> {
    let words = schema.words();
    if !words.is_empty() && words.iter().all(|(word, _)| *word != text) {
        let hint = did_you_mean(text, words.iter().map(|(word, _)| *word)).filter(|_| words.len() > 1);
        return Some((format!("expected {}, found `{text}`", schema.expected()), hint));
    }
    let pattern: Pattern = schema.text_pattern().filter(|pattern| !pattern.accepts(text))?;
    Some((format!("`{text}` is not {}", pattern.noun()), Some(format!("use {}", pattern.rule()))))
}

/// The smallest value that the schema takes, to stand in for one that was reported.
fn filler(schema: Schema<'_>) -> Node {
    let value = match schema.kinds().first() {
        Some(Kind::Integer) => Value::Integer(schema.range().map_or(0, |(least, _)| least)),
        Some(Kind::Boolean) => Value::Boolean(false),
        Some(Kind::List) => Value::Array(Vec::new()),
        Some(Kind::Table) => {
            let keys = schema.required().filter_map(|name| Some((name, schema.key(name)?)));
            let entry = |schema| Entry { key: Place::Filler, node: filler(schema) };
            Value::Table(keys.map(|(name, schema)| (name.to_owned(), entry(schema))).collect())
        }
        Some(Kind::String) | None => {
            Value::String(schema.words().first().map_or("", |(word, _)| word).to_owned())
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
