use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;

use super::{History, Revision};

impl History {
    /// Reads the names of a folder's files, though not of its subfolders. Files with the same [id](id_of) are one
    /// revision, with the [undo script](revision_of) of that version, and each revision follows the one before it in the
    /// [order](compare_ids) of the ids.
    pub(super) fn read_names(folder: &Path) -> Result<Self, Failure> {
        let unreadable = |error| Failure::task(format!("{}: {error}", folder.display()));
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let is_meant = path.file_name().and_then(|name| name.to_str()).and_then(id_of).is_some();
            if is_meant && path.is_file() {
                files.push(path);
            }
        }
        Ok(Self::from_names(files))
    }

    /// The same of the names of files.
    pub(crate) fn from_names(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let named: Vec<(String, PathBuf)> =
            files.into_iter().filter_map(|file| Some((id_of_file(&file)?.to_owned(), file))).collect();
        let ids: BTreeSet<&str> = named.iter().map(|(id, _)| id.as_str()).collect();
        let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for (id, file) in &named {
            groups.entry(revision_of(id, &ids).to_owned()).or_default().push(file.clone());
        }
        let mut groups: Vec<(String, Vec<PathBuf>)> = groups.into_iter().collect();
        groups.sort_by(|(left, _), (right, _)| compare_ids(left, right));
        let mut history = Self::default();
        let mut down: Vec<String> = Vec::new();
        for (id, mut files) in groups {
            files.sort();
            let down = std::mem::replace(&mut down, vec![id.clone()]);
            history.revisions.insert(id.clone(), Revision { id, down, files, message: None });
        }
        history
    }
}

/// What stands in a file's name between its id and what says which part of the revision it is: `add_tags` of
/// `0002_add_tags.up.sql`.
pub(crate) fn words(file: &Path) -> &str {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let rest = &name[id_of(name).map_or(0, str::len)..];
    let Some(words) = rest.strip_prefix('_') else { return "" };
    words.split('.').next().unwrap_or_default().trim_matches('_')
}

/// The id of the revision that a file of that name is part of: what stands before the first `_` or `.`, if it has a
/// digit in it, with the other numbers of a version: `V1.2` of `V1.2__add_tags.sql`, and of `V1_2__add_tags.sql` `V1_2`,
/// since two `_` end it there. `README.md`, `schema.sql` and hidden files are part of none.
pub(crate) fn id_of(name: &str) -> Option<&str> {
    if let Some((id, _)) = name.split_once("__")
        && is_version(id)
    {
        return Some(id);
    }
    let mut end = name.find(['_', '.']).unwrap_or(name.len());
    if !name[..end].contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    while let Some(number) = name[end..].strip_prefix('.').filter(|_| is_version(&name[..end])) {
        let length = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
        if length == 0 || !number[length..].is_empty() && !number[length..].starts_with(['_', '.']) {
            break;
        }
        end += 1 + length;
    }
    Some(&name[..end])
}

/// Whether an id is a version of one or more numbers, with letters in front or without: `V1.2.3`, `1_2`.
fn is_version(id: &str) -> bool {
    let (letters, numbers) = letters_of(id);
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    letters.chars().all(char::is_alphabetic) && numbers.split(['.', '_']).all(is_number)
}

/// The [id](id_of) in the name of a file.
pub(crate) fn id_of_file(file: &Path) -> Option<&str> {
    file.file_name()?.to_str().and_then(id_of)
}

/// The revision that a file with the id `id` is part of, in a folder with these `ids`: `U2` beside `V2` is the undo script
/// of that version, as Flyway has it.
pub(crate) fn revision_of<'a>(id: &'a str, ids: &BTreeSet<&'a str>) -> &'a str {
    let (letters, number) = letters_of(id);
    let forward = match letters {
        "U" => "V",
        "u" => "v",
        _ => return id,
    };
    ids.get(format!("{forward}{number}").as_str()).copied().unwrap_or(id)
}

/// The letters in front of the first number of an id, and the rest.
pub(crate) fn letters_of(id: &str) -> (&str, &str) {
    id.split_at(id.find(|letter: char| letter.is_ascii_digit()).unwrap_or(id.len()))
}

