use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_database::catalog::Catalog;
use onramp_database::{Database, Databases};

use crate::alembic::{Alembic, Command};
use crate::attempt::{Attempt, named};
use crate::command::CommandHistory;
use crate::engine::Engine;
use crate::ground::{database_environment, databases_spec, keep_template};
use crate::history::{below, of_copy};
use crate::key::head_key;
use crate::redirection::Redirection;
use crate::scratch::Scratch;
use crate::settings::Settings;
use crate::sources::Sources;
use crate::{Base, Context, DialectSpec, EngineSpec, History, MigrateSpec};

/// What a history leads to.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The catalog.
    pub catalog: Catalog,
    /// The tables of the tool itself that were left out of it, beside those that were named.
    pub own_tables: Vec<String>,
}

/// The catalog that the history of a dialect leads to, without the tables of those names: that of the work tree, or of
/// a revision of the project. A history that was applied once is not applied again while its template is there.
pub fn history_catalog(
    spec: &MigrateSpec,
    dialect: Dialect,
    revision: Option<&Base>,
    left_out: &[&str],
    cx: &Context<'_>,
) -> Result<Reached, Failure> {
    reach(spec, spec.dialect(dialect)?, revision.map_or(Goal::Head, Goal::HeadOf), left_out, cx)
}

/// The same for one revision of the work tree's history: what it and those lead to that it follows, whatever else there is.
pub fn revision_catalog(
    spec: &MigrateSpec,
    dialect: Dialect,
    id: &str,
    left_out: &[&str],
    cx: &Context<'_>,
) -> Result<Reached, Failure> {
    let dialect = spec.dialect(dialect)?;
    let history = History::of(spec, dialect)?;
    let way = history.way_to(id);
    let others = history.iter().filter(|revision| !way.contains(revision.id.as_str()));
    let others: Vec<PathBuf> = others.flat_map(|revision| revision.files.clone()).collect();
    reach(spec, dialect, Goal::Without(&others), left_out, cx)
}

/// Which history is applied.
#[derive(Clone, Copy)]
enum Goal<'a> {
    /// That of the work tree.
    Head,
    /// That of a revision of the project.
    HeadOf(&'a Base),
    /// That of the work tree without these files.
    Without(&'a [PathBuf]),
}

fn reach(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    goal: Goal<'_>,
    left_out: &[&str],
    cx: &Context<'_>,
) -> Result<Reached, Failure> {
    let revision = if let Goal::HeadOf(base) = goal { Some(base) } else { None };
    let run = || {
        let mut attempt = Attempt::new(cx);
        let (scratch, sources) = attempt.step("copy history", || {
            // A checkout of its own is a copy already.
            let scratch = match goal {
                Goal::HeadOf(_) => Scratch::bare(spec)?,
                Goal::Head => Scratch::create(spec, dialect)?,
                Goal::Without(files) => Scratch::create_without(spec, dialect, files)?,
            };
            let sources = revision.map(|base| Sources::write(base, &scratch)).transpose()?;
            Ok((scratch, sources))
        })?;
        let root = sources.as_ref().map_or(spec.root.as_path(), Sources::root);
        let versions = root.join(dialect.versions.strip_prefix(&spec.root).unwrap_or(&dialect.versions));
        if !versions.is_dir() {
            let name = revision.map_or("the work tree", |base| base.name.as_str());
            return Err(Failure::task(format!("{name} has no folder {}", dialect.versions.display())));
        }
        let copy = match &sources {
            Some(_) => fs::canonicalize(&versions)?,
            None => scratch.versions().to_path_buf(),
        };
        let databases = attempt.step("start database", || {
            Databases::open(cx.launcher, dialect.dialect, &databases_spec(spec, dialect, cx), cx.step)
        })?;
        let known = Settings::known(spec, dialect);
        // Of a revision's own files the same places count.
        let beside: Vec<_> = known.files.iter().map(|file| elsewhere(file, &spec.root, root)).collect();
        let key = head_key(
            spec,
            dialect,
            &copy,
            &beside,
            &known.versions,
            databases.server_version(),
            "for its catalog",
        )?;
        let start = match &spec.engine {
            EngineSpec::Alembic(start) => start,
            EngineSpec::Command(commands) => {
                let history = CommandHistory { spec, commands, dialect, sources: root, versions: &copy };
                return history.catalog(&databases, &key, &mut attempt, cx);
            }
        };
        let redirection = Redirection::prepare(scratch.folder(), &versions, &copy, &known)?;
        let reached = |database: &Database| {
            // Only Alembic knows what it calls its table, and may have told so just now.
            let own_table = redirection.version_table();
            let mut catalog = Catalog::read(&mut database.client()?, left_out)?;
            catalog.leave_out(&own_table);
            Ok(Reached { catalog, own_tables: vec![own_table] })
        };
        if let Some(template) = databases.find_template(&key)? {
            return reached(&databases.copy(&template)?);
        }
        // Alembic says no more of two heads than that there are two.
        History::of_engine(&spec.engine, &copy)
            .and_then(|history| history.only_head(spec, dialect).map(drop))
            .map_err(|failure| below(&spec.root, of_copy(&copy, &dialect.versions, failure)))?;
        let database = databases.create()?;
        let mut environment = database_environment(spec, dialect, &database);
        redirection.activate(&mut environment);
        if let (Some(sources), Some(base)) = (&sources, revision) {
            sources.activate(base, &mut environment)?;
        }
        let alembic = Alembic { spec, start, dialect: dialect.dialect, sources: root, environment, cx };
        attempt.step("apply head", || {
            let mut engine = Engine::new(alembic, &redirection);
            engine.run(Command::Upgrade("head")).map_err(|failure| engine.blame(failure, dialect))
        })?;
        keep_template(&databases, &key, &database, cx)?;
        reached(&database)
    };
    run().map_err(|failure| named(failure, &dialect.label))
}

fn elsewhere(file: &Path, root: &Path, other: &Path) -> PathBuf {
    file.strip_prefix(root).map_or_else(|_| file.to_path_buf(), |below| other.join(below))
}
