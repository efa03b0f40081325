use onramp_database::catalog::{Catalog, Kind};

use super::folder::Folder;
use crate::CommandSpec;

/// The tables in which the tool keeps its own state, by the names that catalogs know them by. `catalog` is that of a
/// database at the head of the history in `folder`.
pub(crate) fn own_tables(commands: &CommandSpec, catalog: &Catalog, folder: &Folder) -> Vec<String> {
    if let Some(tables) = &commands.tables {
        return tables.clone();
    }
    let words: Vec<String> =
        folder.contents().map(|text| String::from_utf8_lossy(text).to_lowercase()).collect();
    let tables = catalog.objects.keys().filter(|id| id.kind == Kind::Table);
    let unnamed = tables.filter(|id| !words.iter().any(|text| mentions(text, &id.name().to_lowercase())));
    unnamed.map(|id| id.path.join(".")).collect()
}

/// Whether `name` stands in `text` as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_core::Dialect;
    use onramp_database::catalog::ObjectId;

    #[test]
    fn the_tool_s_tables_are_configured_or_in_no_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1_a.sql"), "CREATE TABLE Flow (id integer)").unwrap();
        let folder = Folder::look(folder.path()).unwrap();
        let paths: [&[&str]; 3] = [&["flow"], &["schema_migrations"], &["tool", "log"]];
        let objects =
            paths.map(|path| (ObjectId::new(Kind::Table, path.iter().copied()), Default::default()));
        let catalog = Catalog {
            dialect: Dialect::Postgresql,
            server_version: "15".to_owned(),
            objects: objects.into_iter().collect(),
        };
        let own = |tables: Option<&[&str]>| {
            let tables = tables.map(|tables| tables.iter().map(|name| (*name).to_owned()).collect());
            own_tables(&CommandSpec { tables, ..CommandSpec::default() }, &catalog, &folder)
        };
        assert_eq!(own(None), ["schema_migrations", "tool.log"]);
        assert_eq!(own(Some(&["log"])), ["log"]);
        assert_eq!(own(Some(&[])), [""; 0]);
    }

    #[test]
    fn names_are_words() {
        assert!(mentions("create table flow(id)", "flow"));
        assert!(mentions("alter table \"public\".\"flow\" add x", "flow"));
        assert!(!mentions("create table flow_run (workflow integer)", "flow"));
    }
}
