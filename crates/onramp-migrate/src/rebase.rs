//! Revisions of a branch, put on top of those of another one.
//!
//! What the other branch has is older by definition: it may be applied somewhere already. Everything else that lies in the
//! tree is the branch's own, and follows it. For Alembic that is a matter of one line in the first revision of each chain;
//! where the order is that of names, files get other names. All of it is planned before anything is written: what the
//! tree would be is handed out as [`MigrateSpec`] with pending contents, so that it can be proved, and put into place
//! through the journal.

mod chains;
mod names;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use onramp_core::{Dialect, Failure};

use crate::attempt::named;
use crate::branches::{Side, Survey};
use crate::journal::FileChange;
use crate::ledger::{Ledger, reordered, with_other_ids};
use crate::marks::conflicts;
use crate::publish::put_in_place;
use crate::{EngineSpec, History, MigrateSpec, Subjects, histories};

/// How a message begins that says why.
const NOTHING: &str = "nothing was rebased";

/// What a rebase is about to do.
#[derive(Clone, Debug)]
pub struct Rebase {
    /// The branch that the revisions go on top of.
    pub onto: String,
    /// What becomes of each dialect's revisions; only dialects that have something to do.
    pub dialects: Vec<RebasedDialect>,
    /// Whether the ledger gets another order.
    pub ledger: Option<PathBuf>,
    changes: Vec<FileChange>,
}

/// What becomes of the branch's own revisions of a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebasedDialect {
    /// The dialect.
    pub dialect: Dialect,
    /// The revision of the other branch that the first of them follows now.
    pub onto: String,
    /// All of them, in their new order.
    pub revisions: Vec<RebasedRevision>,
}

/// A revision of the branch, as it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebasedRevision {
    /// Its id.
    pub id: String,
    /// The id that it had, where that was another one.
    pub old_id: Option<String>,
    /// What it follows.
    pub down: Vec<String>,
    /// What it followed, where that was something else.
    pub old_down: Option<Vec<String>>,
    /// Its files, by their new names.
    pub files: Vec<PathBuf>,
}

/// A file that changes, for whoever shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile<'a> {
    /// The file.
    pub file: &'a PathBuf,
    /// Its content before; `None` where there is none.
    pub before: Option<&'a [u8]>,
    /// Its content after; `None` where there is none.
    pub after: Option<&'a [u8]>,
}

/// What one dialect comes to, before it is put together.
#[derive(Default)]
struct Planned {
    changes: Vec<FileChange>,
    rebased: Option<RebasedDialect>,
    /// The ids of all revisions that are the branch's own, as they were and as they will be.
    own: BTreeMap<String, String>,
}

/// Plans to put what the tree has and `theirs` does not on top of what `theirs` has. `None` where every history has one
/// head already. Fails, with what to do, where nobody can tell what goes on top of what.
pub fn plan_rebase(spec: &MigrateSpec, theirs: &Side) -> Result<Option<Rebase>, Failure> {
    let tree = Side::read(spec, "", &spec.root)?;
    refuse_markers(spec, &tree)?;
    let planned: BTreeMap<Dialect, Planned> = match &spec.engine {
        EngineSpec::Alembic(_) => {
            let mut planned = BTreeMap::new();
            let mut dates = BTreeMap::new();
            for dialect in &spec.dialects {
                let one = chains::plan(
                    dialect,
                    &survey(spec, &tree, dialect.dialect)?,
                    &tree,
                    theirs,
                    spec,
                    &mut dates,
                );
                planned.insert(dialect.dialect, one.map_err(|failure| failure.context(&dialect.label))?);
            }
            planned
        }
        EngineSpec::Command(_) => names::plan(spec, &tree, theirs)?,
    };
    let dialects: Vec<RebasedDialect> =
        planned.values().filter_map(|planned| planned.rebased.clone()).collect();
    if dialects.is_empty() {
        return Ok(None);
    }
    let changes = planned.values().flat_map(|planned| planned.changes.iter().cloned()).collect();
    let mut rebase = Rebase { onto: theirs.name.clone(), dialects, ledger: None, changes };
    rebase.plan_ledger(spec, theirs, &planned)?;
    Ok(Some(rebase))
}

impl Rebase {
    /// The project as it will be, for a proof.
    pub fn applied_to(&self, spec: &MigrateSpec) -> MigrateSpec {
        let mut spec = spec.clone();
        for dialect in &mut spec.dialects {
            let below = self.changes.iter().filter(|change| change.file.starts_with(&dialect.versions));
            dialect.pending = below.map(|change| (change.file.clone(), change.after.clone())).collect();
            let of_it = self.dialects.iter().filter(|rebased| rebased.dialect == dialect.dialect);
            dialect.renamed = of_it
                .flat_map(|rebased| &rebased.revisions)
                .filter_map(|revision| Some((revision.id.clone(), revision.old_id.clone()?)))
                .collect();
        }
        spec
    }

    /// The revisions of a dialect that are proved.
    pub fn subjects(&self, dialect: Dialect) -> Option<Subjects> {
        let rebased = self.dialects.iter().find(|rebased| rebased.dialect == dialect)?;
        let files = rebased.revisions.iter().flat_map(|revision| revision.files.iter().cloned());
        Some(Subjects::Files(files.collect()))
    }

