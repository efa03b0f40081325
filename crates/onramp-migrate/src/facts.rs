mod alembic;
mod filled;
mod pass;
mod refusal;
mod shelf;
mod trials;
mod tried;

use std::collections::BTreeSet;
use std::path::PathBuf;

use onramp_core::{Dialect, Failure};
use onramp_database::rows::Missing;
use serde::{Deserialize, Serialize};

pub(crate) use filled::{Filled, missing};
pub(crate) use pass::{Pass, Stop};
pub use refusal::Refusal;
pub(crate) use shelf::folder;
pub(crate) use tried::Tried;

use crate::attempt::named;
use crate::{Context, History, MigrateSpec, Request, Revision, RowsPolicy, Schemas, Subjects};
use shelf::Shelf;
use trials::Trials;

/// What a revision does to a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it makes of the schema.
    pub schemas: Schemas,
    /// What it has executed, in order; `None` where its engine does not tell.
    pub statements: Option<Vec<Executed>>,
    /// What became of the rows that were in the tables; `None` where there were none, or where it was refused.
    pub missing: Option<Missing>,
}

/// A statement that a revision has executed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Executed {
    /// As it was given to the database, without parameters.
    pub text: String,
    /// Whether a transaction was open before it, where that could be told.
    pub in_transaction: Option<bool>,
    /// Whether foreign keys were enforced, where somebody has looked: on SQLite, before a table is dropped.
    pub foreign_keys: Option<bool>,
    /// The line of the revision's file, counted from 1.
    pub line: u32,
}

/// A revision of the tree with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionFacts {
    /// Its id.
    pub id: String,
    /// Its files.
    pub files: Vec<PathBuf>,
    /// What it does.
    pub facts: Facts,
    /// Whether tables had rows in them.
    pub rows: RowsPolicy,
    /// Why it was refused while tables had rows in them, and went further without. The rest is about the latter.
    pub with_rows: Option<Refusal>,
    /// Why it was refused in any case. Where the engine can be stopped before the statement that was refused, the catalog
    /// behind it is the one of then, else what it has left. There is nothing behind such a revision.
    pub refusal: Option<Refusal>,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The revisions, in order; before them one that was not asked for, where it was refused and they come behind it.
    pub revisions: Vec<RevisionFacts>,
    /// Those that nobody could look at, because they come behind one that was refused.
    pub beyond: Vec<Revision>,
}

/// Applies revisions of the tree, one after the other, on a database with what comes before them and rows in its tables,
/// and tells what each of the subjects does. What is known of all of them takes no database.
///
/// The steps are `copy history`, `start database`, `apply head` and `keep head` where there is no template, `load models`,
/// and `apply ID` for each.
pub fn facts(
    spec: &MigrateSpec,
    dialect: Dialect,
    subjects: &Subjects,
    request: &Request,
    cx: &Context<'_>,
) -> Result<Looked, Failure> {
    let dialect = spec.dialect(dialect)?;
    let run = || {
        let history = History::of(spec, dialect)?;
        let wanted = |revision: &&Revision| subjects.name(&history, revision);
        let chosen: Vec<&Revision> = history.in_order().into_iter().filter(wanted).collect();
        let shelf = Shelf { spec, dialect, history: &history, rows: request.rows };
        let known = chosen.iter().map(|revision| shelf.find(revision));
        let mut facts: Vec<RevisionFacts> = known.flatten().collect();
        let is_known = |revision: &Revision| facts.iter().any(|known| known.id == revision.id);
        let unknown = chosen.iter().filter(|revision| !is_known(revision));
        let files: BTreeSet<PathBuf> = unknown.flat_map(|revision| revision.files.iter().cloned()).collect();
        if files.is_empty() {
            return Ok(Looked { revisions: facts, beyond: Vec::new() });
        }
        let told = Trials { spec, dialect, history: &history, request, cx }.run(files)?;
        told.iter().for_each(|one| shelf.keep(one));
        // One that nobody has chosen is why others could not be looked at.
        let is_told =
            |one: &RevisionFacts| one.refusal.is_some() || chosen.iter().any(|other| other.id == one.id);
        for one in told.into_iter().filter(is_told) {
            facts.retain(|known| known.id != one.id);
            facts.push(one);
        }
        let place = |one: &RevisionFacts| chosen.iter().position(|revision| revision.id == one.id);
        facts.sort_by_key(place);
        let is_there = |revision: &Revision| facts.iter().any(|one| one.id == revision.id);
        let beyond = chosen.iter().filter(|revision| !is_there(revision));
        let beyond = beyond.map(|revision| (*revision).clone()).collect();
        Ok(Looked { revisions: facts, beyond })
    };
    run().map_err(|mut failure: Failure| {
        failure.log = failure.log.or_else(|| cx.log.clone().filter(|log| log.exists()));
        named(failure, &dialect.label)
    })
}
