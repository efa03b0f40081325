//! Revisions that come in the order of their files' names.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};

use super::{Planned, RebasedDialect, RebasedRevision};
use crate::branches::Side;
use crate::history::{compare_ids, id_of_file, letters_of, revision_of, words};
use crate::journal::FileChange;
use crate::pairs::suggested;
use crate::{History, MigrateSpec, Pairing};

/// The files of one dialect, told apart.
struct Files<'a> {
    tree: &'a BTreeMap<PathBuf, Vec<u8>>,
    /// By id, those that are the branch's own.
    own: BTreeMap<&'a str, Vec<&'a PathBuf>>,
    /// The newest id that others have, and then the newest that was given here.
    top: String,
    onto: String,
    /// All ids that others have.
    theirs: BTreeSet<String>,
}

/// Gives the branch's own files names that come after those of the other branch. An id that several dialects have stays
/// one id in all of them.
pub(super) fn plan(
    spec: &MigrateSpec,
    tree: &Side,
    theirs: &Side,
) -> Result<BTreeMap<Dialect, Planned>, Failure> {
    let empty = BTreeMap::new();
    let mut dialects: BTreeMap<Dialect, Files<'_>> = BTreeMap::new();
    for dialect in &spec.dialects {
        let files = tree.files.get(&dialect.dialect).unwrap_or(&empty);
        let known = theirs.files.get(&dialect.dialect).unwrap_or(&empty);
        let ids: BTreeSet<&str> = files.keys().filter_map(|file| id_of_file(file)).collect();
        let mut own: BTreeMap<&str, Vec<&PathBuf>> = BTreeMap::new();
        let mut top = "";
        for file in files.keys() {
            let Some(id) = id_of_file(file).map(|id| revision_of(id, &ids)) else { continue };
            if known.contains_key(file) {
                top = if compare_ids(id, top).is_gt() { id } else { top };
            } else if !leads_back_from_theirs(file, id, files, known)? {
                own.entry(id).or_default().push(file);
            }
        }
        let top = top.to_owned();
        let theirs = known.keys().filter_map(|file| id_of_file(file)).map(str::to_owned).collect();
        dialects.insert(dialect.dialect, Files { tree: files, own, onto: top.clone(), top, theirs });
    }
    let given = give_ids(&mut dialects, paired_by(spec, &dialects_of(spec, theirs)))?;
    dialects.iter().map(|(dialect, files)| Ok((*dialect, rename(*dialect, files, &given)?))).collect()
}

/// The histories that the other branch has.
fn dialects_of(spec: &MigrateSpec, theirs: &Side) -> BTreeMap<Dialect, History> {
    let files =
        |dialect: Dialect| theirs.files.get(&dialect).into_iter().flat_map(|files| files.keys().cloned());
    let dialects = spec.dialects.iter().map(|dialect| dialect.dialect);
    dialects.map(|dialect| (dialect, History::from_names(files(dialect)))).collect()
}

/// By what revisions are known to be the same change; without a word about it, as it looks in the other branch.
fn paired_by(spec: &MigrateSpec, theirs: &BTreeMap<Dialect, History>) -> Pairing {
    match spec.pairing {
        Some(by @ (Pairing::Id | Pairing::Slug)) => by,
        Some(Pairing::Ledger) | None => suggested(theirs),
    }
}

