use std::sync::Arc;

use onramp_core::FailureKind;

use super::stage::Stage;
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::facts::{Filled, Pass, Refusal, Tried, missing};
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::{CommandSpec, Context, Facts, Schemas};

/// Applies revisions of the tree, one after the other up to the first that is refused, and tells the catalogs before and
/// behind each.
pub(crate) fn facts<'a>(
    purpose: &Purpose<'_, CommandSpec>,
    pass: &Pass<'a>,
    cx: &Context<'_>,
) -> Result<Vec<Tried<'a>>, StageError> {
    let mut attempt = Attempt::new(cx);
    let mut stage = Stage::set(purpose, cx, &mut attempt)?;
    apply_all(&mut stage, pass, &mut attempt)
        .map_err(|error| error.explained(&stage.databases, &stage.ground.database))
}

fn apply_all<'a>(
    stage: &mut Stage<'_>,
    pass: &Pass<'a>,
    attempt: &mut Attempt<'_>,
) -> Result<Vec<Tried<'a>>, StageError> {
    let mut filled = Filled::new(pass);
    let mut told = Vec::with_capacity(pass.subjects.len());
    for (index, revision) in pass.subjects.iter().copied().enumerate() {
        revision.files.iter().try_for_each(|file| stage.scratch.bring(stage.dialect, file))?;
        if stage.head.is_none() && index == 0 {
            attempt.step("look at the tool's tables", || stage.learn_own_tables())?;
        }
        let look = || catalog_of(&stage.ground.database, &stage.own()).map(Arc::new);
        let before = look()?;
        filled.fill(&stage.ground.database, &before, &stage.own())?;
        let rows_before = filled.rows(&stage.ground.database, &stage.own())?;
        // A refusal is what was found, and no failure of the step.
        let applied = attempt.step(&format!("apply {}", revision.id), || {
            Ok(stage.tool(&stage.ground.database).run(Command::Upgrade("head")))
        })?;
        let (after, missing, refusal) = match applied {
            Ok(()) => {
                let rows = filled.rows(&stage.ground.database, &stage.own())?;
                (look()?, missing(rows_before, rows), None)
            }
            Err(failure) if failure.kind != FailureKind::Task => return Err(failure.into()),
            Err(failure) => {
                let refusal = Refusal::of(failure, None, revision, &[]);
                (look().unwrap_or_else(|_| Arc::clone(&before)), None, Some(refusal))
            }
        };
        filled.passed(revision);
        let is_refused = refusal.is_some();
        let facts = Facts { schemas: Schemas { before, after }, statements: None, missing };
        told.push(Tried { revision, facts, refusal });
        if is_refused {
            break;
        }
    }
    Ok(told)
}
