use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_database::catalog::Catalog;
use onramp_database::rows::Missing;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Executed, Facts, RevisionFacts};
use crate::baseline::drop_oldest;
use crate::key::facts_key;
use crate::remembered::{recall, remember};
use crate::settings::Settings;
use crate::{DialectSpec, History, MigrateSpec, Revision, RowsPolicy, Schemas};

/// How many of these are kept for each dialect.
const KEPT: usize = 100;

/// Where it is kept what revisions of one history do.
pub(super) struct Shelf<'a> {
    pub(super) spec: &'a MigrateSpec,
    pub(super) dialect: &'a DialectSpec,
    pub(super) history: &'a History,
    /// Whether tables have rows in them when revisions are tried.
    pub(super) rows: RowsPolicy,
}

/// What is kept of a revision.
#[derive(Deserialize, Serialize)]
struct Kept {
    before: Value,
    after: Value,
    statements: Option<Vec<Executed>>,
    missing: Option<Value>,
}

impl Shelf<'_> {
    /// What is known of a revision.
    pub(super) fn find(&self, revision: &Revision) -> Option<RevisionFacts> {
        let Kept { before, after, statements, missing } = recall(&self.place(&revision.id)?)?;
        let catalog = |value: &Value| Catalog::from_json(value).ok().map(Arc::new);
        let schemas = Schemas { before: catalog(&before)?, after: catalog(&after)? };
        let missing = match missing {
            Some(missing) => Some(Missing::from_json(&missing)?),
            None => None,
        };
        let facts = Facts { schemas, statements, missing };
        let (id, files, rows) = (revision.id.clone(), revision.files.clone(), self.rows);
        Some(RevisionFacts { id, files, facts, rows, with_rows: None, refusal: None })
    }

    /// Keeps it. A revision that was refused is tried again the next time.
    pub(super) fn keep(&self, one: &RevisionFacts) {
        let is_refused = one.refusal.is_some() || one.with_rows.is_some();
        let Some(file) = self.place(&one.id).filter(|_| !is_refused) else { return };
        let Facts { schemas: Schemas { before, after }, statements, missing } = &one.facts;
        let missing = missing.as_ref().map(Missing::to_json);
        let statements = statements.clone();
        let kept = Kept { before: before.to_json(), after: after.to_json(), statements, missing };
        remember(&file, &kept);
        drop_oldest(&folder(&self.spec.state), &self.prefix(), KEPT);
    }

    /// The file. What has a file in its history that cannot be read has no place.
    fn place(&self, id: &str) -> Option<PathBuf> {
        let way = self.history.way_to(id);
        let order = self.history.in_order();
        let on_way = order.iter().filter(|revision| way.contains(revision.id.as_str()));
        let files: Vec<&Path> =
            on_way.flat_map(|revision| revision.files.iter().map(PathBuf::as_path)).collect();
        let Settings { files: beside, versions, .. } = Settings::known(self.spec, self.dialect);
        let key = facts_key(self.spec, self.dialect, &files, &beside, &versions, self.rows).ok()?;
        Some(folder(&self.spec.state).join(format!("{}{key}.json", self.prefix())))
    }

    fn prefix(&self) -> String {
        format!("{}-", self.dialect.dialect)
    }
}

/// The folder of all of them.
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("databases/facts")
}
