//! Dialects of one project, whose histories should say the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::chain::{Chain, Entry, Form, ToldBy};
use crate::declared::Declared;
use crate::dialect::DialectName;
use crate::finding::{Code, Finding};
use crate::pairing::{Mode, are_alike, may_be_alike};

/// Folders beside those of the dialects, with what is for all of them.
const SHARED: [&str; 6] = ["common", "generic", "shared", "all", "base", "default"];

/// Histories that belong together: those of one project, each of another dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Their places among all.
    pub places: Vec<usize>,
    /// The place of the one with what is for all of them, where there is one.
    pub shared: Option<usize>,
}

/// The sets among some histories.
pub(crate) fn sets(chains: &[Chain]) -> Vec<Set> {
    let mut by_key: BTreeMap<(PathBuf, bool), Vec<usize>> = BTreeMap::new();
    for (place, chain) in chains.iter().enumerate() {
        let is_suffix =
            chain.form == Form::Suffixes || chain.dialect.is_some_and(|(_, told)| told == ToldBy::Suffix);
        by_key.entry((key(chain), is_suffix)).or_default().push(place);
    }
    // Of several in one folder the first one counts.
    let folders = chains.iter().enumerate().rev();
    let by_folder: HashMap<&Path, usize> =
        folders.map(|(place, chain)| (chain.folder.as_path(), place)).collect();
    let mut sets = Vec::new();
    for ((key, _), places) in by_key {
        let mut by_form: BTreeMap<Option<Form>, Vec<usize>> = BTreeMap::new();
        let are_distinct = |places: &[usize]| {
            let names: BTreeSet<_> = places.iter().map(|place| name(&chains[*place])).collect();
            names.len() == places.len()
        };
        // A folder may have a history of SQL and one of code for each dialect.
        let is_one = are_distinct(&places);
        for place in places {
            by_form.entry((!is_one).then_some(chains[place].form)).or_default().push(place);
        }
        let of_all = |word: &&str| {
            let parts = key.iter().map(|part| if part == "*" { OsStr::new(word) } else { part });
            by_folder.get(parts.collect::<PathBuf>().as_path()).copied()
        };
        let has_star = key.iter().any(|part| part == "*");
        let shared = if has_star { SHARED.iter().filter_map(of_all).min() } else { None };
        let several = by_form.into_values().filter(|places| places.len() > 1 && are_distinct(places));
        sets.extend(several.map(|places| Set { places, shared }));
    }
    sets
}

/// The folder of a history, with a star for what its dialect is called.
fn key(chain: &Chain) -> PathBuf {
    let Some((place, rest)) = dialect_folder(chain) else { return chain.folder.clone() };
    let mut above = chain.folder.as_path();
    for _ in 0..=place {
        above = above.parent().unwrap_or(Path::new(""));
    }
    let first = if rest.is_empty() { "*".to_owned() } else { rest };
    let names = &chain.place[chain.place.len() - place..];
    std::iter::once(&first).chain(names).fold(above.to_owned(), |path, name| path.join(name))
}

/// How far above the innermost folder the one lies that is called after the dialect, and its name without that.
fn dialect_folder(chain: &Chain) -> Option<(usize, String)> {
    chain.dialect.filter(|(_, told)| *told == ToldBy::Folder)?;
    let mut names = chain.place.iter().rev().enumerate();
    names.find_map(|(place, name)| Some((place, DialectName::in_name(name)?.1)))
}

/// What messages call the dialect of a history: as its folder does, for two may be of one dialect.
fn name(chain: &Chain) -> String {
    let folder = dialect_folder(chain).and_then(|(place, rest)| {
        let name = chain.place.iter().rev().nth(place)?;
        let is_word = rest.is_empty();
        is_word.then(|| name.clone())
    });
    folder.unwrap_or_else(|| chain.dialect.map_or("the others", |(dialect, _)| dialect.name()).to_owned())
}

/// What one dialect has under each key, and what it needs not have.
struct Side<'a> {
    chain: &'a Chain,
    place: usize,
    /// In the order in which they are applied.
    keys: Vec<String>,
    entries: HashMap<String, &'a Entry>,
    excused: HashSet<String>,
}

impl<'a> Side<'a> {
    fn new(chains: &'a [Chain], place: usize, key: impl Fn(&Entry) -> String) -> Self {
        let chain = &chains[place];
        let counted = chain.entries.iter().filter(|entry| !entry.is_repeatable);
        let keyed: Vec<(String, &Entry)> = counted.map(|entry| (key(entry), entry)).collect();
        Self {
            chain,
            place,
            keys: keyed.iter().map(|(key, _)| key.clone()).collect(),
            entries: keyed.into_iter().collect(),
            excused: HashSet::new(),
        }
    }

    fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }
}