/// Whether a file of the branch is the undo script of a version that the other branch has: it keeps its name then. Fails where
/// both have a version of that number, and the words in the names do not say whose it is.
fn leads_back_from_theirs(
    file: &Path,
    id: &str,
    files: &BTreeMap<PathBuf, Vec<u8>>,
    known: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<bool, Failure> {
    if id_of_file(file) == Some(id) {
        return Ok(false);
    }
    let versions = files.keys().filter(|other| id_of_file(other) == Some(id));
    let (theirs, own): (Vec<&PathBuf>, Vec<&PathBuf>) =
        versions.partition(|other| known.contains_key(*other));
    if theirs.is_empty() || own.is_empty() {
        return Ok(own.is_empty());
    }
    let is_of = |versions: &[&PathBuf]| versions.iter().any(|version| words(version) == words(file));
    match (is_of(&theirs), is_of(&own)) {
        (true, false) => Ok(true),
        (false, true) => Ok(false),
        _ => Err(Failure::task(format!(
            "nobody can tell whether {} leads back from {} or from {}",
            file.display(),
            theirs[0].file_name().unwrap_or_default().display(),
            own[0].file_name().unwrap_or_default().display()
        ))),
    }
}

/// The id that each of the branch's own revisions gets, by dialect and the id that it has. One id is one change in all
/// dialects that have it, so what were two changes get two ids, even where each dialect for itself would have room for one.
fn give_ids(
    dialects: &mut BTreeMap<Dialect, Files<'_>>,
    by: Pairing,
) -> Result<BTreeMap<(Dialect, String), String>, Failure> {
    let mut ids: Vec<String> =
        dialects.values().flat_map(|files| files.own.keys()).map(|id| (*id).to_owned()).collect();
    ids.sort_by(|left, right| compare_ids(left, right));
    ids.dedup();
    let mut given: BTreeMap<(Dialect, String), String> = BTreeMap::new();
    for id in ids {
        let with: Vec<Dialect> = dialects
            .iter()
            .filter(|(_, files)| files.own.contains_key(id.as_str()))
            .map(|(dialect, _)| *dialect)
            .collect();
        let tops = with.iter().filter_map(|dialect| dialects.get(dialect)).map(|files| files.top.as_str());
        let top = tops.max_by(|left, right| compare_ids(left, right)).unwrap_or_default().to_owned();
        // Where ids are what revisions are paired by, one that another dialect has is taken as well.
        let is_taken = |new: &str| {
            let is_same = |other: &str| compare_versions(other, new).is_eq();
            let of_theirs = dialects.iter().any(|(dialect, files)| {
                !with.contains(dialect) && files.theirs.iter().any(|theirs| is_same(theirs))
            });
            // What keeps its id may have been written for that one.
            given.values().any(|other| is_same(other)) || by == Pairing::Id && new != id && of_theirs
        };
        let after = |id: &str, top: &str| {
            next(top).ok_or_else(|| {
                Failure::task(format!("nobody knows which id comes after `{top}`, as `{id}` has to"))
            })
        };
        let mut new = if compare_ids(&id, &top).is_gt() { id.clone() } else { after(&id, &top)? };
        while is_taken(&new) {
            new = after(&id, &new)?;
        }
        // The letters say what a file is for: a baseline that became a version would be applied as one.
        if new != id && letters_of(&new).0 != letters_of(&id).0 {
            let message =
                format!("nobody knows which id `{id}` gets after `{top}`, which begins with other letters");
            return Err(Failure::task(message));
        }
        for dialect in with {
            if let Some(files) = dialects.get_mut(&dialect) {
                files.top.clone_from(&new);
            }
            given.insert((dialect, id.clone()), new.clone());
        }
    }
    Ok(given)
}

/// The order of ids whose numbers may be filled up with zeros in one dialect and not in another.
fn compare_versions(left: &str, right: &str) -> Ordering {
    let plain = |id: &str| {
        let (letters, numbers) = letters_of(id);
        let numbers: Vec<&str> =
            numbers.split(['.', '_']).map(|number| number.trim_start_matches('0')).collect();
        (letters.to_owned(), numbers.join("."))
    };
    plain(left).cmp(&plain(right))
}

fn rename(
    dialect: Dialect,
    files: &Files<'_>,
    given: &BTreeMap<(Dialect, String), String>,
) -> Result<Planned, Failure> {
    let mut planned = Planned::default();
    let mut after: BTreeMap<PathBuf, (&[u8], &PathBuf)> = BTreeMap::new();
    let mut revisions = Vec::new();
    let own_files: BTreeSet<&PathBuf> = files.own.values().flatten().copied().collect();
    for (id, own) in &files.own {
        let new = given.get(&(dialect, (*id).to_owned())).map_or(*id, String::as_str);
        planned.own.insert((*id).to_owned(), new.to_owned());
        let mut names = Vec::new();
        for file in own {
            let name = name_of(file).unwrap_or_default();
            // An undo script has letters of its own.
            let old = id_of_file(file).unwrap_or_default();
            let (letters, number) = (letters_of(old).0, letters_of(new).1);
            let renamed = file.with_file_name(format!("{letters}{number}{}", &name[old.len()..]));
            if file.is_symlink() && renamed != **file {
                return Err(Failure::task(format!("{} is a link", file.display())));
            }
            let content = files.tree.get(*file).map_or(&[][..], Vec::as_slice);
            after.insert(renamed.clone(), (content, file));
            names.push(renamed);
        }
        revisions.push(RebasedRevision {
            id: new.to_owned(),
            old_id: (new != *id).then(|| (*id).to_owned()),
            down: Vec::new(),
            old_down: None,
            files: names,
        });
    }
    revisions.sort_by(|left, right| compare_ids(&left.id, &right.id));
    let mut down = (!files.onto.is_empty()).then(|| files.onto.clone());
    for revision in &mut revisions {
        revision.down = down.replace(revision.id.clone()).into_iter().collect();
    }
    for (file, (content, like)) in &after {
        let before = files.tree.get(file);
        if before.map(Vec::as_slice) != Some(content) {
            planned.changes.push(FileChange {
                file: file.clone(),
                before: before.cloned(),
                after: Some(content.to_vec()),
                like: before.is_none().then(|| (*like).clone()),
            });
        }
    }
    for file in own_files.into_iter().filter(|file| !after.contains_key(*file)) {
        let before = files.tree.get(file).cloned();
        planned.changes.push(FileChange { file: file.clone(), before, after: None, like: None });
    }
    if revisions.iter().any(|revision| revision.old_id.is_some()) {
        planned.rebased = Some(RebasedDialect { dialect, onto: files.onto.clone(), revisions });
    }
    Ok(planned)
}

fn name_of(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()
}

/// The next id: the last number in it one higher, as many digits long. One of fourteen digits that is a time is the next
/// second. `None` where there is no number.
fn next(id: &str) -> Option<String> {
    let end = id.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let start = id[..end]
        .rfind(|letter: char| !letter.is_ascii_digit())
        .map_or(0, |place| place + id[place..].chars().next().map_or(1, char::len_utf8));
    let digits = &id[start..end];
    let number = next_second(digits).or_else(|| digits.parse::<u128>().ok()?.checked_add(1))?;
    Some(format!("{}{number:0width$}{}", &id[..start], &id[end..], width = digits.len()))
}

/// The second after one that is written as year, month, day, hour, minute and second.
fn next_second(digits: &str) -> Option<u128> {
    if digits.len() != 14 {
        return None;
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<u128>().ok();
    let mut parts = [part(0, 4)?, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?];
    let [year, month, ..] = parts;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u128::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let limits = [(12, 1), (days, 1), (23, 0), (59, 0), (59, 0)];
    let is_time = parts[1..].iter().zip(limits).all(|(part, (most, least))| (least..=most).contains(part));
    if !is_time {
        return None;
    }
    for place in (0..parts.len()).rev() {
        parts[place] += 1;
        match place.checked_sub(1).map(|place| limits[place]) {
            Some((most, least)) if parts[place] > most => parts[place] = least,
            _ => break,
        }
    }
    let text = parts.iter().map(|part| format!("{part:02}")).collect::<String>();
    text.parse().ok()
}

#[cfg(test)]
mod tests;
