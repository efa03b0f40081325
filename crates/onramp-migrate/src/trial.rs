use std::sync::Arc;
use std::thread;

use onramp_core::{Failure, FailureKind};
use onramp_database::catalog::{Catalog, Change, Difference, Kind, ObjectId};
use onramp_database::rows::Snapshot;
use onramp_database::{Client, Database};

use crate::advice::Refused;
use crate::alembic::Command;
use crate::attempt::{Attempt, named};
use crate::generation::Generation;
use crate::losses::Explained;
use crate::rename::Rename;
use crate::stage::StageError;
use crate::{DowngradePolicy, Evidence, Executed, Facts, Request, Reverted, RowsPolicy, Schemas};

/// The kinds of objects whose drops engines propose because of models, and nobody has to be told of.
const SEEN_BY_ENGINES: [Kind; 6] =
    [Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey, Kind::Index, Kind::Table, Kind::Column];

/// The application of a new revision to a database with rows in it.
pub(crate) struct Trial<'a> {
    pub(crate) database: &'a Database,
    /// The tables of the engine itself.
    pub(crate) own_tables: &'a [&'a str],
    /// The revision, or `head` for the only one that the database lacks.
    pub(crate) to: &'a str,
    /// Where the revision leads back to.
    pub(crate) back: &'a str,
    pub(crate) request: &'a Request,
    pub(crate) wish: Wish<'a>,
    pub(crate) author: Author,
}

/// Who has written a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// An engine. It must change something in the schema.
    Engine,
    /// Somebody, who may have written it for the rows alone, or to join two histories.
    Hand,
}

/// What the revision was generated from, as far as it is known.
pub(crate) enum Wish<'a> {
    /// Models.
    Models {
        /// What the models of the base are to the head.
        base: Option<&'a Generation>,
        /// What the models are to the head.
        models: &'a Generation,
    },
    /// Only the engine knows it.
    Unknown,
}

/// What a database is at one moment: its catalog and all its rows.
#[derive(Clone)]
pub(crate) struct Look {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) rows: Snapshot,
    /// The tables that were left out.
    own_tables: Vec<String>,
}

impl Look {
    /// Looks at a database, without the tables of the engine itself.
    pub(crate) fn at(database: &Database, own_tables: &[&str]) -> Result<Self, Failure> {
        Self::through(&mut database.client()?, own_tables)
    }

    fn through(client: &mut Client, own_tables: &[&str]) -> Result<Self, Failure> {
        let catalog = Arc::new(Catalog::read(client, own_tables)?);
        let rows = Snapshot::read(client, own_tables)?;
        Ok(Self { catalog, rows, own_tables: own_tables.iter().map(|name| (*name).to_owned()).collect() })
    }
}

/// Takes looks at the database under trial, through one connection where nobody is in its way.
struct Lookout<'a> {
    trial: &'a Trial<'a>,
    client: Option<Client>,
    is_kept: bool,
}

impl Lookout<'_> {
    fn look(&mut self) -> Result<Look, Failure> {
        let client = self.client.take().map_or_else(|| self.trial.database.client(), Ok);
        let mut client = client?;
        let look = Look::through(&mut client, self.trial.own_tables)?;
        self.client = Some(client).filter(|_| self.is_kept);
        Ok(look)
    }
}

