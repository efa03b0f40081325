//! What a word on the command line says about where a catalog comes from.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_config::{Engine, nearest};
<<<<<<< HEAD
use onramp_core::{Dialect, Failure, FailureKind, TaskGraph, TaskId, TaskNode};
=======
use onramp_core::{Dialect, Failure, FailureKind, TaskGraph, TaskId};
>>>>>>> main
use onramp_database::catalog::Catalog;
use onramp_database::{DatabaseUrl, hide_password};
use onramp_git::GitError;
use onramp_migrate::{Base, Context, MigrateSpec, Reached, history_catalog, revision_catalog};

use super::folder::Folder;
use crate::commands::migrate;
use crate::context::TaskContext;
use crate::session::Session;
use crate::{Error, ExitStatus, runner};

/// Which objects count.
#[derive(Args, Clone, Debug)]
pub(in crate::commands) struct Scope {
    /// Leave out this table and all that is its own, instead of `alembic_version`; may be given more than once
    #[arg(long, value_name = "TABLE", default_value = ALEMBIC)]
    without: Vec<String>,
}

/// The table that Alembic keeps its own state in, which a database may have or not.
const ALEMBIC: &str = "alembic_version";

impl Scope {
    /// Takes the named tables out of catalogs. `own` are tables of a tool, which may have been left out already. Fails where
    /// no catalog has a table of that name: its user would take for left out what was called otherwise.
    pub(in crate::commands) fn leave_out<'a>(
        &self,
        catalogs: impl Iterator<Item = &'a mut Catalog>,
        own: &[String],
    ) -> Result<(), Error> {
        let mut catalogs: Vec<&mut Catalog> = catalogs.collect();
        let tables: BTreeSet<String> = catalogs.iter().flat_map(|catalog| tables_of(catalog)).collect();
        let unknown = |name: &&String| !tables.contains(*name) && !own.contains(name) && *name != ALEMBIC;
        if let Some(name) = self.without.iter().find(unknown) {
            let error = Error::usage(format!("--without: no table is called `{name}`"));
            let near = nearest(name, tables.iter().map(String::as_str));
            return Err(match near {
                Some(near) => error.hint(format!("--without {near}")),
                None => error,
            });
        }
        for catalog in &mut catalogs {
            self.without.iter().for_each(|table| catalog.leave_out(table));
        }
        Ok(())
    }
}

/// What can be left out of a catalog.
fn tables_of(catalog: &Catalog) -> impl Iterator<Item = String> {
    catalog.objects.keys().filter(|id| id.kind.has_parts()).map(|id| id.path.join("."))
}

/// Where a catalog comes from.
#[derive(Clone)]
pub(in crate::commands) enum Source {
    /// A database that is there.
    Database(DatabaseUrl),
    /// The head of a migration history: that of a git revision, or the work tree's own.
    History(Option<Base>),
    /// One revision of the work tree's own history.
    Revision(String),
    /// The SQL history in a folder, whatever tool it is of.
    Folder(Box<Folder>),
}

impl Source {
    /// What a word stands for: a URL, a file that exists, or else a git revision.
    pub(in crate::commands) fn of_word(session: &Session, word: &str) -> Result<Self, Error> {
        if word.contains("://") {
            return Self::of_url(session, word);
        }
        let path = session.directory.join(word);
        if path.is_file() {
            // A link in front of `..` leads elsewhere than the text says.
            let path = path.canonicalize().unwrap_or(path);
            return Ok(Self::Database(DatabaseUrl::of_file(path)));
        }
        if path.is_dir() {
            return Folder::find(session, word, &path).map(|folder| Self::Folder(Box::new(folder)));
        }
        match migrate::find_base(session, word) {
            Ok(Some(base)) => Ok(Self::History(Some(base))),
            Ok(None) => Err(Error::usage(format!("the workspace is not in the revision `{word}`"))),
            Err(GitError::Cancelled) => Err(Failure::interrupted().into()),
            Err(error) => {
                let error = Error::usage(format!(
                    "`{word}` is no file, no folder, no database URL and no revision: {error}"
                ));
                Err(error.hint(
                    "sqlite:///PATH, postgresql://USER@HOST:PORT/NAME, or a revision as `git log` shows it",
                ))
            }
        }
    }

