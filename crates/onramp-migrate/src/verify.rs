use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::{Dialect, Failure};

use crate::alembic::Command;
use crate::apart::models_catalog;
use crate::attempt::{Attempt, named};
use crate::command;
use crate::engine::{Engine, Mode};
use crate::generation::{Generation, Operation};
use crate::history::RevisionFile;
use crate::proof::way_back;
use crate::propose::in_a_process_that_lasts;
use crate::purpose::Purpose;
use crate::stage::{Head, Stage, StageError, on_stage};
use crate::subjects::Cut;
use crate::trial::{Author, Subject, Trial, WayBack, Wish};
use crate::{
    AlembicSpec, Context, EngineSpec, Evidence, Executed, Facts, History, MigrateSpec, Request, Revision,
    RowsPolicy, Schemas, StepTime, Subjects,
};

/// What came of the verification of a history's revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The dialect.
    pub dialect: Dialect,
    /// The revisions in the order in which they were applied; none where none was asked for.
    pub revisions: Vec<VerifiedRevision>,
    /// How long each step took, in the order in which they ran.
    pub steps: Vec<StepTime>,
}

/// A revision that was proved as it lies in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRevision {
    /// Its id.
    pub id: String,
    /// Its files.
    pub files: Vec<PathBuf>,
    /// What its proof came to know. What the models have to do with it, the last one tells for all.
    pub evidence: Evidence,
    /// What it did when it was applied for the first time.
    pub facts: Facts,
}

impl Verified {
    /// What all of them make of the schema; `None` where there are none.
    pub fn schemas(&self) -> Option<Schemas> {
        let (first, last) = (self.revisions.first()?, self.revisions.last()?);
        let (before, after) = (&first.facts.schemas.before, &last.facts.schemas.after);
        Some(Schemas { before: Arc::clone(before), after: Arc::clone(after) })
    }
}

/// Proves revisions as they lie in the tree, whoever wrote them: one after the other each is applied, reverted and
/// applied again, on a database that has the rest of the history and rows in its tables. After the last one the models
/// must ask for nothing. Changes nothing in the tree.
///
/// The steps are those of [`propose`](crate::propose()), with `compare` in place of `generate` and `format`.
pub fn verify(
    spec: &MigrateSpec,
    dialect: Dialect,
    subjects: &Subjects,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Verified, Failure> {
    let dialect = spec.dialect(dialect)?;
    let run = || {
        let history = History::of(spec, dialect)?;
        let Cut { subjects, files, head } = subjects.cut(&history);
        if subjects.is_empty() {
            return Ok(Verified { dialect: dialect.dialect, revisions: Vec::new(), steps: Vec::new() });
        }
        // What the models have to do with it can only be told of one head.
        history.only_head(spec, dialect)?;
        let held_back = files.as_slice();
        let tried = |request: &Request| match &spec.engine {
            EngineSpec::Alembic(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head, request };
                in_a_process_that_lasts(&purpose, cx, |mode| {
                    verify_with_alembic(&purpose, &subjects, cx, mode)
                })
            }
            EngineSpec::Command(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head, request };
                command::verify(&purpose, &subjects, cx)
            }
        };
        let (revisions, steps) = match tried(request) {
            Err(StageError::Revert(failure)) => {
                (cx.step)("start over with empty tables");
                let empty = Request { rows: RowsPolicy::Leave, ..request.clone() };
                let (mut revisions, steps) = tried(&empty)?;
                if let Some(last) = revisions.last_mut() {
                    last.evidence
                        .lossy
                        .push(format!("reverted where tables are empty alone: {}", failure.message));
                }
                (revisions, steps)
            }
            other => other?,
        };
        Ok(Verified { dialect: dialect.dialect, revisions, steps })
    };
    run().map_err(|mut failure: Failure| {
        failure.log = failure.log.or_else(|| cx.log.clone().filter(|log| log.exists()));
        named(failure, &dialect.label)
    })
}

fn verify_with_alembic(
    purpose: &Purpose<'_, AlembicSpec>,
    subjects: &[&Revision],
    cx: &Context<'_>,
    mode: Mode,
) -> Result<(Vec<VerifiedRevision>, Vec<StepTime>), StageError> {
    let work = |stage: &Stage<'_>, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>| {
        apply_all(stage, subjects, attempt, engine)
    };
    on_stage(purpose, cx, mode, work)
}