/// What applies and reverts the revision under trial.
pub(crate) trait Subject {
    /// Runs a command on the database.
    fn run(&mut self, command: Command<'_>) -> Result<(), Failure>;

    /// Generates once more, and fails where there is anything left to do.
    fn require_nothing_left(&mut self) -> Result<(), Failure>;

    /// Puts the file as it will be published into the place of the one that was applied, if it is not there yet.
    fn settle(&mut self, _attempt: &mut Attempt<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// What the last command has executed, where the engine tells.
    fn statements(&self) -> Option<Vec<Executed>> {
        None
    }

    /// Whether it bears with others: somebody may look at the database while it generates, and be connected all the time.
    fn bears_company(&self) -> bool {
        false
    }

    /// Whether what runs the commands has ended, so that nothing is known about the revision.
    fn has_ended(&self) -> bool {
        false
    }
}

/// What came of the first application of a revision.
struct Applied {
    /// What it leads to.
    after: Look,
    /// What it has executed, where its engine tells.
    statements: Option<Vec<Executed>>,
    /// What was there before, under the names of today.
    renamed: Look,
    explained: Explained,
}

/// Whether a revision has a way back at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayBack {
    /// It says how.
    Written,
    /// It is empty.
    Missing,
}

impl Trial<'_> {
    /// Applies, reverts and applies the revision; schema and surviving rows must be what they were, and nothing may
    /// be left to generate. `before` is a look at the database as it is, if somebody has taken one. Returns what the
    /// revision did when it was applied for the first time.
    pub(crate) fn run(
        &self,
        attempt: &mut Attempt<'_>,
        subject: &mut dyn Subject,
        way_back: WayBack,
        before: Option<Look>,
        evidence: &mut Evidence,
    ) -> Result<Facts, StageError> {
        let before = before.filter(|look| look.own_tables.iter().eq(self.own_tables));
        let mut lookout = Lookout { trial: self, client: None, is_kept: subject.bears_company() };
        let before = before.map_or_else(|| lookout.look(), Ok)?;
        evidence.rows = before.rows.tables.values().map(|table| table.count).sum();
        if self.request.rows == RowsPolicy::Seed {
            let empty = before.rows.tables.iter().filter(|(_, table)| table.count == 0);
            evidence.unwatched = empty.map(|(name, _)| name.clone()).collect();
        }
        let Applied { after, statements, renamed, mut explained } =
            self.apply_first(attempt, subject, &mut lookout, &before, evidence)?;
        let schemas = Schemas { before: Arc::clone(&before.catalog), after: Arc::clone(&after.catalog) };
        let missing = (self.request.rows == RowsPolicy::Seed).then(|| before.rows.missing(&after.rows));
        let facts = Facts { schemas, statements, missing };
        subject.settle(attempt)?;
        let reverted = match way_back {
            WayBack::Written => self.revert(attempt, subject, &mut lookout, &before, &mut explained),
            WayBack::Missing => Err(StageError::Failed(Failure::task("its downgrade is empty"))),
        };
        evidence.lossy.clone_from(&explained.lines);
        match (reverted, self.request.downgrade) {
            (Ok(()), _) => evidence.reverted = Reverted::Yes,
            (Err(StageError::Failed(failure) | StageError::Revert(failure)), DowngradePolicy::Waived)
                if failure.kind == FailureKind::Task && !subject.has_ended() =>
            {
                // What comes after a revert that went wrong says nothing any more.
                evidence.reverted = Reverted::NoWayBack { why: failure.message };
                return Ok(facts);
            }
            (Err(error), _) => return Err(error),
        }
        attempt.step("apply again", || {
            self.apply(subject)?;
            let again = lookout.look()?;
            require_same(&after.catalog, &again.catalog, "applied once more, the revision leads elsewhere")?;
            explained.afterwards(&renamed, &again, "applied once more,")
        })?;
        evidence.lossy = explained.lines;
        Ok(facts)
    }

    /// Applies the revision, judges what came of it, and has it generated again, which must lead to nothing.
    fn apply_first(
        &self,
        attempt: &mut Attempt<'_>,
        subject: &mut dyn Subject,
        lookout: &mut Lookout<'_>,
        before: &Look,
        evidence: &mut Evidence,
    ) -> Result<Applied, Failure> {
        attempt.step("apply", || self.apply(subject))?;
        let mut statements = subject.statements();
        let mut judge = |after: Result<Look, Failure>| {
            let judged = after.and_then(|after| {
                let (renamed, explained) = self.judge_upgrade(before, &after, evidence)?;
                Ok(Applied { after, statements: statements.take(), renamed, explained })
            });
            judged.map_err(|failure| named(failure, "apply"))
        };
        if !subject.bears_company() {
            let judged = judge(lookout.look())?;
            attempt.step("generate again", || subject.require_nothing_left())?;
            return Ok(judged);
        }
        thread::scope(|scope| {
            let looking = scope.spawn(|| lookout.look());
            let left = attempt.step("generate again", || subject.require_nothing_left());
            let after = looking.join().unwrap_or_else(|_| Err(Failure::panic("a look at what was applied")));
            let judged = judge(after)?;
            left.map(|()| judged)
        })
    }

    /// Reverts the revision; the schema must be what it was before.
    fn revert(
        &self,
        attempt: &mut Attempt<'_>,
        subject: &mut dyn Subject,
        lookout: &mut Lookout<'_>,
        before: &Look,
        explained: &mut Explained,
    ) -> Result<(), StageError> {
        let reverted = attempt.step("revert", || {
            subject
                .run(Command::Downgrade(self.back))
                .map_err(|failure| self.refused("downgrade()").advise(failure))
        });
        reverted.map_err(|failure| match before.rows.tables.values().any(|table| table.count > 0) {
            true => StageError::Revert(failure),
            false => StageError::Failed(failure),
        })?;
        attempt.step("look at what came back", || {
            let now = lookout.look()?;
            require_same(&before.catalog, &now.catalog, "reverted, the revision does not lead back")
                .map_err(|failure| failure.hint(self.request.again_with("--irreversible")))?;
            explained.afterwards(before, &now, "reverted,")
        })?;
        Ok(())
    }

    fn apply(&self, subject: &mut dyn Subject) -> Result<(), Failure> {
        subject.run(Command::Upgrade(self.to)).map_err(|failure| self.refused("upgrade()").advise(failure))
    }

