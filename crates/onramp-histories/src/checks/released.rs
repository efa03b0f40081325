mod parts;

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::chain::{Chain, Entry, Form};
use crate::finding::{Code, Finding};
use crate::name::Name;
use crate::parts::Part;
use crate::released::{Fate, Released};
use crate::sections::Marks;

/// What became of the released files of a history, and what was put before them.
pub(super) fn check(chain: &Chain, released: &Released, found: &mut Vec<Finding>) {
    let name = &released.name;
    let mut renamed: HashSet<&Path> = HashSet::new();
    let own: HashSet<&Path> =
        chain.entries.iter().flat_map(|entry| &entry.files).map(PathBuf::as_path).collect();
    for (file, fate) in &released.files {
        let finding = match fate {
            Fate::Unchanged => continue,
            // Their checksums know no line ends.
            Fate::LineEnds if chain.form == Form::Liquibase => continue,
            Fate::LineEnds if own.contains(file.as_path()) => Finding::new(
                Code::ReleasedLineEnds,
                file,
                format!("differs in its line ends from {name}, which released it"),
            ),
            Fate::Edited if own.contains(file.as_path()) => {
                if chain.entries.iter().any(|entry| entry.is_repeatable && entry.file == *file) {
                    continue;
                }
                let text = released.texts.get(file).map(String::as_str);
                if text.is_some_and(|text| parts::check(chain, file, text, name, found)) {
                    continue;
                }
                Finding::new(
                    Code::ReleasedEdited,
                    file,
                    format!("has changed since {name}, which released it"),
                )
            }
            Fate::Renamed(to) if own.contains(to.as_path()) => {
                renamed.insert(to);
                let old = relative(file, &chain.folder);
                Finding::new(Code::ReleasedRenamed, to, format!("was released by {name} as {old}"))
            }
            Fate::Removed if is_of(chain, file) || was_changelog(chain, file, released) => {
                Finding::new(Code::ReleasedRemoved, file, format!("was released by {name}, and is gone"))
            }
            _ => continue,
        };
        found.push(finding);
    }
    for (from, _) in released.moved.iter().filter(|(_, to)| *to == chain.folder) {
        let message = format!("lay in {} when {name} released it", relative(from, &chain.folder));
        found.push(Finding::new(Code::ReleasedMoved, &chain.folder, message));
    }
    added_before(chain, released, &renamed, found);
}

/// A path as it is seen from a folder.
fn relative(path: &Path, folder: &Path) -> String {
    let same = path.components().zip(folder.components()).take_while(|(left, right)| left == right).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    up.chain(path.components().skip(same)).collect::<PathBuf>().display().to_string()
}

/// Whether a file that is gone was a part of the history: it lay where the others lie, and was called like them.
fn is_of(chain: &Chain, file: &Path) -> bool {
    let Ok(below) = file.strip_prefix(&chain.folder) else { return false };
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_numbered = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    let has_ending = |ending: &str| {
        chain
            .entries
            .iter()
            .flat_map(|entry| &entry.files)
            .any(|file| file.extension().is_some_and(|it| it == ending))
    };
    let ending = file.extension().map(|ending| ending.to_string_lossy()).unwrap_or_default();
    if !has_ending(&ending) || name.starts_with("__init__") {
        return false;
    }
    let depth = |file: &Path| file.strip_prefix(&chain.folder).map_or(0, |below| below.components().count());
    let has_depth = chain.entries.iter().any(|entry| depth(&entry.file) == below.components().count());
    // Alembic takes any name; in the other forms the number makes the migration.
    let is_called = chain.form.is_graph()
        || Name::of_file(&name).is_some()
        || name.starts_with(['V', 'U', 'm'])
        || below.components().count() > 1 && below.iter().any(|part| is_numbered(&part.to_string_lossy()));
    has_depth && is_called
}

/// Whether a file that is gone had changesets, whatever it was called.
fn was_changelog(chain: &Chain, file: &Path, released: &Released) -> bool {
    chain.form == Form::Liquibase
        && file.starts_with(&chain.folder)
        && file.extension().is_none_or(|ending| ending != "sql")
        && released
            .texts
            .get(file)
            .and_then(|text| Part::of(chain.form, &file.to_string_lossy(), text))
            .is_some_and(|parts| !parts.is_empty())
}

/// Whether the tool applies whatever is missing in a database, so that branches with times may be merged in any order. Places
/// in a sequence are meant as an order by whoever counts them.
fn applies_what_is_missing(chain: &Chain) -> bool {
    let mut numbers = chain.entries.iter().filter_map(|entry| entry.number.as_ref());
    matches!(chain.form, Form::Marked(Marks::Dbmate) | Form::Folders | Form::ForwardFolders)
        && numbers.all(|number| number.is_time())
}

/// New entries with numbers below the highest released one: databases that have that one pass over them, or refuse, or apply
/// them in another order than new ones.
fn added_before(chain: &Chain, released: &Released, renamed: &HashSet<&Path>, found: &mut Vec<Finding>) {
    if chain.form.is_graph() {
        return;
    }
    let is_released =
        |entry: &&Entry| released.files.contains_key(&entry.file) || renamed.contains(entry.file.as_path());
    let numbered = || chain.entries.iter().filter(|entry| entry.number.is_some() && !entry.is_repeatable);
    let Some(highest) = numbered().rfind(is_released) else { return };
    let is_note = applies_what_is_missing(chain);
    for entry in numbered().filter(|entry| !is_released(entry)) {
        if let (Some(own), Some(last)) = (&entry.number, &highest.number)
            && own.compare(last).is_lt()
        {
            let message = format!(
                "{} is new, and comes before {}, which {} has released",
                entry.id, highest.id, released.name
            );
            let finding = Finding::new(Code::AddedBefore, &entry.file, message).at(entry.line);
            found.push(if is_note { finding.into_note() } else { finding });
        }
    }
}
