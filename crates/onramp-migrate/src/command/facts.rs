use std::sync::Arc;

use onramp_core::FailureKind;

use super::stage::Stage;
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::{CommandSpec, Context, Facts, Revision, RevisionFacts, Schemas};

/// Applies revisions of the tree, one after the other, and tells the catalogs before and behind each.
pub(crate) fn facts(
    purpose: &Purpose<'_, CommandSpec>,
    subjects: &[&Revision],
    cx: &Context<'_>,
) -> Result<Vec<RevisionFacts>, StageError> {
    let mut attempt = Attempt::new(cx);
    let mut stage = Stage::set(purpose, cx, &mut attempt)?;
    apply_all(&mut stage, subjects, &mut attempt)
        .map_err(|error| error.explained(&stage.databases, &stage.ground.database))
}

fn apply_all(
    stage: &mut Stage<'_>,
    subjects: &[&Revision],
    attempt: &mut Attempt<'_>,
) -> Result<Vec<RevisionFacts>, StageError> {
    let mut told = Vec::with_capacity(subjects.len());
    for (index, revision) in subjects.iter().enumerate() {
        revision.files.iter().try_for_each(|file| stage.scratch.bring(stage.dialect, file))?;
        if stage.head.is_none() && index == 0 {
            attempt.step("look at the tool's tables", || stage.learn_own_tables())?;
        }
        let look = || catalog_of(&stage.ground.database, &stage.own()).map(Arc::new);
        let before = look()?;
        let applied = attempt.step(&format!("apply {}", revision.id), || {
            stage.tool(&stage.ground.database).run(Command::Upgrade("head"))
        });
        let (after, refusal) = match applied {
            Ok(()) => (look()?, None),
            Err(failure) if failure.kind != FailureKind::Task => return Err(failure.into()),
            Err(failure) => (Arc::clone(&before), Some(failure)),
        };
        let is_refused = refusal.is_some();
        let facts = Facts { schemas: Schemas { before, after }, statements: None };
        told.push(RevisionFacts { id: revision.id.clone(), files: revision.files.clone(), facts, refusal });
        if is_refused {
            break;
        }
    }
    Ok(told)
}
