use std::collections::BTreeSet;

use onramp_core::Failure;
use onramp_database::Database;
use onramp_database::catalog::{Catalog, Kind, ObjectId};
use onramp_database::rows::{Missing, Snapshot, seed_empty};

use super::pass::{Pass, Rows};
use crate::Revision;

/// Which tables have rows by now.
pub(crate) struct Filled<'a> {
    rows: Rows<'a>,
    /// Whether the tables of the head have got theirs, and nobody has looked which those are.
    has_head: bool,
    tables: BTreeSet<ObjectId>,
}

impl<'a> Filled<'a> {
    pub(crate) fn new(pass: &Pass<'a>) -> Self {
        let has_head = pass.head.is_some() && pass.rows == Rows::Always;
        Self { rows: pass.rows, has_head, tables: BTreeSet::new() }
    }

    /// Puts rows into the tables that are new since the last time, if it is time for rows.
    pub(crate) fn fill(
        &mut self,
        database: &Database,
        catalog: &Catalog,
        own_tables: &[&str],
    ) -> Result<(), Failure> {
        if self.rows != Rows::Always {
            return Ok(());
        }
        let tables = catalog.objects.keys().filter(|id| id.kind == Kind::Table).cloned().collect();
        let have_rows = std::mem::take(&mut self.has_head);
        if !have_rows && !self.tables.is_superset(&tables) {
            seed_empty(&mut database.client()?, own_tables)?;
        }
        self.tables.extend(tables);
        Ok(())
    }

    /// All rows, where tables have got some.
    pub(crate) fn rows(&self, database: &Database, own_tables: &[&str]) -> Result<Option<Snapshot>, Failure> {
        match self.rows {
            Rows::Always => Snapshot::read(&mut database.client()?, own_tables).map(Some),
            Rows::Behind(_) | Rows::Never => Ok(None),
        }
    }

    /// Takes note of a revision that was applied.
    pub(crate) fn passed(&mut self, revision: &Revision) {
        if self.rows == Rows::Behind(&revision.id) {
            self.rows = Rows::Always;
        }
    }
}

/// What became of rows, where there were some.
pub(crate) fn missing(before: Option<Snapshot>, after: Option<Snapshot>) -> Option<Missing> {
    before.zip(after).map(|(before, after)| before.missing(&after))
}
