//! What is known of files that were tried before: nothing is tried twice as long as all that decides it is the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_cache::Digest;
use onramp_core::{Dialect, Failure};
use onramp_database::ServerIdentity;
use onramp_database::catalog::Catalog;
use onramp_database::rows::Missing;
use onramp_histories::{Chain, Code, Entry, Finding};
use onramp_migrate::{Executed, Facts, Refusal, RevisionFacts, RowsPolicy, Schemas};
use onramp_replay::{Custom, Ground};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tried::Tried;
use crate::whole_file;

/// The version of what is kept. Another way to try a file is another version.
const FORM: &str = "onramp file facts 2";

/// How many bytes of it are kept. A catalog of sixty tables has a hundred thousand.
const LIMIT: u64 = 64 << 20;

/// Everything but the history that decides what a file does.
pub(super) struct Circumstances<'a> {
    pub(super) dialect: Dialect,
    pub(super) server: &'a ServerIdentity,
    /// What the first entry meets, and whether tables get rows.
    pub(super) ground: Ground<'a>,
    /// The places on the way of the entries that are asked for: tables get rows before each of them, which the later ones meet.
    pub(super) asked: &'a [usize],
}

/// Where it is kept what the entries of one history do.
#[derive(PartialEq, Eq)]
pub(super) struct Shelf {
    folder: PathBuf,
    /// The key of each entry, in the order in which they are applied; `None` from the first one on that cannot be read.
    keys: Vec<Option<Digest>>,
    /// What is told may be about these: where the ground stands, then each script.
    files: Vec<PathBuf>,
}

/// What is kept of a script.
#[derive(Deserialize, Serialize)]
struct Kept {
    before: Value,
    after: Value,
    statements: Option<Vec<Executed>>,
    missing: Option<Value>,
    had_rows: bool,
    with_rows: Option<Refused>,
    notes: Vec<Note>,
}

/// Something that was made for a script.
#[derive(Deserialize, Serialize)]
struct Note {
    /// The place of its file among those of the shelf: a history may lie elsewhere the next time.
    file: usize,
    line: Option<u32>,
    message: String,
}

#[derive(Deserialize, Serialize)]
struct Refused {
    message: String,
    statement: Option<usize>,
    line: Option<u32>,
}

impl Shelf {
    /// That of the entries of a way through a history.
    pub(super) fn new(
        folder: PathBuf,
        chain: &Chain,
        way: &[Entry],
        circumstances: &Circumstances<'_>,
    ) -> Self {
        let Circumstances { dialect, server, ground, asked } = circumstances;
        let start = [
            FORM,
            env!("CARGO_PKG_VERSION"),
            dialect.name(),
            &server.text,
            ground.text,
            &format!("{:?} {} {}", ground.rows, chain.form.name(), chain.is_alone),
            // Others than those before it decide this too.
            &format!("{:?}", Custom::of(chain, *dialect)),
        ];
        let mut before = Some(joined(start.map(str::as_bytes)));
        let keys = way.iter().enumerate().map(|(place, entry)| {
            let key = before.and_then(|before| key(&before, entry, asked.contains(&place)));
            before = key;
            key
        });
        let scripts = way.iter().flat_map(|entry| &entry.up).map(|script| script.file.clone());
        let files = std::iter::once(ground.place().to_path_buf()).chain(scripts).collect();
        Self { folder, keys: keys.collect(), files }
    }

    /// What is known of an entry, by its place on the way: one for each of its scripts.
    pub(super) fn find(&self, place: usize, entry: &Entry) -> Option<Vec<Tried>> {
        let kept: Vec<Kept> = serde_json::from_slice(&fs::read(self.file(place)?).ok()?).ok()?;
        if kept.len() != entry.up.len() {
            return None;
        }
        kept.into_iter()
            .zip(&entry.up)
            .map(|(kept, script)| kept.tried(&entry.id, &script.file, &self.files))
            .collect()
    }

    /// Keeps it. One that was refused even without rows is tried again the next time, and so is what comes behind an
    /// extension that was left out: what they lack may have come.
    pub(super) fn keep(&self, place: usize, tried: &[Tried]) {
        let Some(file) = self.file(place) else { return };
        let is_lasting =
            |one: &Tried| one.untried.is_none() && one.facts.refusal.is_none() && !one.lacks_extension;
        if tried.is_empty() || !tried.iter().all(is_lasting) {
            return;
        }
        let kept: Option<Vec<Kept>> = tried.iter().map(|one| Kept::of(one, &self.files)).collect();
        let Some(kept) = kept else { return };
        // Without it the next run takes a little longer; so no error is one.
        let Ok(text) = serde_json::to_vec(&kept) else { return };
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| whole_file::replace(&file, |new| fs::write(new, text)));
        if written.is_ok() {
            drop_oldest(&self.folder, LIMIT);
        }
    }

    fn file(&self, place: usize) -> Option<PathBuf> {
        let key = self.keys.get(place)?.as_ref()?;
        Some(self.folder.join(format!("{}.json", key.hash())))
    }
}

/// The key of an entry behind those of another key: all that its scripts say, and where, and whether it is asked for.
fn key(before: &Digest, entry: &Entry, is_asked_for: bool) -> Option<Digest> {
    let asked = is_asked_for.to_string().into_bytes();
    let mut parts = vec![before.hash().into_bytes(), entry.id.clone().into_bytes(), asked];
    for script in &entry.up {
        parts.push(script.file.file_name()?.as_encoded_bytes().to_vec());
        parts.push(script.no_transaction.to_string().into_bytes());
        parts.push(script.read().ok()?.into_bytes());
        // What stands above a part decides its lines.
        parts.push(script.line_in_file(1).to_string().into_bytes());
        parts.push(fs::read(&script.file).ok()?);
    }
    Some(joined(parts))
}

