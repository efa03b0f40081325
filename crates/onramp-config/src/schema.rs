use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value as Json;

use crate::file::ConfigFile;
use crate::pattern::Pattern;

/// The JSON Schema (draft 2020-12) of `onramp.toml`, generated from the types that the file is read into.
pub fn json_schema() -> Json {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ConfigFile>();
    let mut schema = schema.to_value();
    drop_null(&mut schema);
    schema
}

/// TOML has no null: an optional key is one that may be missing, so no value of the schema is null.
fn drop_null(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            if let Some(Json::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Json::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Json::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    object.remove("anyOf");
                    object.extend(only);
                }
            }
            if object.get("default").is_some_and(Json::is_null) {
                object.remove("default");
            }
            object.values_mut().for_each(drop_null);
        }
        Json::Array(items) => items.iter_mut().for_each(drop_null),
        _ => {}
    }
}

/// A place in the schema: what a value, a key or a section may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema<'a> {
    root: &'a Json,
    outer: &'a Json,
    inner: &'a Json,
}

/// The kinds of values that a schema names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Boolean,
    List,
    Table,
}

impl Schema<'static> {
    /// The whole file.
    pub(crate) fn of_file() -> Self {
        static ROOT: LazyLock<Json> = LazyLock::new(json_schema);
        Self { root: &ROOT, outer: &ROOT, inner: &ROOT }
    }
}

impl<'a> Schema<'a> {
    fn at(self, outer: &'a Json) -> Self {
        let inner = match outer["$ref"].as_str() {
            Some(reference) => self.root.pointer(reference.trim_start_matches('#')).unwrap_or(outer),
            None => outer,
        };
        Self { root: self.root, outer, inner }
    }

    /// The keys that have a name of their own.
    pub(crate) fn keys(self) -> impl Iterator<Item = (&'a str, Self)> {
        let keys = self.inner["properties"].as_object().into_iter().flatten();
        keys.map(move |(name, schema)| (name.as_str(), self.at(schema)))
    }

    /// The schema of every entry of a table that takes any name.
    pub(crate) fn entries(self) -> Option<Self> {
        Some(&self.inner["additionalProperties"]).filter(|schema| schema.is_object()).map(|s| self.at(s))
    }

    /// What the names of such entries must look like.
    pub(crate) fn name_pattern(self) -> Option<Pattern> {
        let pattern = |schema: &'a Json| schema["propertyNames"]["pattern"].as_str();
        pattern(self.outer).or_else(|| pattern(self.inner)).and_then(Pattern::of_regex)
    }

    /// What a string must look like.
    pub(crate) fn text_pattern(self) -> Option<Pattern> {
        self.inner["pattern"].as_str().and_then(Pattern::of_regex)
    }

    /// The schema of every item of a list.
    pub(crate) fn items(self) -> Option<Self> {
        self.inner.get("items").map(|schema| self.at(schema))
    }

    pub(crate) fn required(self) -> impl Iterator<Item = &'a str> {
        self.inner["required"].as_array().into_iter().flatten().filter_map(Json::as_str)
    }

    /// The kinds of values that it takes.
    pub(crate) fn kinds(self) -> Vec<Kind> {
        if !self.words().is_empty() {
            return vec![Kind::String];
        }
        let types = &self.inner["type"];
        let names = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
        names
            .iter()
            .filter_map(|name| match name.as_str()? {
                "string" => Some(Kind::String),
                "integer" => Some(Kind::Integer),
                "boolean" => Some(Kind::Boolean),
                "array" => Some(Kind::List),
                "object" => Some(Kind::Table),
                _ => None,
            })
            .collect()
    }

    /// The words that it takes, if it takes only some, each with its meaning.
    pub(crate) fn words(self) -> Vec<(&'a str, &'a str)> {
        let choices = self.inner["oneOf"].as_array().into_iter().flatten();
        choices
            .filter_map(|choice| {
                Some((choice["const"].as_str()?, choice["description"].as_str().unwrap_or_default()))
            })
            .collect()
    }

    /// The smallest and the largest integer that it takes.
    pub(crate) fn range(self) -> Option<(i64, i64)> {
        Some((self.inner["minimum"].as_i64()?, self.inner["maximum"].as_i64()?))
    }

    /// The meaning of a key, as one paragraph.
    pub(crate) fn description(self) -> String {
        paragraph(&self.outer["description"])
    }

    /// The meaning of the table that a key takes.
    pub(crate) fn table_description(self) -> String {
        paragraph(&self.inner["description"])
    }

    pub(crate) fn default_value(self) -> Option<&'a Json> {
        self.outer.get("default").or_else(|| self.inner.get("default"))
    }

    pub(crate) fn example(self) -> Option<&'a Json> {
        self.outer["examples"].get(0)
    }

    /// What it takes, as a message says it: `a string or a list of strings`.
    pub(crate) fn expected(self) -> String {
        let words = self.words();
        if !words.is_empty() {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            return if words.len() == 1 { words.concat() } else { format!("one of {}", words.join(", ")) };
        }
        let kinds: Vec<String> = self
            .kinds()
            .into_iter()
            .map(|kind| match kind {
                Kind::String => "a string".to_owned(),
                Kind::Integer => match self.range() {
                    Some((least, most)) => format!("an integer from {least} to {most}"),
                    None => "an integer".to_owned(),
                },
                Kind::Boolean => "`true` or `false`".to_owned(),
                Kind::List => match self.items().map(Self::kinds).unwrap_or_default().as_slice() {
                    [Kind::Table] => "a list of tables".to_owned(),
                    kinds if kinds.contains(&Kind::Table) => "a list of strings or tables".to_owned(),
                    _ => "a list of strings".to_owned(),
                },
                Kind::Table => "a table".to_owned(),
            })
            .collect();
        kinds.join(" or ")
    }
}

fn paragraph(text: &Json) -> String {
    text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A default or example as one would write it. The texts, lists and numbers of JSON are those of TOML.
pub(crate) fn toml_text(value: &Json) -> String {
    match value {
        Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Json::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key} = {}", toml_text(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Json::Array(items) if items.iter().any(Json::is_object) => {
            format!("[{}]", items.iter().map(toml_text).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
