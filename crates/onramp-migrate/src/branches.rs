//! What becomes of the histories when two branches are merged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};

use crate::history::{RevisionFile, compare_ids, has_name_of_revision, id_of_file, revision_of, words};
use crate::scratch::Scratch;
use crate::{EngineSpec, Finding, Ledger, MigrateSpec};

/// The histories of all dialects, and the ledger, as one branch has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The name of the branch in messages; empty for what lies in the tree.
    pub name: String,
    /// By dialect the files of its versions folder, by their paths in the tree.
    pub files: BTreeMap<Dialect, BTreeMap<PathBuf, Vec<u8>>>,
    /// The text of the ledger.
    pub ledger: Option<String>,
}

/// What has to be exported of a commit to know its histories: the folders of the revisions, and the ledger, relative to the
/// root.
pub fn paths_of_histories(spec: &MigrateSpec) -> Vec<PathBuf> {
    let folders = spec.dialects.iter().map(|dialect| &dialect.versions);
    let all = folders.chain(spec.ledger.as_ref().map(|ledger| &ledger.file));
    all.map(|path| path.strip_prefix(&spec.root).unwrap_or(path).to_path_buf()).collect()
}

/// The revisions of one dialect as they are, whether or not they make a history.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// Each with its file, in the order of the files.
    pub(crate) revisions: Vec<Surveyed>,
    /// The files that are no revisions and should be, with what is wrong.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
}

/// A revision of a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surveyed {
    pub(crate) id: String,
    pub(crate) down: Vec<String>,
    pub(crate) file: PathBuf,
}

