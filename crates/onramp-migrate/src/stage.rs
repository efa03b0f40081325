use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

use onramp_core::{Failure, FailureKind};
use onramp_database::catalog::Catalog;
use onramp_database::{Copying, Database, Databases};

use crate::alembic::Alembic;
use crate::apart::{Apart, Models, apart, newly_apart};
use crate::attempt::{Attempt, named};
use crate::baseline::{Baseline, BaselinePlace, compare_base};
use crate::engine::{Engine, Mode};
use crate::fork_server::ForkServer;
use crate::generation::Generation;
use crate::ground::{Ground, database_environment, databases_spec};
use crate::key::head_key;
use crate::own_models::require_own;
use crate::purpose::Purpose;
use crate::reached::require_head;
use crate::redirection::Redirection;
use crate::scratch::Scratch;
use crate::session::Standing;
use crate::settings::Settings;
use crate::trial::Look;
use crate::{AlembicSpec, Base, Context, DialectSpec, DriftPolicy, Evidence, MigrateSpec, Request, StepTime};

/// Why work on a stage failed.
pub(crate) enum StageError {
    /// The process that was kept between commands did not last. Whether the revision is to blame, only a
    /// process per command can tell.
    Session,
    /// The engine is not the one that templates were made with.
    OtherEngine,
    /// The revision was applied with rows in the tables, and could not be reverted with them.
    Revert(Failure),
    /// The history before the revisions that the work is about cannot be applied.
    Before {
        /// The id of the revision that fails, where the engine tells.
        revision: Option<String>,
        /// Why it does.
        failure: Box<Failure>,
    },
    /// Anything else.
    Failed(Failure),
}

impl StageError {
    /// The same, or that the server has ended or the database's place is full, which is why.
    pub(crate) fn explained(self, databases: &Databases, database: &Database) -> Self {
        let Err(gone) = databases.check() else { return self.without_room(databases, database) };
        let failure = Failure::from(self);
        if failure.kind == FailureKind::Interrupted {
            return Self::Failed(failure);
        }
        let tail = if gone.tail.is_empty() { failure.tail } else { gone.tail };
        let message = format!("{}: {}", gone.message, failure.message);
        let explained = Failure { tail, log: failure.log, ..Failure::environment(message) };
        Self::Failed(databases.blame_storage(explained.hint("onramp doctor"), Some(database)))
    }

    /// A failure on the way to the head; one that is no revision's is told as any other.
    pub(crate) fn before(failure: Failure, revision: Option<String>) -> Self {
        match failure.kind {
            FailureKind::Task => Self::Before { revision, failure: Box::new(failure) },
            _ => Self::Failed(failure),
        }
    }

    /// The same, which came to light with a revision.
    pub(crate) fn of_revision(self, name: &str) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(named(failure, name)),
            // What is told of the first tries is told where they end.
            Self::Session | Self::OtherEngine | Self::Revert(_) | Self::Before { .. } => self,
        }
    }

    fn without_room(self, databases: &Databases, database: &Database) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(databases.blame_storage(failure, Some(database))),
            Self::Revert(failure) => match databases.blame_storage(failure.clone(), Some(database)) {
                full if full.kind == FailureKind::Environment => Self::Failed(full),
                _ => Self::Revert(failure),
            },
            Self::Before { revision, failure } => {
                match databases.blame_storage((*failure).clone(), Some(database)) {
                    full if full.kind == FailureKind::Environment => Self::Failed(full),
                    _ => Self::Before { revision, failure },
                }
            }
            // Tried once more, it says why.
            Self::Session | Self::OtherEngine => self,
        }
    }
}

impl From<Failure> for StageError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        match error {
            StageError::Session => Self::task("the project's Alembic ended between two commands"),
            StageError::OtherEngine => Self::task("Alembic is another one with each start"),
            StageError::Before { failure, .. } => *failure,
            StageError::Revert(failure) | StageError::Failed(failure) => failure,
        }
    }
}

/// A copy of one dialect's history, and a database at its head, where the models can be compared and a revision
/// tried.
pub(crate) struct Stage<'a> {
    pub(crate) spec: &'a MigrateSpec,
    pub(crate) start: &'a AlembicSpec,
    pub(crate) dialect: &'a DialectSpec,
    pub(crate) head: Option<&'a str>,
    pub(crate) request: &'a Request,
    pub(crate) cx: &'a Context<'a>,
    pub(crate) scratch: &'a Scratch,
    pub(crate) redirection: &'a Redirection,
    pub(crate) databases: &'a Databases,
    pub(crate) ground: &'a Ground,
    /// What makes the ground, as long as nobody has run it.
    copying: Mutex<Option<Copying<'a>>>,
    /// The key of the database at the head, by what was known of Alembic before it ran.
    head_key: &'a str,
    /// The same, by what Alembic has told.
    key: &'a (dyn Fn(&Settings) -> io::Result<String> + Sync),
    mode: Mode,
}