/// What one dialect of a set has and another lacks.
pub(super) fn check(chains: &[Chain], set: &Set, declared: &Declared, found: &mut [Vec<Finding>]) {
    let of_set: Vec<&Chain> = set.places.iter().map(|place| &chains[*place]).collect();
    let places = declared.places();
    let is_declared =
        |chain: &&Chain| chain.entries.iter().any(|entry| places.contains_key(entry.file.as_path()));
    if of_set.iter().all(is_declared) {
        return check_declared(chains, set, declared, found);
    }
    let Some(mode) = Mode::of(&of_set) else {
        for (chain, place) in of_set.iter().zip(&set.places).skip(1) {
            let message = format!(
                "has neither ids nor names in common with that of {}, so nothing is compared",
                name(of_set[0])
            );
            found[*place].push(Finding::new(Code::Unpaired, &chain.folder, message));
        }
        return;
    };
    let mut sides: Vec<Side<'_>> =
        set.places.iter().map(|place| Side::new(chains, *place, |entry| mode.key(entry))).collect();
    for left in 0..sides.len() {
        for right in 0..sides.len() {
            if left != right {
                excuse_later_start(&mut sides, left, right, found);
            }
        }
    }
    let mut matched: HashSet<(usize, String)> = HashSet::new();
    names_of_twins(&sides, mode, found);
    likely_twins(&sides, &mut matched, found);
    let shared: Option<HashSet<String>> =
        set.shared.map(|place| chains[place].entries.iter().map(|entry| mode.key(entry)).collect());
    missing_twins(&sides, &matched, shared.as_ref(), found);
}

/// The same where the project says which entries are twins, and which need none.
fn check_declared(chains: &[Chain], set: &Set, declared: &Declared, found: &mut [Vec<Finding>]) {
    let places = declared.places();
    let change = |place: &usize| format!("change {place}");
    let key = |entry: &Entry| {
        let known = entry.files.iter().find_map(|file| places.get(file.as_path()));
        known.map_or_else(|| entry.id.clone(), change)
    };
    let mut sides: Vec<Side<'_>> = set.places.iter().map(|place| Side::new(chains, *place, key)).collect();
    for (place, _) in declared.changes.iter().enumerate().filter(|(_, change)| change.is_complete) {
        for side in &mut sides {
            side.excused.insert(change(&place));
        }
    }
    let mut matched: HashSet<(usize, String)> = HashSet::new();
    likely_twins(&sides, &mut matched, found);
    missing_twins(&sides, &matched, None, found);
}

