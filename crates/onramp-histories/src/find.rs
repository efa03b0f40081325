use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::chain::{Chain, Form, ToldBy};
use crate::dialect::DialectName;
use crate::forms::{alembic, code, django, folders, liquibase, releases, sql_files, versioned};
use crate::sql;
use crate::text::Text;
use crate::walk::Tree;

/// How many scripts are looked at for words of a dialect.
const LOOKED_AT: usize = 25;

/// The histories below some folders.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    /// Each with its entries in order, sorted by folder.
    pub chains: Vec<Chain>,
    /// Folders that could not be listed, with what the system says.
    pub unread: Vec<(PathBuf, String)>,
}

impl Histories {
    /// Finds and reads the histories below some folders. Nothing is an error: what cannot be read is told.
    pub fn below(roots: &[PathBuf]) -> Self {
        let tree = Tree::of(roots);
        let mut chains = Vec::new();
        let mut claimed: HashSet<usize> = HashSet::new();
        let changelogs = liquibase::read(&tree);
        let of_changelogs = liquibase::claimed(&changelogs);
        for place in 0..tree.folders.len() {
            if claimed.contains(&place) {
                continue;
            }
            let found = of_folder(&tree, place, &mut claimed, &of_changelogs);
            chains.extend(found.into_iter().map(|chain| (place, chain)));
        }
        let chains = code::join_releases(chains);
        let named = chains.into_iter().chain(changelogs).map(|(place, chain)| {
            let names = tree.names(place).into_iter().map(str::to_owned).collect();
            Chain { place: names, ..chain }
        });
        let chains = named.collect();
        let mut chains = join(chains);
        for chain in &mut chains {
            chain.sort();
            if chain.dialect.is_none() {
                chain.dialect = of_place(chain).or_else(|| of_content(chain));
            }
        }
        chains.sort_by(|left, right| {
            let dialect = |chain: &Chain| chain.dialect.map(|(dialect, _)| dialect);
            (&left.folder, left.form, dialect(left)).cmp(&(&right.folder, right.form, dialect(right)))
        });
        Self { chains, unread: tree.unread }
    }
}

impl Histories {
    /// Takes a dialect for that of the histories of which nothing tells it or, where a folder is named, of all in it. Tells how
    /// many there are.
    pub fn tell(&mut self, folder: Option<&Path>, dialect: DialectName) -> usize {
        let mut told = 0;
        for chain in &mut self.chains {
            let is_meant = match folder {
                Some(folder) => chain.folder.starts_with(folder),
                None => chain.dialect.is_none(),
            };
            told += usize::from(is_meant);
            let is_known = chain.dialect.is_some_and(|(own, _)| own == dialect);
            if is_meant && !is_known {
                chain.dialect = Some((dialect, ToldBy::Asked));
            }
        }
        told
    }
}

impl Histories {
    /// Takes over the dialects that a configuration tells, by the folders of histories of which nothing else tells it.
    pub fn take_configured(&mut self, dialects: &[(PathBuf, DialectName)]) {
        for chain in self.chains.iter_mut().filter(|chain| chain.dialect.is_none()) {
            let known = dialects.iter().find(|(folder, _)| *folder == chain.folder);
            chain.dialect = known.map(|(_, dialect)| (*dialect, ToldBy::Configuration));
        }
    }
}