    /// The database of a URL, whose password is masked from now on.
    pub(in crate::commands) fn of_url(session: &Session, url: &str) -> Result<Self, Error> {
        hide_password(url, session.launcher.secrets());
        let url = DatabaseUrl::parse(url, &session.directory).map_err(|failure| {
            let error = Error::usage(failure.message);
            match failure.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })?;
        Ok(Self::Database(url))
    }

    /// What the command line names: a word, the database of the environment, or else the history of the work tree. `verb`
    /// is for hints.
    pub(super) fn of_arguments(
        session: &Session,
        word: Option<&str>,
        from_env: bool,
        verb: &str,
    ) -> Result<Self, Error> {
        match word {
            Some(word) => Self::of_word(session, word),
            None if from_env => Self::of_environment(session, verb),
            None => Ok(Self::History(None)),
        }
    }

    fn of_environment(session: &Session, verb: &str) -> Result<Self, Error> {
        let checkout = session.workspace();
        let Some(database) = &checkout.config.database else {
            let error = Error::usage("no database to read: the configuration has no [database]");
            return Err(error.hint(format!("onramp {verb} DATABASE")));
        };
        let variable = &database.url_env;
        let Some(url) = checkout.environment.get(variable).and_then(|url| url.to_str()) else {
            let error = Error::usage(format!("no database to read: {variable} is not set"));
            return Err(error.hint(format!("{variable}=URL onramp {verb} --from-env")));
        };
        Self::of_url(session, url)
    }

    /// The catalog of a dialect that it leads to, without the tables of those names. `spec` is that of the workspace's own
    /// histories, if it has some.
    pub(in crate::commands) fn reached(
        &self,
        spec: Option<&MigrateSpec>,
        dialect: Dialect,
        left_out: &[&str],
        context: &Context<'_>,
    ) -> Result<Reached, Failure> {
        let own = || spec.ok_or_else(|| Failure::task("the configuration has no histories"));
        match self {
            Self::Database(url) => Ok(Reached { catalog: of_url(url, left_out)?, own_tables: Vec::new() }),
            Self::History(base) => history_catalog(own()?, dialect, base.as_ref(), left_out, context),
            Self::Revision(id) => revision_catalog(own()?, dialect, id, left_out, context),
            Self::Folder(folder) => folder.reached(dialect, left_out, context),
        }
    }

    /// The dialect, where it is the source that decides it.
    pub(in crate::commands) fn dialect(&self) -> Option<Dialect> {
        match self {
            Self::Database(url) => Some(url.dialect()),
            Self::Folder(folder) => folder.dialect(),
            Self::History(_) | Self::Revision(_) => None,
        }
    }
}

/// Catalogs of one dialect, one of each source.
pub(super) struct Catalogs {
    pub(super) catalogs: Vec<Catalog>,
    /// The tables of the tool that keeps the histories, which are in none of them.
    pub(super) own_tables: Vec<String>,
}

/// Reads a catalog of one dialect from each source. A history is applied to a scratch database, which may take a
/// while, so that is a task with its steps. Tables of the migration tool itself are left out of databases, too.
pub(super) fn catalogs(session: &Session, dialect: Dialect, sources: &[Source]) -> Result<Catalogs, Error> {
    let mut left_out = tables_of_tool(session);
    let mut found: Vec<Option<Catalog>> = vec![None; sources.len()];
    if sources.iter().any(|source| !matches!(source, Source::Database(_))) {
        for (place, reached) in histories(session, dialect, sources, &left_out)? {
            found[place] = Some(reached.catalog);
            left_out.extend(reached.own_tables);
        }
    }
    let names: Vec<&str> = left_out.iter().map(String::as_str).collect();
    let catalogs = found.into_iter().zip(sources);
    let catalogs = catalogs.map(|(found, source)| found.map_or_else(|| of_database(source, &names), Ok));
    let catalogs = catalogs.collect::<Result<_, Failure>>()?;
    Ok(Catalogs { catalogs, own_tables: left_out })
}

