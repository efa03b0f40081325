use super::changelog::{ChangeSet, Changelog, Include, Item, Outcome, Reach};
use super::content::Content;
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
    let mut changelog = Changelog { cut: scalars.cut, ..Changelog::default() };
    let mut last = String::new();
    // What the last changeset does, each value with what leads to it.
    let mut changes: Vec<(String, String)> = Vec::new();
    for scalar in scalars.list {
        // `databaseChangeLog`, the place in the list, what it is, and what is said about that.
        let parts: Vec<&str> = scalar.path.split('/').collect();
        let ["databaseChangeLog", place, rest @ ..] = parts.as_slice() else { continue };
        let (kind, field, inner) = match rest {
            ["logicalFilePath"] => {
                changelog.logical = Some(scalar.value);
                continue;
            }
            [kind, field, inner @ ..] => (*kind, *field, inner),
            _ => continue,
        };
        let is_new = last != *place;
        let line = scalar.line;
        match kind {
            "changeSet" => {
                if is_new {
                    close(&mut changelog, &mut changes);
                    changelog.items.push(Item::Set(ChangeSet { line, ..ChangeSet::default() }));
                }
                if let Some(Item::Set(set)) = changelog.items.last_mut() {
                    match (field, inner) {
                        ("id", []) => set.id = scalar.value,
                        ("author", []) => set.author = scalar.value,
                        ("logicalFilePath", []) => set.logical = Some(scalar.value),
                        ("runOnChange" | "runAlways", []) => {
                            set.may_change |= scalar.value.eq_ignore_ascii_case("true");
                        }
                        ("validCheckSum", _) => set.may_change = true,
                        ("changes" | "modifySql", _) => {
                            changes.push((rest[1..].join("/"), scalar.value));
                        }
                        _ => {}
                    }
                }
            }
            "include" | "includeAll" if inner.is_empty() => {
                if is_new {
                    close(&mut changelog, &mut changes);
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
    close(&mut changelog, &mut changes);
    Some(Ok(changelog))
}

/// Ends the last changeset. The order of keys is no matter.
fn close(changelog: &mut Changelog, changes: &mut Vec<(String, String)>) {
    changes.sort();
    let mut content = Content::default();
    for (path, value) in changes.drain(..) {
        content.add(&path);
        content.add("=");
        content.add(&value);
    }
    if let Some(Item::Set(set)) = changelog.items.last_mut() {
        set.content = content.finish();
    }
}
