use std::path::Path;

use super::{is_called, utf8};
use crate::{File, Finding};

const NAME: &str = "toml";

/// Names of TOML files that do not end with `.toml`.
const NAMES: [&str; 5] = ["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile"];

pub(super) fn is_meant(path: &Path) -> bool {
    is_called(path, &NAMES, &["toml"])
}

pub(super) fn finding(file: &File<'_>) -> Option<Finding> {
    if !is_meant(file.path) {
        return None;
    }
    let text = match utf8(file, NAME) {
        Ok(text) => text,
        Err(finding) => return Some(finding),
    };
    let error = toml::de::DeTable::parse(text).err()?;
    let mark = file.bytes.len() - text.len();
    let offset = error.span().map_or(0, |span| span.start);
    Some(file.finding_at(mark + offset, NAME, error.message().to_owned()))
}
