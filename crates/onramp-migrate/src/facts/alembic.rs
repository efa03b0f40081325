use std::sync::Arc;

use onramp_core::FailureKind;

use super::filled::{Filled, missing};
use super::pass::Pass;
use super::refusal::Refusal;
use super::tried::Tried;
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::engine::{Engine, Mode};
use crate::purpose::Purpose;
use crate::stage::{Stage, StageError, on_stage};
use crate::{AlembicSpec, Context, Facts, Schemas};

/// Applies revisions, one after the other, up to the first that is refused.
pub(super) fn facts_of_alembic<'a>(
    purpose: &Purpose<'_, AlembicSpec>,
    pass: &Pass<'a>,
    cx: &Context<'_>,
    mode: Mode,
) -> Result<Vec<Tried<'a>>, StageError> {
    let work = |stage: &Stage<'_>, attempt: &mut Attempt<'_>, engine: &mut Engine<'_>| {
        let _ = stage.reach_head(attempt, engine)?;
        let database = &stage.ground.database;
        let look = || catalog_of(database, &[&stage.redirection.version_table()]).map(Arc::new);
        let mut filled = Filled::new(pass);
        let mut before = None;
        let mut told = Vec::with_capacity(pass.subjects.len());
        for revision in pass.subjects.iter().copied() {
            revision.files.iter().try_for_each(|file| stage.scratch.bring(stage.dialect, file))?;
            let known = match before.take() {
                Some(catalog) => catalog,
                None => look()?,
            };
            filled.fill(database, &known, &[&stage.redirection.version_table()])?;
            let rows = || filled.rows(database, &[&stage.redirection.version_table()]);
            let rows_before = rows()?;
            if let Some(stop) = pass.stop.filter(|stop| stop.revision == revision.id) {
                stage.redirection.stop_at(stop)?;
            }
            // A refusal is what was found, and no failure of the step.
            let applied = attempt
                .step(&format!("apply {}", revision.id), || Ok(engine.run(Command::Upgrade(&revision.id))))?;
            let statements = engine.statements();
            let (after, missing, refusal) = match applied {
                Ok(()) => (look()?, missing(rows_before, rows()?), None),
                Err(failure) if failure.kind != FailureKind::Task || engine.session_failed => {
                    return Err(failure.into());
                }
                Err(failure) => {
                    let raised = stage.redirection.raised();
                    let refusal = Refusal::of(failure, raised, revision, &statements);
                    (look().unwrap_or_else(|_| Arc::clone(&known)), None, Some(refusal))
                }
            };
            filled.passed(revision);
            before = Some(Arc::clone(&after));
            let is_refused = refusal.is_some();
            let schemas = Schemas { before: known, after };
            let facts = Facts { schemas, statements: Some(statements), missing };
            told.push(Tried { revision, facts, refusal });
            if is_refused {
                break;
            }
        }
        stage.require_known_engine()?;
        Ok(told)
    };
    on_stage(purpose, cx, mode, work).map(|(told, _)| told)
}