/// The tables that the configuration calls the tool's own.
pub(in crate::commands) fn tables_of_tool(session: &Session) -> Vec<String> {
    let database = session.workspace().config.database.as_ref();
    match database.map(|database| &database.engine) {
        Some(Engine::Command(command)) => command.tables.clone().unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// What the histories among the sources lead to, each with its place.
fn histories(
    session: &Session,
    dialect: Dialect,
    sources: &[Source],
    left_out: &[String],
) -> Result<Vec<(usize, Reached)>, Error> {
    let has_own = sources.iter().any(|source| matches!(source, Source::History(_) | Source::Revision(_)));
    let spec = has_own.then(|| migrate::spec(session)).transpose()?;
    if spec.as_ref().is_some_and(|spec| spec.dialect(dialect).is_err()) {
        return Err(Error::usage(format!("the configuration has no dialect `{dialect}`")));
    }
    let found: Arc<Mutex<Vec<(usize, Reached)>>> = Arc::default();
    let lock = has_own.then(|| migrate::begin(session)).transpose()?;
    let work = {
        let (found, sources, left_out) = (Arc::clone(&found), sources.to_vec(), left_out.to_vec());
        move |task: &TaskContext<'_>| {
            let step = |step: &str| task.step(step);
            let context = migrate::engine_context(task, &step);
            let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
            for (place, source) in sources.iter().enumerate() {
                if let Source::Database(_) = source {
                    continue;
                }
                let reached = source.reached(spec.as_ref(), dialect, &left_out, &context)?;
                found.lock().unwrap_or_else(PoisonError::into_inner).push((place, reached));
            }
            Ok(())
        }
    };
    let id = TaskId::new("db", dialect.name());
    let graph = TaskGraph::new(vec![session.task(id.clone(), Vec::new(), work)])
        .expect("a task that needs nothing is a graph");
    let status = runner::run(session, "db", &graph, &[id])?;
    drop(lock);
    // Of a history that was not applied there is nothing to print.
    if status != ExitStatus::Success || session.options.dry_run {
        return Err(Error::Reported(status));
    }
    Ok(std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn of_database(source: &Source, left_out: &[&str]) -> Result<Catalog, Failure> {
    let Source::Database(url) = source else {
        return Err(Failure::task("a history is no database"));
    };
    of_url(url, left_out)
}

fn of_url(url: &DatabaseUrl, left_out: &[&str]) -> Result<Catalog, Failure> {
<<<<<<< HEAD
    let read = || {
        let catalog = Catalog::read(&mut url.reader()?, left_out);
        catalog.map_err(|failure| failure.context(url))
    };
    // A database that cannot be read has no schema, so it is no difference either.
    read().map_err(|failure: Failure| match failure.kind {
=======
    let catalog = url
        .reader()
        .and_then(|mut reader| Catalog::read(&mut reader, left_out).map_err(|failure| failure.context(url)));
    // What cannot be looked at is neither equal nor different.
    catalog.map_err(|failure| match failure.kind {
>>>>>>> main
        FailureKind::Task => Failure { kind: FailureKind::Environment, ..failure },
        _ => failure,
    })
}

/// The dialects that sources are read in: the one of a database, or else those of the configuration.
pub(super) fn dialects(
    session: &Session,
    sources: &[Source],
    asked: Option<Dialect>,
) -> Result<Vec<Dialect>, Error> {
    let mut dialect = asked;
    for source in sources {
        match (source.dialect(), dialect) {
            (Some(own), Some(other)) if own != other => {
                let what = match source {
                    Source::Database(url) => url.to_string(),
                    Source::Folder(folder) => folder.name.clone(),
                    Source::History(_) | Source::Revision(_) => "the history".to_owned(),
                };
                return Err(Error::usage(format!("{what} is of {own}, not of {other}")));
            }
            (Some(own), _) => dialect = Some(own),
            (None, _) => {}
        }
    }
    if let Some(dialect) = dialect {
        return Ok(vec![dialect]);
    }
    for source in sources {
        if let Source::Folder(folder) = source {
            let error = Error::usage(format!("{} does not have one history of one dialect", folder.name));
            return Err(error.hint("--dialect sqlite or --dialect postgresql"));
        }
    }
    Ok(migrate::spec(session)?.dialects.iter().map(|dialect| dialect.dialect).collect())
}

/// The dialect that sources are read in, where it has to be one.
pub(super) fn one_dialect(
    session: &Session,
    sources: &[Source],
    asked: Option<Dialect>,
    verb: &str,
) -> Result<Dialect, Error> {
    let dialects = dialects(session, sources, asked)?;
    let [dialect] = dialects.as_slice() else {
        let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
        let error = Error::usage(format!("there is a history of {}", names.join(" and of ")));
        return Err(error.hint(format!("onramp {verb} --dialect {}", names.first().unwrap_or(&"sqlite"))));
    };
    Ok(*dialect)
}