impl Side {
    /// What lies in a folder: the tree itself, or a copy of what a commit has of it. Where there is no folder, there are
    /// no files.
    pub fn read(spec: &MigrateSpec, name: &str, root: &Path) -> Result<Self, Failure> {
        let mut side = Self { name: name.to_owned(), ..Self::default() };
        for dialect in &spec.dialects {
            let below = dialect.versions.strip_prefix(&spec.root).unwrap_or(&dialect.versions);
            let mut files = BTreeMap::new();
            let entries = std::fs::read_dir(root.join(below)).into_iter().flatten().filter_map(Result::ok);
            for path in entries.map(|entry| entry.path()).filter(|path| is_of_revision(spec, path)) {
                let unreadable = |error| Failure::task(format!("{}: {error}", path.display()));
                let content = std::fs::read(&path).map_err(unreadable)?;
                files.insert(dialect.versions.join(path.file_name().unwrap_or_default()), content);
            }
            side.files.insert(dialect.dialect, files);
        }
        if let Some(ledger) = &spec.ledger {
            let below = ledger.file.strip_prefix(&spec.root).unwrap_or(&ledger.file);
            let text = std::fs::read(root.join(below)).ok();
            side.ledger = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(side)
    }

    /// What a commit has: `export` writes the files that it has at [`paths_of_histories`] into a folder, at the places that
    /// they have from the root.
    pub fn exported(
        spec: &MigrateSpec,
        name: &str,
        export: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let scratch = Scratch::bare(spec)?;
        export(scratch.folder())?;
        Self::read(spec, name, scratch.folder())
    }

    pub(crate) fn of(&self, spec: &MigrateSpec, dialect: Dialect) -> Survey {
        self.files.get(&dialect).map(|files| Survey::of(&spec.engine, files)).unwrap_or_default()
    }

    /// Whether some history of `tree` has several heads, of which this side has some and does not have others.
    pub fn tells_apart(&self, spec: &MigrateSpec, tree: &Self) -> bool {
        spec.dialects.iter().any(|dialect| {
            let of = dialect.dialect;
            match spec.engine {
                EngineSpec::Alembic(_) => {
                    let own = self.of(spec, of);
                    let known = own.ids();
                    let survey = tree.of(spec, of);
                    let heads = survey.heads();
                    let is_known = |head: &&Surveyed| known.contains(head.id.as_str());
                    heads.len() > 1 && heads.iter().any(is_known) && !heads.iter().all(is_known)
                }
                EngineSpec::Command(_) => {
                    let known = self.files.get(&of);
                    let is_known = |one: &Surveyed| known.is_some_and(|files| files.contains_key(&one.file));
                    let survey = tree.of(spec, of);
                    // Out of order: something of ours stands before something of theirs.
                    let first_own = survey.revisions.iter().position(|one| !is_known(one));
                    let last_known = survey.revisions.iter().rposition(is_known);
                    let same_id = survey
                        .revisions
                        .windows(2)
                        .any(|pair| pair[0].id == pair[1].id && is_known(&pair[0]) != is_known(&pair[1]));
                    same_id || first_own.zip(last_known).is_some_and(|(first, last)| first < last)
                }
            }
        })
    }

    /// Whether some history has more than one head, or one id for several revisions.
    pub fn has_several_heads(&self, spec: &MigrateSpec) -> bool {
        spec.dialects.iter().any(|dialect| {
            let survey = self.of(spec, dialect.dialect);
            match spec.engine {
                EngineSpec::Alembic(_) => survey.heads().len() > 1,
                EngineSpec::Command(_) => survey
                    .revisions
                    .windows(2)
                    .any(|pair| pair[0].id == pair[1].id && words(&pair[0].file) != words(&pair[1].file)),
            }
        })
    }

    /// What a merge of two sides has that have grown from `base`: what only one of them has changed is as that one has it,
    /// and where both have, as ours.
    pub fn merged(ours: &Self, theirs: &Self, base: &Self) -> Self {
        let empty = BTreeMap::new();
        let of = |side: &'_ Self, dialect: &Dialect| side.files.get(dialect).cloned().unwrap_or_default();
        let mut files = BTreeMap::new();
        for dialect in ours.files.keys() {
            let (own, other) = (of(ours, dialect), of(theirs, dialect));
            let before = base.files.get(dialect).unwrap_or(&empty);
            let names: BTreeSet<&PathBuf> = own.keys().chain(other.keys()).collect();
            let merged = names.into_iter().filter_map(|name| {
                let content = if own.get(name) == before.get(name) { other.get(name) } else { own.get(name) };
                Some((name.clone(), content?.clone()))
            });
            files.insert(*dialect, merged.collect());
        }
        Self { name: theirs.name.clone(), files, ledger: None }
    }
}

impl Survey {
    fn of(engine: &EngineSpec, files: &BTreeMap<PathBuf, Vec<u8>>) -> Self {
        match engine {
            EngineSpec::Alembic(_) => Self::of_content(files),
            EngineSpec::Command(_) => Self::of_names(files.keys()),
        }
    }

    fn of_content(files: &BTreeMap<PathBuf, Vec<u8>>) -> Self {
        let mut survey = Self::default();
        for (file, content) in files {
            match RevisionFile::parse(&String::from_utf8_lossy(content)) {
                Ok(RevisionFile { id, down, .. }) => {
                    survey.revisions.push(Surveyed { id, down, file: file.clone() });
                }
                Err(reason) => survey.unreadable.push((file.clone(), reason)),
            }
        }
        survey
    }

    fn of_names<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Self {
        let mut survey = Self::default();
        let named: Vec<(&str, &PathBuf)> = files.filter_map(|file| Some((id_of_file(file)?, file))).collect();
        let all: BTreeSet<&str> = named.iter().map(|(id, _)| *id).collect();
        let mut ids: Vec<(String, PathBuf)> =
            named.iter().map(|(id, file)| (revision_of(id, &all).to_owned(), (*file).clone())).collect();
        ids.sort_by(|(left, one), (right, other)| compare_ids(left, right).then_with(|| one.cmp(other)));
        let mut down: Vec<String> = Vec::new();
        for (id, file) in ids {
            let last = survey.revisions.last();
            if let Some(same) = last.filter(|last| last.id == id).map(|last| last.down.clone()) {
                survey.revisions.push(Surveyed { id, down: same, file });
                continue;
            }
            let before = std::mem::replace(&mut down, vec![id.clone()]);
            survey.revisions.push(Surveyed { id, down: before, file });
        }
        survey
    }

