use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::{Dialect, Failure, FailureKind};
use onramp_database::catalog::Catalog;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::{Attempt, named};
use crate::baseline::drop_oldest;
use crate::command;
use crate::engine::{Engine, Mode};
use crate::key::facts_key;
use crate::propose::in_a_process_that_lasts;
use crate::purpose::Purpose;
use crate::remembered::{recall, remember};
use crate::settings::Settings;
use crate::stage::{Stage, StageError, on_stage};
use crate::{
    AlembicSpec, Context, DialectSpec, EngineSpec, History, MigrateSpec, Request, Revision, Schemas, Subjects,
};

/// How many of these are kept for each dialect.
const KEPT: usize = 100;

/// What a revision does to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it makes of the schema.
    pub schemas: Schemas,
    /// What it has executed, in order; `None` where its engine does not tell.
    pub statements: Option<Vec<Executed>>,
}

/// A statement that a revision has executed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Executed {
    /// As it was given to the database, without parameters.
    pub text: String,
    /// Whether a transaction was open before it, where that could be told.
    pub in_transaction: Option<bool>,
    /// Whether foreign keys were enforced, where somebody has looked: on SQLite, before a table is dropped.
    pub foreign_keys: Option<bool>,
    /// The line of the revision's file, counted from 1.
    pub line: u32,
}

/// A revision of the tree with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionFacts {
    /// Its id.
    pub id: String,
    /// Its files.
    pub files: Vec<PathBuf>,
    /// What it does.
    pub facts: Facts,
    /// Why the database refused it; the last statement is the one, and both catalogs are that from before. There is nothing
    /// behind such a revision.
    pub refusal: Option<Failure>,
}

/// Applies revisions of the tree, one after the other, on a database with what comes before them and rows in its tables,
/// and tells what each of the subjects does. What is known of all of them takes no database.
///
/// The steps are `copy history`, `start database`, `apply head` and `keep head` where there is no template, `load models`,
/// and `apply ID` for each.
pub fn facts(
    spec: &MigrateSpec,
    dialect: Dialect,
    subjects: &Subjects,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Vec<RevisionFacts>, Failure> {
    let dialect = spec.dialect(dialect)?;
    let run = || {
        let history = History::of(spec, dialect)?;
        let wanted = |revision: &&Revision| subjects.name(&history, revision);
        let chosen: Vec<&Revision> = history.in_order().into_iter().filter(wanted).collect();
        let known = chosen.iter().map(|revision| kept(spec, dialect, &history, revision));
        let mut facts: Vec<RevisionFacts> = known.flatten().collect();
        let is_known = |revision: &Revision| facts.iter().any(|known| known.id == revision.id);
        let unknown = chosen.iter().filter(|revision| !is_known(revision));
        let files: BTreeSet<PathBuf> = unknown.flat_map(|revision| revision.files.iter().cloned()).collect();
        if files.is_empty() {
            return Ok(facts);
        }
        // What comes before the first of them need not run again, and what comes behind the last need not run at all.
        let unknown = Subjects::Files(files);
        let mut cut = unknown.cut(&history);
        let last = cut.subjects.iter().rposition(|revision| unknown.name(&history, revision));
        cut.subjects.truncate(last.map_or(0, |last| last + 1));
        let held_back = cut.files.as_slice();
        let told = match &spec.engine {
            EngineSpec::Alembic(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head: cut.head, request };
                in_a_process_that_lasts(&purpose, cx, |mode| {
                    facts_of_alembic(&purpose, &cut.subjects, cx, mode)
                })
            }
            EngineSpec::Command(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head: cut.head, request };
                command::facts(&purpose, &cut.subjects, cx)
            }
        };
        let told = told?;
        for one in &told {
            keep(spec, dialect, &history, one);
        }
        let told = told.into_iter().filter(|one| chosen.iter().any(|revision| revision.id == one.id));
        for one in told {
            facts.retain(|known| known.id != one.id);
            facts.push(one);
        }
        facts.sort_by_key(|one| chosen.iter().position(|revision| revision.id == one.id));
        Ok(facts)
    };
    run().map_err(|mut failure: Failure| {
        failure.log = failure.log.or_else(|| cx.log.clone().filter(|log| log.exists()));
        named(failure, &dialect.label)
    })
}