    /// The files that change.
    pub fn files(&self) -> Vec<ChangedFile<'_>> {
        let changes = self.changes.iter();
        changes
            .map(|change| ChangedFile {
                file: &change.file,
                before: change.before.as_deref(),
                after: change.after.as_deref(),
            })
            .collect()
    }

    /// A failure of the proof, which says that no file has changed.
    pub fn not_done(failure: Failure) -> Failure {
        named(failure, NOTHING)
    }

    /// Puts everything into place, or nothing.
    pub fn carry_out(&self, spec: &MigrateSpec) -> Result<(), Failure> {
        put_in_place(spec, &self.changes, NOTHING)
    }

    fn plan_ledger(
        &mut self,
        spec: &MigrateSpec,
        theirs: &Side,
        planned: &BTreeMap<Dialect, Planned>,
    ) -> Result<(), Failure> {
        let Some(ledger_spec) = &spec.ledger else { return Ok(()) };
        let renamed: BTreeMap<(Dialect, &str), &str> = planned
            .iter()
            .flat_map(|(dialect, planned)| {
                planned.own.iter().map(|(old, new)| ((*dialect, old.as_str()), new.as_str()))
            })
            .filter(|((_, old), new)| old != new)
            .collect();
        let ledger = match Ledger::read(spec) {
            Ok(Some(ledger)) => ledger,
            Err(failure) if !renamed.is_empty() => {
                return Err(failure.context("nothing was rebased, since revisions get other ids"));
            }
            // One that cannot be read back keeps its order; whoever checks it says so.
            Ok(None) | Err(_) => return Ok(()),
        };
        let of_theirs = theirs.ledger.clone().unwrap_or_default();
        let known = Ledger::of_text(spec, ledger_spec, of_theirs)?.entries;
        let text = with_other_ids(&ledger, &known, &renamed).map_err(|listed| {
            let file = ledger_spec.file.strip_prefix(&spec.root).unwrap_or(&ledger_spec.file).display();
            let (line, id) = (listed.line, listed.id.unwrap_or_default());
            Failure::task(format!(
                "nothing was rebased: {file}:{line}: two entries list `{id}`, which gets another id, and {} has neither of \
                 them",
                theirs.name
            ))
            .hint(format!("git show {}:./{file}", theirs.name))
        })?;
        let ledger_then = Ledger::of_text(spec, ledger_spec, text)?;
        let own: BTreeSet<(Dialect, String)> = planned
            .iter()
            .flat_map(|(dialect, planned)| planned.own.values().map(|id| (*dialect, id.clone())))
            .collect();
        let histories = histories(&self.applied_to(spec))?;
        let text = reordered(&ledger_then, &histories, &own).unwrap_or_else(|| ledger_then.text.clone());
        if text != ledger.text {
            self.ledger = Some(ledger_spec.file.clone());
            self.changes.push(FileChange {
                file: ledger_spec.file.clone(),
                before: Some(ledger.text.into_bytes()),
                after: Some(text.into_bytes()),
                like: None,
            });
        }
        Ok(())
    }
}

/// The revisions of the tree, all of which can be read.
fn survey(spec: &MigrateSpec, tree: &Side, dialect: Dialect) -> Result<Survey, Failure> {
    let survey = tree.of(spec, dialect);
    if let Some((file, reason)) = survey.unreadable.first() {
        return Err(Failure::task(format!("{} {reason}", file.display())));
    }
    Ok(survey)
}

/// A merge that nobody has ended leaves marks of both sides in files.
fn refuse_markers(spec: &MigrateSpec, tree: &Side) -> Result<(), Failure> {
    let line = |content: &[u8]| {
        let conflicts = conflicts(&String::from_utf8_lossy(content));
        conflicts.first().map(|conflict| conflict.lines.start + 1)
    };
    let ledger = spec.ledger.as_ref().map(|ledger| &ledger.file);
    let text = tree.ledger.as_deref().unwrap_or_default();
    // One that cannot be read is told of where it is needed.
    let in_ledger = Ledger::of_text_of(spec, text).ok().flatten().and_then(|ledger| ledger.conflict());
    let marked = ledger.zip(in_ledger);
    let mut files = tree.files.values().flatten();
    let marked = files.find_map(|(file, content)| Some((file, line(content)?))).or(marked);
    let Some((file, line)) = marked else { return Ok(()) };
    let name = file.strip_prefix(&spec.root).unwrap_or(file).display();
    let message = format!("{NOTHING}: {name}:{line}: a merge has left its marks");
    let hint = match ledger == Some(file) {
        true => format!("onramp migrate ledger --fix && git add {name}"),
        false => format!("git diff {name}"),
    };
    Err(Failure::task(message).hint(hint))
}

/// The order in which revisions of one history come, of those that are in `of`.
fn in_order(history: &History, of: &BTreeSet<String>) -> Vec<String> {
    let ids = history.in_order().into_iter().map(|revision| revision.id.clone());
    ids.filter(|id| of.contains(id)).collect()
}
