use std::collections::BTreeMap;

use super::liquibase::{ChangeSet, Outcome};
use crate::yaml::scalars;

/// The changesets of a changelog in YAML or JSON; `None` where it is none.
pub(super) fn read(text: &str) -> Outcome {
    if !text.contains("databaseChangeLog") {
        return None;
    }
    let scalars = match scalars(text) {
        Ok(scalars) => scalars,
        Err(error) => return Some(Err(error)),
    };
    let mut sets: BTreeMap<u32, ChangeSet> = BTreeMap::new();
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    for scalar in scalars {
        let Some((path, field)) = scalar.path.rsplit_once('/') else { continue };
        if !path.starts_with("databaseChangeLog/") || !path.ends_with("/changeSet") {
            continue;
        }
        let line = *lines.entry(path.to_owned()).or_insert(scalar.line);
        let set = sets.entry(line).or_insert_with(|| ChangeSet { line, ..ChangeSet::default() });
        match field {
            "id" => set.id = scalar.value,
            "author" => set.author = scalar.value,
            _ => {}
        }
    }
    Some(Ok(sets.into_values().collect()))
}