    fn refused(&self, function: &'static str) -> Refused<'_> {
        let operations = match &self.wish {
            Wish::Models { models, .. } => {
                models.up.iter().map(|operation| operation.text.as_str()).collect()
            }
            Wish::Unknown => Vec::new(),
        };
        Refused { dialect: self.database.dialect(), request: self.request, operations, function }
    }

    /// A revision must change something, drop nothing that the models' change does not explain, and keep the rows
    /// of all that it leaves in place. Returns the look from before under the names of today, and what is explained.
    fn judge_upgrade(
        &self,
        before: &Look,
        after: &Look,
        evidence: &mut Evidence,
    ) -> Result<(Look, Explained), Failure> {
        let difference = Difference::between(&before.catalog, &after.catalog);
        if difference.is_empty() && self.author == Author::Engine {
            return Err(Failure::task("the revision changes nothing in the schema"));
        }
        let removed = difference.changes.iter().filter(|change| matches!(change.change, Change::Removed(_)));
        let removed: Vec<&ObjectId> = removed.map(|change| &change.id).collect();
        let wholes = removed.iter().filter(|id| id.kind.has_parts());
        let wholes: Vec<&[String]> = wholes.map(|id| id.path.as_slice()).collect();
        // What goes with its table or view is a matter of that, and a view's columns hold no values.
        let is_of_view = |id: &ObjectId| {
            let views = [Kind::View, Kind::MaterializedView].map(|kind| ObjectId::new(kind, id.whole()));
            id.kind == Kind::Column && views.iter().any(|view| before.catalog.objects.contains_key(view))
        };
        let alone = removed
            .iter()
            .filter(|id| id.kind.has_parts() || !wholes.contains(&id.whole()) && !is_of_view(id));
        let mut kept = Vec::new();
        for id in alone {
            match id.kind {
                Kind::Table | Kind::Column => {
                    let is_named = self.request.may_drop.contains(&id.path.join("."));
                    let renames = Rename::of(id, &before.catalog, &after.catalog, &difference);
                    if let Some(rename) = Rename::kept(&renames, &before.rows, &after.rows, self.author) {
                        kept.push(rename);
                        continue;
                    }
                    match Rename::refusal(&renames, &before.catalog, self.request) {
                        Some(refusal) if !is_named => return Err(refusal),
                        _ if !is_named && !self.is_explained(id) => return Err(self.unexplained(id)),
                        _ => {}
                    }
                }
                kind if SEEN_BY_ENGINES.contains(&kind) => {}
                Kind::Enum if matches!(self.wish, Wish::Models { .. }) => {}
                Kind::Sequence if is_owned(&before.catalog, id) => {}
                _ => evidence.drops.push(id.to_string()),
            }
        }
        let renamed = Rename::applied(&kept, before);
        let explained = Explained::by_upgrade(&renamed, after, self.request, self.author)?;
        Ok((renamed, explained))
    }

    fn unexplained(&self, id: &ObjectId) -> Failure {
        let doubt = match self.wish {
            Wish::Models { .. } => format!(
                "no change of the models since {} explains that",
                self.request.base.as_ref().map_or("the history's head", |base| base.name.as_str())
            ),
            Wish::Unknown => "nothing tells whether that is wanted".to_owned(),
        };
        let option = format!("--may-drop {}", id.path.join("."));
        Failure::task(format!("the revision drops {id}, and {doubt}")).hint(self.request.again_with(&option))
    }

    /// Whether the change of the models asks for that.
    fn is_explained(&self, id: &ObjectId) -> bool {
        let (table, column) = match id.kind {
            Kind::Column => (id.whole().join("."), Some(id.name())),
            _ => (id.path.join("."), None),
        };
        match &self.wish {
            Wish::Models { base, models } => {
                base.is_some_and(|base| base.has(&table, column)) && !models.has(&table, column)
            }
            Wish::Unknown => false,
        }
    }
}

/// Whether the sequence goes with a column.
fn is_owned(catalog: &Catalog, id: &ObjectId) -> bool {
    catalog.objects.get(id).and_then(|object| object.get("owned-by")).is_some_and(|owner| !owner.is_empty())
}

/// The order of columns may differ: what is put back is the last of its table.
fn require_same(expected: &Catalog, found: &Catalog, message: &str) -> Result<(), Failure> {
    let mut difference = Difference::between(expected, found);
    let _ = difference.split_off_positions();
    if difference.is_empty() {
        return Ok(());
    }
    let tail: Vec<String> = difference.to_string().lines().map(str::to_owned).collect();
    let first = tail.first().cloned().unwrap_or_default();
    Err(Failure { tail, ..Failure::task(format!("{message}: {first}")) })
}
