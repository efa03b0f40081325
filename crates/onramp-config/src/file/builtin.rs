use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A built-in by its name, or with options.
#[derive(Debug, Default)]
pub(crate) struct BuiltinEntry(pub(crate) BuiltinTable);

/// A built-in with its options. Which of them it has follows from its name.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BuiltinTable {
    /// What it is called.
    #[schemars(extend("examples" = ["trailing-whitespace"]))]
    pub(crate) name: String,

    /// Of `trailing-whitespace`: whether two blanks at the end of a line of a Markdown file stay, because they break
    /// the line. Without it, they do.
    pub(crate) hard_breaks: Option<bool>,

    /// Of `line-endings`: `lf`, `crlf`, or `auto`, which is how most lines of a file end and what it is without this
    /// key.
    #[schemars(extend("examples" = ["lf"]))]
    pub(crate) target: Option<String>,

    /// Of `large-files`: how large a file may be. Without it, `500KiB`.
    #[schemars(extend("examples" = ["1MiB"]))]
    pub(crate) max: Option<String>,

    /// Of `forbidden-branch`: the branches that take no commits, or globs of their names. Without it, `main` and
    /// `master`.
    #[schemars(extend("examples" = [["main", "release/*"]]))]
    pub(crate) branches: Option<Vec<String>>,

    /// Of `commit-message`: whether subjects follow Conventional Commits, `type(scope): description`.
    pub(crate) conventional: Option<bool>,

    /// Of `commit-message`, with `conventional`: the types that commits may have. Without it, `build`, `chore`, `ci`,
    /// `docs`, `feat`, `fix`, `perf`, `refactor`, `revert`, `style` and `test`.
    #[schemars(extend("examples" = [["feat", "fix", "docs"]]))]
    pub(crate) types: Option<Vec<String>>,

    /// Of `commit-message`: how many characters a subject may have. Without it, any number.
    #[schemars(range(min = 1, max = 1000), extend("examples" = [72]))]
    pub(crate) max_subject: Option<u32>,
}

impl<'de> Deserialize<'de> for BuiltinEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

impl JsonSchema for BuiltinEntry {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "BuiltinEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = BuiltinTable::json_schema(generator);
        schema.insert("type".to_owned(), serde_json::json!(["string", "object"]));
        schema
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = BuiltinEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a table")
    }

    fn visit_str<E>(self, name: &str) -> Result<BuiltinEntry, E> {
        Ok(BuiltinEntry(BuiltinTable { name: name.to_owned(), ..BuiltinTable::default() }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BuiltinEntry, A::Error> {
        BuiltinTable::deserialize(MapAccessDeserializer::new(map)).map(BuiltinEntry)
    }
}
