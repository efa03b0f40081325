//! The JSON Schema is well formed and explains every key.

use serde_json::Value as Json;

use crate::json_schema;

/// The keywords that the check of shapes understands. One more here needs a line of code there.
const KEYWORDS: [&str; 19] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "const",
    "default",
    "description",
    "examples",
    "format",
    "items",
    "maximum",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "propertyNames",
    "required",
    "title",
    "type",
];

fn walk(schema: &Json, path: &str, visit: &mut impl FnMut(&Json, &str)) {
    visit(schema, path);
    for key in ["properties", "$defs"] {
        for (name, inner) in schema[key].as_object().into_iter().flatten() {
            walk(inner, &format!("{path}/{key}/{name}"), visit);
        }
    }
    for key in ["items", "additionalProperties", "propertyNames"] {
        if schema[key].is_object() {
            walk(&schema[key], &format!("{path}/{key}"), visit);
        }
    }
    for (index, inner) in schema["oneOf"].as_array().into_iter().flatten().enumerate() {
        walk(inner, &format!("{path}/oneOf/{index}"), visit);
    }
}

#[test]
fn it_is_of_the_draft_and_has_only_known_keywords() {
    let schema = json_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    walk(&schema, "#", &mut |part, path| {
        for keyword in part.as_object().unwrap().keys() {
            assert!(KEYWORDS.contains(&keyword.as_str()), "{path}: {keyword}");
        }
        if let Some(reference) = part["$ref"].as_str() {
            assert!(schema.pointer(reference.trim_start_matches('#')).is_some(), "{path}: {reference}");
        }
        let required = part["required"].as_array().into_iter().flatten();
        assert!(
            required.into_iter().all(|name| !part["properties"][name.as_str().unwrap()].is_null()),
            "{path}"
        );
        assert!(part["default"].as_object().is_none_or(serde_json::Map::is_empty), "{path}");
    });
}

#[test]
fn every_key_has_a_description() {
    walk(&json_schema(), "#", &mut |part, path| {
        for (name, key) in part["properties"].as_object().into_iter().flatten() {
            assert!(key["description"].as_str().is_some_and(|text| !text.is_empty()), "{path}/{name}");
        }
        let is_open = part["properties"].is_object() && part["additionalProperties"] != false;
        assert!(!is_open, "{path} takes unknown keys");
    });
}
