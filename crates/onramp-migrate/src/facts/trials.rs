//! The trials of revisions: with rows in the tables first, and where rows are in the way without them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::{Failure, FailureKind};
use onramp_database::catalog::Catalog;

use super::alembic::facts_of_alembic;
use super::pass::{Pass, Rows, Stop};
use super::tried::Tried;
use crate::command;
use crate::propose::in_a_process_that_lasts;
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::{
    Context, DialectSpec, EngineSpec, History, MigrateSpec, Request, Revision, RevisionFacts, RowsPolicy,
    Subjects,
};

/// What the trials of one dialect's revisions need.
pub(super) struct Trials<'a> {
    pub(super) spec: &'a MigrateSpec,
    pub(super) dialect: &'a DialectSpec,
    pub(super) history: &'a History,
    pub(super) request: &'a Request,
    pub(super) cx: &'a Context<'a>,
}

impl<'a> Trials<'a> {
    /// Tries the revisions of those files and what lies between them.
    ///
    /// One that is refused with rows in the tables is tried again without: what the rows were in the way of can be
    /// looked at then, and what comes behind it has rows again. One that is refused all the same is tried once more up to
    /// the statement that is refused, so that what it does before is known; nothing comes behind that.
    ///
    /// Where one fails that comes before all of them, it is tried too, and the last that is told of.
    pub(super) fn run(&self, files: BTreeSet<PathBuf>) -> Result<Vec<RevisionFacts>, Failure> {
        match self.try_all(files.clone()) {
            Err(StageError::Before { revision, failure }) => {
                let earlier = self.earlier(&files, revision.as_deref());
                if earlier.is_subset(&files) {
                    return Err(*failure);
                }
                Ok(self.try_all(&files | &earlier)?)
            }
            told => Ok(told?),
        }
    }

    /// The files of an earlier revision; where nobody knows which, those of all that these follow.
    fn earlier(&self, files: &BTreeSet<PathBuf>, revision: Option<&str>) -> BTreeSet<PathBuf> {
        let is_meant = |earlier: &&Revision| revision.is_none_or(|id| id == earlier.id);
        let ids = self.history.iter().filter(|one| one.files.iter().any(|file| files.contains(file)));
        let ways: BTreeSet<&str> = ids.flat_map(|one| self.history.way_to(&one.id)).collect();
        let earlier = self.history.iter().filter(|one| ways.contains(one.id.as_str())).filter(is_meant);
        earlier.flat_map(|one| one.files.iter().cloned()).collect()
    }

    fn try_all(&self, files: BTreeSet<PathBuf>) -> Result<Vec<RevisionFacts>, StageError> {
        let unknown = Subjects::Files(files);
        let is_wanted = |revision: &Revision| unknown.name(self.history, revision);
        let rows = match self.request.rows {
            RowsPolicy::Seed => Rows::Always,
            RowsPolicy::Leave => Rows::Never,
        };
        let mut pass = Pass::to(self.history, &unknown, is_wanted, rows);
        let mut told: Vec<RevisionFacts> = Vec::new();
        // The one that was refused with rows, and is tried without.
        let mut suspect: Option<Tried<'a>> = None;
        loop {
            let mut passed = self.apply(&pass)?;
            let refused = passed.pop_if(|tried| tried.refusal.is_some());
            for tried in passed {
                if told.iter().any(|known| known.id == tried.revision.id) {
                    continue;
                }
                let other = suspect.take_if(|suspect| suspect.revision.id == tried.revision.id);
                let rows = if other.is_some() { RowsPolicy::Leave } else { self.request.rows };
                let with_rows = other.and_then(|other| other.refusal_in(&tried));
                told.push(RevisionFacts { rows, with_rows, ..settled(tried) });
            }
            let Some(refused) = refused else { break };
            if suspect.is_none() && pass.rows != Rows::Never {
                let own = Subjects::Files(refused.revision.files.iter().cloned().collect());
                pass = Pass::to(self.history, &own, is_wanted, Rows::Behind(&refused.revision.id));
                suspect = Some(refused);
                continue;
            }
            told.push(self.cut_short(refused, suspect)?);
            break;
        }
        Ok(told)
    }

    /// What can be told of a revision that is refused in any case; `with_rows` is what it came to with rows in the tables, if
    /// that was tried.
    fn cut_short(&self, empty: Tried<'a>, with_rows: Option<Tried<'a>>) -> Result<RevisionFacts, Failure> {
        let with_rows = with_rows.filter(|other| other.revision.id == empty.revision.id);
        let (tried, rows, with_rows) = match with_rows {
            // It needs rows that nobody has put there.
            Some(other) if other.length() > empty.length() => (other, RowsPolicy::Seed, None),
            Some(other) if other.ended_like(&empty) => (empty, RowsPolicy::Leave, None),
            Some(other) => {
                let with_rows = other.refusal_in(&empty);
                (empty, RowsPolicy::Leave, with_rows)
            }
            None => (empty, RowsPolicy::Leave, None),
        };
        let after = self.reached(&tried, rows)?;
        let mut facts = settled(tried);
        if let Some(after) = after {
            facts.facts.schemas.after = after;
        }
        Ok(RevisionFacts { rows, with_rows, ..facts })
    }

    /// The schema before the statement that was refused, where the engine can be stopped there.
    fn reached(&self, tried: &Tried<'a>, rows: RowsPolicy) -> Result<Option<Arc<Catalog>>, Failure> {
        let (EngineSpec::Alembic(_), Some(refusal)) = (&self.spec.engine, &tried.refusal) else {
            return Ok(None);
        };
        let rows = match rows {
            RowsPolicy::Seed => Rows::Always,
            RowsPolicy::Leave => Rows::Never,
        };
        let id = tried.revision.id.as_str();
        let own = Subjects::Files(tried.revision.files.iter().cloned().collect());
        let stop = Some(Stop { revision: id, statements: refusal.statement });
        let pass = Pass { stop, ..Pass::to(self.history, &own, |revision| revision.id == id, rows) };
        match self.apply(&pass).map_err(Failure::from) {
            Ok(passed) => {
                let one = passed.into_iter().find(|one| one.revision.id == id);
                Ok(one.map(|one| one.facts.schemas.after))
            }
            // That it cannot be told is no other failure.
            Err(failure) if failure.kind == FailureKind::Task => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Goes one way, to its end or to the first revision that is refused.
    fn apply(&self, pass: &Pass<'a>) -> Result<Vec<Tried<'a>>, StageError> {
        let request = &Request { rows: pass.rows.at_head(), ..self.request.clone() };
        let (spec, dialect, cx) = (self.spec, self.dialect, self.cx);
        let (held_back, head) = (pass.files.as_slice(), pass.head);
        match &spec.engine {
            EngineSpec::Alembic(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head, request };
                in_a_process_that_lasts(&purpose, cx, |mode| facts_of_alembic(&purpose, pass, cx, mode))
            }
            EngineSpec::Command(engine) => {
                let purpose = Purpose { spec, engine, dialect, held_back, head, request };
                command::facts(&purpose, pass, cx)
            }
        }
    }
}

/// What is told of a revision that was tried once.
fn settled(tried: Tried<'_>) -> RevisionFacts {
    let Tried { revision, facts, refusal } = tried;
    let (id, files) = (revision.id.clone(), revision.files.clone());
    RevisionFacts { id, files, facts, rows: RowsPolicy::Leave, with_rows: None, refusal }
}