    pub(crate) fn ids(&self) -> BTreeSet<&str> {
        self.revisions.iter().map(|revision| revision.id.as_str()).collect()
    }

    /// The revisions that no other one follows.
    pub(crate) fn heads(&self) -> Vec<&Surveyed> {
        let followed: BTreeSet<&str> =
            self.revisions.iter().flat_map(|revision| &revision.down).map(String::as_str).collect();
        self.revisions.iter().filter(|revision| !followed.contains(revision.id.as_str())).collect()
    }
}

/// Whether the engine would take a file for a part of a revision.
fn is_of_revision(spec: &MigrateSpec, path: &Path) -> bool {
    let is_meant = match spec.engine {
        EngineSpec::Alembic(_) => has_name_of_revision(path),
        EngineSpec::Command(_) => id_of_file(path).is_some(),
    };
    is_meant && path.is_file()
}

/// What would be wrong after a merge with another branch: dialects with several heads, ids that both sides have given to
/// different revisions, revisions whose way is cut off, and ledgers that do not agree.
pub fn check_merge(spec: &MigrateSpec, ours: &Side, theirs: &Side, base: &Side) -> Vec<Finding> {
    let merged = Side::merged(ours, theirs, base);
    let mut findings = Vec::new();
    for dialect in &spec.dialects {
        let (of, label) = (dialect.dialect, dialect.label.as_str());
        let empty = BTreeMap::new();
        let files = |side: &'_ Side| side.files.get(&of).cloned().unwrap_or_else(|| empty.clone());
        let (own, other, before) = (files(ours), files(theirs), files(base));
        for (file, content) in &own {
            let is_new = before.get(file) != Some(content) && before.get(file) != other.get(file);
            if is_new && other.get(file).is_some_and(|theirs| theirs != content) {
                let message = format!("{} has another content in this file", theirs.name);
                findings.push(Finding::error("file-conflict", file, message));
            }
        }
        let survey = merged.of(spec, of);
        for (file, reason) in &survey.unreadable {
            findings.push(Finding::error("revision-unreadable", file, format!("the file {reason}")).at(1));
        }
        let is_theirs = |file: &PathBuf| other.contains_key(file);
        match spec.engine {
            EngineSpec::Alembic(_) => {
                findings.extend(duplicates(&survey, is_theirs, theirs));
                findings.extend(several_heads(&survey, is_theirs, theirs, label));
                findings.extend(cut_off(&survey, is_theirs, theirs));
            }
            EngineSpec::Command(_) => findings.extend(late(&survey, is_theirs, theirs, &before, label)),
        }
    }
    findings.extend(ledgers(spec, ours, theirs, &merged));
    findings
}

fn duplicates(survey: &Survey, is_theirs: impl Fn(&PathBuf) -> bool, theirs: &Side) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, one) in survey.revisions.iter().enumerate() {
        for other in survey.revisions[place + 1..].iter().filter(|other| other.id == one.id) {
            let (own, other) = if is_theirs(&one.file) { (other, one) } else { (one, other) };
            let name = other.file.file_name().unwrap_or_default().display();
            let message = format!("revision `{}` is also {name} of {}", own.id, theirs.name);
            findings.push(Finding::error("duplicate-id", &own.file, message).at(1));
        }
    }
    findings
}

fn several_heads(
    survey: &Survey,
    is_theirs: impl Fn(&PathBuf) -> bool,
    theirs: &Side,
    label: &str,
) -> Vec<Finding> {
    let heads = survey.heads();
    let name = |head: &Surveyed| {
        let file = head.file.file_name().unwrap_or_default().display();
        let whose = if is_theirs(&head.file) { format!(" of {}", theirs.name) } else { String::new() };
        format!("`{}` ({file}{whose})", head.id)
    };
    let own = heads.iter().find(|head| !is_theirs(&head.file));
    let Some(first) = own.or(heads.first()).filter(|_| heads.len() > 1) else { return Vec::new() };
    let names: Vec<String> = heads.iter().map(|head| name(head)).collect();
    let when = if theirs.name.is_empty() {
        format!("{label} has")
    } else {
        format!("merged with {}, {label} has", theirs.name)
    };
    let message = format!("{when} {} heads: {}", heads.len(), names.join(" and "));
    vec![Finding::error("several-heads", &first.file, message).at(1)]
}

