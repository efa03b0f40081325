use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::ImportError;
use crate::node::{Entry, Node, Place, Value};

/// A mapping that is read key by key, and then tells which keys nobody has asked for.
pub(crate) struct Fields<'a> {
    file: &'a str,
    entries: &'a [Entry],
    place: Place,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Fields<'a> {
    /// The mapping `what`; nothing at all is an empty one.
    pub(crate) fn new(file: &'a str, node: &'a Node, what: &str) -> Result<Self, ImportError> {
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Null => &[],
            other => {
                let message = format!("{what} is {}, not a mapping", other.kind());
                return Err(node.place.error(file, message));
            }
        };
        Ok(Self { file, entries, place: node.place, asked: RefCell::default() })
    }

    pub(crate) fn line(&self) -> usize {
        self.place.line
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> ImportError {
        self.place.error(self.file, message)
    }

    /// The value of a key that is given.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.asked.borrow_mut().insert(key.to_owned());
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(&entry.node).filter(|node| node.value != Value::Null)
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, ImportError> {
        self.node(key).map(|node| text(self.file, node, key)).transpose()
    }

    pub(crate) fn required(&self, key: &str, of: &str) -> Result<String, ImportError> {
        self.text(key)?.ok_or_else(|| self.error(format!("{of} has no `{key}`")))
    }

    pub(crate) fn truth(&self, key: &str) -> Result<Option<bool>, ImportError> {
        let Some(node) = self.node(key) else { return Ok(None) };
        match &node.value {
            Value::Bool(truth) => Ok(Some(*truth)),
            // YAML 1.1, which Python's readers speak.
            Value::Text(text) if matches!(&*text.to_lowercase(), "yes" | "on") => Ok(Some(true)),
            Value::Text(text) if matches!(&*text.to_lowercase(), "no" | "off") => Ok(Some(false)),
            other => Err(self.wrong(node, key, other, "a boolean")),
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self, key: &str) -> Result<&'a [Node], ImportError> {
        match self.node(key).map(|node| (node, &node.value)) {
            None => Ok(&[]),
            Some((_, Value::List(items))) => Ok(items),
            Some((node, other)) => Err(self.wrong(node, key, other, "a list")),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, ImportError> {
        if self.node(key).is_none() {
            return Ok(None);
        }
        self.items(key)?.iter().map(|item| text(self.file, item, key)).collect::<Result<_, _>>().map(Some)
    }

    /// A text, or a list of them.
    pub(crate) fn text_or_texts(&self, key: &str) -> Result<Option<Vec<String>>, ImportError> {
        match self.node(key).map(|node| &node.value) {
            Some(Value::List(_)) => self.texts(key),
            _ => Ok(self.text(key)?.map(|text| vec![text])),
        }
    }

    /// The entries that nobody has asked for.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'a Entry> {
        let asked = self.asked.take();
        self.entries.iter().filter(move |entry| !asked.contains(&entry.key))
    }

    fn wrong(&self, node: &Node, key: &str, found: &Value, wanted: &str) -> ImportError {
        node.place.error(self.file, format!("`{key}` is {}, not {wanted}", found.kind()))
    }
}

/// A scalar as it is written: that `1.0` is a number is the business of YAML alone.
pub(crate) fn text(file: &str, node: &Node, key: &str) -> Result<String, ImportError> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Ok(text.clone()),
        other => Err(node.place.error(file, format!("`{key}` is {}, not a string", other.kind()))),
    }
}