/// One digest of several texts.
fn joined<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Digest {
    let mut all = Vec::new();
    for part in parts {
        all.extend(part.as_ref().len().to_le_bytes());
        all.extend(part.as_ref());
    }
    Digest::of(all)
}

impl Kept {
    /// `None` where something is told of no file that is known.
    fn of(tried: &Tried, files: &[PathBuf]) -> Option<Self> {
        let facts = &tried.facts;
        let Facts { schemas: Schemas { before, after }, statements, missing } = &facts.facts;
        let refused = |refusal: &Refusal| Refused {
            message: refusal.failure.message.clone(),
            statement: refusal.statement,
            line: refusal.line,
        };
        let note = |finding: &Finding| {
            let file = files.iter().position(|file| *file == finding.file)?;
            Some(Note { file, line: finding.line, message: finding.message.clone() })
        };
        Some(Self {
            before: before.to_json(),
            after: after.to_json(),
            statements: statements.clone(),
            missing: missing.as_ref().map(Missing::to_json),
            had_rows: facts.rows == RowsPolicy::Seed,
            with_rows: facts.with_rows.as_ref().map(refused),
            notes: tried.notes.iter().map(note).collect::<Option<_>>()?,
        })
    }

    fn tried(self, id: &str, file: &Path, files: &[PathBuf]) -> Option<Tried> {
        let catalog = |value: &Value| Catalog::from_json(value).ok().map(Arc::new);
        let missing = match &self.missing {
            Some(missing) => Some(Missing::from_json(missing)?),
            None => None,
        };
        let refusal = |Refused { message, statement, line }| Refusal {
            failure: Failure::task(message),
            statement,
            line,
        };
        let note = |note: Note| {
            let file = files.get(note.file)?;
            Some(Finding::new(Code::StandIn, file, note.message).at(note.line))
        };
        let notes = self.notes.into_iter().map(note).collect::<Option<_>>()?;
        let facts = RevisionFacts {
            id: id.to_owned(),
            files: vec![file.to_owned()],
            facts: Facts {
                schemas: Schemas { before: catalog(&self.before)?, after: catalog(&self.after)? },
                statements: self.statements,
                missing,
            },
            rows: if self.had_rows { RowsPolicy::Seed } else { RowsPolicy::Leave },
            with_rows: self.with_rows.map(refusal),
            refusal: None,
        };
        Some(Tried { facts, untried: None, notes, lacks_extension: false })
    }
}

/// Removes the oldest files of a folder until the rest has no more than so many bytes.
fn drop_oldest(folder: &Path, limit: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some((metadata.modified().ok()?, entry.path(), metadata.len()))
        })
        .collect();
    files.sort();
    let mut total = 0;
    for (_, file, length) in files.iter().rev() {
        total += length;
        if total > limit {
            let _ = fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use onramp_replay::Rows;

    use super::*;

    #[test]
    fn keys_are_of_all_that_decides_and_of_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let keys_of = |rows, text: &str, server: &str, asked: &[usize]| {
            let chain = Chain::of_file(&folder.path().join("1.sql")).unwrap();
            let more = Chain::of_file(&folder.path().join("2.sql")).unwrap();
            let way: Vec<Entry> = chain.entries.iter().chain(&more.entries).cloned().collect();
            let server = &ServerIdentity { text: server.to_owned(), version: None };
            let ground = Ground { text, name: "", file: None, rows };
            let about = Circumstances { dialect: Dialect::Sqlite, server, ground, asked };
            let shelf = Shelf::new(folder.path().join("shelf"), &chain, &way, &about);
            shelf.keys.into_iter().map(|key| key.map(|key| key.hash())).collect::<Vec<_>>()
        };
        let keys = |rows, ground: &str, server: &str| keys_of(rows, ground, server, &[0, 1]);
        write("1.sql", "SELECT 1;");
        write("2.sql", "SELECT 2;");
        let usual = || keys(Rows::Seed, "", "SQLite 3.50");
        let first = usual();
        assert_eq!(usual(), first);
        assert!(first.iter().all(Option::is_some) && first[0] != first[1]);
        for other in [
            keys(Rows::Leave, "", "SQLite 3.50"),
            keys(Rows::Seed, "SELECT 0", "SQLite 3.50"),
            keys(Rows::Seed, "", "SQLite 3.51"),
        ] {
            assert!(other[0] != first[0] && other[1] != first[1]);
        }
        // Before the first one tables get rows that the second one meets, or they do not.
        let second = keys_of(Rows::Seed, "", "SQLite 3.50", &[1]);
        assert!(second[1] != first[1]);
        let alone = keys_of(Rows::Seed, "", "SQLite 3.50", &[0]);
        assert_eq!(alone[0], first[0]);
        write("2.sql", "SELECT 3;");
        assert!(usual()[0] == first[0] && usual()[1] != first[1]);
        write("2.sql", "SELECT 2;");
        write("1.sql", "SELECT 1; ");
        assert!(usual()[0] != first[0] && usual()[1] != first[1]);
        fs::write(folder.path().join("1.sql"), b"\xff").unwrap();
        assert_eq!(usual(), [None, None]);
    }

    #[test]
    fn the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        for (name, seconds) in [("new", 30), ("old", 10), ("middle", 20)] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_len(10).unwrap();
            file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
        }
        drop_oldest(folder.path(), 20);
        let is_there = ["new", "middle", "old"].map(|name| folder.path().join(name).exists());
        assert_eq!(is_there, [true, true, false]);
    }
}