fn cut_off(survey: &Survey, is_theirs: impl Fn(&PathBuf) -> bool, theirs: &Side) -> Vec<Finding> {
    let ids = survey.ids();
    let mut findings = Vec::new();
    for revision in &survey.revisions {
        for down in revision.down.iter().filter(|down| !ids.contains(down.as_str())) {
            let whose = if is_theirs(&revision.file) { "this branch" } else { theirs.name.as_str() };
            let message =
                format!("revision `{}` follows `{down}`, which {whose} does not have any more", revision.id);
            findings.push(Finding::error("revision-cut-off", &revision.file, message).at(1));
        }
    }
    findings
}

/// Of histories in the order of names: revisions that would come before others that are there already.
fn late(
    survey: &Survey,
    is_theirs: impl Fn(&PathBuf) -> bool,
    theirs: &Side,
    before: &BTreeMap<PathBuf, Vec<u8>>,
    label: &str,
) -> Vec<Finding> {
    let newest = survey.revisions.iter().rfind(|one| is_theirs(&one.file) && !before.contains_key(&one.file));
    let Some(newest) = newest else { return Vec::new() };
    let newest_file = newest.file.file_name().unwrap_or_default().display();
    let own = survey.revisions.iter().filter(|one| !is_theirs(&one.file) && !before.contains_key(&one.file));
    own.filter_map(|one| {
        let how = match compare_ids(&one.id, &newest.id) {
            std::cmp::Ordering::Less => "comes before",
            std::cmp::Ordering::Equal => "has the number of",
            std::cmp::Ordering::Greater => return None,
        };
        let message = format!(
            "merged with {}, revision `{}` of {label} {how} {newest_file}, which is there already",
            theirs.name, one.id
        );
        Some(Finding::error("several-heads", &one.file, message))
    })
    .collect()
}

/// The entries of both ledgers, against the revisions of both sides.
fn ledgers(spec: &MigrateSpec, ours: &Side, theirs: &Side, merged: &Side) -> Vec<Finding> {
    let Some(ledger) = &spec.ledger else { return Vec::new() };
    let read = |side: &Side| Ledger::of_text(spec, ledger, side.ledger.clone().unwrap_or_default()).ok();
    let (Some(own), Some(other)) = (read(ours), read(theirs)) else { return Vec::new() };
    let mut listed: BTreeMap<(Dialect, &str), BTreeMap<Dialect, &str>> = BTreeMap::new();
    let mut findings = Vec::new();
    for (entry, is_own) in
        other.entries.iter().map(|entry| (entry, false)).chain(own.entries.iter().map(|entry| (entry, true)))
    {
        let ids: BTreeMap<Dialect, &str> = entry
            .ids
            .iter()
            .filter_map(|(dialect, listed)| Some((*dialect, listed.id.as_deref()?)))
            .collect();
        for (dialect, id) in &ids {
            match listed.get(&(*dialect, *id)) {
                Some(known) if is_own && *known != ids => {
                    let message = format!("{} lists revision `{id}` with another twin", theirs.name);
                    findings.push(Finding::error("ledger-pair", &ledger.file, message).at(entry.line));
                }
                _ => drop(listed.insert((*dialect, *id), ids.clone())),
            }
        }
    }
    for dialect in &spec.dialects {
        for revision in merged.of(spec, dialect.dialect).revisions {
            if !listed.contains_key(&(dialect.dialect, revision.id.as_str())) {
                let message =
                    format!("revision `{}` of {} has an entry on neither side", revision.id, dialect.label);
                findings.push(Finding::error("ledger-missing", &revision.file, message).at(1));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
