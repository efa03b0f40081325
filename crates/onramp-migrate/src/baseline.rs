use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Failure, FailureKind};
use onramp_database::catalog::Catalog;
use serde::{Deserialize, Serialize};

use crate::alembic::Alembic;
use crate::apart::{Apart, apart, models_catalog};
use crate::engine::Engine;
use crate::generation::Generation;
use crate::ground::database_environment;
use crate::key::joined_key;
use crate::redirection::Redirection;
use crate::remembered::{recall, remember};
use crate::sources::Sources;
use crate::stage::Stage;
use crate::{Base, DialectSpec, MigrateSpec};

/// The version of what is kept.
const FORM: &str = "onramp baseline 3";

/// How many of these are kept for each dialect.
const KEPT: usize = 20;

/// How the name of one ends that is being written.
pub(crate) const PARTIAL: &str = ".partial";

/// How the models of the base revision stand to the history's head: what was apart before anything changed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Baseline {
    /// What Alembic finds.
    pub(crate) generation: Generation,
    /// What our catalogs find: the differences between the head and what the models ask for.
    /// `None` where that could not be told.
    pub(crate) apart: Option<Vec<Apart>>,
}

/// Where the baseline of one base and one head is kept.
pub(crate) struct BaselinePlace {
    file: PathBuf,
    prefix: String,
}

impl BaselinePlace {
    pub(crate) fn new(spec: &MigrateSpec, dialect: &DialectSpec, base: &Base, head_key: &str) -> Self {
        let prefix = format!("{}-", dialect.dialect);
        let key = joined_key(&[FORM, env!("CARGO_PKG_VERSION"), head_key, &base.content]);
        Self { file: baselines(&spec.state).join(format!("{prefix}{key}.json")), prefix }
    }

    /// The one that was kept.
    pub(crate) fn find(&self) -> Option<Baseline> {
        recall(&self.file)
    }

    /// Keeps one, and drops the oldest.
    pub(crate) fn keep(&self, baseline: &Baseline) {
        remember(&self.file, baseline);
        if let Some(folder) = self.file.parent() {
            drop_oldest(folder, &self.prefix, KEPT);
        }
    }
}

/// Has the models of the base compared with the stage's database, which is at the head of the history; `head` is its
/// catalog.
pub(crate) fn compare_base(stage: &Stage<'_>, base: &Base, head: &Catalog) -> Result<Baseline, Failure> {
    let Stage { spec, start, dialect, scratch, databases, cx, .. } = *stage;
    let sources = Sources::write(base, scratch)?;
    let versions = dialect.versions.strip_prefix(&spec.root).unwrap_or(&dialect.versions);
    let versions = sources.root().join(versions);
    // A history that the base does not have yet is one that it would look for in this place.
    fs::create_dir_all(&versions)?;
    let own = scratch.folder().join("base-shim");
    fs::create_dir(&own)?;
    let redirection =
        Redirection::prepare(&own, &versions, scratch.versions(), &stage.redirection.settings())?;
    let mut environment = database_environment(spec, dialect, &stage.ground.database);
    redirection.activate(&mut environment);
    sources.activate(base, &mut environment)?;
    let alembic = Alembic { spec, start, dialect: dialect.dialect, sources: sources.root(), environment, cx };
    let generation = Engine::new(alembic, &redirection).compare()?;
    stage.require_same_history(&generation)?;
    // Models that cannot be made say so when the new ones are tried; here they only tell nothing.
    let apart = match models_catalog(databases, head, &generation, &redirection.version_table()) {
        Ok(models) => Some(apart(head, &models)),
        Err(failure) if failure.kind != FailureKind::Task => return Err(failure),
        Err(_) => None,
    };
    Ok(Baseline { generation, apart })
}

/// The folder of all of them.
pub(crate) fn baselines(state: &Path) -> PathBuf {
    state.join("databases/baselines")
}

/// Keeps the newest of the files whose names begin like that.
pub(crate) fn drop_oldest(folder: &Path, prefix: &str, kept: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    for (_, file) in files.iter().rev().skip(kept) {
        let _ = fs::remove_file(file);
    }
}
