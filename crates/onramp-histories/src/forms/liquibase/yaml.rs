use super::changelog::{ChangeSet, Changelog, Include, Item, Outcome, Reach};
use crate::yaml::scalars;

/// A changelog in YAML or JSON; `None` where it is none.
pub(super) fn read(text: &str) -> Outcome {
    if !text.contains("databaseChangeLog") {
        return None;
    }
    let scalars = match scalars(text) {
        Ok(scalars) => scalars,
        Err(error) => return Some(Err(error)),
    };
    let mut changelog = Changelog::default();
    let mut last = String::new();
    for scalar in scalars {
        // `databaseChangeLog`, the place in the list, what it is, and what is said about that.
        let parts: Vec<&str> = scalar.path.split('/').collect();
        let ["databaseChangeLog", place, rest @ ..] = parts.as_slice() else { continue };
        let (kind, field) = match rest {
            ["logicalFilePath"] => {
                changelog.logical = Some(scalar.value);
                continue;
            }
            [kind, field] => (*kind, *field),
            _ => continue,
        };
        let is_new = last != *place;
        let line = scalar.line;
        match kind {
            "changeSet" => {
                if is_new {
                    changelog.items.push(Item::Set(ChangeSet { line, ..ChangeSet::default() }));
                }
                if let Some(Item::Set(set)) = changelog.items.last_mut() {
                    match field {
                        "id" => set.id = scalar.value,
                        "author" => set.author = scalar.value,
                        "logicalFilePath" => set.logical = Some(scalar.value),
                        _ => {}
                    }
                }
            }
            "include" | "includeAll" => {
                if is_new {
                    let reach = if kind == "include" { Reach::File } else { Reach::Folder };
                    changelog.items.push(Item::Include(Include { reach, line, ..Include::default() }));
                }
                if let Some(Item::Include(include)) = changelog.items.last_mut() {
                    include.set(field, &scalar.value);
                }
            }
            _ => continue,
        }
        last = (*place).to_owned();
    }
    Some(Ok(changelog))
}
