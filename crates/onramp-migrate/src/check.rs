use std::sync::Arc;

use onramp_core::{Dialect, Failure};
use onramp_database::blame_storage;
use onramp_database::catalog::Catalog;

use crate::apart::{apart, beyond_operations, catalog_of, models_catalog};
use crate::attempt::{Attempt, named};
use crate::command;
use crate::engine::Engine;
use crate::propose::in_a_process_that_lasts;
use crate::purpose::Purpose;
use crate::stage::{Stage, StageError, on_stage};
use crate::{Context, EngineSpec, Evidence, History, MigrateSpec, Request};

/// What the models ask for and a history does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The operations, each in one line, without those that the base asks for as well.
    pub operations: Vec<String>,
    /// What else came to light.
    pub evidence: Evidence,
    /// What the history leads to.
    pub catalog: Arc<Catalog>,
}

/// Compares the models with the head of a dialect's history, and writes nothing.
pub fn check(
    spec: &MigrateSpec,
    dialect: Dialect,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Pending, Failure> {
    let dialect = spec.dialect(dialect)?;
    let run = || {
        let history = History::of(spec, dialect)?;
        let head = history.only_head(spec, dialect)?;
        let engine = match &spec.engine {
            EngineSpec::Alembic(engine) => engine,
            EngineSpec::Command(engine) => {
                return command::check(&Purpose { spec, engine, dialect, held_back: &[], head, request }, cx);
            }
        };
        let purpose = Purpose { spec, engine, dialect, held_back: &[], head, request };
        in_a_process_that_lasts(&purpose, cx, |mode| on_stage(&purpose, cx, mode, compare))
            .map(|(pending, _)| pending)
            .map_err(Failure::from)
    };
    run().map_err(|failure| named(blame_storage(failure, &spec.places(dialect)), &dialect.label))
}

fn compare(
    stage: &Stage<'_>,
    attempt: &mut Attempt<'_>,
    engine: &mut Engine<'_>,
) -> Result<Pending, StageError> {
    let baseline = stage.reach_head(attempt, engine)?.baseline;
    let baseline = baseline.as_ref();
    let pending = attempt.step("compare", || {
        let generation = engine.compare()?;
        stage.require_same_history(&generation)?;
        stage.require_own_models(&generation)?;
        let table = stage.redirection.version_table();
        let catalog = Arc::new(catalog_of(&stage.ground.database, &[&table])?);
        let models = models_catalog(stage.databases, &catalog, &generation, &table);
        let mut evidence = stage.evidence(&generation);
        evidence.blind = match (stage.head, baseline, models) {
            // Before the first revision everything is apart, and in the operations.
            (None, ..) => Vec::new(),
            // Without a base everything counts that the operations do not tell anyway.
            (Some(_), None, Ok(models)) => beyond_operations(&apart(&catalog, &models), &generation.up),
            (Some(_), None, Err(failure)) => vec![format!("the models were not compared: {failure}")],
            (Some(_), Some(_), models) => stage.blind(&catalog, models, baseline),
        };
        let beyond = generation.beyond(stage.leave_out(baseline));
        let operations: Vec<String> = beyond.iter().map(|operation| operation.line()).collect();
        let known = |operation: &&crate::generation::Operation| !beyond.contains(operation);
        evidence.drift = generation.up.iter().filter(known).map(|operation| operation.line()).collect();
        Ok(Pending { operations, evidence, catalog })
    })?;
    stage.require_known_engine()?;
    Ok(pending)
}
