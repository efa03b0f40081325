use super::{liquibase_xml, liquibase_yaml, read};
use crate::Code;
use crate::chain::{Chain, Entry, Form};
use crate::text::Text;
use crate::walk::{Listed, Tree};

/// A changeset, which is known by its id, its author and its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChangeSet {
    pub(super) id: String,
    pub(super) author: String,
    /// From 1.
    pub(super) line: u32,
}

/// What a file has come to: `None` where it is no changelog, else its changesets, or a line and what is wrong there.
pub(super) type Outcome = Option<Result<Vec<ChangeSet>, (u32, String)>>;

/// Words in names of files and folders that changelogs lie in.
const NAMES: [&str; 5] = ["changelog", "changeset", "liquibase", "migrat", "changes"];

/// The changelogs of a folder, if it has any.
pub(crate) fn read_folder(tree: &Tree, place: usize) -> Option<Chain> {
    let folder = &tree.folders[place];
    let names: Vec<String> =
        tree.names(place).iter().rev().take(3).map(|name| name.to_ascii_lowercase()).collect();
    let is_of_folder =
        tree.is_root(place) || names.iter().any(|name| NAMES.iter().any(|word| name.contains(word)));
    let mut chain = Chain::new(&folder.path, Form::Liquibase);
    let mut is_one = false;
    for file in &folder.files {
        let name = file.name.to_ascii_lowercase();
        if is_of_folder || NAMES.iter().any(|word| name.contains(word)) {
            is_one |= add(&mut chain, file, &name);
        }
    }
    is_one.then_some(chain)
}

/// Adds the changesets of a file, and tells whether it is a changelog.
fn add(chain: &mut Chain, file: &Listed, name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let reader: fn(&str) -> Outcome = match ending {
        "xml" => liquibase_xml::read,
        "yaml" | "yml" | "json" => liquibase_yaml::read,
        "sql" => formatted_sql,
        _ => return false,
    };
    let Ok(text) = Text::read(&file.path) else { return false };
    let Some(sets) = reader(&text.text) else { return false };
    // Only now, for what is wrong with other files is no matter of the changelog.
    read(chain, file);
    match sets {
        Err(_) if text.is_cut => {}
        Err((line, why)) => {
            chain.fault(Code::Unreadable, &file.path, Some(line), format!("cannot be read: {why}"));
        }
        Ok(sets) => {
            for set in sets {
                if set.id.is_empty() {
                    chain.fault(Code::Marks, &file.path, Some(set.line), "a changeset has no id");
                }
                chain.entries.push(Entry {
                    id: format!("{}::{}::{}", file.name, set.id, set.author),
                    slug: set.id,
                    file: file.path.clone(),
                    line: Some(set.line),
                    files: vec![file.path.clone()],
                    ..Entry::default()
                });
            }
        }
    }
    true
}

/// The changesets of `--liquibase formatted sql`.
fn formatted_sql(text: &str) -> Outcome {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let is_one = comment(first).is_some_and(|words| words.starts_with("liquibase formatted sql"));
    if !is_one {
        return None;
    }
    let mut sets = Vec::new();
    for (line, text) in (1_u32..).zip(text.lines()) {
        let Some(rest) = comment(text).and_then(|words| words.strip_prefix("changeset")) else { continue };
        let name = rest.split_whitespace().next().unwrap_or_default();
        let (author, id) = name.split_once(':').unwrap_or(("", ""));
        sets.push(ChangeSet { id: id.to_owned(), author: author.to_owned(), line });
    }
    Some(Ok(sets))
}

fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("--").map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sets: Outcome) -> String {
        match sets {
            None => "none".to_owned(),
            Some(Err((line, _))) => format!("wrong at {line}"),
            Some(Ok(sets)) => {
                let set = |set: ChangeSet| format!("{} {} {}", set.line, set.id, set.author);
                sets.into_iter().map(set).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn changesets_of_each_notation() {
        let xml = "<?xml version=\"1.0\"?>\n<databaseChangeLog xmlns=\"x\">\n  <changeSet id=\"1\" author=\"a&amp;b\">\n  \
                   <createTable/></changeSet>\n\n  <changeSet author='c' id='2'/>\n</databaseChangeLog>\n";
        assert_eq!(told(liquibase_xml::read(xml)), "3 1 a&b; 6 2 c");
        assert_eq!(told(liquibase_xml::read("<databaseChangeLog>\n<a></b>")), "wrong at 2");
        assert_eq!(told(liquibase_xml::read("<project/>")), "none");
        let yaml = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    - createTable: {id: x}\n\
                    - include: {file: b.yaml}\n- changeSet: {author: b, id: 2}\n";
        assert_eq!(told(liquibase_yaml::read(yaml)), "3 1 a; 8 2 b");
        let sql = "-- liquibase formatted sql\n\n--changeset ann:1 dbms:h2\nX;\n-- changeset bob:two\n";
        assert_eq!(told(formatted_sql(sql)), "3 1 ann; 5 two bob");
        assert_eq!(told(formatted_sql("SELECT 1;")), "none");
    }
}