/// Where `late` begins after `early` has, it need not have what came before, and what it begins with needs no twin.
fn excuse_later_start(sides: &mut [Side<'_>], late: usize, early: usize, found: &mut [Vec<Finding>]) {
    let before = |side: &Side<'_>, other: &Side<'_>| -> Option<Vec<String>> {
        let first = side.keys.iter().position(|key| other.has(key))?;
        Some(side.keys[..first].to_vec())
    };
    let (Some(of_early), Some(of_late)) =
        (before(&sides[early], &sides[late]), before(&sides[late], &sides[early]))
    else {
        return;
    };
    if of_early.is_empty() || of_late.len() > 1 {
        return;
    }
    if let ([first], [second]) = (of_early.as_slice(), of_late.as_slice()) {
        // The first ones of both are the same, whatever they are called.
        let (first, second) = (first.clone(), second.clone());
        sides[late].excused.insert(first);
        sides[early].excused.insert(second);
        return;
    }
    let start =
        sides[late].entries.get(&sides[late].keys[0]).map(|entry| (entry.id.clone(), entry.file.clone()));
    let Some((id, file)) = start else { return };
    let message = format!(
        "{} begins here, at {id}; {} has {} before it",
        name(sides[late].chain),
        name(sides[early].chain),
        of_early.len()
    );
    let place = sides[late].place;
    let is_told = found[place].iter().any(|finding| finding.code == Code::LaterStart);
    if !is_told {
        found[place].push(Finding::new(Code::LaterStart, file, message));
    }
    sides[late].excused.extend(of_early);
    sides[early].excused.extend(of_late);
}

/// Twins that have one id and two names.
fn names_of_twins(sides: &[Side<'_>], mode: Mode, found: &mut [Vec<Finding>]) {
    if mode != Mode::Id {
        return;
    }
    let Some(first) = sides.iter().max_by_key(|side| side.keys.len()) else { return };
    for side in sides.iter().filter(|side| side.place != first.place) {
        let shared: Vec<(&Entry, &Entry)> = side
            .keys
            .iter()
            .filter_map(|key| Some((*side.entries.get(key)?, *first.entries.get(key)?)))
            .filter(|(own, other)| !own.slug.is_empty() && !other.slug.is_empty())
            .collect();
        // Of an id that is there twice, one may be the twin.
        let has_it = |own: &Entry| {
            let is_it = |entry: &Entry| entry.slug == own.slug && mode.key(entry) == mode.key(own);
            first.chain.entries.iter().any(is_it)
        };
        let is_different = |(own, other): &&(&Entry, &Entry)| own.slug != other.slug && !has_it(own);
        let different: Vec<_> = shared.iter().filter(is_different).collect();
        // Whoever names all of them differently does so on purpose.
        if different.len() * 2 > shared.len() {
            continue;
        }
        for (own, other) in different {
            let message =
                format!("{} is called `{}`, and in {} `{}`", own.id, own.slug, name(first.chain), other.slug);
            found[side.place].push(Finding::new(Code::LikelyTwin, &own.file, message).at(own.line));
        }
    }
}

/// How many pairs of names are looked at: so many that lack a twin are no typos.
const PAIRS: usize = 50_000;

/// What two sides lack of one another, and is alike: by name, or standing at the same place with a name that says the same.
fn likely_twins(sides: &[Side<'_>], matched: &mut HashSet<(usize, String)>, found: &mut [Vec<Finding>]) {
    for left in sides {
        for right in sides.iter().filter(|right| right.place > left.place) {
            let lacks = |side: &Side<'_>, key: &str| !side.has(key) && !side.excused.contains(key);
            let mut alone: Vec<&String> = right.keys.iter().filter(|key| lacks(left, key)).collect();
            let mut open: Vec<&String> = left.keys.iter().filter(|key| lacks(right, key)).collect();
            if alone.len() * open.len() > PAIRS {
                continue;
            }
            let mut tell = |own_key: &String, other_key: &String, is_sure: bool| {
                let (Some(own), Some(other)) = (left.entries.get(own_key), right.entries.get(other_key))
                else {
                    return;
                };
                matched.insert((right.place, own_key.clone()));
                matched.insert((left.place, other_key.clone()));
                let message = format!(
                    "{} is probably the twin of {} of {}",
                    shown(other),
                    shown(own),
                    name(left.chain)
                );
                let finding = Finding::new(Code::LikelyTwin, &other.file, message).at(other.line);
                // Suffixes are given on purpose, one file at a time.
                let is_suffix = right.chain.dialect.is_some_and(|(_, told)| told == ToldBy::Suffix);
                found[right.place].push(if is_sure && !is_suffix { finding } else { finding.into_note() });
            };
            let alike = |own: &String, other: &String, by: fn(&Entry, &Entry) -> bool| match (
                left.entries.get(own),
                right.entries.get(other),
            ) {
                (Some(own), Some(other)) => by(own, other),
                _ => false,
            };
            open.retain(|own| match alone.iter().position(|other| alike(own, other, are_alike)) {
                Some(place) => {
                    tell(own, alone.remove(place), true);
                    false
                }
                None => true,
            });
            let (of_left, of_right) = (before(left, right), before(right, left));
            open.retain(|own| {
                let is_it = |other: &&String| {
                    of_left.get(own.as_str()) == of_right.get(other.as_str())
                        && alike(own, other, may_be_alike)
                };
                match alone.iter().position(is_it) {
                    Some(place) => {
                        tell(own, alone.remove(place), false);
                        false
                    }
                    None => true,
                }
            });
        }
    }
}

/// For each key of a side, the last one before it that the other side has too.
fn before<'a>(side: &'a Side<'_>, other: &Side<'_>) -> HashMap<&'a str, &'a str> {
    let mut last = "";
    let mut before = HashMap::new();
    for key in &side.keys {
        before.insert(key.as_str(), last);
        if other.has(key) {
            last = key;
        }
    }
    before
}

/// What some sides have and others lack, told once for each, at the first file that there is.
fn missing_twins(
    sides: &[Side<'_>],
    matched: &HashSet<(usize, String)>,
    shared: Option<&HashSet<String>>,
    found: &mut [Vec<Finding>],
) {
    let mut told: HashSet<&str> = HashSet::new();
    for side in sides {
        for key in side.keys.iter().filter(|key| told.insert(key.as_str())) {
            if shared.is_some_and(|shared| shared.contains(key)) {
                continue;
            }
            let lacks = |other: &&Side<'_>| {
                !other.has(key)
                    && !other.excused.contains(key)
                    && !matched.contains(&(other.place, key.clone()))
            };
            let lacking: Vec<String> = sides.iter().filter(lacks).map(|other| name(other.chain)).collect();
            let Some(entry) = side.entries.get(key).filter(|_| !lacking.is_empty()) else { continue };
            let having: Vec<String> =
                sides.iter().filter(|other| other.has(key)).map(|other| name(other.chain)).collect();
            let message =
                format!("{} is in {} and not in {}", shown(entry), having.join(", "), lacking.join(", "));
            let finding = Finding::new(Code::MissingTwin, &entry.file, message).at(entry.line);
            // Where there is a folder for all, and where a file is called after one dialect, it says that it is for that one; only where one of several lacks it, it
            // may have been forgotten.
            let by_name = side.chain.dialect.is_none_or(|(_, told)| told == ToldBy::Suffix);
            let is_meant = shared.is_some() || by_name && !(lacking.len() == 1 && having.len() > 1);
            found[side.place].push(if is_meant { finding.into_note() } else { finding });
        }
    }
}

fn shown(entry: &Entry) -> String {
    if entry.slug.is_empty() || entry.id.contains(&entry.slug) {
        return format!("`{}`", entry.id);
    }
    format!("`{}` ({})", entry.id, entry.slug)
}
