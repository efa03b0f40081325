use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::{Promise, journal, one_file, pairs, promise, strays};
use crate::chain::{Chain, Form, ToldBy};
use crate::dialect::DialectName;
use crate::name::Name;
use crate::sections::{Sections, named_statements};
use crate::sql;
use crate::text::Text;
use crate::walk::{Listed, Tree};

/// The histories of numbered SQL files in a folder: none, one, or one for each dialect that the names tell.
pub(crate) fn read(tree: &Tree, place: usize) -> Vec<Chain> {
    let folder = &tree.folders[place];
    let files = numbered(&folder.files);
    let sql: Vec<&(Name, &Listed)> = files.iter().filter(|(name, _)| name.is_sql()).collect();
    let has_directions = sql.iter().any(|(name, _)| name.direction.is_some());
    let journal = journal::of(tree, place);
    let is_one = || journal.is_some() || is_history(promise(tree, place), tree.is_root(place), &sql);
    if sql.is_empty() || !(has_directions || is_one()) {
        return Vec::new();
    }
    let form = if has_directions { Form::Pairs } else { Form::Forward };
    let mut chains = by_dialect(&folder.path, form, &files, |chain, files| {
        if has_directions { pairs::add(chain, files) } else { one_file::add(chain, files) }
    });
    if let (Some(journal), [chain]) = (journal, chains.as_mut_slice()) {
        journal::check(chain, journal);
    }
    let claimed: HashSet<&Path> = files.iter().map(|(_, file)| file.path.as_path()).collect();
    if let Some(first) = chains.first_mut() {
        strays::find(first, folder, &claimed);
    }
    chains.retain(|chain| !chain.entries.is_empty() || !chain.faults.is_empty());
    chains
}

/// Files with a number in front that may be migrations.
pub(super) fn numbered(files: &[Listed]) -> Vec<(Name, &Listed)> {
    let is_test = |name: &str| {
        let stem = name.split('.').next().unwrap_or_default();
        stem.ends_with("_test")
            || name.contains(".test.")
            || name.contains(".spec.")
            || name.ends_with(".d.ts")
    };
    let names = files.iter().filter(|file| !is_test(&file.name));
    names.filter_map(|file| Some((Name::of_file(&file.name)?, file))).collect()
}

/// A chain for each dialect that the names tell, each with the files that are for all; else one chain.
pub(super) fn by_dialect<'a>(
    folder: &Path,
    form: Form,
    files: &[(Name, &'a Listed)],
    mut add: impl FnMut(&mut Chain, &[(Name, &'a Listed)]),
) -> Vec<Chain> {
    let dialects: BTreeSet<DialectName> = files.iter().filter_map(|(name, _)| name.dialect).collect();
    if dialects.is_empty() {
        let mut chain = Chain::new(folder, form);
        add(&mut chain, files);
        return vec![chain];
    }
    let mut wanted: Vec<Option<DialectName>> = dialects.iter().copied().map(Some).collect();
    // Files for all are there for some dialect beside the only one that has files of its own.
    if wanted.len() == 1 {
        wanted.push(None);
    }
    let mut chains = Vec::new();
    for dialect in wanted {
        let mut chain = Chain::new(folder, if form == Form::Releases { form } else { Form::Suffixes });
        chain.dialect = dialect.map(|dialect| (dialect, ToldBy::Suffix));
        add(&mut chain, &of_dialect(files, dialect));
        chain.form = if form == Form::Releases { form } else { Form::Suffixes };
        // The second dialect reads the same files for all; what is wrong with them is told once.
        if let Some(first) = chains.first() {
            let first: &Chain = first;
            let known: HashSet<&Path> = first.faults.iter().map(|fault| fault.file.as_path()).collect();
            chain.faults.retain(|fault| !known.contains(fault.file.as_path()));
            chain.strays.retain(|stray| !first.strays.contains(stray));
        }
        chains.push(chain);
    }
    chains
}

/// The files of a dialect: its own ones, and those for all where it has none of that number, direction and name.
fn of_dialect<'a>(files: &[(Name, &'a Listed)], dialect: Option<DialectName>) -> Vec<(Name, &'a Listed)> {
    let what = |(name, file): &(Name, &Listed)| {
        let direction = name.direction.map(|direction| direction as u8);
        (file.path.parent().map(Path::to_owned), name.number.key(), direction, name.slug.clone())
    };
    let is_own = |file: &&(Name, &Listed)| dialect.is_some() && file.0.dialect == dialect;
    let own: BTreeSet<_> = files.iter().filter(is_own).map(what).collect();
    let is_wanted = |file: &&(Name, &Listed)| match file.0.dialect {
        None => !own.contains(&what(file)),
        of => of == dialect,
    };
    files.iter().filter(is_wanted).cloned().collect()
}

/// Whether numbered SQL files without directions are a history, by the folders that they lie in and by the first of them.
fn is_history(promise: Promise, is_named: bool, files: &[&(Name, &Listed)]) -> bool {
    if promise == Promise::Strong {
        return true;
    }
    let first: Vec<Text> = files.iter().take(5).filter_map(|(_, file)| Text::read(&file.path).ok()).collect();
    // A mark for what leads up is written for a tool of migrations, wherever the file lies.
    if first.iter().filter_map(|text| Sections::of(&text.text)).any(|sections| sections.has_up) {
        return true;
    }
    if promise == Promise::None {
        return false;
    }
    let changes = |text: &&Text| sql::changes_schemas(&text.text);
    match files {
        // One file with a number may be anything, unless somebody takes it for a history, or the number counts.
        [(name, _)] => {
            let is_first =
                name.number.text.len() >= 3 && name.number.in_sequence().is_some_and(|number| number <= 1);
            let is_time = name.number.text.len() >= 12 && name.number.seconds().is_some();
            ((is_named && is_first) || is_time)
                && !name.slug.is_empty()
                && first.iter().any(|text| changes(&text))
        }
        _ => {
            first
                .iter()
                .any(|text| Sections::of(&text.text).is_some() || !named_statements(&text.text).is_empty())
                || first.iter().filter(changes).count() * 2 > first.len()
        }
    }
}