fn facts_of_alembic(
    purpose: &Purpose<'_, AlembicSpec>,
    subjects: &[&Revision],
    cx: &Context<'_>,
    mode: Mode,
) -> Result<Vec<RevisionFacts>, StageError> {
    let work = |stage: &Stage<'_>, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>| {
        let _ = stage.reach_head(attempt, engine)?;
        let mut before = None;
        let mut told = Vec::with_capacity(subjects.len());
        for revision in subjects {
            revision.files.iter().try_for_each(|file| stage.scratch.bring(stage.dialect, file))?;
            let known = match before.take() {
                Some(catalog) => catalog,
                None => Arc::new(stage.look_at_catalog()?),
            };
            let applied = attempt
                .step(&format!("apply {}", revision.id), || engine.run(Command::Upgrade(&revision.id)));
            let statements = Some(engine.statements());
            let (after, refusal) = match applied {
                Ok(()) => (Arc::new(stage.look_at_catalog()?), None),
                Err(failure) if failure.kind != FailureKind::Task || engine.session_failed => {
                    return Err(failure.into());
                }
                Err(failure) => (Arc::clone(&known), Some(failure)),
            };
            let is_refused = refusal.is_some();
            before = Some(Arc::clone(&after));
            let facts = Facts { schemas: Schemas { before: known, after }, statements };
            told.push(RevisionFacts {
                id: revision.id.clone(),
                files: revision.files.clone(),
                facts,
                refusal,
            });
            if is_refused {
                break;
            }
        }
        stage.require_known_engine()?;
        Ok(told)
    };
    on_stage(purpose, cx, mode, work).map(|(told, _)| told)
}

impl Stage<'_> {
    fn look_at_catalog(&self) -> Result<Catalog, Failure> {
        catalog_of(&self.ground.database, &[&self.redirection.version_table()])
    }
}

/// What is kept of a revision.
#[derive(Deserialize, Serialize)]
struct Kept {
    before: Value,
    after: Value,
    statements: Option<Vec<Executed>>,
}

fn kept(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    history: &History,
    revision: &Revision,
) -> Option<RevisionFacts> {
    let Kept { before, after, statements } = recall(&place(spec, dialect, history, &revision.id)?)?;
    let catalog = |value: &Value| Catalog::from_json(value).ok().map(Arc::new);
    let facts = Facts { schemas: Schemas { before: catalog(&before)?, after: catalog(&after)? }, statements };
    Some(RevisionFacts { id: revision.id.clone(), files: revision.files.clone(), facts, refusal: None })
}

/// A revision that was refused is tried again the next time.
fn keep(spec: &MigrateSpec, dialect: &DialectSpec, history: &History, one: &RevisionFacts) {
    let Some(file) = place(spec, dialect, history, &one.id).filter(|_| one.refusal.is_none()) else { return };
    let Facts { schemas: Schemas { before, after }, statements } = &one.facts;
    let kept = Kept { before: before.to_json(), after: after.to_json(), statements: statements.clone() };
    remember(&file, &kept);
    drop_oldest(&folder(&spec.state), &prefix(dialect), KEPT);
}

/// Where it is kept. A file of the history that cannot be read has no place.
fn place(spec: &MigrateSpec, dialect: &DialectSpec, history: &History, id: &str) -> Option<PathBuf> {
    let way = history.way_to(id);
    let order = history.in_order();
    let on_way = order.iter().filter(|revision| way.contains(revision.id.as_str()));
    let files: Vec<&Path> = on_way.flat_map(|revision| revision.files.iter().map(PathBuf::as_path)).collect();
    let Settings { files: beside, versions, .. } = Settings::known(spec, dialect);
    let key = facts_key(spec, dialect, &files, &beside, &versions).ok()?;
    Some(folder(&spec.state).join(format!("{}{key}.json", prefix(dialect))))
}

fn prefix(dialect: &DialectSpec) -> String {
    format!("{}-", dialect.dialect)
}

/// The folder of all of them.
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("databases/facts")
}
