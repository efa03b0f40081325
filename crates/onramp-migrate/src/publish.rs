use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure, FailureKind};
use onramp_database::blame_storage;

use crate::journal::{FileChange, Journal, Stopped, clear_stage};
use crate::{History, LedgerSpec, MigrateSpec, Proposal, ProposedRevision};

/// What a publish put into the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The new revisions, in the order of the proposals.
    pub revisions: Vec<PublishedRevision>,
    /// The dialects that had nothing to do.
    pub unchanged: Vec<Dialect>,
    /// The ledger, if it got an entry.
    pub ledger: Option<PathBuf>,
}

/// A revision that is in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRevision {
    /// Its dialect.
    pub dialect: Dialect,
    /// Its id.
    pub id: String,
    /// Its files.
    pub files: Vec<PathBuf>,
}

/// Moves the revisions of all proposals into place together, the ledger's entry last. Where anything stands in
/// the way (a file of that name, a history or ledger that changed meanwhile, a full disk) everything is taken
/// back, and the tree is as it was. Without any revision the tree is not touched.
pub fn publish(spec: &MigrateSpec, proposals: &[Proposal], message: &str) -> Result<Published, Failure> {
    let mut published = Published::default();
    let mut changes = Vec::new();
    for proposal in proposals {
        match proposal {
            Proposal::NoChange { dialect, .. } => published.unchanged.push(*dialect),
            Proposal::Revision(revision) => {
                let targets = targets(spec, revision)?;
                let contents = revision.files.iter().map(|file| file.content.clone());
                let new = targets.iter().cloned().zip(contents);
                changes.extend(new.map(|(file, content)| FileChange::new_file(file, content)));
                let (dialect, id) = (revision.dialect, revision.id.clone());
                published.revisions.push(PublishedRevision { dialect, id, files: targets });
            }
        }
    }
    if changes.is_empty() {
        return Ok(published);
    }
    if let Some(ledger) = &spec.ledger {
        changes.push(ledger_change(ledger, &published, message)?);
        make_folder(ledger)?;
    }
    put_in_place(spec, &changes, "nothing was published")?;
    published.ledger = spec.ledger.as_ref().map(|ledger| ledger.file.clone());
    Ok(published)
}

/// Gives the ledger another text, if it still has the one from before.
pub fn rewrite_ledger(spec: &MigrateSpec, before: &str, after: &str) -> Result<(), Failure> {
    let Some(ledger) = &spec.ledger else { return Ok(()) };
    let is_there = ledger.content()?.is_some();
    make_folder(ledger)?;
    let change = FileChange {
        file: ledger.file.clone(),
        before: is_there.then(|| before.as_bytes().to_vec()),
        after: Some(after.as_bytes().to_vec()),
        like: None,
    };
    put_in_place(spec, &[change], "nothing was written")
}

/// Makes the folder that the first entry goes into.
fn make_folder(ledger: &LedgerSpec) -> Result<(), Failure> {
    let Some(folder) = ledger.file.parent() else { return Ok(()) };
    fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        Failure::environment(format!("the ledger's folder {folder} could not be made: {error}"))
            .hint("another place for it: file of [database.ledger]")
    })
}

/// Makes all changes of the tree, or none of them: `nothing` says so, as the beginning of a message.
pub(crate) fn put_in_place(spec: &MigrateSpec, changes: &[FileChange], nothing: &str) -> Result<(), Failure> {
    let journal = Journal::begin(&spec.state, changes).map_err(|error| {
        let message = format!("{nothing}: no journal in {}: {error}", spec.state.display());
        let failure = blame_storage(Failure::environment(message), &[&spec.state]);
        // What it has staged so far says nothing without a journal; the next command clears what stays.
        let _ = clear_stage(&spec.state);
        failure
    })?;
    let (failure, done) = match journal.carry_out() {
        Ok(()) => {
            // It is done; a journal that stays is found complete by the next command.
            let _ = journal.close(&spec.state);
            return Ok(());
        }
        Err(Stopped { done, error }) => {
            let kind = match error.kind() {
                ErrorKind::StorageFull
                | ErrorKind::QuotaExceeded
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::PermissionDenied => FailureKind::Environment,
                _ => FailureKind::Task,
            };
            let failure = Failure { kind, ..Failure::task(format!("{nothing}: {error}")) };
            let folders = changes.iter().filter_map(|change| change.file.parent());
            let places: Vec<&Path> = folders.chain([spec.state.as_path()]).collect();
            (blame_storage(failure, &places), done)
        }
    };
    match journal.take_back_first(done) {
        Ok(kept) => {
            let _ = journal.close(&spec.state);
            let kept: Vec<String> = kept.iter().map(|file| file.display().to_string()).collect();
            if kept.is_empty() {
                return Err(failure);
            }
            let message = format!("{failure}; changed meanwhile, so left as it is: {}", kept.join(", "));
            Err(Failure { message, ..failure })
        }
        Err(error) => Err(Failure::environment(format!(
            "{failure}; it could not be taken back: {error}; the next migrate command tries again"
        ))),
    }
}

/// The paths of the new files. Fails if one is taken, or if the history is no longer the one that the revision
/// was made for.
fn targets(spec: &MigrateSpec, revision: &ProposedRevision) -> Result<Vec<PathBuf>, Failure> {
    let dialect = spec.dialect(revision.dialect)?;
    let history = History::of(spec, dialect).map_err(|failure| failure.context(&dialect.label))?;
    if history.head()? != revision.follows.as_deref() {
        let message = format!("{}: the history has changed since the revision was made", dialect.label);
        return Err(Failure::task(message));
    }
    let files: Vec<PathBuf> = revision.files.iter().map(|file| dialect.versions.join(&file.name)).collect();
    match files.iter().find(|file| file.symlink_metadata().is_ok()) {
        Some(file) => Err(Failure::task(format!("{} exists already", file.display()))),
        None => Ok(files),
    }
}

fn ledger_change(ledger: &LedgerSpec, published: &Published, message: &str) -> Result<FileChange, Failure> {
    let before = ledger.content()?;
    let text = ledger.utf8(before.clone().unwrap_or_default())?;
    let ids: Vec<(Dialect, &str)> =
        published.revisions.iter().map(|revision| (revision.dialect, revision.id.as_str())).collect();
    let after = ledger.insert(&text, &ledger.entry(message, &ids)).into_bytes();
    Ok(FileChange { file: ledger.file.clone(), before, after: Some(after), like: None })
}
