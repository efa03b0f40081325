use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::remembered::{recall, remember};
use crate::{DialectSpec, MigrateSpec};

/// What Alembic tells about itself when it runs, and what the next run needs to know before that.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Settings {
    /// The table in which it keeps the database's revision, behind its schema if that is not the default.
    pub(crate) version_table: String,
    /// The files beside the history that decide what it makes of it: env.py, the modules beside that, and the
    /// configuration. What revisions read in other ways is not known.
    pub(crate) files: Vec<PathBuf>,
    /// The versions of what writes operations down.
    #[serde(default)]
    pub(crate) versions: String,
    /// The modules that it had loaded and that are not the project's, in the order of their import.
    #[serde(default)]
    pub(crate) modules: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version_table: "alembic_version".to_owned(),
            files: Vec::new(),
            versions: String::new(),
            modules: Vec::new(),
        }
    }
}

impl Settings {
    /// What an earlier run has told about the dialect.
    pub(crate) fn known(spec: &MigrateSpec, dialect: &DialectSpec) -> Self {
        recall(&place(spec, dialect)).unwrap_or_default()
    }

    /// Keeps it for the next run.
    pub(crate) fn keep(&self, spec: &MigrateSpec, dialect: &DialectSpec) {
        remember(&place(spec, dialect), self);
    }
}

fn place(spec: &MigrateSpec, dialect: &DialectSpec) -> PathBuf {
    spec.state.join("databases").join(format!("{}-alembic.json", dialect.dialect))
}
