use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use super::{read_sql, strays};
use crate::Code;
use crate::chain::{Chain, Down, Entry, Form, Script};
use crate::name::CODE;
use crate::number::Number;
use crate::sql;
use crate::walk::{Listed, Tree};

/// The letter that a file of Flyway or refinery begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Versioned,
    Baseline,
    Undo,
    Repeatable,
}

/// A name of Flyway's form, taken apart.
struct Name {
    kind: Kind,
    number: Option<Number>,
    slug: String,
    is_sql: bool,
}

/// The history of `V1_9__x.sql` files in a folder, if it has any.
pub(crate) fn read(tree: &Tree, place: usize) -> Option<Chain> {
    let folder = &tree.folders[place];
    let files: Vec<(Name, &Listed)> =
        folder.files.iter().filter_map(|file| Some((name(&file.name)?, file))).collect();
    let (files, of_other_case) = of_prefix(files);
    if !files.iter().any(|(name, _)| name.number.is_some()) {
        return None;
    }
    let mut chain = Chain::new(&folder.path, Form::Versioned);
    let mut undo: BTreeMap<String, Vec<&(Name, &Listed)>> = BTreeMap::new();
    for file in files.iter().filter(|(name, _)| name.kind == Kind::Undo) {
        let key = file.0.number.as_ref().map(Number::key).unwrap_or_default();
        undo.entry(key).or_default().push(file);
    }
    let has_undo = !undo.is_empty();
    for (name, file) in files.iter().filter(|(name, _)| name.kind != Kind::Undo) {
        let mut entry = entry(&mut chain, name, file);
        let key = name.number.as_ref().map(Number::key).unwrap_or_default();
        let of_it = undo.get_mut(&key).filter(|_| name.kind == Kind::Versioned).and_then(Vec::pop);
        match of_it {
            Some((_, file)) => {
                entry.files.push(file.path.clone());
                let text = read_sql(&mut chain, file);
                let is_empty = text.is_some_and(|text| sql::is_empty(&text.text));
                let script = Script::whole(&file.path, false);
                entry.down = if is_empty { Down::Empty } else { Down::Present(script) };
            }
            // A baseline and what is repeated have none, ever.
            None if has_undo && name.kind == Kind::Versioned => entry.down = Down::Missing,
            None => {}
        }
        chain.entries.push(entry);
    }
    for (name, file) in undo.into_values().flatten() {
        let number = name.number.as_ref().map_or("", |number| number.text.as_str());
        chain.fault(
            Code::MissingUp,
            &file.path,
            None,
            format!("there is no version {number} that it could undo"),
        );
    }
    let mut claimed: HashSet<&Path> = files.iter().map(|(_, file)| file.path.as_path()).collect();
    for file in of_other_case {
        let why = "its prefix is written in another case than those of the others, so it is never run";
        chain.strays.push((file.path.clone(), why.to_owned()));
        claimed.insert(&file.path);
    }
    for file in &folder.files {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let is_version = file.name.strip_prefix('V').is_some_and(|rest| rest.starts_with(is_digit));
        let is_other = file.name.ends_with(".sql") && !file.name.contains("__");
        if is_version && is_other && claimed.insert(&file.path) {
            let why = "two underscores separate a version from what it is called, and it has none";
            chain.strays.push((file.path.clone(), why.to_owned()));
        }
    }
    strays::find(&mut chain, folder, &claimed);
    // Flyway calls what it runs before and after by names of its own.
    chain.strays.retain(|(path, _)| {
        let name =
            path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        !["before", "after", "createschema"].iter().any(|word| name.starts_with(word))
    });
    Some(chain)
}

/// Takes out the versioned files whose prefix has another case than that of most. A prefix is a matter of configuration, and
/// its case counts, so a folder has one of the two.
fn of_prefix(files: Vec<(Name, &Listed)>) -> (Vec<(Name, &Listed)>, Vec<&Listed>) {
    let is_small = |file: &&(Name, &Listed)| file.1.name.starts_with('v');
    let versioned = || files.iter().filter(|(name, _)| name.kind == Kind::Versioned);
    let small = versioned().filter(is_small).count();
    let is_meant = small * 2 > versioned().count();
    let (kept, others): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.0.kind != Kind::Versioned || is_small(&file) == is_meant);
    (kept, others.into_iter().map(|(_, file)| file).collect())
}

fn entry(chain: &mut Chain, name: &Name, file: &Listed) -> Entry {
    let id = match (&name.number, name.kind) {
        (Some(number), Kind::Baseline) => format!("B{}", number.text),
        (Some(number), _) => number.text.clone(),
        (None, _) => format!("R__{}", name.slug),
    };
    let mut entry = Entry {
        id,
        slug: name.slug.clone(),
        number: name.number.clone(),
        is_repeatable: name.kind == Kind::Repeatable,
        is_baseline: name.kind == Kind::Baseline,
        file: file.path.clone(),
        files: vec![file.path.clone()],
        ..Entry::default()
    };
    if name.is_sql {
        let text = read_sql(chain, file);
        entry.is_empty = text.is_some_and(|text| !text.is_cut && sql::is_empty(&text.text));
        entry.up.push(Script::whole(&file.path, has_no_transaction(file)));
    }
    entry
}

/// Whether the settings of a script, in a file beside it, take its transaction away.
fn has_no_transaction(file: &Listed) -> bool {
    let settings = file.path.with_file_name(format!("{}.conf", file.name));
    let Ok(text) = crate::text::Text::read(&settings) else { return false };
    let plain = text.text.to_ascii_lowercase().replace(' ', "");
    plain.lines().any(|line| line == "executeintransaction=false")
}

fn name(name: &str) -> Option<Name> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_sql = ending.eq_ignore_ascii_case("sql");
    if !is_sql && !CODE.contains(&ending) {
        return None;
    }
    let mut letters = stem.chars();
    let kind = match letters.next()? {
        'V' | 'v' => Kind::Versioned,
        'U' => Kind::Undo,
        'B' => Kind::Baseline,
        'R' => Kind::Repeatable,
        _ => return None,
    };
    let rest = letters.as_str();
    if kind == Kind::Repeatable {
        let slug = rest.strip_prefix("__").filter(|slug| !slug.is_empty())?;
        return Some(Name { kind, number: None, slug: slug.to_owned(), is_sql });
    }
    let (version, slug) = rest.split_once("__")?;
    let number = Number::of_version(version)?;
    Some(Name { kind, number: Some(number), slug: slug.to_owned(), is_sql })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_flyway_and_refinery() {
        let told = |text: &str| {
            name(text).map(|name| {
                let number = name.number.map(|number| number.key()).unwrap_or_default();
                format!("{:?} {number} {}", name.kind, name.slug)
            })
        };
        assert_eq!(told("V1_9__add.sql").as_deref(), Some("Versioned 1.9 add"));
        assert_eq!(told("V2024.01.02__add_b.sql").as_deref(), Some("Versioned 2024.1.2 add_b"));
        assert_eq!(told("U3__x.sql").as_deref(), Some("Undo 3 x"));
        assert_eq!(told("R__views.sql").as_deref(), Some("Repeatable  views"));
        assert_eq!(told("V1__x.rs").as_deref(), Some("Versioned 1 x"));
        for other in ["V1_x.sql", "Views__x.sql", "README.md", "V__x.sql", "R__.sql", "V1__x.md"] {
            assert_eq!(told(other), None, "{other}");
        }
    }
}
