use std::collections::BTreeMap;
use std::ops::Range;

/// A value of a configuration file that knows where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// What TOML can say.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime(String),
    Array(Vec<Node>),
    Table(Table),
}

pub(crate) type Table = BTreeMap<String, Entry>;

/// A key of a table and its value, each with its own place.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Place,
    pub(crate) node: Node,
}

/// Where something was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In the source with this number, from byte to byte.
    Written { source: usize, start: usize, end: usize },
    /// Nowhere: it fills the place of something that was already reported as wrong or missing, so that the
    /// later checks can go on. Nothing is reported about it.
    Filler,
}

impl Place {
    pub(crate) fn new(source: usize, span: Range<usize>) -> Self {
        Self::Written { source, start: span.start, end: span.end }
    }
}

impl Node {
    pub(crate) fn empty_table(place: Place) -> Self {
        Self { value: Value::Table(Table::new()), place }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(table) => table.get(key).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// The keys of a table in the order in which they are written, a file after the one it is laid over.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let Value::Table(table) = &self.value else {
            return Vec::new();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.key);
        entries.into_iter().map(|(key, _)| key.as_str()).collect()
    }

    /// The strings of a list of strings.
    pub(crate) fn strings(&self) -> Vec<&str> {
        let Value::Array(items) = &self.value else {
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| match &item.value {
                Value::String(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The tree as tests compare it.
    #[cfg(test)]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;

        match &self.value {
            Value::String(text) | Value::Datetime(text) => Json::from(text.as_str()),
            Value::Integer(number) => Json::from(*number),
            Value::Float(number) => Json::from(*number),
            Value::Boolean(truth) => Json::from(*truth),
            Value::Array(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Table(table) => {
                Json::Object(table.iter().map(|(key, entry)| (key.clone(), entry.node.to_json())).collect())
            }
        }
    }
}
