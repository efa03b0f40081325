use std::path::Path;

use serde::de::IgnoredAny;

use super::{is_called, utf8};
use crate::text::number;
use crate::{File, Finding};

const NAME: &str = "json";

/// Names of JSON files that do not end with `.json`.
const NAMES: [&str; 4] = ["composer.lock", "flake.lock", "Pipfile.lock", "deno.lock"];
const EXTENSIONS: [&str; 6] = ["json", "geojson", "ipynb", "jsonld", "topojson", "webmanifest"];

pub(super) fn is_meant(path: &Path) -> bool {
    is_called(path, &NAMES, &EXTENSIONS)
}

pub(super) fn finding(file: &File<'_>) -> Option<Finding> {
    if !is_meant(file.path) {
        return None;
    }
    let text = match utf8(file, NAME) {
        Ok(text) => text,
        Err(finding) => return Some(finding),
    };
    // What is ignored is still read, and no depth is too much for that.
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
    Some(Finding {
        line: Some(number(error.line().max(1))),
        column: Some(number(error.column().max(1))),
        ..file.finding(NAME, message)
    })
}
