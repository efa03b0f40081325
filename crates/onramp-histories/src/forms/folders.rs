use std::collections::HashSet;
use std::path::Path;

use super::metadata::Metadata;
use super::{pairs, read_sql};
use crate::Code;
use crate::chain::{Chain, Down, Entry, Form, Script, ToldBy};
use crate::dialect::DialectName;
use crate::name::Name;
use crate::sql;
use crate::text::Text;
use crate::walk::{Folder, Listed, Tree};

/// The history whose entries are the folders in a folder, if they are, and the places of those that belong to it.
pub(crate) fn read(tree: &Tree, place: usize) -> Option<(Chain, Vec<usize>)> {
    let folder = &tree.folders[place];
    let numbered: Vec<(Name, usize)> = folder
        .folders
        .iter()
        .filter_map(|inner| Some((Name::of_folder(&tree.folders[*inner].name)?, *inner)))
        .collect();
    let has =
        |name: &str| numbered.iter().filter(|(_, inner)| file(&tree.folders[*inner], name).is_some()).count();
    let (ups, forward) = (has("up.sql"), has("migration.sql"));
    let form = match (ups, forward) {
        (0, 0) => return None,
        (0, _) => Form::ForwardFolders,
        _ if has_parents(tree, &numbered) => Form::Graph,
        _ => Form::Folders,
    };
    let mut chain = Chain::new(&folder.path, form);
    let mut claimed = Vec::new();
    for (name, inner) in numbered {
        let of_entry = &tree.folders[inner];
        // A folder with folders alone is something else that is called by a number.
        if of_entry.files.is_empty() && of_entry.others.is_empty() && !of_entry.folders.is_empty() {
            continue;
        }
        claimed.push(inner);
        add(&mut chain, &name, of_entry);
    }
    for inner in &folder.folders {
        let of_entry = &tree.folders[*inner];
        if !claimed.contains(inner)
            && file(of_entry, "up.sql").is_some()
            && file(of_entry, "down.sql").is_some()
        {
            // Diesel's own first one has a number of zeros; a name without number is passed over by every tool.
            let why = "its name has no number, so no tool takes it for a migration";
            chain.strays.push((of_entry.path.clone(), why.to_owned()));
        }
    }
    let no_files: HashSet<&Path> = HashSet::new();
    super::strays::find(&mut chain, folder, &no_files);
    chain.dialect = of_prisma(folder).map(|dialect| (dialect, ToldBy::Settings));
    Some((chain, claimed))
}

fn file<'a>(folder: &'a Folder, name: &str) -> Option<&'a Listed> {
    folder.files.iter().find(|file| file.name == name)
}

fn has_parents(tree: &Tree, numbered: &[(Name, usize)]) -> bool {
    let metadata = |inner: usize| {
        let file = file(&tree.folders[inner], "metadata.yaml")
            .or_else(|| file(&tree.folders[inner], "metadata.yml"));
        file.and_then(|file| Text::read(&file.path).ok()).is_some_and(|text| text.text.contains("parents:"))
    };
    // A first one may have none.
    numbered.iter().any(|(_, inner)| metadata(*inner))
}

fn add(chain: &mut Chain, name: &Name, folder: &Folder) {
    let up_name = if chain.form == Form::ForwardFolders { "migration.sql" } else { "up.sql" };
    let Some(up) = file(folder, up_name) else {
        let what = match folder.others.iter().find(|(other, _)| other.name == up_name) {
            Some((_, what)) => format!("its {up_name} cannot be read: it is {what}"),
            None => format!("has no {up_name}"),
        };
        chain.fault(Code::MissingUp, &folder.path, None, what);
        return;
    };
    let mut entry = Entry {
        id: name.number.text.clone(),
        slug: name.slug.clone(),
        number: Some(name.number.clone()),
        separator: Some(name.separator.clone()),
        file: up.path.clone(),
        files: vec![up.path.clone()],
        ..Entry::default()
    };
    if name.number.parts == [0] && name.slug.starts_with("diesel") {
        // What diesel brings along itself has a name of its own.
        entry.separator = None;
    }
    let no_transaction = without_transaction(folder);
    let (mut script, is_empty) = pairs::script(chain, name, up);
    script.no_transaction |= no_transaction;
    entry.up.push(script);
    entry.is_empty = is_empty;
    if chain.form != Form::ForwardFolders {
        entry.down = down(chain, folder, &mut entry.files, no_transaction);
    }
    if chain.form == Form::Graph {
        describe(chain, folder, &mut entry);
    }
    chain.entries.push(entry);
}

fn down(
    chain: &mut Chain,
    folder: &Folder,
    files: &mut Vec<std::path::PathBuf>,
    no_transaction: bool,
) -> Down {
    let Some(down) = file(folder, "down.sql") else { return Down::Missing };
    files.push(down.path.clone());
    let text = read_sql(chain, down);
    match text.is_some_and(|text| sql::is_empty(&text.text)) {
        // Where a script has to be there, an empty one says that there is no way back.
        true => Down::Irreversible,
        false => Down::Present(Script::whole(&down.path, no_transaction)),
    }
}

/// Reads the metadata of an entry of a graph.
fn describe(chain: &mut Chain, folder: &Folder, entry: &mut Entry) {
    let Some(file) = file(folder, "metadata.yaml").or_else(|| file(folder, "metadata.yml")) else {
        chain.fault(Code::Metadata, &folder.path, None, "has no metadata.yaml, unlike the others");
        return;
    };
    let Some(text) = super::read(chain, file) else { return };
    entry.files.push(file.path.clone());
    match Metadata::read(&text.text) {
        Err((line, message)) => {
            chain.fault(Code::Metadata, &file.path, Some(line), format!("cannot be read: {message}"));
        }
        Ok(metadata) => {
            entry.parents = metadata.parents;
            entry.is_privileged = metadata.is_privileged;
            let concurrent = Text::read(&entry.file)
                .is_ok_and(|text| creates_concurrently(&sql::without_comments(&text.text)));
            if metadata.is_concurrent != concurrent {
                let message = match concurrent {
                    true => {
                        "does not say createIndexConcurrently, and its up.sql creates an index concurrently"
                    }
                    false => "says createIndexConcurrently, and its up.sql does not",
                };
                chain.fault(Code::Metadata, &file.path, None, message);
            }
            for script in &mut entry.up {
                script.no_transaction |= metadata.is_concurrent;
            }
        }
    }
}

fn creates_concurrently(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.windows(2).any(|pair| pair[0] == "index" && pair[1] == "concurrently")
        && words.windows(2).any(|pair| pair[0] == "create" && (pair[1] == "index" || pair[1] == "unique"))
}

/// Whether diesel runs an entry in no transaction.
fn without_transaction(folder: &Folder) -> bool {
    let text = file(folder, "metadata.toml").and_then(|file| Text::read(&file.path).ok());
    text.is_some_and(|text| text.text.lines().any(|line| line.replace(' ', "") == "run_in_transaction=false"))
}

/// The dialect that Prisma's lock names.
fn of_prisma(folder: &Folder) -> Option<DialectName> {
    let text = Text::read(&file(folder, "migration_lock.toml")?.path).ok()?;
    let line = text.text.lines().find(|line| line.trim_start().starts_with("provider"))?;
    DialectName::of_word(line.split('"').nth(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_indexes() {
        assert!(creates_concurrently("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON b (c)"));
        assert!(creates_concurrently("create index\n concurrently a on b (c)"));
        assert!(!creates_concurrently("DROP INDEX CONCURRENTLY a"));
        assert!(!creates_concurrently("CREATE INDEX a ON concurrently (c)"));
    }
}