fn apply_all(
    stage: &Stage<'_>,
    subjects: &[&Revision],
    attempt: &mut Attempt<'_>,
    engine: &mut Engine<'_>,
) -> Result<Vec<VerifiedRevision>, StageError> {
    let Head { baseline, mut look } = stage.reach_head(attempt, engine)?;
    let baseline = baseline.as_ref();
    let models = attempt.step("compare", || {
        let models = engine.compare()?;
        stage.require_same_history(&models)?;
        stage.require_own_models(&models)?;
        Ok(models)
    })?;
    stage.require_known_engine()?;
    let table = stage.redirection.version_table();
    let mut verified = Vec::with_capacity(subjects.len());
    let mut applied: Vec<&str> = stage.head.into_iter().collect();
    for (index, revision) in subjects.iter().enumerate() {
        let of_it = |error: StageError| error.of_revision(&stage.dialect.name_of(&revision.id));
        let way_back = bring(stage, revision).map_err(|failure| of_it(failure.into()))?;
        let mut evidence = Evidence::default();
        let trial = Trial {
            database: &stage.ground.database,
            own_tables: &[&table],
            to: &revision.id,
            back: &target_of_downgrade(revision, &applied),
            request: stage.request,
            wish: Wish::Models { base: baseline.map(|baseline| &baseline.generation), models: &models },
            author: Author::Hand,
        };
        let is_last = index + 1 == subjects.len();
        let left_out = stage.leave_out(baseline);
        let mut subject = InTree { engine, left_out, is_last, found: None };
        let tried = trial.run(attempt, &mut subject, way_back, look.take(), &mut evidence);
        let facts = tried.map_err(of_it)?;
        if let Some(found) = subject.found {
            let told = stage.evidence(&found);
            (evidence.base, evidence.skipped) = (told.base, told.skipped);
            evidence.drift = found.up.iter().map(Operation::line).collect();
            let after = &facts.schemas.after;
            let models = models_catalog(stage.databases, after, &found, &table);
            evidence.blind = stage.blind(after, models, baseline);
        }
        applied.retain(|id| !revision.down.iter().any(|down| down == id));
        applied.push(&revision.id);
        let (id, files) = (revision.id.clone(), revision.files.clone());
        verified.push(VerifiedRevision { id, files, evidence, facts });
    }
    Ok(verified)
}

/// Puts the revision's file into the copy.
fn bring(stage: &Stage<'_>, revision: &Revision) -> Result<WayBack, Failure> {
    let file = revision
        .files
        .first()
        .ok_or_else(|| Failure::task(format!("revision {} has no file", revision.id)))?;
    stage.scratch.bring(stage.dialect, file)?;
    let parsed = RevisionFile::parse(&String::from_utf8_lossy(&stage.dialect.content(file)?));
    let parsed = parsed.map_err(|reason| Failure::task(format!("{} {reason}", file.display())))?;
    way_back(&parsed, stage.request)
}

/// What Alembic is told so that it takes back this revision alone, where the database has `applied` beside it.
fn target_of_downgrade(revision: &Revision, applied: &[&str]) -> String {
    match revision.down.as_slice() {
        [] if applied.is_empty() => "base".to_owned(),
        [] => format!("{}@base", revision.id),
        [down] if applied == [down.as_str()] => down.clone(),
        [down] => format!("{}@{down}", revision.id),
        [first, ..] => first.clone(),
    }
}

/// A revision that lies in the tree.
struct InTree<'a, 'b> {
    engine: &'a mut Engine<'b>,
    left_out: Option<&'a Generation>,
    is_last: bool,
    /// What the models ask for after the last one.
    found: Option<Generation>,
}

impl Subject for InTree<'_, '_> {
    fn run(&mut self, command: Command<'_>) -> Result<(), Failure> {
        self.engine.run(command)
    }

    fn statements(&self) -> Option<Vec<Executed>> {
        Some(self.engine.statements())
    }

    fn bears_company(&self) -> bool {
        true
    }

    fn has_ended(&self) -> bool {
        self.engine.session_failed
    }

    fn require_nothing_left(&mut self) -> Result<(), Failure> {
        if !self.is_last {
            return Ok(());
        }
        let found = self.engine.compare()?;
        let left: Vec<String> = found.beyond(self.left_out).into_iter().map(Operation::line).collect();
        if !left.is_empty() {
            let operations = if left.len() == 1 { "operation" } else { "operations" };
            let message =
                format!("the models ask for {} {operations} that the history does not have", left.len());
            return Err(Failure { tail: left, ..Failure::task(message) });
        }
        self.found = Some(found);
        Ok(())
    }
}