/// The histories that lie in one folder, and which of its folders are parts of them.
fn of_folder(
    tree: &Tree,
    place: usize,
    claimed: &mut HashSet<usize>,
    of_changelogs: &HashSet<PathBuf>,
) -> Vec<Chain> {
    let folder = &tree.folders[place];
    let mut chains = Vec::new();
    if folder.folders.len() + folder.files.len() == 0 {
        return chains;
    }
    if let Some((found, inner)) = releases::read(tree, place) {
        chains.extend(found);
        claimed.extend(inner);
    }
    if let Some((found, inner)) = folders::read(tree, place) {
        chains.push(found);
        claimed.extend(inner);
    }
    chains.extend(versioned::read(tree, place));
    if !folder.files.iter().any(|file| of_changelogs.contains(&file.path)) {
        chains.extend(sql_files::read(tree, place));
    }
    match alembic::read_folder(tree, place) {
        Some(chain) => chains.push(chain),
        None => chains.extend(django::read_folder(tree, place)),
    }
    let known: HashSet<&Path> =
        chains.iter().flat_map(|chain| &chain.entries).map(|entry| entry.file.as_path()).collect();
    let of_code = code::read(tree, place).into_iter();
    let new: Vec<Chain> = of_code
        .filter(|chain| !chain.entries.iter().any(|entry| known.contains(entry.file.as_path())))
        .collect();
    chains.extend(new);
    chains
}

/// Puts together what lies in several folders: revisions of Alembic that follow those of another folder.
fn join(chains: Vec<Chain>) -> Vec<Chain> {
    let owners: HashMap<&str, usize> = chains
        .iter()
        .enumerate()
        .filter(|(_, chain)| chain.form == Form::Alembic)
        .flat_map(|(place, chain)| chain.entries.iter().map(move |entry| (entry.id.as_str(), place)))
        .collect();
    let mut belongs: Vec<usize> = (0..chains.len()).collect();
    for (place, chain) in chains.iter().enumerate() {
        if chain.form != Form::Alembic {
            continue;
        }
        let own: HashSet<&str> = chain.entries.iter().map(|entry| entry.id.as_str()).collect();
        let parents = chain.entries.iter().flat_map(|entry| &entry.parents);
        for parent in parents.filter(|parent| !own.contains(parent.as_str())) {
            if let Some(other) = owners.get(parent.as_str()) {
                unite(&mut belongs, place, *other);
            }
        }
    }
    let mut joined: Vec<Option<Chain>> = Vec::new();
    for (place, chain) in chains.into_iter().enumerate() {
        joined.push(None);
        let root = root_of(&belongs, place);
        match &mut joined[root] {
            None => joined[root] = Some(chain),
            Some(first) => {
                first.folder = common(&first.folder, &chain.folder);
                let same =
                    first.place.iter().zip(&chain.place).take_while(|(left, right)| left == right).count();
                first.place.truncate(same);
                first.entries.extend(chain.entries);
                first.strays.extend(chain.strays);
                first.faults.extend(chain.faults);
            }
        }
    }
    joined.into_iter().flatten().collect()
}

fn root_of(belongs: &[usize], place: usize) -> usize {
    let mut root = place;
    while belongs[root] != root {
        root = belongs[root];
    }
    root
}

/// The smaller place becomes that of both.
fn unite(belongs: &mut [usize], left: usize, right: usize) {
    let (left, right) = (root_of(belongs, left), root_of(belongs, right));
    belongs[left.max(right)] = left.min(right);
}

fn common(left: &Path, right: &Path) -> PathBuf {
    left.components()
        .zip(right.components())
        .take_while(|(left, right)| left == right)
        .map(|(left, _)| left)
        .collect()
}

/// The dialect that the names of the folders tell, the innermost first.
fn of_place(chain: &Chain) -> Option<(DialectName, ToldBy)> {
    let found = chain.place.iter().rev().find_map(|name| DialectName::in_name(name));
    found.map(|(dialect, _)| (dialect, ToldBy::Folder))
}

/// The dialect whose words the first scripts have, and no words of another.
fn of_content(chain: &Chain) -> Option<(DialectName, ToldBy)> {
    if !chain.form.is_sql() || chain.form == Form::Suffixes {
        return None;
    }
    let scripts = chain.entries.iter().flat_map(|entry| &entry.up).take(LOOKED_AT);
    let texts: Vec<String> = scripts.filter_map(|script| Some(Text::read(&script.file).ok()?.text)).collect();
    sql::dialect(&texts.join("\n")).map(|dialect| (dialect, ToldBy::Content))
}
