use std::io;
use std::path::Path;

use crate::chain::{Chain, Down, Entry, Form, Script, ToldBy};
use crate::dialect::DialectName;
use crate::sections::{Sections, begins_without_transaction};
use crate::sql;
use crate::text::Text;

/// How many folders above a file may name its dialect.
const FOLDERS: usize = 3;

impl Chain {
    /// A file of SQL that belongs to no history, as one of its own. All of it leads up, but for what the marks of a tool say
    /// otherwise. Fails where it cannot be read.
    pub fn of_file(file: &Path) -> io::Result<Self> {
        let text = Text::read(file)?.text;
        let sections = Sections::of(&text).filter(|sections| sections.has_up);
        let form = sections.as_ref().map_or(Form::Forward, |sections| Form::Marked(sections.marks));
        let mut chain = Self { is_alone: true, ..Self::new(file.parent().unwrap_or(file), form) };
        chain.dialect = of_names(file).or_else(|| Some((sql::dialect(&text)?, ToldBy::Content)));
        let (up, down) = match sections {
            Some(sections) => {
                let part = |parts, no_transaction| Script {
                    file: file.to_owned(),
                    parts: Some(parts),
                    no_transaction,
                };
                let down = if sections.has_down {
                    Down::Present(part(sections.down, sections.down_no_transaction))
                } else {
                    Down::Missing
                };
                (part(sections.up, sections.up_no_transaction), down)
            }
            None => (Script::whole(file, begins_without_transaction(&text)), Down::Unknown),
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        chain.entries.push(Entry {
            id: stem.clone(),
            slug: stem,
            file: file.to_owned(),
            is_empty: sql::is_empty(&text),
            up: vec![up],
            down,
            files: vec![file.to_owned()],
            ..Entry::default()
        });
        Ok(chain)
    }
}

/// The dialect that the names of a file and of the folders above it tell, the innermost first.
fn of_names(file: &Path) -> Option<(DialectName, ToldBy)> {
    let mut names = file.ancestors().filter_map(|path| path.file_name()?.to_str()).take(1 + FOLDERS);
    let own = names.next().and_then(DialectName::in_name).map(|(dialect, _)| (dialect, ToldBy::Suffix));
    own.or_else(|| Some((names.find_map(DialectName::in_name)?.0, ToldBy::Folder)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_by_itself_is_a_history() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            Chain::of_file(&path).unwrap()
        };
        let plain = read("a.sql", "CREATE TABLE a (b jsonb);");
        assert_eq!(plain.dialect, Some((DialectName::Postgresql, ToldBy::Content)));
        assert_eq!((plain.form, plain.entries[0].id.as_str()), (Form::Forward, "a"));
        let named = read("pg/a.sqlite.sql", "SELECT 1");
        assert_eq!(named.dialect, Some((DialectName::Sqlite, ToldBy::Suffix)));
        assert_eq!(read("pg/x/a.sql", "x").dialect, Some((DialectName::Postgresql, ToldBy::Folder)));
        let marked = read("b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nA;\n-- +goose Down\nB;\n");
        let script = &marked.entries[0].up[0];
        assert_eq!(script.read().unwrap(), "A;\n");
        assert!(script.no_transaction && marked.dialect.is_none());
        assert_eq!(script.line_in_file(1), 3);
        assert!(Chain::of_file(&folder.path().join("absent.sql")).is_err());
    }
}