/// The order of ids: that of their letters, but numbers in them by value. `2` comes before `10`, as the tools have it
/// that do not fill up with zeros; for those that do, it is the plain order. `_` and `.` between numbers are the same,
/// until nothing else tells two ids apart.
pub(crate) fn compare_ids(left: &str, right: &str) -> Ordering {
    let (mut left_rest, mut right_rest) = (left, right);
    while let (Some(first), Some(second)) = (left_rest.chars().next(), right_rest.chars().next()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (one, other) = (digits(&mut left_rest), digits(&mut right_rest));
            (one.len(), one).cmp(&(other.len(), other))
        } else {
            left_rest = &left_rest[first.len_utf8()..];
            right_rest = &right_rest[second.len_utf8()..];
            let plain = |letter: char| if letter == '_' { '.' } else { letter };
            plain(first).cmp(&plain(second))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    (left_rest.len(), left).cmp(&(right_rest.len(), right))
}

/// Takes the number off the beginning, without leading zeros.
fn digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(names: &[&str]) -> Vec<(String, usize)> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("0009_folder")).unwrap();
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let history = History::read_names(folder.path()).unwrap();
        assert_eq!(history.head().unwrap(), history.line().last().copied());
        let files = |id: &str| history.get(id).map_or(0, |revision| revision.files.len());
        history.line().into_iter().map(|id| (id.to_owned(), files(id))).collect()
    }

    #[test]
    fn files_of_one_id_are_one_revision() {
        let names =
            ["0002_b.up.sql", "0002_b.down.sql", "0001_a.sql", "README.md", ".0003_c.sql", "schema.sql"];
        assert_eq!(line(&names), [("0001".to_owned(), 1), ("0002".to_owned(), 2)]);
        assert_eq!(line(&[]), []);
    }

    #[test]
    fn an_undo_script_is_part_of_its_version() {
        let names = ["V1__a.sql", "V2__b.sql", "U2__b.sql", "U3__c.sql", "U4_d.sql", "v4_d.sql"];
        let expected = [("U3", 1), ("U4", 1), ("V1", 1), ("V2", 2), ("v4", 1)];
        assert_eq!(line(&names), expected.map(|(id, files)| (id.to_owned(), files)));
    }

    #[test]
    fn a_version_may_have_several_numbers() {
        let names = [
            "V1.2.3__a.sql",
            "U1.2.3__a.sql",
            "V1.10__c.sql",
            "V1.9__b.sql",
            "V1__first.sql",
            "V2_0__d.sql",
            "V2.1__e_2__f.sql",
        ];
        let expected = [("V1", 1), ("V1.2.3", 2), ("V1.9", 1), ("V1.10", 1), ("V2_0", 1), ("V2.1", 1)];
        assert_eq!(line(&names), expected.map(|(id, files)| (id.to_owned(), files)));
        for (name, id) in [
            ("0001.up.sql", Some("0001")),
            ("1.2.3_add.sql", Some("1.2.3")),
            ("1.2.sql", Some("1.2")),
            ("0002.7z", Some("0002")),
            ("2024_01_02__x.sql", Some("2024_01_02")),
            ("0002_add__x.sql", Some("0002")),
            ("a1b2.3_x.py", Some("a1b2")),
            ("R__views.sql", None),
            ("__1.sql", None),
        ] {
            assert_eq!(id_of(name), id, "{name}");
        }
        assert_eq!(words(Path::new("V1.2__add_tags.up.sql")), "add_tags");
        assert_eq!(words(Path::new("0002_add_tags.up.sql")), "add_tags");
        assert_eq!(words(Path::new("V1.2.sql")), "");
    }

    #[test]
    fn numbers_come_in_the_order_of_numbers() {
        let ids = |names: &[&str]| line(names).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(&["10_c.sql", "9_b.sql", "1.sql"]), ["1", "9", "10"]);
        assert_eq!(ids(&["V10__c.sql", "V9__b.sql"]), ["V9", "V10"]);
        assert_eq!(
            ids(&["20240102030405_b.sql", "20231231235959_a.sql"]),
            ["20231231235959", "20240102030405"]
        );
        assert_eq!(ids(&["2_b.sql", "02_a.sql", "2a_c.sql"]), ["02", "2", "2a"]);
    }
}
