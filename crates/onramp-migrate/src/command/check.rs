use std::sync::Arc;

use onramp_core::Failure;

use super::stage::Stage;
use super::written::{Written, lines};
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::purpose::Purpose;
use crate::{CommandSpec, Context, Evidence, Pending};

/// Has the tool write the next revision into the copy, and tells what is in it.
pub(crate) fn check(purpose: &Purpose<'_, CommandSpec>, cx: &Context<'_>) -> Result<Pending, Failure> {
    let mut attempt = Attempt::new(cx);
    let stage = Stage::set(purpose, cx, &mut attempt)?;
    attempt.step("compare", || {
        let changes = stage.write(&stage.request.message)?;
        Written::of(&changes, stage.head)?;
        let catalog = Arc::new(catalog_of(&stage.ground.database, &stage.own())?);
        Ok(Pending { operations: lines(&changes), evidence: Evidence::default(), catalog })
    })
}
