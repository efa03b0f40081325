use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::pattern::Pattern;
use crate::schema::{Kind, Schema};

/// A place in the schema, taken apart once: a file of a thousand tasks asks the same few places about every
/// value.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What the messages are made from.
    pub(crate) schema: Schema<'static>,
    /// The kinds of values that it takes.
    pub(crate) kinds: Vec<Kind>,
    /// The words that it takes, if it takes only some.
    pub(crate) words: Vec<&'static str>,
    /// What a string must look like.
    pub(crate) text_pattern: Option<Pattern>,
    /// What the names of the entries must look like, where a table takes any.
    pub(crate) name_pattern: Option<Pattern>,
    /// The smallest and the largest integer that it takes.
    pub(crate) range: Option<(i64, i64)>,
    /// The keys that must be there.
    pub(crate) required: Vec<&'static str>,
    /// Of every item of a list.
    pub(crate) items: Option<Box<Shape>>,
    keys: BTreeMap<&'static str, Shape>,
    entries: Option<Box<Shape>>,
}

impl Shape {
    /// The whole file.
    pub(crate) fn of_file() -> &'static Self {
        static FILE: LazyLock<Shape> = LazyLock::new(|| Shape::of(Schema::of_file()));
        &FILE
    }

    /// The schema has no circles, so the recursion ends.
    fn of(schema: Schema<'static>) -> Self {
        Self {
            schema,
            kinds: schema.kinds(),
            words: schema.words().into_iter().map(|(word, _)| word).collect(),
            text_pattern: schema.text_pattern(),
            name_pattern: schema.name_pattern(),
            range: schema.range(),
            required: schema.required().collect(),
            items: schema.items().map(|items| Box::new(Self::of(items))),
            keys: schema.keys().map(|(name, key)| (name, Self::of(key))).collect(),
            entries: schema.entries().map(|entries| Box::new(Self::of(entries))),
        }
    }

    /// Of a key, also of one of any name where a table takes such.
    pub(crate) fn key(&self, name: &str) -> Option<&Self> {
        self.keys.get(name).or(self.entries.as_deref())
    }

    /// The keys that have a name of their own.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.keys.keys().copied()
    }
}
