use std::collections::HashSet;

use serde_json::Value;

use crate::Code;
use crate::chain::{Chain, ToldBy};
use crate::dialect::DialectName;
use crate::walk::{Listed, Tree};

/// The journal that Drizzle keeps of the migrations in a folder, whatever that is called.
pub(super) fn of(tree: &Tree, place: usize) -> Option<&Listed> {
    let inner = tree.folders[place].folders.iter().map(|inner| &tree.folders[*inner]);
    let meta = inner.into_iter().find(|folder| folder.name == "meta")?;
    meta.files.iter().find(|file| file.name == "_journal.json")
}

/// Takes over the dialect that a journal tells, and holds what it lists against the entries.
pub(super) fn check(chain: &mut Chain, journal: &Listed) {
    let Some(text) = super::read(chain, journal) else { return };
    let value: Value = match serde_json::from_str(&text.text) {
        Ok(value) => value,
        Err(error) => {
            let line = u32::try_from(error.line()).ok();
            return chain.fault(Code::Manifest, &journal.path, line, format!("cannot be read: {error}"));
        }
    };
    if let Some(dialect) = value["dialect"].as_str().and_then(DialectName::of_word) {
        chain.dialect = Some((dialect, ToldBy::Settings));
    }
    let Some(listed) = value["entries"].as_array() else { return };
    let tags: Vec<&str> = listed.iter().filter_map(|entry| entry["tag"].as_str()).collect();
    let known: HashSet<&str> = tags.iter().copied().collect();
    let files: Vec<_> = chain.entries.iter().map(|entry| entry.file.clone()).collect();
    let stem = |file: &std::path::Path| file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let there: HashSet<String> = files.iter().filter_map(|file| stem(file)).collect();
    for tag in tags.iter().filter(|tag| !there.contains(**tag)) {
        let message = format!("lists `{tag}`, and there is no {tag}.sql");
        chain.fault(Code::Manifest, &journal.path, None, message);
    }
    for file in files {
        if stem(&file).is_some_and(|stem| !known.contains(stem.as_str())) {
            chain.fault(
                Code::Manifest,
                &file,
                None,
                "is not listed in meta/_journal.json, so Drizzle does not run it",
            );
        }
    }
}
