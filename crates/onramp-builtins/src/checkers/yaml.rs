use std::path::Path;

use granit_parser::Parser;

use super::{is_called, utf8};
use crate::text::number;
use crate::{File, Finding};

const NAME: &str = "yaml";

/// Names of YAML files that do not end with `.yaml` or `.yml`.
const NAMES: [&str; 3] = [".clang-format", ".clang-tidy", "CITATION.cff"];

pub(super) fn is_meant(path: &Path) -> bool {
    is_called(path, &NAMES, &["yaml", "yml"])
}

pub(super) fn finding(file: &File<'_>) -> Option<Finding> {
    if !is_meant(file.path) {
        return None;
    }
    let text = match utf8(file, NAME) {
        Ok(text) => text,
        Err(finding) => return Some(finding),
    };
    // Events alone: no document is built, so aliases are not followed and tags mean nothing.
    let error = Parser::new_from_str(text).find_map(Result::err)?;
    let place = error.marker();
    Some(Finding {
        line: Some(number(place.line().max(1))),
        column: Some(number(place.col() + 1)),
        ..file.finding(NAME, error.info().to_owned())
    })
}
