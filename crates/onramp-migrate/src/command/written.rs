use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::Path;

use onramp_core::Failure;

use super::folder::Changes;
use crate::ProposedFile;
use crate::history::{compare_ids, id_of, revision_of};

/// The longest text of a file that a line quotes, in characters.
const LONGEST: usize = 300;

/// A revision that the tool has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) files: Vec<ProposedFile>,
}

impl Written {
    /// The revision in the changes of a folder; `None` where there are none. It must consist of new files alone, all
    /// with one id or the undo script of it, which comes behind the head.
    pub(crate) fn of(changes: &Changes, head: Option<&str>) -> Result<Option<Self>, Failure> {
        if let Some(file) = changes.disturbed.first() {
            let message = format!("the command changed {}, which was there before", file.display());
            return Err(Failure::task(message));
        }
        let mut ids = BTreeSet::new();
        let mut files = Vec::new();
        for (path, content) in &changes.added {
            let name = path.to_str().filter(|_| path.parent() == Some(Path::new("")));
            let Some((id, name)) = name.and_then(|name| Some((id_of(name)?, name))) else {
                let message = format!(
                    "the command wrote {}, and a revision's files lie in the folder itself, with an id before the first \
                     `_` or `.` of their names",
                    path.display()
                );
                return Err(Failure::task(message));
            };
            ids.insert(id.to_owned());
            files.push(ProposedFile { name: name.to_owned(), content: content.clone() });
        }
        let all: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let mut ids: BTreeSet<String> = all.iter().map(|id| revision_of(id, &all).to_owned()).collect();
        if ids.len() > 1 {
            let ids: Vec<String> = ids.into_iter().collect();
            let message =
                format!("the command wrote {} revisions in place of one: {}", ids.len(), ids.join(", "));
            return Err(Failure::task(message));
        }
        let Some(id) = ids.pop_first() else { return Ok(None) };
        match head {
            Some(head) if compare_ids(&id, head) != Ordering::Greater => {
                Err(Failure::task(format!("the new revision {id} does not come after the head, {head}")))
            }
            _ => Ok(Some(Self { id, files })),
        }
    }
}

/// What changed in a folder, a line for each file. The way back says nothing that the way there does not.
pub(crate) fn lines(changes: &Changes) -> Vec<String> {
    let added = changes.added.iter().filter(|(path, _)| changes.added.len() == 1 || !is_way_back(path));
    let added = added.map(|(path, content)| {
        let text = String::from_utf8_lossy(content);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = text.char_indices().nth(LONGEST).map(|(end, _)| end);
        let (text, more) = end.map_or((text.as_str(), ""), |end| (&text[..end], "..."));
        format!("{}: {text}{more}", path.display())
    });
    let disturbed = changes.disturbed.iter().map(|path| format!("{} was changed", path.display()));
    added.chain(disturbed).collect()
}

/// Whether the name says so.
fn is_way_back(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| ["down", "undo", "revert", "rollback"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::path::PathBuf;

    fn changes(added: &[&str], disturbed: &[&str]) -> Changes {
        Changes {
            added: added.iter().map(|name| (name.into(), b"create\n table".to_vec())).collect(),
            disturbed: disturbed.iter().map(PathBuf::from).collect(),
        }
    }

    fn check(added: &[&str], disturbed: &[&str], expected: Expect) {
        let written = Written::of(&changes(added, disturbed), Some("0002"));
        expected.assert_eq(&match written {
            Ok(Some(written)) => {
                let names: Vec<_> = written.files.into_iter().map(|file| file.name).collect();
                format!("{}: {}", written.id, names.join(", "))
            }
            Ok(None) => "nothing".to_owned(),
            Err(failure) => failure.message,
        });
    }

    #[test]
    fn a_revision_is_new_files_of_one_new_id() {
        check(&[], &[], expect!["nothing"]);
        check(&["0003_a.up.sql", "0003_a.down.sql"], &[], expect!["0003: 0003_a.down.sql, 0003_a.up.sql"]);
        check(&["10.sql"], &[], expect!["10: 10.sql"]);
        check(
            &["0003_a.sql"],
            &["0001_x.sql"],
            expect!["the command changed 0001_x.sql, which was there before"],
        );
        check(
            &["0003_a.sql", "0004_b.sql"],
            &[],
            expect!["the command wrote 2 revisions in place of one: 0003, 0004"],
        );
        check(&["0002_more.sql"], &[], expect!["the new revision 0002 does not come after the head, 0002"]);
        check(&["0001_late.sql"], &[], expect!["the new revision 0001 does not come after the head, 0002"]);
        check(
            &["0003/up.sql"],
            &[],
            expect![
                "the command wrote 0003/up.sql, and a revision's files lie in the folder itself, with an id before the first `_` or `.` of their names"
            ],
        );
        check(
            &["schema.sql"],
            &[],
            expect![
                "the command wrote schema.sql, and a revision's files lie in the folder itself, with an id before the first `_` or `.` of their names"
            ],
        );
    }

    #[test]
    fn the_way_there_is_told() {
        let both = changes(&["0003_a.up.sql", "0003_a.down.sql"], &["0001.sql"]);
        assert_eq!(lines(&both), ["0003_a.up.sql: create table", "0001.sql was changed"]);
        assert_eq!(lines(&changes(&["0003_down.sql"], &[])), ["0003_down.sql: create table"]);
    }
}