/// What the work on a stage begins with.
pub(crate) struct Head {
    /// What was apart before.
    pub(crate) baseline: Option<Baseline>,
    /// The database at the head, if somebody had to look at it.
    pub(crate) look: Option<Look>,
}

/// Sets a stage for `work` and clears it away. The engine is not open yet.
pub(crate) fn on_stage<T>(
    purpose: &Purpose<'_, AlembicSpec>,
    cx: &Context<'_>,
    mode: Mode,
    work: impl FnOnce(&Stage<'_>, &mut Attempt<'_>, &mut Engine<'_>) -> Result<T, StageError>,
) -> Result<(T, Vec<StepTime>), StageError> {
    let Purpose { spec, engine: start, dialect, held_back, head, request } = *purpose;
    let mut attempt = Attempt::new(cx);
    let (scratch, redirection) = attempt.step("copy history", || {
        let scratch = Scratch::create_without(spec, dialect, held_back)?;
        let known = Settings::known(spec, dialect);
        let versions = scratch.versions();
        let redirection = Redirection::prepare(scratch.folder(), &dialect.versions, versions, &known)?;
        Ok((scratch, redirection))
    })?;
    let databases = attempt.step("start database", || {
        let databases =
            Databases::open(cx.launcher, dialect.dialect, &databases_spec(spec, dialect, cx), cx.step)?;
        Ok(databases)
    })?;
    let key = |settings: &Settings| {
        let rows = format!("{:?}", request.rows);
        let Settings { files, versions, .. } = settings;
        head_key(spec, dialect, scratch.versions(), files, versions, databases.server_version(), &rows)
    };
    let head_key = key(&redirection.settings()).map_err(Failure::from)?;
    let (ground, copying) =
        Ground::plan(&databases, &head_key).map_err(|failure| databases.blame_storage(failure, None))?;
    let mut environment = database_environment(spec, dialect, &ground.database);
    redirection.activate(&mut environment);
    let alembic = Alembic { spec, start, dialect: dialect.dialect, sources: &spec.root, environment, cx };
    let mut engine =
        Engine::new(alembic, &redirection).with_fork_server(ForkServer::of(spec, start, dialect));
    let stage = Stage {
        spec,
        start,
        dialect,
        head,
        request,
        cx,
        scratch: &scratch,
        redirection: &redirection,
        databases: &databases,
        ground: &ground,
        copying: Mutex::new(copying),
        head_key: &head_key,
        key: &key,
        mode,
    };
    let worked = work(&stage, &mut attempt, &mut engine);
    engine.prepare_next();
    match worked {
        Ok(done) => Ok((done, attempt.into_steps())),
        Err(_) if engine.session_failed => Err(StageError::Session.explained(&databases, &ground.database)),
        Err(error) => Err(error.explained(&databases, &ground.database)),
    }
}

impl Stage<'_> {
    /// Gets the database to the head and Alembic ready. While Python loads, the copy of the template is made, and the
    /// models of the base are compared where they were not yet.
    pub(crate) fn reach_head(
        &self,
        attempt: &mut Attempt<'_>,
        engine: &mut Engine<'_>,
    ) -> Result<Head, StageError> {
        let database = &self.ground.database;
        let mut key = self.head_key.to_owned();
        if self.ground.standing == Standing::Nothing {
            let reached = attempt.step("apply head", || {
                let opened = engine.open(self.mode, Standing::Nothing, database.folder());
                opened.map_err(|failure| engine.blame(failure, self.dialect))
            });
            reached.map_err(|failure| StageError::before(failure, engine.at_fault()))?;
            let settings = self.redirection.settings();
            attempt.step("keep head", || {
                require_head(database, &settings.version_table, self.head, &self.spec.url_env)?;
                settings.keep(self.spec, self.dialect);
                key = (self.key)(&settings)?;
                let tables = [settings.version_table.as_str()];
                self.ground.settle(self.databases, &key, self.request.rows, &tables, self.cx)
            })?;
        }
        // Before the first revision there is no head that anything could be apart from.
        let base = self.request.base.as_ref().filter(|_| self.head.is_some());
        let place = base.map(|base| (base, BaselinePlace::new(self.spec, self.dialect, base, &key)));
        let found = place.as_ref().and_then(|(_, place)| place.find());
        let missing = place.filter(|_| found.is_none());
        let compare = |base: &Base, place: &BaselinePlace, head: &Catalog| {
            (self.cx.step)(&format!("load models of {}", base.name));
            let baseline = compare_base(self, base, head);
            let baseline = baseline.map_err(|failure| {
                failure
                    .context(format!("the models of {}", base.name))
                    .hint(self.request.again_with("--no-base"))
            })?;
            // Models from elsewhere would stand for those of the base as long as that is known.
            self.require_own_models(&baseline.generation)?;
            place.keep(&baseline);
            Ok::<_, Failure>(baseline)
        };
        let copying = self.copying.lock().unwrap_or_else(PoisonError::into_inner).take();
        let compare = || {
            copying.map_or(Ok(()), Copying::run)?;
            let Some((base, place)) = &missing else { return Ok((None, None)) };
            let look = self.look()?;
            let baseline = compare(base, place, &look.catalog)?;
            Ok((Some(look), Some(baseline)))
        };
        let head = attempt.step("load models", || {
            thread::scope(|scope| {
                let comparing = scope.spawn(compare);
                let opened = match self.ground.standing {
                    Standing::Head => engine.open(self.mode, Standing::Head, database.folder()),
                    Standing::Nothing => Ok(()),
                };
                let compared = comparing.join().unwrap_or_else(|_| Err(Failure::panic("the base's models")));
                let (look, compared) = compared?;
                opened?;
                Ok(Head { look, baseline: compared.or(found) })
            })
        })?;
        Ok(head)
    }

    /// Looks at the database. Where the engine's own table turns out to have another name, the look is worth nothing.
    pub(crate) fn look(&self) -> Result<Look, Failure> {
        Look::at(&self.ground.database, &[&self.redirection.version_table()])
    }

    /// Templates and what was compared before belong to one version of the engine. Fails where Alembic, now that it has
    /// run, tells of another one, after that was remembered: the next try knows.
    pub(crate) fn require_known_engine(&self) -> Result<(), StageError> {
        let (known, told) = (Settings::known(self.spec, self.dialect), self.redirection.settings());
        let is_same = told.versions == known.versions && told.version_table == known.version_table;
        if self.ground.standing == Standing::Nothing || is_same {
            return Ok(());
        }
        told.keep(self.spec, self.dialect);
        Err(StageError::OtherEngine)
    }

    /// What stays out of a revision.
    pub(crate) fn leave_out<'b>(&self, baseline: Option<&'b Baseline>) -> Option<&'b Generation> {
        let baseline = baseline.filter(|_| self.request.drift == DriftPolicy::LeaveOut);
        baseline.map(|baseline| &baseline.generation)
    }

    /// An Alembic that looks at another history says so by nothing but its silence.
    pub(crate) fn require_same_history(&self, generation: &Generation) -> Result<(), Failure> {
        for (heads, whose) in
            [(&generation.script_heads, "Alembic's history"), (&generation.database_heads, "the database")]
        {
            if !heads.iter().map(String::as_str).eq(self.head) {
                let heads = if heads.is_empty() { "nothing".to_owned() } else { heads.join(", ") };
                let head = self.head.unwrap_or("nothing");
                let message = format!("{whose} is at {heads}, and the files of the history end in {head}");
                return Err(Failure::task(message).hint("onramp exec -- alembic heads"));
            }
        }
        Ok(())
    }

    /// Models that were loaded from another checkout do not change with this one.
    pub(crate) fn require_own_models(&self, generation: &Generation) -> Result<(), Failure> {
        require_own(self.spec, self.dialect, &generation.sources, &generation.prefix)
    }

    /// What a comparison of models and database tells.
    pub(crate) fn evidence(&self, generation: &Generation) -> Evidence {
        let base = self.request.base.as_ref().filter(|_| self.head.is_some());
        let mut skipped: Vec<String> = generation.warnings.iter().map(|warning| one_line(warning)).collect();
        skipped.sort();
        skipped.dedup();
        Evidence {
            base: base.map(|base| base.name.clone()),
            drift: generation.left_out_up.iter().map(|text| one_line(text)).collect(),
            skipped,
            ..Evidence::default()
        }
    }

    /// What the models ask for and the database does not have, as far as it was not so before. Without a
    /// base all of it is told.
    pub(crate) fn blind(
        &self,
        database: &Catalog,
        models: Result<Models, Failure>,
        baseline: Option<&Baseline>,
    ) -> Vec<String> {
        let before: &[Apart] = match baseline {
            Some(Baseline { apart: Some(apart), .. }) => apart,
            // What was apart before could not be told.
            Some(_) => return Vec::new(),
            None => &[],
        };
        match models {
            Ok(models) => newly_apart(&apart(database, &models), before),
            Err(failure) => vec![format!("the models were not compared: {failure}")],
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
