use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{DialectSpec, MigrateSpec};

/// What Alembic tells about itself when it runs, and what the next run needs to know before that.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Settings {
    /// The table in which it keeps the database's revision, behind its schema if that is not the default.
    pub(crate) version_table: String,
    /// The files beside the history that decide what it makes of it: env.py, and its configuration.
    pub(crate) files: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { version_table: "alembic_version".to_owned(), files: Vec::new() }
    }
}

impl Settings {
    /// What an earlier run has told about the dialect.
    pub(crate) fn known(spec: &MigrateSpec, dialect: &DialectSpec) -> Self {
        Self::read(&place(spec, dialect)).unwrap_or_default()
    }

    /// What stands in a file.
    pub(crate) fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    /// Keeps it for the next run, which without it only knows a little less.
    pub(crate) fn keep(&self, spec: &MigrateSpec, dialect: &DialectSpec) {
        let file = place(spec, dialect);
        let partial = file.with_extension(format!("{}.partial", onramp_exec::own_process().pid));
        let text = serde_json::to_vec(self).unwrap_or_default();
        if fs::write(&partial, text).and_then(|()| fs::rename(&partial, &file)).is_err() {
            let _ = fs::remove_file(&partial);
        }
    }
}

fn place(spec: &MigrateSpec, dialect: &DialectSpec) -> PathBuf {
    spec.state.join("databases").join(format!("{}-alembic.json", dialect.dialect))
}
